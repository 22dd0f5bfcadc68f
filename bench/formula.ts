import type { PackageType } from '../simulator/world/package.js'

/** What a run was like, as far as it decides how many requests it needs. */
export interface Occasion {
  readonly type: PackageType
  /** With equal shares of the versions. */
  readonly packages: number
  readonly versions: number
  /** 0 in a dry run, and where there are several packages. */
  readonly deletions: number
  /** Containers: versions whose manifest is read whatever is deleted. */
  readonly mustRead: number
  /** Versions that the plan deletes and that are not among those. */
  readonly shown: number
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
 *   every 16 deletions; and what is left plus what was deleted, at the end. Of what can change (container, docker) at least
 *   one page right before a deletion: the more often the longer the deletions take and the more pages they are on.
 * - get: the package, or the list of all packages. More only for versions that share their page with no other deletion.
 * - manifest: of every version that no index lists or that has a tag, of every index that an index lists, and of what two indexes
 *   describe differently; and of every other version that the plan deletes. Each once, and none that a cache knows.
 */
export function expected({ type, packages, versions, deletions, mustRead, shown, warm }: Occasion): Expected {
  const changes = type === 'container' || type === 'docker'
  const closing = changes ? pages(versions - deletions) + pages(deletions) : 0
  const looks = changes ? 1 + (type === 'container' ? Math.floor(deletions / 16) : 0) : 0
  const manifest = warm || type !== 'container' ? 0 : mustRead + shown
  return {
    list: packages * pages(Math.floor(versions / packages)) + (deletions === 0 ? 0 : pages(versions) + looks + closing),
    get: packages === 1 ? 1 : pages(packages),
    delete: deletions,
    manifest,
    other: 1 + (manifest > 0 ? 1 + packages : 0) + (type === 'npm' ? (deletions === 0 ? packages : 3) : 0)
  }
}

export const total = (each: Expected): number => each.list + each.get + each.delete + each.manifest + each.other

/** What is in flight at once with the default inputs. */
const MANIFESTS_AT_ONCE = 64
const DELETIONS_AT_ONCE = 8

/**
 * Round trips that must follow each other: owner, package, a list (its first page tells how many there are), the registry's
 * challenge, its token, manifests; then the list again, a look, the deletions, what was deleted and what is left.
 */
export function roundTrips(occasion: Occasion): number {
  const { type, packages, versions, deletions, warm } = occasion
  const { manifest } = expected(occasion)
  const list = (count: number): number => (count > 100 ? 2 : 1)
  const changes = type === 'container' || type === 'docker'
  const survey = 2 + list(versions / packages) + (type === 'npm' ? 1 : 0)
  const registry = warm || manifest === 0 ? 0 : 2 + Math.ceil(manifest / MANIFESTS_AT_ONCE)
  if (deletions === 0) return survey + registry
  const closing = changes ? list(deletions) + list(versions - deletions) : 0
  const deleting = list(versions) + (changes ? 1 : 0) + Math.ceil(deletions / DELETIONS_AT_ONCE)
  return survey + registry + deleting + closing
}
