import { type Node, reach } from './graph.js'
import type { Unit, Units } from './units.js'

export interface Closure {
  /** Members of deleted units that no kept unit reaches. */
  readonly deleted: ReadonlySet<Node>
  /** Everything that a kept unit reaches. */
  readonly retained: ReadonlySet<Node>
}

/**
 * Every kept unit, named or untagged, keeps what it reaches. Only a replaced fallback index keeps nothing: it is deleted with
 * what it follows, or earlier on its own.
 */
export function computeClosure({ nodes, units }: Units, isDeleted: (unit: Unit) => boolean): Closure {
  const deletedUnits = units.filter(isDeleted)
  if (deletedUnits.length === 0) return { deleted: new Set(), retained: new Set(nodes) }
  const holding = units.filter((unit) => !isDeleted(unit) && !unit.root.follows)
  const early = new Set(deletedUnits.filter(({ root }) => root.follows).map(({ root }) => root))
  const retained = reach(
    holding.map(({ root }) => root),
    early
  )
  const deleted = new Set<Node>()
  for (const { members } of deletedUnits) for (const member of members) if (!retained.has(member)) deleted.add(member)
  return { deleted, retained }
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
  { units }: Units,
  isDeleted: (unit: Unit) => boolean
): { readonly held: ReadonlySet<Node>; readonly holders: readonly Unit[] } {
  const nothing = { held: new Set<Node>(), holders: [] }
  const deletedUnits = units.filter(isDeleted)
  const isKept = (unit: Unit): boolean => !isDeleted(unit) && !unit.root.follows
  const indexes = units.filter((unit) => isKept(unit) && isUntaggedIndex(unit.root))
  if (deletedUnits.length === 0 || indexes.length === 0) return nothing
  const without = new Set(indexes)
  const firm = reach(units.filter((unit) => isKept(unit) && !without.has(unit)).map(({ root }) => root))
  const wanted = new Set(deletedUnits.flatMap(({ members }) => [...members]).filter((member) => !firm.has(member)))
  const holders = indexes.filter(({ root, members }) => [...members].some((node) => node !== root && wanted.has(node)))
  const held = new Set(holders.flatMap(({ members }) => [...members]).filter((node) => wanted.has(node)))
  return holders.length === 0 ? nothing : { held, holders }
}

export const isUntaggedIndex = ({ version, manifest }: Node): boolean =>
  version.tags.length === 0 && manifest?.kind === 'index'
