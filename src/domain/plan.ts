import type { PackageInfo } from './package.js'
import type { Policy, UnitState } from './policy.js'
import type { Version } from './version.js'

/** Why something is kept or goes. The codes are stable: plan files and outputs carry them. */
export const KEEP_CODES = [
  'protected',
  'no-rule',
  'last',
  'within',
  'hourly',
  'daily',
  'weekly',
  'monthly',
  'quarterly',
  'yearly',
  'semver',
  'filter',
  'not-a-version',
  'no-timestamp',
  'grace-period',
  'part-of',
  'refers-to',
  'min-keep',
  'refused-last',
  'unreadable',
  'signature-store',
  'alias-of',
  'fuse',
  'deferred'
] as const
export const GO_CODES = ['not-kept', 'superseded', 'untagged', 'orphan', 'listed'] as const
export type KeepCode = (typeof KEEP_CODES)[number]
export type GoCode = (typeof GO_CODES)[number]
export type ReasonCode = KeepCode | GoCode

export interface Reason {
  readonly code: ReasonCode
  /** The name (tag or version string) that the reason is about; absent for the version as a whole. */
  readonly name?: string
  readonly rule?: string
  /** 1 is the newest of the group; `of` is how many the rule keeps, or how many there are. */
  readonly rank?: number
  readonly of?: number
  /** Milliseconds. */
  readonly age?: number
  /** The line, bucket, pattern, alias target, tag, digest or sentence that explains the code. */
  readonly detail?: string
  /** Version id of the unit (its root) that owns this version, for `part-of` and `refers-to`. */
  readonly unit?: number
}

export type Verdict = 'keep' | 'delete'

/** What happens to one version, and why. Every version of the inventory has exactly one. */
export interface Decision {
  readonly version: Version
  readonly verdict: Verdict
  /** At least one; the deciding one first. */
  readonly reasons: readonly Reason[]
  /** `root` of a unit, or `member` of the units in `units`. */
  readonly role: 'root' | 'member'
  /** Version ids of the roots of the units that this version belongs to (itself for a root). */
  readonly units: readonly number[]
  /** Who owns a member directly: an index that lists it (`entry`), or what it refers to (`subject`). */
  readonly owners?: readonly { readonly id: number; readonly by: 'entry' | 'subject' }[]
  /** What the version is, in a word or two: `image`, `index`, `signature`, `attestation`, `chart`, `cache`, ... */
  readonly kind: string
  /** Tags that `partial-tags: untag` takes off although the version stays. */
  readonly untag: readonly string[]
  readonly state?: UnitState
}

/** One change. Steps are executed in order; a step starts only after the steps that it names have succeeded. */
export type Step =
  | {
      readonly kind: 'delete'
      readonly version: Version
      /** Root of the unit for whose sake the version goes. */
      readonly unit: number
      readonly role: 'root' | 'referrer' | 'child'
      /** Ids of versions that must be gone before: every owner of this version that goes too. */
      readonly after: readonly number[]
      /** What it owns, for the receipt. */
      readonly children: readonly string[]
      readonly subject?: string
      readonly reasons: readonly Reason[]
    }
  | { readonly kind: 'untag'; readonly version: Version; readonly tag: string; readonly reasons: readonly Reason[] }
  | { readonly kind: 'delete-package'; readonly reasons: readonly Reason[] }

/** What stops a package: nothing is deleted there and the run fails. */
export const VIOLATION_CODES = ['max-delete', 'unreadable'] as const
export interface Violation {
  readonly code: (typeof VIOLATION_CODES)[number]
  readonly message: string
}

/** Said once per package: a pattern that fits nothing, what holds versions, what could not be read. */
export interface Notice {
  readonly level: 'notice' | 'warning'
  readonly message: string
}

export interface PackagePlan {
  readonly package: PackageInfo
  /** Changes when anything that the plan was made from changes. */
  readonly fingerprint: string
  /** One for each version, newest unit first, members behind their root. */
  readonly decisions: readonly Decision[]
  readonly steps: readonly Step[]
  readonly violations: readonly Violation[]
  readonly notices: readonly Notice[]
  /** Units that would go but were put off by `delete-limit`. */
  readonly deferredUnits: number
  /** Bytes that the steps free, each blob counted once; an estimate. Absent where no manifest was read. */
  readonly freed?: number
}

/** What a run intends, before anything is changed. Plain data: same facts, same plan. */
export interface Plan {
  /** The one time of the run, milliseconds. */
  readonly now: number
  readonly policy: Policy
  /** SHA-256 of the normalized policy, hex. */
  readonly policyHash: string
  readonly owner: string
  readonly packages: readonly PackagePlan[]
}
