import type { PackageType } from '../../domain/package.js'
import type { Reason } from '../../domain/plan.js'
import type { KeepItem } from '../../domain/policy.js'
import type { ParsedVersion, VersionScheme } from '../../pattern/versionOrder.js'
import type { Unit } from '../graph/units.js'
import type { Claim } from './claim.js'
import type { Releases } from './releases.js'

/** A unit in one group of one rule: it counts once there, whatever number of its names the rule owns. */
export interface Candidate {
  readonly unit: Unit
  /** The names in this group, highest version first. */
  readonly claims: readonly Claim[]
  readonly highest: ParsedVersion | undefined
  readonly time: number
}

/** The facts that filters and counters may use. */
export interface CandidateGroup {
  /** Newest first; candidates that take no place are not in it. */
  readonly counted: readonly Candidate[]
  /** What `within` counts back from: now, or the group's newest unit. */
  readonly base: number
  readonly timezone: string
  readonly type: PackageType
  readonly scheme: VersionScheme
  readonly releases: Releases
}

/** Which candidates an item keeps, each with its reason. */
export type Picks = ReadonlyMap<Candidate, Reason>

/** A row of the table of rules: picks what an item that has its key keeps. */
export interface KeepRule {
  readonly key: keyof KeepItem
  pick(item: KeepItem, narrowed: readonly Candidate[], group: CandidateGroup): Picks
}
