import type { Owner, PackageRef } from '../domain/package.js'
import type { Version } from '../domain/version.js'
import type { Ports } from './ports.js'

/** Waits, in milliseconds, for GitHub and its registry to show what was just changed. */
export const LAG = [1_000, 2_000, 4_000, 8_000]

/** Looks until the answer is `settled`, for at most 15 s; returns the last answer. Only a cancellation ends the waiting. */
export async function lookUntil<T>(
  { clock, stop }: Pick<Ports, 'clock' | 'stop'>,
  look: () => Promise<T>,
  settled: (seen: T) => boolean
): Promise<T> {
  let seen = await look()
  for (const wait of LAG) {
    if (settled(seen)) break
    await clock.sleep(wait, stop.cancelled)
    seen = await look()
  }
  return seen
}

export interface BothLists {
  readonly active: readonly Version[]
  readonly deleted: readonly Version[]
  /** GitHub answered with the active versions in place of the deleted ones. */
  readonly ignored: boolean
}

/** Throws `Failure` where one of the lists cannot be read. */
export async function readBothLists(
  { packages }: Pick<Ports, 'packages'>,
  owner: Owner,
  ref: PackageRef
): Promise<BothLists> {
  const [active, deleted] = await Promise.all([
    packages.listVersions(owner, ref, 'active'),
    packages.listVersions(owner, ref, 'deleted')
  ])
  const ignored = ignoresState(deleted, active)
  return { active, deleted: ignored ? [] : deleted, ignored }
}

/**
 * Whether an answer to `state=deleted` is in fact the list of active versions. GitHub does not document that it heeds the
 * parameter below `/users/{username}`. After a restore a version may be in both lists for a while.
 */
export function ignoresState(deleted: readonly Version[], active: readonly Version[]): boolean {
  const ids = new Set(active.map(({ id }) => id))
  const inBoth = deleted.filter(({ id, deletedAt }) => deletedAt === undefined && ids.has(id))
  return inBoth.length * 2 > deleted.length
}
