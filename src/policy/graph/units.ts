import { Failure } from '../../domain/failure.js'
import type { Inventory } from '../../domain/inventory.js'
import { packageKey } from '../../domain/package.js'
import type { Policy, UnitState } from '../../domain/policy.js'
import { timeOf } from '../../domain/version.js'
import { aliasTarget } from '../../pattern/scheme.js'
import { buildGraph, imageEntries, type Node, newestFirst, reach } from './graph.js'
import { ringsInOrder } from './rings.js'

/** A run decides about units and counts them: each is a root and all that it owns. */
export interface Unit {
  readonly root: Node
  readonly names: readonly string[]
  /** Floating tags to the full name that they follow; they have no vote. */
  readonly aliases: ReadonlyMap<string, string>
  /** Everything that the root reaches, itself included. Other roots may be among it. */
  readonly members: ReadonlySet<Node>
  readonly state: UnitState
  /** Milliseconds, as GitHub gives it, even in the future; absent if it gave none. */
  readonly time: number | undefined
}

export interface UnitGraph {
  readonly nodes: readonly Node[]
  /** Newest first. */
  readonly units: readonly Unit[]
  /** The units that each version belongs to. */
  readonly unitsOf: (node: Node) => readonly Unit[]
}

/** Of all units together. Indexes that list each other in a chain have half the square of their number. */
const MOST_MEMBERS = 5_000_000

/** A name if the unit has one, else the start of its digest. */
export function labelOf({ root, names }: Unit): string {
  return names[0] ?? root.version.name.slice(0, 19)
}

/** By the time of the policy; a unit without a time counts as the oldest, and equal times fall back to the version id. */
export function oldestUnitFirst(a: Unit, b: Unit): number {
  return (a.time ?? 0) - (b.time ?? 0) || a.root.version.id - b.root.version.id
}

export const newestUnitFirst = (a: Unit, b: Unit): number => oldestUnitFirst(b, a)

/**
 * A version is a root unless another present version owns it and it has no name of its own. Throws `Failure` for a package
 * whose units have too many members to be held in memory.
 */
export function buildUnits(inventory: Inventory, policy: Pick<Policy, 'timestamp'>): UnitGraph {
  const nodes = buildGraph(inventory)
  const roots = nodes.filter((node) => node.names.length > 0 || node.owners.size === 0 || node.follows)
  for (const root of ringRoots(nodes, roots)) roots.push(root)
  roots.sort(newestFirst)
  const present = new Set(nodes.map((node) => node.version.name))
  const unitsOf = new Map<Node, Unit[]>(nodes.map((node) => [node, []]))
  let members = 0
  const units = roots.map((root) => {
    const unit: Unit = {
      root,
      names: root.names,
      aliases: aliasesOf(root, inventory),
      members: reach([root]),
      state: stateOf(root, present),
      time: timeOf(root.version, policy.timestamp)
    }
    members += unit.members.size
    if (members > MOST_MEMBERS) throw tooDeep(inventory)
    for (const member of unit.members) unitsOf.get(member)?.push(unit)
    return unit
  })
  return { nodes, units, unitsOf: (node) => unitsOf.get(node) ?? [] }
}

function tooDeep({ package: info }: Inventory): Failure {
  return new Failure(
    'api',
    `${packageKey(info)}: its tagged versions need so many of each other that it cannot be planned. Nothing was deleted in it.`
  )
}

/**
 * Versions that no root reaches own each other in a ring, or hang below a ring. The newest version of each ring that nothing
 * outside owns becomes a root.
 */
function ringRoots(nodes: readonly Node[], roots: readonly Node[]): readonly Node[] {
  const reached = reach(roots)
  const left = new Set(nodes.filter((node) => !reached.has(node)))
  return ringsInOrder(left).flatMap((ring) => {
    const inside = new Set(ring)
    const owned = ring.some(({ owners }) => [...owners].some((owner) => !inside.has(owner)))
    return owned ? [] : ring.toSorted(newestFirst).slice(0, 1)
  })
}

const NO_ALIASES: ReadonlyMap<string, string> = new Map()

function aliasesOf(root: Node, inventory: Inventory): ReadonlyMap<string, string> {
  if (root.names.length < 2) return NO_ALIASES
  const aliases = new Map<string, string>()
  for (const name of root.names) {
    const target = aliasTarget(name, root.names, inventory.package.type)
    if (target !== undefined) aliases.set(name, target)
  }
  return aliases
}

/**
 * Whether the package keeps signatures of another package's images (`COSIGN_REPOSITORY`): nothing in it has a name, and all of
 * it is orphans, or indexes of orphans such as a fallback index that a newer one has replaced.
 */
export function isSignatureStore({ nodes, units }: UnitGraph): boolean {
  if (units.length === 0 || units.some(({ names }) => names.length > 0)) return false
  const present = new Set(nodes.map(({ version }) => version.name))
  const isOrphan = (node: Node): boolean => stateOf(node, present) === 'orphan'
  const holdsOrphans = ({ root, members }: Unit): boolean =>
    members.size > 1 && [...members].every((member) => member === root || isOrphan(member))
  return units.every((unit) => isOrphan(unit.root) || holdsOrphans(unit))
}

function stateOf(root: Node, present: ReadonlySet<string>): UnitState {
  const others = root.subjects.filter((digest) => digest !== root.version.name)
  if (others.length > 0 && !others.some((digest) => present.has(digest))) return 'orphan'
  if (root.manifest?.kind !== 'index') return 'complete'
  const images = imageEntries(root.manifest)
  const gone = images.filter((entry) => !present.has(entry.digest)).length
  if (gone === 0) return 'complete'
  return gone === images.length ? 'ghost' : 'partial'
}
