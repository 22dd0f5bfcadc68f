import type { Closure } from '../graph/closure.js'
import type { Node } from '../graph/graph.js'
import type { Unit } from '../graph/units.js'
import type { Decided } from './decide.js'

/** What a package would delete without a budget. */
export interface Draft {
  readonly decided: Decided
  readonly closure: Closure
  readonly violation: unknown
}

/**
 * `delete-limit`, 1 or more: the units of all packages that go in this run, oldest first and whole; a unit larger than the limit
 * goes alone. Returns those that are put off. A version that units share counts with the last of them.
 */
export function deferOverLimit(drafts: readonly Draft[], limit: number | undefined): ReadonlySet<Unit> {
  const put = new Set<Unit>()
  if (limit === undefined) return put
  const queue = drafts
    .filter(({ violation }) => violation === undefined)
    .flatMap((own) => goingUnits(own).map((unit) => ({ unit, members: goingMembers(own, unit) })))
    .sort((a, b) => (a.unit.time ?? 0) - (b.unit.time ?? 0) || a.unit.root.version.id - b.unit.root.version.id)
  const waits = new Map<Node, number>()
  for (const { unit, members } of queue) {
    if (unit.root.follows) continue
    for (const node of members) waits.set(node, (waits.get(node) ?? 0) + 1)
  }
  let spent = 0
  let full = false
  for (const { unit, members } of queue) {
    const { root } = unit
    // A replaced fallback index holds nothing: it is deleted with what it follows, where it has been counted, or alone.
    const cost = root.follows ? Number(waits.get(root) !== 0) : members.filter((node) => waits.get(node) === 1).length
    if (full || (spent > 0 && spent + cost > limit)) {
      full = true
      put.add(unit)
      continue
    }
    if (!root.follows) for (const node of members) waits.set(node, (waits.get(node) ?? 0) - 1)
    spent += cost
    full = spent >= limit
  }
  return put
}

const goingUnits = ({ decided, closure }: Draft): readonly Unit[] =>
  decided.units.units.filter(({ root }) => closure.deleted.has(root))

const goingMembers = ({ closure }: Draft, { members }: Unit): readonly Node[] =>
  [...members].filter((node) => closure.deleted.has(node))
