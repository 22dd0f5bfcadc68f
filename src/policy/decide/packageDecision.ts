import type { Inventory } from '../../domain/inventory.js'
import type { Violation } from '../../domain/plan.js'
import type { Policy } from '../../domain/policy.js'
import { type Closure, computeClosure, heldByUntagged, isUntaggedIndex } from '../graph/closure.js'
import type { Node } from '../graph/graph.js'
import type { Unit } from '../graph/units.js'
import type { CompiledRule } from '../rules/compiledRule.js'
import { counts } from '../rules/keepRules.js'
import { deferOverLimit } from './budget.js'
import { type Decided, decide } from './decide.js'
import { type Doubt, doubtOf, doubtViolation } from './doubt.js'
import { applyMinKeep, checkMaxDelete } from './limits.js'

/** A package decided on its own, before the budget that it shares with others. */
export interface PackageDecision {
  readonly inventory: Inventory
  readonly policy: Policy
  readonly decided: Decided
  readonly closure: Closure
  readonly stays: ReadonlyMap<Unit, 'min-keep' | 'refused-last'>
  readonly violation: Violation | undefined
  /** Every version goes and the policy asks to delete the package then. */
  readonly empties: boolean
  /** Why nothing is deleted that would be. */
  readonly doubt: Doubt | undefined
  /** What would be deleted without that doubt. */
  readonly held: ReadonlySet<Node>
}

const NOTHING: ReadonlySet<Node> = new Set()
const NO_UNITS: ReadonlySet<Unit> = new Set()

/** Steps 1 to 10: all but the budget. */
export function decidePackage(inventory: Inventory, policy: Policy, now: number): PackageDecision {
  const decided = decide(inventory, policy, now)
  const { units } = decided
  const doubt = doubtOf(inventory, policy, now)
  const closure = (stays: ReadonlySet<Unit>): Closure => closeWithout(decided, (unit) => stays.has(unit))
  const mayEmpty =
    policy.onEmpty === 'delete-package' &&
    units.nodes.length > 0 &&
    closure(NO_UNITS).deleted.size === units.nodes.length
  const losesNames = (unit: Unit): boolean => unit.names.every((name) => untagged(decided, policy, unit).includes(name))
  const { stays } = applyMinKeep(
    units,
    closure,
    losesNames,
    mayEmpty ? 0 : policy.minKeep,
    inventory.package.type,
    mayEmpty
  )
  const closed = closure(new Set(stays.keys()))
  const own = { inventory, policy, decided, stays, doubt }
  if (doubt !== undefined) {
    const tags = units.units.filter((unit) => !closed.deleted.has(unit.root) && !stays.has(unit))
    const taken = tags.reduce((sum, unit) => sum + untagged(decided, policy, unit).length, 0)
    return {
      ...own,
      closure: { deleted: NOTHING, retained: new Set(units.nodes) },
      held: closed.deleted,
      violation: doubtViolation(doubt, closed.deleted.size, taken),
      empties: false
    }
  }
  const counted = units.units.filter(({ root }) => !root.follows || isDeletedEarlier(root, closed))
  const going = counted.filter(({ root }) => closed.deleted.has(root)).length
  return {
    ...own,
    closure: closed,
    held: NOTHING,
    violation: checkMaxDelete(policy.maxDelete, going, counted.length),
    empties: mayEmpty && closed.deleted.size === units.nodes.length
  }
}

/** A replaced fallback index that is deleted before what it follows counts; else it is part of that. */
const isDeletedEarlier = (root: Node, { deleted }: Closure): boolean =>
  deleted.has(root) && ![...root.owners].some((owner) => deleted.has(owner))

const isGoing =
  ({ decisions }: Decided, stays: (unit: Unit) => boolean) =>
  (unit: Unit): boolean =>
    decisions.get(unit)?.goes === true && !stays(unit)

/** What is deleted if these units stay, whatever the rules say of them. */
export function closeWithout(decided: Decided, stays: (unit: Unit) => boolean): Closure {
  return computeClosure(decided.units, isGoing(decided, stays))
}

/** What would be deleted too if untagged indexes that stay did not list it, and those indexes. */
export function lockedByUntagged({ decided, stays }: PackageDecision): ReturnType<typeof heldByUntagged> {
  return heldByUntagged(
    decided.units,
    isGoing(decided, (unit) => stays.has(unit))
  )
}

/** Tags that `partial-tags: untag` takes off a version that stays; only the container registry can move a tag. */
export function untagged({ type, decisions, protectors }: Decided, policy: Policy, unit: Unit): readonly string[] {
  const decision = decisions.get(unit)
  if (type !== 'container' || policy.partialTags !== 'untag' || decision === undefined || decision.holdsTags) return []
  return [...decision.out.keys()].filter((name) => !unit.aliases.has(name) && !protectors.protectsName(name))
}

/**
 * Whether anything could go at all, be it a tag, seen without manifests. With them only more stays: members no longer
 * count, and what is referred to is held. Rules that look into manifests cannot be foreseen, nor what only looks like a name.
 */
export function canDeleteAnything({ inventory, policy, decided }: PackageDecision): boolean {
  const { decisions, rules, units } = decided
  const container = inventory.package.type === 'container'
  // Only a manifest tells what an interrupted untag left.
  if (container && policy.partialTags === 'untag') return true
  if (container && rules.some(ownsUntagged) && units.nodes.some(mayBeFallback)) return true
  return looksInside(rules) || units.units.some((unit) => decisions.get(unit)?.goes === true)
}

const ownsUntagged = ({ rule: { match } }: CompiledRule): boolean =>
  match.tagged !== true && match.names === undefined && match.branch === undefined

const mayBeFallback = ({ manifest, version }: Node): boolean =>
  manifest === undefined && version.tags.some((tag) => /^sha256-[0-9a-f]{64}$/.test(tag))

/** Whether a rule asks for what only a version's own manifest says. */
const looksInside = (rules: readonly CompiledRule[]): boolean =>
  rules.some(
    ({ rule: { match } }) =>
      match.state !== undefined || match.artifactType !== undefined || match.annotations !== undefined
  )

/**
 * Digests that must be read before this decision is final, as their own manifest may change it: of what is deleted, of what a
 * protection names by its digest, and of the entries of untagged indexes that alone hold something.
 */
export function openDigests(own: PackageDecision): readonly string[] {
  const { decided, policy, stays } = own
  const put = deferOverLimit([own], policy.deleteLimit)
  const gone = put.size === 0 ? own.closure : closeWithout(decided, (unit) => stays.has(unit) || put.has(unit))
  const entries = gone.deleted.size === 0 ? [] : entriesOfUntagged(own, gone)
  const named = decided.units.nodes.filter(({ version }) => decided.protectors.protectsDigest(version))
  const parts = named.filter(isUntaggedIndex).flatMap(({ children }) => [...children])
  const open = [...gone.deleted, ...entries, ...named, ...parts]
  return [...new Set(open)].filter(({ manifest }) => manifest === undefined).map(({ version }) => version.name)
}

/** Whether it matters which untagged index is a replaced fallback index: only others take a place in a count. */
const countsUntagged = ({ decided, policy }: PackageDecision): boolean =>
  (policy.maxDelete !== undefined && 'percent' in policy.maxDelete) ||
  decided.rules.some((rule) => ownsUntagged(rule) && rule.rule.keep.some(counts))

/**
 * Entries that may refer to something that is deleted, although an untagged index that stays lists them: of an index that alone
 * holds a version; and what is no image where nothing else lists it, beside something that the same version owns, or where the
 * index may take a place in a count.
 */
function entriesOfUntagged(own: PackageDecision, { deleted }: Closure): readonly Node[] {
  const { unitsOf, units } = own.decided.units
  const locking = new Set(lockedByUntagged(own).holders.map(({ root }) => root))
  const indexes = new Set(units.map(({ root }) => root).filter((root) => isUntaggedIndex(root) && !deleted.has(root)))
  const takesPlace = countsUntagged(own)
  const isGoing = (node: Node): boolean => unitsOf.get(node)?.some(({ root }) => deleted.has(root)) === true
  return [...indexes].flatMap((root) => {
    const children = [...root.children]
    if (locking.has(root)) return children
    const others = children.filter(({ descriptor }) => descriptor?.platform === undefined)
    if (takesPlace || others.some(isGoing)) return others
    return others.filter(({ owners }) => [...owners].every((owner) => indexes.has(owner)))
  })
}
