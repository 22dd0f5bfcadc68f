import { hash } from 'node:crypto'
import type { PackageType } from './package.js'

/**
 * A retention policy, normalized: defaults filled in, lists split into single patterns, plain data throughout
 * (it is hashed and written to the plan file). `config/` makes it, from flat inputs or from a YAML document.
 */
export interface Policy {
  readonly version: 1
  /** IANA name; calendar buckets, months and years are counted in it. */
  readonly timezone: string
  readonly timestamp: 'updated_at' | 'created_at'
  /** Untagged units younger than this are never touched. */
  readonly gracePeriod: Duration
  readonly minKeep: number
  readonly maxDelete?: MaxDelete
  /** Versions in one run, across packages. */
  readonly deleteLimit?: number
  readonly partialTags: 'keep' | 'untag'
  readonly onEmpty: 'keep' | 'delete-package'
  /** Digests whose manifests nobody can read; they count as manifests that list nothing. */
  readonly unreadableIsEmpty?: readonly string[]
  readonly protect: Protection
  readonly rules: readonly Rule[]
}

/** A length of time: exact milliseconds, and calendar months that depend on a date and a time zone. */
export interface Duration {
  /** As the user wrote it, for messages. */
  readonly text: string
  readonly months: number
  readonly ms: number
}

export type MaxDelete = { readonly units: number } | { readonly percent: number }

/** A key that is absent protects nothing. */
export interface Protection {
  /** Patterns (see `pattern/`). */
  readonly names: readonly string[]
  /** The files that `names-from` names, as written. */
  readonly namesFrom?: readonly string[]
  /** What those files list, and what `references` finds. */
  readonly listed: readonly ListedLine[]
  /** Globs on files of the workspace: the image references in them are protected. */
  readonly references?: readonly string[]
  /** `true`, or patterns on dist-tags. */
  readonly distTags: boolean | readonly string[]
  readonly releases: boolean
  readonly gitTags?: boolean
  /** `true`, or patterns with `{branch}` in them, such as `{branch}-*`. */
  readonly branches: boolean | readonly string[]
  /** A pattern with `{number}` in it, such as `pr-{number}*`. */
  readonly openPullRequests?: string
  readonly deployments?: Deployments
  /** Annotation key to pattern. */
  readonly annotations?: Readonly<Record<string, string>>
}

/** One pattern or digest in a file. */
export interface ListedLine {
  /** Empty where `unresolved`. */
  readonly pattern: string
  /** The reason that the file gives. */
  readonly reason?: string
  readonly file?: string
  readonly line?: number
  /** Host and path of an image: it speaks for that package alone. Absent: for every package of the run. */
  readonly image?: string
  /** The path of `image` may have more in front of it, which nobody can tell. */
  readonly open?: true
  /** Absent: `names-from`. */
  readonly by?: 'references'
  /** A variable or a template stands where the tag should. */
  readonly unresolved?: true
}

/** GitHub environments, and how the images of a deployed commit are named: `{sha}`, `{short-sha}`, `{ref}`. */
export interface Deployments {
  readonly environments: readonly string[]
  readonly names: readonly string[]
}

/** How names are ordered as versions. */
export const VERSION_SCHEMES = ['semver', 'maven', 'rubygems', 'nuget', 'calver'] as const
export type VersionSchemeName = (typeof VERSION_SCHEMES)[number]

export interface Rule {
  readonly name: string
  /** Patterns on package names; absent: every package of the run. */
  readonly packages?: readonly string[]
  readonly types?: readonly PackageType[]
  readonly match: Match
  /** Regular expression source with named groups; `version` feeds `semver` and `prerelease`. */
  readonly versionPattern?: string
  /** Absent: that of the package type. */
  readonly versionScheme?: VersionSchemeName
  readonly groupBy: readonly string[]
  readonly sort: 'time' | 'version'
  readonly relativeTo: 'now' | 'newest'
  readonly countProtected: boolean
  /** Items are ORed, the keys of one item ANDed. An empty list keeps nothing that the rule matches. */
  readonly keep: readonly KeepItem[]
}

export type PrereleaseFilter = boolean | 'superseded'
export const UNIT_STATES = ['complete', 'partial', 'ghost', 'orphan'] as const
export type UnitState = (typeof UNIT_STATES)[number]

export interface Match {
  readonly names?: readonly string[]
  /** Names that belong to this branch or pull request, taken literally. */
  readonly branch?: string
  /** Version ids (digits) or digests: all names of those versions, tagged or not. */
  readonly versions?: readonly string[]
  readonly tagged?: boolean
  readonly prerelease?: PrereleaseFilter
  readonly state?: readonly UnitState[]
  /** Patterns on the artifact type. */
  readonly artifactType?: readonly string[]
  /** Annotation key to pattern. */
  readonly annotations?: Readonly<Record<string, string>>
}

export type Count = number | 'all'
export const BUCKETS = ['hourly', 'daily', 'weekly', 'monthly', 'quarterly', 'yearly'] as const
export type Bucket = (typeof BUCKETS)[number]

export interface SemverLines {
  readonly majors?: Count
  readonly minors?: Count
  readonly patches?: Count
  readonly prereleases?: Count
}

export interface KeepItem extends Partial<Readonly<Record<Bucket, Count>>> {
  readonly names?: readonly string[]
  readonly prerelease?: PrereleaseFilter
  readonly within?: Duration
  /** `superseded`: `within` counts from the moment the release superseded the prerelease. */
  readonly since?: 'superseded'
  readonly last?: number
  readonly semver?: SemverLines
}

/** SHA-256 (hex) of a policy, whatever order its keys were written in: equal policies hash alike. */
export function policyHash(policy: Policy): string {
  return hash('sha256', stableJson(policy), 'hex')
}

/** JSON with keys in order at every depth. */
export function stableJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : part
  )
}
