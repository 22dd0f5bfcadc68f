import { type Node, reach } from './graph.js'
import type { Unit, Units } from './units.js'

export interface Closure {
  /** Versions that go: members of units that go, less members of units that stay. */
  readonly deleted: ReadonlySet<Node>
  /** Everything that a staying unit reaches. */
  readonly retained: ReadonlySet<Node>
}

/**
 * Whatever stays protects what it reaches: named units and untagged ones alike.
 * `blind`: something that could own members is unknown, so only roots that people named may go.
 */
export function computeClosure({ nodes, units }: Units, goes: (unit: Unit) => boolean, blind: boolean): Closure {
  const going = units.filter(goes)
  if (going.length === 0) return { deleted: new Set(), retained: new Set(nodes) }
  const retained = reach(units.filter((unit) => !goes(unit)).map(({ root }) => root))
  const deleted = new Set<Node>()
  for (const unit of going) {
    // A tagged part stays in doubt; without its owner the next run would take it for a unit that nothing owns.
    if (blind && ownsNamed(unit)) continue
    for (const member of unit.members) {
      if (retained.has(member)) continue
      if (blind && (member.names.length === 0 || member.owners.size > 0)) continue
      deleted.add(member)
    }
  }
  return { deleted, retained }
}

/** Whether something that it owns, however far down, has a name. */
export function ownsNamed({ root, members }: Unit): boolean {
  return [...members].some((member) => member !== root && member.names.length > 0)
}
