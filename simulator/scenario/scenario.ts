import type { RegistryTokenSettings } from '../registry/tokens.js'
import type { Edition } from '../rest/context.js'
import type { Part } from '../server/exchange.js'
import type { Fault } from '../server/faults.js'
import type { LimitSettings } from '../server/limits.js'
import type { Match } from '../server/match.js'
import type { Assumptions } from '../world/assumptions.js'
import type { PackageType, Visibility } from '../world/package.js'
import type { Deployment } from '../world/repository.js'
import type { TokenFacts } from '../world/token.js'

/**
 * A world and how its server behaves, as a JSON file says it. A `Time` is an age before the scenario's now (`90m`, `6h`,
 * `3d`, `2w`) or an ISO time; a `Span` is a length such as `1d`.
 */
export interface Scenario extends Behaviour {
  /** ISO time at the start; the real one if left out. */
  readonly now?: string
  /** Time stands still at `now`. */
  readonly frozen?: boolean
  readonly owners?: Readonly<Record<string, ScenarioOwner>>
  readonly repositories?: Readonly<Record<string, ScenarioRepository>>
  /** By value. One with all rights, `ghp_simulator`, is there if none is given. */
  readonly tokens?: Readonly<Record<string, Omit<TokenFacts, 'value'>>>
  readonly packages?: readonly ScenarioPackage[]
  readonly events?: readonly ScenarioEvent[]
  readonly assumptions?: Partial<Assumptions>
}

/** How the server behaves, whatever the world is. */
export interface Behaviour {
  /** `ghes`: API under `/api/v3`, no primary limit, more types scoped to repositories. */
  readonly edition?: Edition
  readonly basePath?: '' | '/api/v3'
  readonly limits?: Partial<LimitSettings>
  /** Milliseconds before each answer. */
  readonly latency?: Partial<Readonly<Record<Part, number>>>
  readonly faults?: readonly Fault[]
  readonly registryTokens?: Partial<RegistryTokenSettings>
  /** How far the Date header is ahead of the server's time. */
  readonly clockSkewMs?: number
}

export type Time = string
export type Span = string

export interface ScenarioOwner {
  readonly type: 'Organization' | 'User'
  readonly sso?: boolean
}

export interface ScenarioRepository {
  readonly private?: boolean
  readonly releases?: readonly string[]
  readonly branches?: readonly string[]
  readonly defaultBranch?: string
  readonly pulls?: readonly number[]
  /** Names of git tags. */
  readonly tags?: readonly string[]
  readonly environments?: readonly string[]
  /** Newest first. */
  readonly deployments?: readonly Deployment[]
}

export interface ScenarioPackage {
  readonly owner: string
  readonly type: PackageType
  readonly name: string
  readonly visibility?: Visibility
  readonly repository?: string
  /** When the package was made. */
  readonly at?: Time
  readonly dockerConflict?: boolean
  readonly distTags?: Readonly<Record<string, string>>
  /** A list, or names with their times. */
  readonly versions?: readonly ScenarioVersion[] | Readonly<Record<string, Time>>
  readonly versionsFrom?: VersionsFile
}

/** A text file with one version name a line; the times are spread evenly from the first line to the last. */
export interface VersionsFile {
  /** Relative to the scenario file. */
  readonly file: string
  readonly first: Time
  readonly last: Time
}

/** One version of any type, or one image (whose manifests are a version each). */
export interface ScenarioVersion {
  /** `{n}` counts from 1 where `count` is given; so in `tags` and `as`. */
  readonly name?: string
  /** A builder of `images/builders.ts`, with its settings. */
  readonly image?: string
  readonly settings?: Readonly<Record<string, unknown>>
  /** What the image speaks about (a signature's subject): a label, tag or digest that is there already. */
  readonly of?: string
  /** A label for `of` and for events. */
  readonly as?: string
  readonly tags?: readonly string[]
  readonly at?: Time
  readonly updated?: Time
  readonly deleted?: Time
  readonly downloads?: number
  /** So many of it, each `every` older than the one before. */
  readonly count?: number
  readonly every?: Span
}

export interface ScenarioEvent {
  readonly at: { readonly request: number } | { readonly before: Match } | { readonly after: Match }
  readonly do: EventAction | readonly EventAction[]
}

export type EventAction =
  | { readonly push: ContainerRef & Pick<ScenarioVersion, 'image' | 'settings' | 'of' | 'as' | 'tags'> }
  /** Puts the tag on the version that `to` names. */
  | { readonly tag: ContainerRef & { readonly tag: string; readonly to: string } }
  | { readonly delete: VersionRef }
  | { readonly restore: VersionRef }
  | { readonly deletePackage: ScenarioRef }
  | { readonly restorePackage: ScenarioRef }
  | { readonly revokeToken: string }
  | { readonly advance: Span }
  /** The next so many version lists of the package show it as it is now. */
  | { readonly freeze: ScenarioRef & { readonly lists: number } }

export interface ContainerRef {
  readonly owner: string
  readonly package: string
}

export interface ScenarioRef extends ContainerRef {
  readonly type: PackageType
}

/** `version` is a label, tag, version name, digest or id. */
export interface VersionRef extends ScenarioRef {
  readonly version: string
}
