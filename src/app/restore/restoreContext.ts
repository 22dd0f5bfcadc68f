import type { RestoreConfig } from '../../domain/config.js'
import type { RestoreItem } from '../../domain/outcome.js'
import type { Owner, PackageRef } from '../../domain/package.js'
import type { Halt } from '../execute/executionContext.js'
import type { Journal } from '../journal.js'
import type { Ports } from '../ports.js'

/** What every restoring needs. */
export interface Restoring {
  readonly ports: Ports
  readonly owner: Owner
  readonly config: RestoreConfig
  readonly journal: Journal
  readonly halt: Halt
  readonly dryRun: boolean
  readonly now: number
}

/** What is needed to restore single versions. `reason` goes into the receipt. */
export type Restorer = Pick<Restoring, 'ports' | 'owner' | 'journal' | 'halt' | 'dryRun'> & { readonly reason?: string }

export interface Restored {
  readonly packages: readonly PackageRef[]
  readonly items: readonly RestoreItem[]
}
