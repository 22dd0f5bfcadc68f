import { type Node, reach } from './graph.js'
import type { Unit, Units } from './units.js'

export interface Closure {
  /** Versions that are deleted: members of units that go, less members of units that stay. */
  readonly deleted: ReadonlySet<Node>
  /** Everything that a staying unit reaches. */
  readonly retained: ReadonlySet<Node>
}

/**
 * Whatever stays protects what it reaches: named units and untagged ones alike. Only a replaced fallback index holds nothing:
 * it is deleted with what it
 * follows, or earlier on its own.
 */
export function computeClosure({ nodes, units }: Units, goes: (unit: Unit) => boolean): Closure {
  const going = units.filter(goes)
  if (going.length === 0) return { deleted: new Set(), retained: new Set(nodes) }
  const holding = units.filter((unit) => !goes(unit) && !unit.root.follows)
  const early = new Set(going.filter(({ root }) => root.follows).map(({ root }) => root))
  const retained = reach(
    holding.map(({ root }) => root),
    early
  )
  const deleted = new Set<Node>()
  for (const { members } of going) for (const member of members) if (!retained.has(member)) deleted.add(member)
  return { deleted, retained }
}

/** Whether something that it owns, however far down, has a name. */
export function ownsNamed({ root, members }: Unit): boolean {
  return [...members].some((member) => member !== root && member.names.length > 0)
}

/**
 * What untagged indexes that stay alone hold of the units that go, and those indexes: a build that pushes each platform by its
 * digest leaves them behind.
 */
export function heldByUntagged(
  { units }: Units,
  goes: (unit: Unit) => boolean
): { readonly held: ReadonlySet<Node>; readonly holders: readonly Unit[] } {
  const nothing = { held: new Set<Node>(), holders: [] }
  const going = units.filter(goes)
  const stays = (unit: Unit): boolean => !goes(unit) && !unit.root.follows
  const indexes = units.filter((unit) => stays(unit) && isUntaggedIndex(unit.root))
  if (going.length === 0 || indexes.length === 0) return nothing
  const without = new Set(indexes)
  const firm = reach(units.filter((unit) => stays(unit) && !without.has(unit)).map(({ root }) => root))
  const wanted = new Set(going.flatMap(({ members }) => [...members]).filter((member) => !firm.has(member)))
  const holders = indexes.filter(({ root, members }) => [...members].some((node) => node !== root && wanted.has(node)))
  const held = new Set(holders.flatMap(({ members }) => [...members]).filter((node) => wanted.has(node)))
  return holders.length === 0 ? nothing : { held, holders }
}

export const isUntaggedIndex = ({ version, manifest }: Node): boolean =>
  version.tags.length === 0 && manifest?.kind === 'index'
