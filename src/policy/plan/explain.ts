import type { Decision, HeldBy, Reason } from '../../domain/plan.js'
import { doubtReasons } from '../decide/doubt.js'
import { type PackageDecision, untagged } from '../decide/packageDecision.js'
import type { Node } from '../graph/graph.js'
import { kindOf } from '../graph/kind.js'
import { labelOf, newestUnitFirst, type Unit } from '../graph/units.js'

export interface Explained {
  /** One for each version: newest unit first, its members behind it. */
  readonly decisions: readonly Decision[]
  reasonsFor(node: Node, unit: Unit): readonly Reason[]
}

/** Decides and explains every version. */
export function explain(
  packageDecision: PackageDecision,
  deleted: ReadonlySet<Node>,
  deferred: ReadonlySet<Unit>
): Explained {
  const { decided, inventory, policy, spared, doubt, heldBack } = packageDecision
  const { unitsOf } = decided.graph
  const isDeleted = (node: Node): boolean => deleted.has(node) || heldBack.has(node)
  const inDoubt = doubt === undefined ? [] : doubtReasons(doubt)
  const rootOf = new Map(decided.graph.units.map((unit) => [unit.root, unit]))

  const decisions: Decision[] = []
  const seen = new Set<Node>()
  for (const unit of [...decided.graph.units].sort(newestUnitFirst)) {
    for (const node of unit.members) {
      // A tagged child is the root of its own unit.
      if (seen.has(node) || (rootOf.has(node) && node !== unit.root)) continue
      seen.add(node)
      decisions.push(decision(node))
    }
  }
  return { decisions, reasonsFor }

  function decision(node: Node): Decision {
    const unit = rootOf.get(node)
    const isOut = deleted.has(node)
    const reasons = unit === undefined ? memberReasons(node) : rootReasons(unit)
    return {
      version: node.version,
      verdict: isOut ? 'delete' : 'keep',
      reasons: heldBack.has(node) ? [...inDoubt, ...reasons] : reasons,
      role: unit === undefined ? 'member' : 'root',
      units: unit === undefined ? unitsOf(node).map(({ root }) => root.version.id) : [node.version.id],
      ...(node.owners.size > 0 &&
        (isOut || !node.follows) && {
          owners: [...node.owners].map((owner) => ({
            id: owner.version.id,
            by: owner.children.has(node) ? 'entry' : 'subject'
          }))
        }),
      kind: kindOf(node, inventory),
      untag:
        isOut || unit === undefined || doubt !== undefined || deferred.has(unit) || spared.has(unit)
          ? []
          : untagged(decided, policy, unit),
      ...(unit !== undefined && { state: unit.state }),
      ...heldIn(node, unit),
      ...(unit !== undefined && decided.decisions.get(unit)?.matched && { matched: true as const })
    }
  }

  function heldIn(node: Node, unit: Unit | undefined): Pick<Decision, 'heldBy' | 'unowned'> {
    const heldBy = heldBack.has(node) ? 'unreadable' : unit === undefined ? heldMember(node) : heldRoot(unit)
    if (heldBy === undefined) return {}
    const unowned = unit === undefined ? [] : (decided.decisions.get(unit)?.unowned ?? [])
    return { heldBy, ...(heldBy === 'unowned-tags' && { unowned }) }
  }

  function heldRoot(unit: Unit): HeldBy | undefined {
    if (isDeleted(unit.root)) return packageDecision.violation?.code
    const rules = decided.decisions.get(unit)
    if (rules?.votedOut !== true) return rules?.heldBy
    if (deferred.has(unit)) return 'delete-limit'
    return spared.get(unit) ?? 'unit'
  }

  function heldMember(node: Node): HeldBy | undefined {
    if (isDeleted(node)) return packageDecision.violation?.code
    const [first, ...others] = new Set(holdingUnits(node).map(heldRoot))
    return others.length === 0 ? first : undefined
  }

  function rootReasons(unit: Unit): readonly Reason[] {
    const { root } = unit
    const unitDecision = decided.decisions.get(unit)
    const reasons = unitDecision?.reasons ?? []
    if (unitDecision?.votedOut !== true) {
      // A replaced fallback index is deleted with what it follows.
      return isDeleted(root) ? memberReasons(root) : reasons
    }
    if (isDeleted(root)) return reasons
    if (deferred.has(unit)) return [{ code: 'deferred', by: 'delete-limit' }, ...reasons]
    const sparedBy = spared.get(unit)
    if (sparedBy !== undefined) return [{ code: sparedBy }, ...reasons]
    return [...holders(root), ...reasons]
  }

  function memberReasons(node: Node): readonly Reason[] {
    if (!isDeleted(node)) return holders(node)
    const unit = unitsOf(node).find(({ root }) => root !== node && isDeleted(root))
    return unit === undefined ? [] : reasonsFor(node, unit)
  }

  /** The kept units that reach it, other than its own. */
  function holdingUnits(node: Node): readonly Unit[] {
    return unitsOf(node).filter((unit) => !isDeleted(unit.root) && unit.root !== node)
  }

  function holders(node: Node): readonly Reason[] {
    const listed = [...node.owners].some((owner) => !isDeleted(owner) && owner.children.has(node))
    const code = listed ? 'part-of' : 'refers-to'
    return holdingUnits(node)
      .slice(0, 3)
      .map((unit) => ({ code, unit: unit.root.version.id, unitName: labelOf(unit) }))
  }

  function reasonsFor(node: Node, unit: Unit): readonly Reason[] {
    const reasons = decided.decisions.get(unit)?.reasons ?? []
    if (node === unit.root) return reasons
    return reasons.slice(0, 1).map((reason) => reasonWith(reason, unit))
  }
}

/** The reason of a unit, for a member that is deleted with it. */
function reasonWith(reason: Reason, unit: Unit): Reason {
  const { code, rule } = reason
  const age = 'age' in reason ? reason.age : undefined
  const about = {
    unit: unit.root.version.id,
    unitName: labelOf(unit),
    ...(rule !== undefined && { rule }),
    ...(age !== undefined && { age })
  }
  // A unit that is deleted has only reasons to be deleted, and aliases behind them.
  switch (code) {
    case 'superseded':
    case 'untagged':
    case 'orphan':
    case 'listed':
      return { code, ...about }
    default:
      return { code: 'not-kept', ...about }
  }
}
