import type { PackageType } from '../simulator/world/package.js'
import type { Serving } from './servers.js'

/** What a run was like, as far as it decides how many requests it needs. */
export interface Occasion {
  readonly type: PackageType
  /** With equal shares of the versions. */
  readonly packages: number
  readonly versions: number
  /** 0 in a dry run, and where there are several packages. */
  readonly deletions: number
  readonly counts: Serving['counts']
  /** Manifests are at hand from an earlier run. */
  readonly warm: boolean
}

export interface Expected {
  readonly list: number
  readonly get: number
  readonly delete: number
  readonly manifest: number
  /** Account, registry challenge and token. */
  readonly other: number
}

const pages = (versions: number): number => Math.max(1, Math.ceil(versions / 100))

/**
 * The fewest requests that a right verdict needs:
 *
 * - list: `ceil(V/100)` to plan. To delete: the same again right before the first deletion; the first page once more for
 *   every 16 deletions; and what is left plus what was deleted, at the end.
 * - get: the package, or one list of all packages. To delete what can change (container, docker): once more each version, right before it goes.
 * - manifest: those that no index lists and indexes that an index lists, once; none that a cache knows.
 */
export function expected({ type, packages, versions, deletions, counts, warm }: Occasion): Expected {
  const changes = type === 'container' || type === 'docker'
  const closing = changes ? pages(versions - deletions) + pages(deletions) : 0
  const looks = type === 'container' ? Math.floor(deletions / 16) : 0
  const manifest = counts === undefined || warm ? 0 : counts.unlisted + counts.nestedIndexes
  return {
    list: packages * pages(Math.floor(versions / packages)) + (deletions === 0 ? 0 : pages(versions) + looks + closing),
    get: 1 + (changes ? deletions : 0),
    delete: deletions,
    manifest,
    other: 1 + (manifest > 0 ? 1 + packages : 0) + (type === 'npm' ? (deletions === 0 ? packages : 3) : 0)
  }
}

export const total = (each: Expected): number => each.list + each.get + each.delete + each.manifest + each.other
