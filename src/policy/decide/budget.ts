import type { Node } from '../graph/graph.js'
import { oldestUnitFirst, type Unit } from '../graph/units.js'
import type { Decided } from './decide.js'

/** What a package would delete without `delete-limit`. */
interface PackageDeletions {
  readonly decided: Decided
  readonly deleted: ReadonlySet<Node>
  readonly violation: unknown
}

/**
 * The units that `delete-limit` (1 or more) leaves to a later run. Units of all packages are deleted oldest first and whole; one
 * that is larger than the limit is deleted alone. A version that units share counts with the last of them.
 */
export function deferOverLimit(packages: readonly PackageDeletions[], limit: number | undefined): ReadonlySet<Unit> {
  const deferred = new Set<Unit>()
  if (limit === undefined) return deferred
  const queue = packages
    .filter(({ violation }) => violation === undefined)
    .flatMap(({ decided, deleted }) =>
      decided.graph.units
        .filter(({ root }) => deleted.has(root))
        .map((unit) => ({ unit, members: [...unit.members].filter((node) => deleted.has(node)) }))
    )
    .sort((a, b) => oldestUnitFirst(a.unit, b.unit))
  const waits = new Map<Node, number>()
  for (const { unit, members } of queue) {
    if (unit.root.follows) continue
    for (const node of members) waits.set(node, (waits.get(node) ?? 0) + 1)
  }
  let spent = 0
  let full = false
  for (const { unit, members } of queue) {
    const { root } = unit
    // A replaced fallback index holds nothing: it is deleted with what it follows, where it has been counted, or with what it
    // alone owns.
    const counts = root.follows
      ? (node: Node) => (node === root ? waits.get(node) !== 0 : !waits.has(node))
      : (node: Node) => waits.get(node) === 1
    const cost = members.filter(counts).length
    if (full || (spent > 0 && spent + cost > limit)) {
      full = true
      deferred.add(unit)
      continue
    }
    if (!root.follows) for (const node of members) waits.set(node, (waits.get(node) ?? 0) - 1)
    spent += cost
    full = spent >= limit
  }
  return deferred
}
