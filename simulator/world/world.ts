import type { Artifact } from '../artifact.js'
import { type Assumptions, DEFAULT_ASSUMPTIONS } from './assumptions.js'
import { cascadeOf } from './cascade.js'
import { type Clock, runningClock } from './clock.js'
import { checkTag, type TagCheck } from './graph.js'
import { type PackageType, packageKey, StoredPackage, type Visibility } from './package.js'
import type { StoredRepository } from './repository.js'
import { type Snapshot, snapshotOf } from './snapshot.js'
import { createToken, type Token, type TokenFacts } from './token.js'
import { RESTORE_WINDOW_MS, type StoredVersion } from './version.js'

export interface Account {
  readonly id: number
  readonly login: string
  readonly type: 'Organization' | 'User'
  /** Requires single sign-on of classic tokens. */
  readonly sso: boolean
}

export interface PackageRef {
  readonly owner: string
  readonly type: PackageType
  readonly name: string
}

export interface NewPackage extends PackageRef {
  readonly visibility?: Visibility
  readonly repository?: string
  readonly createdAt?: number
  readonly distTags?: Readonly<Record<string, string>>
  readonly dockerConflict?: boolean
}

/** Times are milliseconds since the epoch; a time left out is now. */
export interface NewVersion {
  readonly name: string
  readonly id?: number
  readonly tags?: readonly string[]
  readonly createdAt?: number
  readonly updatedAt?: number
  readonly deletedAt?: number
  readonly downloads?: number
}

/** Everything that the server knows. Its methods change it behind the back of clients: they need no rights and refuse nothing. */
export class World {
  readonly clock: Clock
  readonly assumptions: Assumptions
  readonly accounts = new Map<string, Account>()
  readonly repositories = new Map<string, StoredRepository>()
  readonly tokens = new Map<string, Token>()
  readonly #packages = new Map<string, StoredPackage>()
  #deletedPackages: StoredPackage[] = []
  #lastId = 100_000_000

  constructor(options: { readonly clock?: Clock; readonly assumptions?: Partial<Assumptions> } = {}) {
    this.clock = options.clock ?? runningClock()
    this.assumptions = { ...DEFAULT_ASSUMPTIONS, ...options.assumptions }
  }

  addOwner(login: string, type: Account['type'] = 'Organization', facts: { readonly sso?: boolean } = {}): Account {
    const account = { id: this.#nextId(), login, type, sso: facts.sso ?? false }
    this.accounts.set(login.toLowerCase(), account)
    return account
  }

  addRepository(fullName: string, facts: Partial<Omit<StoredRepository, 'id' | 'fullName'>> = {}): StoredRepository {
    const repository = {
      private: false,
      releases: [],
      tags: [],
      branches: ['main'],
      defaultBranch: 'main',
      pulls: [],
      environments: [],
      deployments: [],
      ...facts,
      id: this.#nextId(),
      fullName
    }
    this.repositories.set(fullName.toLowerCase(), repository)
    return repository
  }

  /** What is left out of the facts is allowed. The account of a person is made if it is not there. */
  addToken(facts: TokenFacts): Token {
    const token = createToken(facts)
    const person = token.kind !== 'workflow' && token.kind !== 'installation'
    if (person && this.account(token.login) === undefined) this.addOwner(token.login, 'User')
    this.tokens.set(token.value, token)
    return token
  }

  /** From now on the token is answered with 401. */
  revokeToken(value: string): void {
    this.tokens.delete(value)
  }

  addPackage(facts: NewPackage): StoredPackage {
    const { distTags = {}, visibility = 'private', createdAt = this.clock.now(), ...rest } = facts
    const stored = new StoredPackage(
      { ...rest, id: this.#nextId(), visibility, createdAt },
      this.clock,
      this.assumptions
    )
    for (const [tag, version] of Object.entries(distTags)) stored.distTags.set(tag, version)
    this.#packages.set(stored.key, stored)
    return stored
  }

  addVersion(ref: PackageRef, facts: NewVersion): StoredVersion {
    const stored = this.packageAt(ref)
    const version = this.#insert(stored, facts)
    if (facts.deletedAt !== undefined) stored.remove(version.id, facts.deletedAt)
    return version
  }

  /**
   * Pushes manifests in their order, each with its own tags, and the last one with `tags` too. A digest that is there
   * makes no new version: the tags join it. The first push makes the package. Returns the version of the last one.
   */
  push(
    owner: string,
    name: string,
    artifacts: readonly Artifact[],
    tags: readonly string[] = [],
    time = this.clock.now()
  ): StoredVersion {
    const ref: PackageRef = { owner, type: 'container', name }
    const stored = this.package(ref) ?? this.addPackage({ ...ref, createdAt: time })
    const root = artifacts.at(-1)
    if (root === undefined) throw new Error(`push to ${owner}/${name}: no artifacts`)
    for (const artifact of artifacts) {
      const own = artifact.tags ?? []
      this.#put(stored, artifact, artifact === root ? [...own, ...tags] : own, time)
    }
    const version = stored.byName.get(root.digest)
    if (version === undefined) throw new Error(`push to ${owner}/${name}: ${root.digest} is not there`)
    return version
  }

  /** Puts the tag on a digest that is there, taking it from the version that had it. */
  tag(owner: string, name: string, tag: string, digest: string): void {
    const stored = this.packageAt({ owner, type: 'container', name })
    const version = stored.byName.get(digest)
    if (version === undefined) throw new Error(`${owner}/${name} has no ${digest}`)
    stored.setTag(tag, version, this.clock.now())
  }

  /** As `tag`, with the digest that another tag names. */
  retag(owner: string, name: string, tag: string, toTag: string): void {
    const digest = this.resolveTag(owner, name, toTag)
    if (digest === undefined) throw new Error(`${owner}/${name} has no tag ${toTag}`)
    this.tag(owner, name, tag, digest)
  }

  /** False if there is no active version with this id. */
  deleteVersion(ref: PackageRef, id: number): boolean {
    const stored = this.packageAt(ref)
    const version = stored.versions.get(id)
    if (version === undefined || version.deletedAt !== undefined) return false
    for (const entry of cascadeOf(stored, version, this.assumptions)) stored.remove(entry.id)
    return stored.remove(id)
  }

  restoreVersion(ref: PackageRef, id: number): ReturnType<StoredPackage['restore']> {
    return this.packageAt(ref).restore(id)
  }

  /** False if there is no such package. */
  deletePackage(ref: PackageRef): boolean {
    const stored = this.package(ref)
    if (stored === undefined) return false
    stored.deletedAt = this.clock.now()
    this.#packages.delete(stored.key)
    this.#deletedPackages.push(stored)
    return true
  }

  /** The one deleted last, if several had the name. */
  restorePackage(ref: PackageRef): 'done' | 'not-deleted' | 'expired' | 'name-taken' {
    const key = packageKey(ref.owner, ref.type, ref.name)
    const stored = this.#deletedPackages.findLast((deleted) => deleted.key === key)
    if (stored?.deletedAt === undefined) return 'not-deleted'
    if (this.#packages.has(key)) return 'name-taken'
    if (this.clock.now() - stored.deletedAt > RESTORE_WINDOW_MS) return 'expired'
    stored.deletedAt = undefined
    this.#deletedPackages = this.#deletedPackages.filter((deleted) => deleted !== stored)
    this.#packages.set(key, stored)
    return 'done'
  }

  account(login: string): Account | undefined {
    return this.accounts.get(login.toLowerCase())
  }

  package(ref: PackageRef): StoredPackage | undefined {
    return this.#packages.get(packageKey(ref.owner, ref.type, ref.name))
  }

  /** As `package`; throws if it is not there. */
  packageAt(ref: PackageRef): StoredPackage {
    const stored = this.package(ref)
    if (stored === undefined) throw new Error(`there is no ${ref.type} package ${ref.owner}/${ref.name}`)
    return stored
  }

  packages(): IterableIterator<StoredPackage> {
    return this.#packages.values()
  }

  resolveTag(owner: string, name: string, tag: string): string | undefined {
    return this.package({ owner, type: 'container', name })?.byTag.get(tag)?.name
  }

  /** Whether everything under the tag can be pulled. */
  checkTag(owner: string, name: string, tag: string, type: 'container' | 'docker' = 'container'): TagCheck {
    return checkTag(this.package({ owner, type, name }), tag)
  }

  snapshot(): Snapshot {
    return snapshotOf([...this.#packages.values(), ...this.#deletedPackages])
  }

  #put(stored: StoredPackage, artifact: Artifact, tags: readonly string[], time: number): void {
    const there = stored.byName.get(artifact.digest)
    if (there !== undefined) {
      stored.pushAgain(there, tags, time)
      return
    }
    const deleted =
      this.assumptions.pushOfDeleted === 'same-version'
        ? stored.versions.list('deleted').find((version) => version.name === artifact.digest)
        : undefined
    if (deleted !== undefined) {
      stored.revive(deleted, tags, time)
      return
    }
    stored.manifests.set(artifact.digest, { mediaType: artifact.mediaType, body: artifact.body })
    this.#insert(stored, { name: artifact.digest, tags, createdAt: time }, time)
  }

  #insert(stored: StoredPackage, facts: NewVersion, now?: number): StoredVersion {
    const createdAt = facts.createdAt ?? this.clock.now()
    const version: StoredVersion = {
      id: facts.id ?? this.#nextId(),
      name: facts.name,
      createdAt,
      updatedAt: facts.updatedAt ?? createdAt,
      deletedAt: undefined,
      tags: facts.tags ?? [],
      downloads: facts.downloads ?? 0
    }
    stored.add(version, now)
    stored.updatedAt = Math.max(stored.updatedAt, createdAt)
    return version
  }

  #nextId(): number {
    this.#lastId += 1
    return this.#lastId
  }
}
