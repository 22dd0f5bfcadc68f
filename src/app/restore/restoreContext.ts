import type { RestoreConfig } from '../../domain/config.js'
import type { Failure } from '../../domain/failure.js'
import type { Report, RestoreItem } from '../../domain/outcome.js'
import type { Owner, PackageRef } from '../../domain/package.js'
import type { StopState } from '../executionContext.js'
import type { Journal } from '../journal.js'
import type { Ports } from '../ports.js'

/** What every restoring needs. */
export interface RestoreContext {
  readonly ports: Ports
  readonly owner: Owner
  readonly config: RestoreConfig
  readonly journal: Journal
  readonly stopState: StopState
  readonly dryRun: boolean
  readonly now: number
}

/** What is needed to restore single versions. `reason` goes into the receipt. */
export type VersionRestoreContext = Pick<RestoreContext, 'ports' | 'owner' | 'journal' | 'stopState' | 'dryRun'> & {
  readonly reason?: string
}

export interface RestoreSummary extends Pick<Report, 'restorable'> {
  readonly packages: readonly PackageRef[]
  readonly items: readonly RestoreItem[]
  /** Why nothing was found. */
  readonly failure?: Failure
}
