import { type Node, reach } from './graph.js'
import type { Unit, UnitGraph } from './units.js'

/**
 * The versions that are deleted with these units: their members that no kept unit reaches. Every kept unit, named or untagged,
 * keeps what it reaches. Only a replaced fallback index keeps nothing: it is deleted with what it follows, or earlier on its own.
 */
export function deletedWith({ nodes, units }: UnitGraph, isDeleted: (unit: Unit) => boolean): ReadonlySet<Node> {
  const deletedUnits = units.filter(isDeleted)
  const holding = units.filter((unit) => !isDeleted(unit) && !unit.root.follows)
  const early = new Set(deletedUnits.filter(({ root }) => root.follows).map(({ root }) => root))
  const retained = reach(
    holding.map(({ root }) => root),
    early
  )
  const deleted = new Set<Node>()
  for (const { members } of deletedUnits) for (const member of members) if (!retained.has(member)) deleted.add(member)
  // A version that only a kept replaced fallback index owns is kept with it, and keeps what it owns itself.
  for (let before = -1; before !== deleted.size; ) {
    before = deleted.size
    const staying = nodes.filter((node) => !deleted.has(node) && !node.follows)
    for (const node of reach(staying, early)) deleted.delete(node)
  }
  return deleted
}

/** Whether it owns something with a name, however far down. */
export function ownsNamed({ root, members }: Unit): boolean {
  return [...members].some((member) => member !== root && member.names.length > 0)
}

/**
 * Members of deleted units that only kept untagged indexes keep, and those indexes. A build that pushes each platform by digest
 * leaves such indexes behind.
 */
export function heldByUntagged(
  { units }: UnitGraph,
  isDeleted: (unit: Unit) => boolean
): { readonly held: ReadonlySet<Node>; readonly holders: readonly Unit[] } {
  const deletedUnits = units.filter(isDeleted)
  const isKept = (unit: Unit): boolean => !isDeleted(unit) && !unit.root.follows
  const indexes = units.filter((unit) => isKept(unit) && isUntaggedIndex(unit.root))
  const without = new Set(indexes)
  const firm = reach(units.filter((unit) => isKept(unit) && !without.has(unit)).map(({ root }) => root))
  const wanted = new Set(deletedUnits.flatMap(({ members }) => [...members]).filter((member) => !firm.has(member)))
  const holders = indexes.filter(({ members }) => [...members].some((node) => wanted.has(node)))
  const held = new Set(holders.flatMap(({ members }) => [...members]).filter((node) => wanted.has(node)))
  return { held, holders }
}

/** Whether it is an index without any tag, as builds by digest and replaced fallback indexes leave them. */
export const isUntaggedIndex = ({ version, manifest }: Node): boolean =>
  version.tags.length === 0 && manifest?.kind === 'index'
