import type { Assumptions, Change } from './assumptions.js'
import type { Clock } from './clock.js'
import { RecentChanges } from './recentChanges.js'
import { RESTORE_WINDOW_MS, type StoredVersion } from './version.js'
import { VersionList } from './versionList.js'

export const PACKAGE_TYPES = ['container', 'npm', 'maven', 'rubygems', 'nuget', 'docker'] as const
export type PackageType = (typeof PACKAGE_TYPES)[number]
export type Visibility = 'public' | 'private' | 'internal'

export interface Content {
  readonly mediaType: string
  readonly body: string | Uint8Array
}

export interface PackageFacts {
  readonly id: number
  readonly owner: string
  readonly type: PackageType
  readonly name: string
  readonly visibility: Visibility
  /** `owner/name` of the linked repository. */
  readonly repository?: string
  readonly createdAt: number
  readonly dockerConflict?: boolean
}

export type RestoreVerdict = 'done' | 'not-deleted' | 'expired' | 'name-taken' | 'tag-taken'

/** A package with its versions, tags, and, for containers, the manifests behind them. */
export class StoredPackage {
  readonly versions: VersionList
  /** Active versions by name; for containers by digest. */
  readonly byName = new Map<string, StoredVersion>()
  /** Active versions by tag, in the order in which the tags came to be. */
  readonly byTag = new Map<string, StoredVersion>()
  /** Manifests by digest; those of deleted versions stay, because a restore brings them back. */
  readonly manifests = new Map<string, Content>()
  readonly blobs = new Map<string, Uint8Array>()
  readonly distTags = new Map<string, string>()
  readonly recent: RecentChanges
  visibility: Visibility
  updatedAt: number
  deletedAt: number | undefined
  activeCount = 0
  /** The count of versions that was told first. */
  firstCount: number | undefined
  /** Changes with every change of the package. */
  revision = 0

  readonly facts: PackageFacts
  readonly #clock: Clock
  readonly #assumptions: Assumptions

  constructor(facts: PackageFacts, clock: Clock, assumptions: Assumptions) {
    this.facts = facts
    this.visibility = facts.visibility
    this.updatedAt = facts.createdAt
    this.#clock = clock
    this.#assumptions = assumptions
    this.versions = new VersionList(clock, assumptions.order)
    const { activeListLag, deletedListLag, versionLag, versionCountLag, registryLag, tagListLag } = assumptions
    const longest = Math.max(activeListLag, deletedListLag, versionLag, versionCountLag, registryLag, tagListLag)
    this.recent = new RecentChanges(clock, longest, assumptions.lagAfter)
  }

  get key(): string {
    return packageKey(this.facts.owner, this.facts.type, this.facts.name)
  }

  /** Its tags move to it from the versions that have them; `now` counts for these, if given, as a time of change. */
  add(version: StoredVersion, now?: number): void {
    this.recent.record('push', now ?? version.createdAt, version.id, undefined)
    this.versions.add(version)
    this.byName.set(version.name, version)
    const tags = version.tags
    version.tags = []
    for (const tag of tags) this.setTag(tag, version, now)
    this.activeCount += 1
    this.#changed()
  }

  /** Moves the tag to this version; the version that had it keeps its other tags. */
  setTag(tag: string, version: StoredVersion, now?: number): void {
    if (this.byTag.get(tag) === version) return
    const loser = this.#moveTag(tag, version, 'push', now ?? version.createdAt)
    if (loser !== undefined && now !== undefined) this.#touch(loser, 'tag-lost', now)
    if (now !== undefined) this.#touch(version, 'tag-gained', now)
  }

  /** A push of what is there: tags join it. */
  pushAgain(version: StoredVersion, tags: readonly string[], now: number): void {
    const gained = tags.filter((tag) => this.byTag.get(tag) !== version)
    for (const tag of gained) this.setTag(tag, version, now)
    if (gained.length === 0) this.#touch(version, 'pushed-again', now)
  }

  /** A push of what is deleted, where that brings the deleted version back: it has the tags of the push alone. */
  revive(version: StoredVersion, tags: readonly string[], now: number): void {
    this.recent.record('push', now, version.id, version)
    this.#activate(version)
    this.pushAgain(version, tags, now)
  }

  /** Takes the tag away from the version that has it. GitHub has no such operation: for building odd states only. */
  dropTag(tag: string): void {
    const version = this.byTag.get(tag)
    if (version === undefined) return
    this.byTag.delete(tag)
    const now = this.#clock.now()
    this.#loseTag(version, tag, 'push', now)
    this.#touch(version, 'tag-lost', now)
    this.#changed()
  }

  /** Deletes without asking whether GitHub would. False if there is no active version with this id. */
  remove(id: number, at = this.#clock.now()): boolean {
    const version = this.versions.get(id)
    if (version === undefined || version.deletedAt !== undefined) return false
    this.recent.record('deletion', at, id, version)
    version.deletedAt = at
    this.activeCount -= 1
    if (this.byName.get(version.name) === version) this.byName.delete(version.name)
    for (const tag of version.tags) this.byTag.delete(tag)
    this.#changed()
    return true
  }

  restore(id: number): RestoreVerdict {
    const version = this.versions.get(id)
    if (version?.deletedAt === undefined) return 'not-deleted'
    if (this.#clock.now() - version.deletedAt > RESTORE_WINDOW_MS) return 'expired'
    if (this.byName.has(version.name)) return 'name-taken'
    const rule = this.#assumptions.tagsOnRestore
    if (rule === 'refuse-if-moved' && version.tags.some((tag) => this.byTag.has(tag))) return 'tag-taken'
    const tags = rule === 'lost' ? [] : version.tags.filter((tag) => rule === 'taken-back' || !this.byTag.has(tag))
    const now = this.#clock.now()
    this.recent.record('restore', now, id, version)
    this.#activate(version)
    for (const tag of tags) this.#moveTag(tag, version, 'restore', now)
    this.#touch(version, 'restored', now)
    return 'done'
  }

  /** From deleted to active, without tags. */
  #activate(version: StoredVersion): void {
    version.deletedAt = undefined
    version.tags = []
    this.activeCount += 1
    this.byName.set(version.name, version)
    this.#changed()
  }

  /** Returns the version that had the tag. */
  #moveTag(tag: string, version: StoredVersion, change: Change, at: number): StoredVersion | undefined {
    const loser = this.byTag.get(tag)
    if (loser !== undefined) this.#loseTag(loser, tag, change, at)
    this.recent.record(change, at, version.id, version)
    this.byTag.delete(tag)
    this.byTag.set(tag, version)
    version.tags = [...version.tags, tag]
    this.#changed()
    return loser
  }

  #loseTag(version: StoredVersion, tag: string, change: Change, at: number): void {
    this.recent.record(change, at, version.id, version)
    version.tags = version.tags.filter((other) => other !== tag)
  }

  #touch(version: StoredVersion, reason: Assumptions['updatedAtOn'][number], now: number): void {
    if (!this.#assumptions.updatedAtOn.includes(reason)) return
    version.updatedAt = now
    this.#changed()
  }

  #changed(): void {
    this.revision += 1
    this.versions.changed()
  }
}

export function packageKey(owner: string, type: PackageType, name: string): string {
  return `${type}/${owner.toLowerCase()}/${name}`
}
