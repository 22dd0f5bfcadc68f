import { failureOf } from '../domain/failure.js'
import type { Owner, PackageRef } from '../domain/package.js'
import type { Version } from '../domain/version.js'
import type { Ports } from './ports.js'

/**
 * Ids of those of `suspects` that GitHub proves to be deleted: it says when, or its list of deleted versions has them. That
 * it does not find one proves nothing. `active`: the list that showed them.
 */
export async function provenGone(
  { packages, stop }: Pick<Ports, 'packages' | 'stop'>,
  owner: Owner,
  ref: PackageRef,
  suspects: readonly Pick<Version, 'id'>[],
  active: readonly Version[]
): Promise<ReadonlySet<number>> {
  const ids = suspects.map(({ id }) => id)
  const states = await Promise.all(ids.map((id) => packages.stateOf(owner, ref, id, stop.signal)))
  const gone = ids.filter((_, i) => states[i] === 'deleted')
  const open = new Set(ids.filter((_, i) => states[i] === undefined))
  if (open.size === 0) return new Set(gone)
  const deleted = await deletedVersions()
  const others = new Set(active.map(({ id }) => id).filter((id) => !open.has(id)))
  // Where it shows active versions, too, GitHub may not have heeded `state`.
  const mixed = deleted.some(({ id, deletedAt }) => deletedAt === undefined && others.has(id))
  const listed = deleted.filter(({ id, deletedAt }) => open.has(id) && !(mixed && deletedAt === undefined))
  return new Set([...gone, ...listed.map(({ id }) => id)])

  async function deletedVersions(): Promise<readonly Version[]> {
    try {
      return await packages.listVersions(owner, ref, 'deleted')
    } catch (error) {
      const failure = failureOf(error)
      if (failure.code === 'cancelled' || failure.code === 'rate-limit') throw failure
      return []
    }
  }
}
