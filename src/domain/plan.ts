import type { InUseKind } from './inventory.js'
import type { PackageInfo } from './package.js'
import type { Bucket, Policy, UnitState } from './policy.js'
import type { Version } from './version.js'

/** The name and the rule of a reason, whatever its code. */
interface AboutName {
  /** The name (tag or version string) that it is about; absent for the version as a whole. */
  readonly name?: string
  readonly rule?: string
}

/** A place among those that an item of `keep` counts. */
interface Counted {
  /** 1 is the newest. */
  readonly rank: number
  /** How many the item keeps; absent where it keeps all. */
  readonly of?: number
}

/** Another unit of the plan. */
interface OfUnit {
  /** Version id of the root of the unit. */
  readonly unit: number
  /** A name of that unit, or the start of its digest. */
  readonly unitName: string
}

/** The rank and the age with which a name or a version loses its place. */
type LostPlace = Partial<OfUnit> & {
  /** 1 is the newest of its group; `of` is how many there are. Absent where it has no place in an order. */
  readonly rank?: number
  readonly of?: number
  /** Milliseconds. */
  readonly age?: number
}

/** What may protect a version. */
export const PROTECTED_BY = [
  'names',
  'names-from',
  'references',
  'branch',
  'release',
  'git-tag',
  'dist-tag',
  'pull-request',
  'deployment',
  'annotation',
  'hold',
  'base-layer'
] as const
export type ProtectedBy = (typeof PROTECTED_BY)[number]

/** `period`: as the policy's time zone has it, such as `2026-11-22T10Z` for an hour, or `2026-W47`. */
type PeriodFacts = Readonly<Record<Bucket, Counted & { readonly period: string }>>

/** Why something is kept: what each code carries. The codes of `PeriodFacts` stand for the newest of its hour, day, ... */
interface KeepFacts extends PeriodFacts {
  /** `protect`, a hold file or GitHub's own layer names it. */
  readonly protected: {
    readonly by: ProtectedBy
    /** The pattern, line, reference, branch, tag, number, environment or annotation; for a hold the date of its end. */
    readonly what: string
    /** The comment behind a line of `names-from`. */
    readonly note?: string
    /** Where `what` was found, where that is a file. */
    readonly file?: string
    readonly line?: number
  }
  /** No rule owns the name, or the untagged version. */
  readonly 'no-rule': object
  /** Among the newest of its group. `anchor`: kept because `relative-to: newest` counts back from it, in no place of its own. */
  readonly last: Counted | { readonly anchor: true }
  /** Younger than `limit`, a duration as written; with `since`, counted from the release that supersedes it. */
  readonly within: { readonly limit: string; readonly since?: 'superseded' }
  /** Among the highest patches of a release line (`1.2.x`), or the highest prereleases of a release that does not exist yet. */
  readonly semver: Counted & ({ readonly line: string } | { readonly prereleaseOf: string })
  /** An item of `keep` without counter and `within` keeps all that its filters leave. */
  readonly filter: object
  /** The rule compares versions, and the name is not a version. */
  readonly 'not-a-version': object
  /** GitHub gave no time. */
  readonly 'no-timestamp': object
  /** Untagged, or left by an interrupted untag, and younger than `grace-period`. `age` in milliseconds. */
  readonly 'grace-period': { readonly age: number }
  /** An index of a kept unit lists it. */
  readonly 'part-of': OfUnit
  /** It refers to a version of a kept unit. */
  readonly 'refers-to': OfUnit
  /** Too few named units would be left without it. */
  readonly 'min-keep': object
  /** GitHub does not delete the last version of a package, nor the last tagged one. */
  readonly 'refused-last': object
  /** Something that could need or protect it could not be read: a manifest, the list of versions, or a list of names. */
  readonly unreadable: {
    readonly what: 'manifest' | 'list' | InUseKind
    /** Which manifest, or how many. */
    readonly why?: string
  }
  /** The package holds only signatures of another package's images. */
  readonly 'signature-store': object
  /** `name` is a floating tag: it follows the full version `target` on the same image and has no vote. */
  readonly 'alias-of': { readonly target: string }
  /** A later run may delete it: `delete-limit` leaves it, or a version pushed within the last hour cannot be read yet. */
  readonly deferred: { readonly by: 'delete-limit' | 'recent-push' }
}

/** Why something is deleted. With `unit`: it is deleted together with that unit. */
interface DeleteFacts {
  /** Its rule does not keep it. `leftover`: an interrupted untag left it. */
  readonly 'not-kept': LostPlace & { readonly leftover?: true }
  /** A prerelease whose `release` exists. */
  readonly superseded: LostPlace & { readonly release?: string }
  /** Untagged, and nothing that is kept needs it. */
  readonly untagged: LostPlace
  /** What it refers to is not there. */
  readonly orphan: LostPlace
  /** `version-ids` or `versions` lists it. */
  readonly listed: LostPlace
}

type OneOf<Facts> = { [Code in keyof Facts]: { readonly code: Code } & Facts[Code] & AboutName }[keyof Facts]

/**
 * Why something is kept or deleted, as data: `report` makes the sentences. The codes are stable, plan files carry them.
 * For people only: whatever decides or is counted is a field of the decision.
 */
export type Reason = OneOf<KeepFacts> | OneOf<DeleteFacts>
export type ReasonCode = Reason['code']

/** The one thing that stops a deletion that the rules ask for. */
export const HELD_BY = [
  /** `max-delete` stops the package. */
  'max-delete',
  /** `delete-limit` leaves it for a later run. */
  'delete-limit',
  'min-keep',
  /** GitHub would refuse to delete the last one. */
  'refused-last',
  /** Something could not be read. */
  'unreadable',
  /** Tags of its own that no rule owns; `unowned` lists them. */
  'unowned-tags',
  /** A kept unit that it belongs to. */
  'unit'
] as const
export type HeldBy = (typeof HELD_BY)[number]

/** What happens to one version, and why. Every version of the inventory has exactly one; with `max-delete`, what would happen. */
export interface Decision {
  readonly version: Version
  readonly verdict: 'keep' | 'delete'
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
  /** Tags that `partial-tags: untag` takes off although the version is kept. */
  readonly untag: readonly string[]
  readonly state?: UnitState
  /** Set where the rules would delete it and one thing alone stops that; a member has it where all its units agree. */
  readonly heldBy?: HeldBy
  /** With `unowned-tags`: the tags that no rule owns. */
  readonly unowned?: readonly string[]
  /** A rule owns at least one of its names, or the untagged version. */
  readonly matched?: true
}

export interface DeleteStep {
  readonly kind: 'delete'
  readonly version: Version
  /** Version id of the root of the unit for whose sake the version is deleted. */
  readonly unit: number
  readonly role: 'root' | 'referrer' | 'child'
  /** Ids of versions that must be deleted before: every owner of this version that is deleted too. */
  readonly after: readonly number[]
  /** Digests that its manifest lists, for the receipt. */
  readonly children: readonly string[]
  readonly subject?: string
  readonly reasons: readonly Reason[]
}

/** Takes one tag off a version that is kept. */
export interface UntagStep {
  readonly kind: 'untag'
  readonly version: Version
  readonly tag: string
  readonly reasons: readonly Reason[]
}

/** One change. Steps are executed in order; a step starts only after the steps that it names have succeeded. */
export type Step = DeleteStep | UntagStep | { readonly kind: 'delete-package'; readonly reasons: readonly Reason[] }

/** What stops a package: nothing is deleted there and the run fails. */
export const VIOLATION_CODES = ['max-delete', 'unreadable'] as const
export interface Violation {
  readonly code: (typeof VIOLATION_CODES)[number]
  readonly message: string
}

/** Shown once per package, for example that a pattern fits nothing or that something could not be read. */
export interface Notice {
  readonly level: 'notice' | 'warning'
  readonly message: string
}

/** How many units a protection holds; others may hold them too. */
export interface ProtectionCount {
  readonly by: ProtectedBy
  readonly units: number
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
  /** The protections that the policy asks for and that could be read. Absent in plans that an older release saved. */
  readonly protections?: readonly ProtectionCount[]
  /** Units that `delete-limit` leaves to a later run. */
  readonly deferredUnits: number
  /** Bytes that the steps free, each blob counted once; an estimate. Absent where no manifest was read. */
  readonly freed?: number
}

/** All that a run will change, before it changes anything. Plain data: the same facts give the same plan. */
export interface Plan {
  /** The one time of the run, milliseconds. */
  readonly now: number
  readonly policy: Policy
  /** SHA-256 of the normalized policy, hex. */
  readonly policyHash: string
  readonly owner: string
  readonly packages: readonly PackagePlan[]
}
