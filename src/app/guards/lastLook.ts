import { endsRun, failureOf } from '../../domain/failure.js'
import type { PackageRef } from '../../domain/package.js'
import type { Version } from '../../domain/version.js'
import type { ExecutionContext } from '../executionContext.js'
import { PER_PAGE } from '../ports.js'

/** Milliseconds after which the answer for a page is too old for a deletion that is sent now. */
export const OLDEST_LOOK_MS = 3000

/** About the number of deletions that can be sent before a look is too old. */
const BURST = 16
/** After this many misses, pages are read only while they serve more deletions than they miss. */
const SOME_MISSES = 3
/** A page that took too long because of GitHub's limits is read once more; after that the version is read by itself. */
const PAGE_READS = 2

/** Watches for one way in which a version may come into use while deletions go on. */
export interface DeletionGuard {
  /** Says why this version must be kept; asked right before its deletion is sent. */
  reasonToKeep(version: Version): Promise<string | undefined>
  /** Is called when GitHub has answered a deletion. */
  deleted?(version: Version): void
}

export interface LastLook {
  /**
   * The version as it is now, right before its deletion is sent; `undefined` if it is gone. A page of the list serves all
   * deletions that are sent within `OLDEST_LOOK_MS`; a version that is not on its expected page is read by itself.
   */
  at(version: Version): Promise<Version | undefined>
  /** Reads a page of the list for another purpose; it serves deletions too. */
  readPage(page: number): Promise<readonly Version[]>
  deleted(version: Version): void
}

/** `listed`: all versions in the order of the list; `wanted`: those to delete, in the order of their deletions. */
export function createLastLook(
  { ports, owner }: Pick<ExecutionContext, 'ports' | 'owner'>,
  ref: PackageRef,
  listed: readonly Version[],
  wanted: readonly Version[]
): LastLook {
  const { packages, clock, stop } = ports
  /** Ids of the versions that are still in the list, in its order, as far as this run knows. */
  const standing = listed.map(({ id }) => id)
  const order = new Map(wanted.map(({ id }, index) => [id, index]))
  const seen = new Map<number, { readonly at: number; readonly version: Version }>()
  const reading = new Map<number, Promise<readonly Version[]>>()
  /** How many places the list grew in front of the known versions: others push and delete too. */
  let drift = 0
  let served = 0
  let missed = 0

  function pageOf(id: number): number | undefined {
    const place = standing.indexOf(id) + drift
    return standing.includes(id) && place >= 0 ? Math.floor(place / PER_PAGE) + 1 : undefined
  }

  /** The page where the version is expected; `undefined` if reading it would save no request. */
  function worthwhilePage(id: number): number | undefined {
    if (missed >= SOME_MISSES && missed >= served) return undefined
    const page = pageOf(id)
    if (page === undefined || reading.has(page)) return page
    const after = (order.get(id) ?? wanted.length) + 1
    return wanted.slice(after, after + BURST).some((next) => pageOf(next.id) === page) ? page : undefined
  }

  async function readPage(page: number): Promise<readonly Version[]> {
    const at = clock.now()
    const read = packages.listVersionsPage(owner, ref, page, stop.signal)
    reading.set(page, read)
    try {
      const versions = await read
      for (const version of versions) if ((seen.get(version.id)?.at ?? 0) <= at) seen.set(version.id, { at, version })
      locate(page, versions)
      return versions
    } finally {
      if (reading.get(page) === read) reading.delete(page)
    }
  }

  function locate(page: number, versions: readonly Version[]): void {
    const index = versions.findIndex(({ id }) => standing.includes(id))
    const known = versions[index]
    if (known !== undefined) drift = (page - 1) * PER_PAGE + index - standing.indexOf(known.id)
  }

  /** Whether the version is on the page. If a list cannot be read, a single version may still be. */
  async function isOn(page: number, id: number): Promise<boolean> {
    try {
      const versions = await (reading.get(page) ?? readPage(page))
      return versions.some((version) => version.id === id)
    } catch (error) {
      const failure = failureOf(error)
      if (endsRun(failure)) throw failure
      return false
    }
  }

  function fresh(id: number): Version | undefined {
    const look = seen.get(id)
    return look !== undefined && clock.now() - look.at <= OLDEST_LOOK_MS ? look.version : undefined
  }

  return {
    async at({ id }) {
      for (let reads = 0; reads < PAGE_READS && fresh(id) === undefined; reads++) {
        const page = worthwhilePage(id)
        if (page === undefined) break
        if (await isOn(page, id)) continue
        missed += 1
        break
      }
      const is = fresh(id)
      if (is === undefined) return packages.getVersion(owner, ref, id, stop.signal)
      served += 1
      return is
    },
    readPage,
    deleted({ id }) {
      const place = standing.indexOf(id)
      if (place !== -1) standing.splice(place, 1)
    }
  }
}
