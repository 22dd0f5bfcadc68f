import type { Manifest } from './manifest.js'
import type { PackageInfo } from './package.js'
import type { Version } from './version.js'

/** Something that the survey could not read. Whatever it could have protected is kept (fail closed). */
export type Gap =
  /** A manifest that could own or refer to others. */
  | { readonly kind: 'manifest'; readonly digest: string; readonly why: string }
  /** The list was proved to be short: `why` says how. */
  | { readonly kind: 'list'; readonly why: string }
  | { readonly kind: InUseKind; readonly why: string }

export const IN_USE_KINDS = [
  'dist-tags',
  'releases',
  'git-tags',
  'branches',
  'open-pull-requests',
  'deployments'
] as const
export type InUseKind = (typeof IN_USE_KINDS)[number]

/** What an environment of GitHub runs, or may run. */
export interface Deployment {
  readonly environment: string
  readonly sha: string
  /** A branch, a tag or a commit. */
  readonly ref: string
}

/** Names outside the package that protect versions in it. Absent: not asked for. */
export interface InUse {
  /** npm: dist-tag to version. */
  readonly distTags?: Readonly<Record<string, string>>
  /** Tag names of published releases of the linked repository. */
  readonly releases?: readonly string[]
  readonly gitTags?: readonly string[]
  readonly branches?: readonly string[]
  readonly openPullRequests?: readonly number[]
  readonly deployments?: readonly Deployment[]
}

/** Everything that is known of one package when it is decided. The order of `versions` has no meaning. */
export interface Inventory {
  readonly package: PackageInfo
  readonly versions: readonly Version[]
  /** By digest; manifests that were read or could be derived. Empty for types other than container. */
  readonly manifests: ReadonlyMap<string, Manifest>
  readonly inUse: InUse
  readonly gaps: readonly Gap[]
  /** Restored versions that a hold file keeps: id to the ISO date until which it does. */
  readonly holds?: ReadonlyMap<number, string>
}
