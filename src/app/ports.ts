import type { FailureText } from '../domain/failure.js'
import type { Deployment } from '../domain/inventory.js'
import type { Manifest } from '../domain/manifest.js'
import type { Owner, PackageInfo, PackageRef, PackageType } from '../domain/package.js'
import type { Version } from '../domain/version.js'

/** The result of one request that changes something. A failure that ends the package or the run is thrown as `Failure`. */
export type ChangeResult =
  /** `message`: why it may have been somebody else who did it. */
  | { readonly kind: 'done'; readonly message?: string }
  | { readonly kind: 'already-gone' }
  /** Not sent, because of an objection. */
  | { readonly kind: 'changed'; readonly message: string }
  | { readonly kind: 'refused-downloads' | 'refused-last'; readonly message: string }
  | (FailureText & { readonly kind: 'failed' })

export type RestoreResult =
  | { readonly kind: 'done' }
  /** It is active already, or the name is taken by something newer. */
  | { readonly kind: 'already-active' }
  | (FailureText & { readonly kind: 'conflict' | 'expired' | 'failed' })

/** The most that GitHub puts on a page of a list. */
export const PER_PAGE = 100

/** How many requests this run may send before it would have to wait for longer than its time limit allows. */
export interface Budget {
  readonly requests: number
  /** When more are available, milliseconds since the epoch; absent if unknown. */
  readonly resetAt?: number
}

/** Why a deletion is not sent after all. */
export type Objection = { readonly kind: 'changed'; readonly message: string } | { readonly kind: 'already-gone' }

/** The conditions under which a deletion is sent. */
export interface Conditions {
  /** Ends the wait for a turn, as it does for reads. */
  readonly stop?: AbortSignal
  /** Is called each time the deletion is about to be sent and no limit makes it wait; an objection is the result. */
  readonly objection?: () => Promise<Objection | undefined>
  /** Is called where the answer leaves open whether it was deleted; returns the version if GitHub still has it. */
  readonly look?: () => Promise<Version | undefined>
}

/**
 * GitHub's Packages REST API. Every method throws `Failure` (auth, sso, not-found, rate-limit, api, network, cancelled).
 * Once `stop` is aborted, a request that was not sent is never sent (`cancelled`); one that was sent may end.
 */
export interface Packages {
  /** Throws `Failure` (`auth`) where answers so far have shown that the token lacks a scope for this; sends nothing. */
  checkRights(needed: 'read' | 'delete' | 'restore'): void
  /** `undefined` if no bound is known, or the run has time to wait for more. Sends nothing. */
  budget(): Budget | undefined
  /**
   * GitHub's time now (milliseconds since the epoch), by the `Date` header of the first answer and by what the runner's clock
   * has counted since. `undefined` until an answer had a date. Sends nothing.
   */
  serverTime(): number | undefined
  /** Finds out whether the login is an organization, a user, or the token's own account. */
  owner(login: string): Promise<Owner>
  listPackages(owner: Owner, type: PackageType): Promise<readonly PackageInfo[]>
  /** Docker packages whose move to the container registry met a conflict (`GET .../docker/conflicts`). */
  dockerConflicts(owner: Owner): Promise<readonly PackageInfo[]>
  getPackage(owner: Owner, type: PackageType, name: string): Promise<PackageInfo>
  /** All pages, those after the first in parallel; each is checked to be a list. No version twice. */
  listVersions(owner: Owner, ref: PackageRef, state: 'active' | 'deleted'): Promise<readonly Version[]>
  /** One page of at most `PER_PAGE` of the active versions; pages count from 1. */
  listVersionsPage(owner: Owner, ref: PackageRef, page: number, stop?: AbortSignal): Promise<readonly Version[]>
  /** `undefined` if it is not there (404), or GitHub says when it was deleted. */
  getVersion(owner: Owner, ref: PackageRef, id: number, stop?: AbortSignal): Promise<Version | undefined>
  /** `deleted`: GitHub says when; `undefined`: it is not found, which alone proves nothing. */
  stateOf(owner: Owner, ref: PackageRef, id: number, stop?: AbortSignal): Promise<'active' | 'deleted' | undefined>
  deleteVersion(owner: Owner, ref: PackageRef, id: number, conditions?: Conditions): Promise<ChangeResult>
  restoreVersion(owner: Owner, ref: PackageRef, id: number): Promise<RestoreResult>
  deletePackage(owner: Owner, ref: PackageRef, conditions?: Omit<Conditions, 'look'>): Promise<ChangeResult>
  restorePackage(owner: Owner, ref: PackageRef): Promise<RestoreResult>
}

export type ManifestRead =
  | { readonly kind: 'found'; readonly manifest: Manifest }
  /** 404: the registry does not have it. */
  | { readonly kind: 'missing'; readonly why: string }
  | { readonly kind: 'unreadable'; readonly why: string }

/** The container registry of one owner's packages. */
export interface Manifests {
  /** By digest; from the cache where it is there. Never throws for one manifest's trouble; throws `Failure` on cancellation. */
  read(ref: PackageRef, digest: string): Promise<ManifestRead>
  /** The manifests that are in the cache, by digest. Sends nothing. */
  recall(ref: PackageRef, digests: readonly string[]): Promise<ReadonlyMap<string, Manifest>>
  /** All tags of the repository, by the registry's own list. Throws `Failure` where it cannot be read. */
  tags(ref: PackageRef): Promise<readonly string[]>
  /** The digest that a tag names now; `undefined` if there is no such tag. */
  resolve(ref: PackageRef, tag: string): Promise<string | undefined>
  /**
   * Puts a unique throw-away manifest under the tag; returns its digest. Looks right before it where the tag is: if not on
   * `from`, the tag is left alone and `Failure` (`refused`) thrown.
   */
  detach(ref: PackageRef, tag: string, from: string): Promise<{ readonly digest: string }>
  /**
   * Puts the manifest with this digest under the tag again. Looks right before it where the tag is: if on anything but
   * `over`, it is left there and `Failure` (`refused`) thrown.
   */
  retag(ref: PackageRef, digest: string, tag: string, over?: string): Promise<void>
  /** How many reads are worth having in flight. */
  readonly concurrency: number
  /** Saves what was learned of one package, where a cache path was given, and forgets it: its manifests take much memory. */
  release(ref: PackageRef): Promise<void>
  /** The same for all packages. */
  close(): Promise<void>
}

/** Facts from a linked repository. Throws `Failure` where they cannot be read. */
export interface Repository {
  releases(repository: string): Promise<readonly string[]>
  branches(repository: string): Promise<readonly string[]>
  openPullRequests(repository: string): Promise<readonly number[]>
  gitTags(repository: string): Promise<readonly string[]>
  defaultBranch(repository: string): Promise<string>
  /**
   * What the environment runs or may run: the newest deployment that succeeded, and every newer one that has not failed.
   * Throws `Failure` (`config`) if there is no deployment: the environment does not exist, or nothing was ever deployed to it.
   */
  deployments(repository: string, environment: string): Promise<readonly Deployment[]>
}

/** npm's packument. */
export interface DistTags {
  /** dist-tag to version. Throws `Failure`. */
  read(ref: PackageRef): Promise<Readonly<Record<string, string>>>
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export interface Files {
  read(path: string): Promise<string>
  exists(path: string): Promise<boolean>
  /** The text, whole or in pieces. */
  write(path: string, text: string | Iterable<string>): Promise<void>
  /** Opens for appending; each line is on disk when the promise resolves. */
  append(path: string): Promise<{ line(text: string): Promise<void>; close(): Promise<void> }>
}

/** What a person sees while it runs. Text is data: the adapter escapes what the runner would interpret. */
export interface Console {
  info(text: string): void
  debug(text: string): void
  notice(text: string): void
  warning(text: string): void
  error(text: string): void
  group<T>(title: string, body: () => Promise<T>): Promise<T>
  /** A line of progress on long work; the adapter decides how often it is shown. */
  progress(text: string): void
}

/** Says that the run must end early: it was cancelled, or its time limit has passed. */
export interface Stop {
  readonly signal: AbortSignal
  /** Why the run must end, once it must. */
  readonly reason: string | undefined
  /** Is aborted by a signal only: the process will be killed within seconds, so even the final check is left out. */
  readonly cancelled: AbortSignal
}

/** Everything that a run needs from outside. */
export interface Ports {
  readonly packages: Packages
  readonly manifests: Manifests
  readonly repository: Repository
  readonly distTags: DistTags
  readonly clock: Clock
  readonly files: Files
  readonly console: Console
  readonly stop: Stop
  /** Requests so far, by kind: `list`, `get`, `delete`, `restore`, `manifest`, `token`, ... */
  requests(): Readonly<Record<string, number>>
}

/** What the surroundings of a run add to its configuration. */
export interface RunContext {
  /** `owner/name` of the workflow's repository. */
  readonly repository?: string | undefined
  /** Asks a person before anything is changed; absent if nobody can be asked. Without consent the run changes nothing. */
  readonly confirm?: ((question: string) => Promise<boolean>) | undefined
  /** Is called with the paths of plan file and receipt before anything is changed. */
  readonly onFiles: (files: { readonly planFile?: string; readonly receiptFile?: string }) => void
}
