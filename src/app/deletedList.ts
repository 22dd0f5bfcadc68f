import type { Version } from '../domain/version.js'

/**
 * Whether an answer to `state=deleted` is the list of active versions all the same. That GitHub heeds the parameter below
 * `/users/{username}` is documented nowhere. Some versions may be in both lists for a while, after a restore.
 */
export function ignoresState(deleted: readonly Version[], active: readonly Version[]): boolean {
  const ids = new Set(active.map(({ id }) => id))
  const inBoth = deleted.filter(({ id, deletedAt }) => deletedAt === undefined && ids.has(id))
  return inBoth.length * 2 > deleted.length
}
