import type { Version } from '../domain/version.js'
import type { Ports } from './ports.js'

/** Waits, in milliseconds, for GitHub and its registry to show what was just changed. */
export const LAG = [1_000, 2_000, 4_000, 8_000]

/** Looks until it is `settled`, at most 15 s long; returns what was seen last. Only a cancellation ends the waiting. */
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

/**
 * Whether an answer to `state=deleted` is the list of active versions all the same. That GitHub heeds the parameter below
 * `/users/{username}` is documented nowhere. Some versions may be in both lists for a while, after a restore.
 */
export function ignoresState(deleted: readonly Version[], active: readonly Version[]): boolean {
  const ids = new Set(active.map(({ id }) => id))
  const inBoth = deleted.filter(({ id, deletedAt }) => deletedAt === undefined && ids.has(id))
  return inBoth.length * 2 > deleted.length
}
