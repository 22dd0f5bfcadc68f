import { isManifestType } from '../../domain/mediaType.js'
import type { DeleteStep, Reason } from '../../domain/plan.js'
import type { Node } from '../graph/graph.js'
import { ringsInOrder } from '../graph/rings.js'
import { oldestUnitFirst, type Unit } from '../graph/units.js'

/**
 * The order of deletion: oldest unit first; of each unit the root, then what refers to it, then its children; what units
 * share comes after the last of them. Every owner is deleted before what it owns, so a run may stop anywhere.
 */
export function orderSteps(
  units: readonly Unit[],
  deleted: ReadonlySet<Node>,
  reasonsOf: (node: Node, unit: Unit) => readonly Reason[]
): readonly DeleteStep[] {
  const steps: DeleteStep[] = []
  const emitted = new Set<Node>()
  const waits = new Map<Node, number>()
  for (const node of deleted) waits.set(node, [...node.owners].filter((owner) => deleted.has(owner)).length)
  const oldestFirst = units.filter((unit) => deleted.has(unit.root)).sort(oldestUnitFirst)

  for (const unit of oldestFirst) walk(unit)
  // The versions that are left wait for each other in rings, or hang below a ring. Each ring is deleted as a whole before what
  // it owns, its named versions first, as GitHub may refuse to delete them.
  const left = new Set([...deleted].filter((node) => !emitted.has(node)))
  for (const node of ringsInOrder(left).flatMap((ring) => ring.toSorted(namedFirst))) {
    const unit = oldestFirst.find(({ members }) => members.has(node))
    if (unit !== undefined)
      emit(unit, node, [...node.owners].some(({ children }) => children.has(node)) ? 'child' : 'referrer')
  }
  return steps

  function walk(unit: Unit): void {
    const referrers: [Node, DeleteStep['role']][] = []
    const children: [Node, DeleteStep['role']][] = [[unit.root, 'root']]
    for (let next = children.pop(); next !== undefined; next = referrers.shift() ?? children.shift()) {
      const [node, as] = next
      if (emitted.has(node) || (waits.get(node) ?? 0) > 0) continue
      emit(unit, node, as)
      for (const owned of new Set([...node.referrers, ...node.children])) {
        if (!release(owned)) continue
        if (as === 'referrer' || node.referrers.has(owned)) referrers.push([owned, 'referrer'])
        else children.push([owned, 'child'])
      }
    }
  }

  /** One owner less to wait for; true when it was the last. */
  function release(node: Node): boolean {
    if (!deleted.has(node)) return false
    const left = (waits.get(node) ?? 0) - 1
    waits.set(node, left)
    return left <= 0
  }

  function emit(unit: Unit, node: Node, role: DeleteStep['role']): void {
    const after = [...node.owners].filter((owner) => emitted.has(owner)).map((owner) => owner.version.id)
    emitted.add(node)
    // The version has its tags; what only its manifest says must be recorded here.
    const followed = node.follows ? [...node.owners].find((owner) => deleted.has(owner)) : undefined
    const subject = node.manifest?.subject ?? node.subjects[0] ?? followed?.version.name
    steps.push({
      kind: 'delete',
      version: node.version,
      unit: unit.root.version.id,
      role: node === unit.root ? 'root' : role,
      after,
      children: listed(node),
      ...(subject !== undefined && { subject }),
      reasons: reasonsOf(node, unit)
    })
  }
}

/** Digests that it owns or that its manifest lists, present or not. The blobs of an old BuildKit cache are not versions. */
function listed({ manifest, children }: Node): readonly string[] {
  const entries = (manifest?.entries ?? []).filter(({ mediaType }) => isManifestType(mediaType))
  return [...new Set([...entries.map(({ digest }) => digest), ...[...children].map(({ version }) => version.name)])]
}

function namedFirst(a: Node, b: Node): number {
  return Number(b.names.length > 0) - Number(a.names.length > 0)
}
