import type { Decision, HeldBy, Reason } from '../../domain/plan.js'
import { newestUnitFirst } from '../decide/limits.js'
import { type PackageDecision, untagged } from '../decide/packageDecision.js'
import type { Closure } from '../graph/closure.js'
import type { Node } from '../graph/graph.js'
import { kindOf } from '../graph/kind.js'
import type { Unit } from '../graph/units.js'

export interface Explained {
  /** One for each version: newest unit first, its members behind it. */
  readonly decisions: readonly Decision[]
  reasonsFor(node: Node, unit: Unit): readonly Reason[]
}

/** Says of every version what happens to it and why. */
export function explain(own: PackageDecision, { deleted }: Closure, deferred: ReadonlySet<Unit>): Explained {
  const { decided, inventory, policy, stays } = own
  const { unitsOf } = decided.units
  const staying = (unit: Unit): boolean => !deleted.has(unit.root)
  const rootOf = new Map(decided.units.units.map((unit) => [unit.root, unit]))

  const decisions: Decision[] = []
  const seen = new Set<Node>()
  for (const unit of [...decided.units.units].sort(newestUnitFirst)) {
    for (const node of unit.members) {
      // A tagged child has a place of its own.
      if (seen.has(node) || (rootOf.has(node) && node !== unit.root)) continue
      seen.add(node)
      decisions.push(decision(node))
    }
  }
  return { decisions, reasonsFor }

  function decision(node: Node): Decision {
    const unit = rootOf.get(node)
    const goes = deleted.has(node)
    return {
      version: node.version,
      verdict: goes ? 'delete' : 'keep',
      reasons: unit === undefined ? memberReasons(node, goes) : rootReasons(unit, goes),
      role: unit === undefined ? 'member' : 'root',
      units: unit === undefined ? (unitsOf.get(node) ?? []).map(({ root }) => root.version.id) : [node.version.id],
      ...(node.owners.size > 0 && {
        owners: [...node.owners].map((owner) => ({
          id: owner.version.id,
          by: owner.children.has(node) ? 'entry' : 'subject'
        }))
      }),
      kind: kindOf(node, inventory),
      untag: goes || unit === undefined || deferred.has(unit) || stays.has(unit) ? [] : untagged(decided, policy, unit),
      ...(unit !== undefined && { state: unit.state }),
      ...heldIn(node, unit),
      ...(unit !== undefined && decided.decisions.get(unit)?.matched && { matched: true as const })
    }
  }

  function heldIn(node: Node, unit: Unit | undefined): Pick<Decision, 'heldBy' | 'unowned'> {
    const heldBy = unit === undefined ? heldMember(node) : heldRoot(unit)
    if (heldBy === undefined) return {}
    const unowned = unit === undefined ? [] : (decided.decisions.get(unit)?.unowned ?? [])
    return { heldBy, ...(heldBy === 'unowned-tags' && { unowned }) }
  }

  function heldRoot(unit: Unit): HeldBy | undefined {
    if (deleted.has(unit.root)) return own.violation?.code
    const rules = decided.decisions.get(unit)
    if (rules?.goes !== true) return rules?.heldBy
    if (deferred.has(unit)) return 'delete-limit'
    return stays.get(unit) ?? (holdingUnits(unit.root).length > 0 ? 'unit' : 'unreadable')
  }

  function heldMember(node: Node): HeldBy | undefined {
    if (deleted.has(node)) return own.violation?.code
    const holding = holdingUnits(node)
    if (holding.length === 0) return 'unreadable'
    const [first, ...others] = new Set(holding.map(heldRoot))
    return others.length === 0 ? first : undefined
  }

  function rootReasons(unit: Unit, goes: boolean): readonly Reason[] {
    const own = decided.decisions.get(unit)
    const said = own?.reasons ?? []
    if (goes || own?.goes !== true) return said
    if (deferred.has(unit)) return [{ code: 'deferred' }, ...said]
    const floor = stays.get(unit)
    if (floor !== undefined) return [{ code: floor }, ...said]
    return [...holders(unit.root), ...said]
  }

  function memberReasons(node: Node, goes: boolean): readonly Reason[] {
    if (!goes) return holders(node)
    const unit = (unitsOf.get(node) ?? []).find((owner) => deleted.has(owner.root))
    return unit === undefined ? [] : reasonsFor(node, unit)
  }

  /** The kept units that reach it, other than its own. */
  function holdingUnits(node: Node): readonly Unit[] {
    return (unitsOf.get(node) ?? []).filter((unit) => staying(unit) && unit.root !== node)
  }

  /** Without a unit that holds it, the unknown does. */
  function holders(node: Node): readonly Reason[] {
    const code = [...node.owners].some((owner) => owner.children.has(node)) ? 'part-of' : 'refers-to'
    const units = holdingUnits(node)
    if (units.length === 0) return [{ code: 'unreadable', what: 'owner' }]
    return units.slice(0, 3).map((unit) => ({ code, unit: unit.root.version.id, unitName: labelOf(unit) }))
  }

  function reasonsFor(node: Node, unit: Unit): readonly Reason[] {
    const said = decided.decisions.get(unit)?.reasons ?? []
    if (node === unit.root) return said
    return said.slice(0, 1).map((reason) => goesWith(reason, unit))
  }
}

/** The reason of a unit, for a member that is deleted with it. */
function goesWith(reason: Reason, unit: Unit): Reason {
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

/** A name if it has one, else the short digest. */
function labelOf({ root, names }: Unit): string {
  return names[0] ?? root.version.name.slice(0, 19)
}
