import type { Packages } from '../app/ports.js'
import { Failure } from '../domain/failure.js'
import type { Owner, PackageInfo, PackageRef, PackageType } from '../domain/package.js'
import type { Version } from '../domain/version.js'
import { familyOf, named, packageAt, versionAt } from './address.js'
import type { Reads } from './change.js'
import { type Client, type Query, sendRead } from './client.js'
import { createDeletions } from './deletions.js'
import { partialResults } from './failures.js'
import { findOwner } from './owner.js'
import { listOf, readPage, readPages } from './pages.js'
import { createRestores } from './restores.js'
import { readPackage, readVersion } from './wire.js'

export interface PackagesOptions {
  /** Is called with what the answers leave out. */
  readonly warn: (text: string) => void
  /** Is called with the name of a long list and how many pages it has; returns what to call with how many of them are read. */
  readonly progress?: (list: string, pages: number) => (done: number) => void
}

/** GitHub's Packages REST API for organizations, users and the token's own account. */
export function createPackages(client: Client, { warn, progress }: PackagesOptions): Packages {
  async function listPackages(owner: Owner, type: PackageType): Promise<readonly PackageInfo[]> {
    const { path, parameters } = familyOf(owner)
    const query: Query = {
      kind: 'list',
      asked: { doing: `list the ${type} packages of ${owner.login}`, needs: 'read', lists: true },
      route: `GET ${path}/packages`,
      parameters: { ...parameters, package_type: type }
    }
    const report = (pages: number) => progress?.(`${type} packages: pages of the list`, pages)
    const pages = await readPages(client, query, (item) => readPackage(item, owner.login, type), report)
    for (const text of new Set(pages.map((page) => partialResults(page.headers)))) if (text !== undefined) warn(text)
    return unique(pages.flatMap((page) => page.items))
  }

  async function dockerConflicts(owner: Owner): Promise<readonly PackageInfo[]> {
    const { path, parameters } = familyOf(owner)
    const asked = { doing: `list the docker migration conflicts of ${owner.login}`, needs: 'read' } as const
    const query: Query = { kind: 'list', asked, route: `GET ${path}/docker/conflicts`, parameters }
    const read = listOf((item) => readPackage(item, owner.login, 'docker'))
    return (await sendRead(client, query, read)).value
  }

  async function getPackage(owner: Owner, type: PackageType, name: string): Promise<PackageInfo> {
    const ref = { owner: owner.login, type, name }
    const { path, parameters } = packageAt(owner, ref)
    const asked = { doing: `read the ${named(ref)}`, needs: 'read' } as const
    const query: Query = { kind: 'get', asked, route: `GET ${path}`, parameters }
    return (await sendRead(client, query, (data) => readPackage(data, owner.login, type))).value
  }

  function versionsQuery(owner: Owner, ref: PackageRef, state: 'active' | 'deleted'): Query {
    const { path, parameters } = packageAt(owner, ref)
    return {
      kind: 'list',
      asked: { doing: `list the ${state === 'deleted' ? 'deleted ' : ''}versions of the ${named(ref)}`, needs: 'read' },
      route: `GET ${path}/versions`,
      parameters: state === 'deleted' ? { ...parameters, state } : parameters
    }
  }

  async function listVersions(owner: Owner, ref: PackageRef, state: 'active' | 'deleted'): Promise<readonly Version[]> {
    const query = versionsQuery(owner, ref, state)
    const what = `${ref.name}: pages of the list${state === 'deleted' ? ' of deleted versions' : ''}`
    const report = (pages: number) => progress?.(what, pages)
    const list = async () => {
      const pages = await readPages(client, query, (item) => readVersion(item, ref.type), report)
      return pages.flatMap((page) => page.items)
    }
    const versions = await list()
    const distinct = unique(versions)
    // A version seen twice means that pages shifted while they were read, so another may have been missed.
    return inState(state, distinct.length === versions.length ? distinct : unique(await list()))
  }

  async function findVersion(
    owner: Owner,
    ref: PackageRef,
    id: number,
    stop?: AbortSignal
  ): Promise<Version | undefined> {
    const { path, parameters } = versionAt(owner, ref, id)
    const asked = { doing: `read version ${id} of the ${named(ref)}`, needs: 'read' } as const
    const query: Query = { kind: 'get', asked, route: `GET ${path}`, parameters, stop }
    try {
      return (await sendRead(client, query, (data) => readVersion(data, ref.type))).value
    } catch (error) {
      if (error instanceof Failure && error.code === 'not-found') return undefined
      throw error
    }
  }

  const reads: Reads = {
    getPackage,
    async getVersion(...which) {
      const version = await findVersion(...which)
      return version === undefined || isDeleted(version) ? undefined : version
    }
  }
  return {
    checkRights: (needed) => client.checkRights(needed),
    budget: () => client.budget(),
    serverTime: () => client.serverTime(),
    owner: (login) => findOwner(client, login),
    listPackages,
    dockerConflicts,
    listVersions,
    async listVersionsPage(owner, ref, page, stop) {
      const query = { ...versionsQuery(owner, ref, 'active'), stop }
      const { items } = await readPage(client, query, page, (item) => readVersion(item, ref.type))
      return inState('active', unique(items))
    },
    ...reads,
    async stateOf(...which) {
      const version = await findVersion(...which)
      return version && (isDeleted(version) ? 'deleted' : 'active')
    },
    ...createDeletions(client, reads),
    ...createRestores(client, reads)
  }
}

/** GitHub may still show a deleted version for a while, with the time of its deletion. */
function isDeleted({ deletedAt }: Version): boolean {
  return deletedAt !== undefined
}

function inState(state: 'active' | 'deleted', versions: readonly Version[]): readonly Version[] {
  return state === 'active' ? versions.filter((version) => !isDeleted(version)) : versions
}

function unique<T extends { readonly id: number }>(items: readonly T[]): readonly T[] {
  return [...new Map(items.map((item) => [item.id, item])).values()]
}
