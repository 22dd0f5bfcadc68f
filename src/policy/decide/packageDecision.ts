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
import { applyMinKeep, checkMaxDelete, type SparedUnits } from './limits.js'

/** A package decided on its own, before the budget that it shares with others. */
export interface PackageDecision {
  readonly inventory: Inventory
  readonly policy: Policy
  readonly decided: Decided
  readonly closure: Closure
  readonly spared: SparedUnits
  readonly violation: Violation | undefined
  /** Every version is deleted, and the policy asks to delete the package then. */
  readonly deletesPackage: boolean
  /** Why nothing is deleted in the package although something would be. */
  readonly doubt: Doubt | undefined
  /** What would be deleted without that doubt. */
  readonly heldBack: ReadonlySet<Node>
  /** How many tags would be taken off without it. */
  readonly heldTags: number
}

const NOTHING: ReadonlySet<Node> = new Set()
const NO_UNITS: ReadonlySet<Unit> = new Set()

/** Decides a package with everything but `delete-limit`. */
export function decidePackage(inventory: Inventory, policy: Policy, now: number): PackageDecision {
  const decided = decide(inventory, policy, now)
  const { units } = decided
  const doubt = doubtOf(inventory, policy, now)
  const closure = (spared: ReadonlySet<Unit>): Closure => closeWithout(decided, (unit) => spared.has(unit))
  const deletesPackage =
    policy.onEmpty === 'delete-package' &&
    units.nodes.length > 0 &&
    closure(NO_UNITS).deleted.size === units.nodes.length
  const losesNames = (unit: Unit): boolean => unit.names.every((name) => untagged(decided, policy, unit).includes(name))
  const spared: SparedUnits = deletesPackage ? new Map() : applyMinKeep(units, closure, losesNames, policy.minKeep)
  const closed = closure(new Set(spared.keys()))
  const own = { inventory, policy, decided, spared, doubt, deletesPackage }
  if (doubt !== undefined) {
    const tags = units.units
      .filter((unit) => !closed.deleted.has(unit.root) && !spared.has(unit))
      .reduce((sum, unit) => sum + untagged(decided, policy, unit).length, 0)
    return {
      ...own,
      closure: { deleted: NOTHING },
      heldBack: closed.deleted,
      heldTags: tags,
      violation: doubtViolation(doubt, { versions: closed.deleted.size, tags })
    }
  }
  const counted = units.units.filter(({ root }) => !root.follows || isDeletedEarlier(root, closed))
  const deleted = counted.filter(({ root }) => closed.deleted.has(root)).length
  return {
    ...own,
    closure: closed,
    heldBack: NOTHING,
    heldTags: 0,
    violation: checkMaxDelete(policy.maxDelete, deleted, counted.length)
  }
}

/** A replaced fallback index that is deleted before what it follows counts; else it is part of that. */
const isDeletedEarlier = (root: Node, { deleted }: Closure): boolean =>
  deleted.has(root) && ![...root.owners].some((owner) => deleted.has(owner))

const isDeleted =
  ({ decisions }: Decided, isSpared: (unit: Unit) => boolean) =>
  (unit: Unit): boolean =>
    decisions.get(unit)?.votedOut === true && !isSpared(unit)

/** What is deleted if these units are kept, whatever the rules say of them. */
export function closeWithout(decided: Decided, isSpared: (unit: Unit) => boolean): Closure {
  return computeClosure(decided.units, isDeleted(decided, isSpared))
}

/** Versions that would be deleted if no untagged index that is kept listed them, and those indexes. */
export function lockedByUntagged({ decided, spared }: PackageDecision): ReturnType<typeof heldByUntagged> {
  return heldByUntagged(
    decided.units,
    isDeleted(decided, (unit) => spared.has(unit))
  )
}

/** Tags that `partial-tags: untag` takes off a version that is kept; only the container registry can move a tag. */
export function untagged({ type, decisions, protectors }: Decided, policy: Policy, unit: Unit): readonly string[] {
  const decision = decisions.get(unit)
  if (type !== 'container' || policy.partialTags !== 'untag' || decision === undefined || decision.holdsTags) return []
  return [...decision.namesOut.keys()].filter((name) => !unit.aliases.has(name) && !protectors.protectsName(name))
}

/**
 * Whether any version or tag could be deleted, judged without manifests. Manifests only ever keep more: members are no longer
 * counted, and what is referred to is kept. Rules that ask for what manifests say cannot be foreseen, nor tags that only look
 * like names.
 */
export function canDeleteAnything({ inventory, policy, decided }: PackageDecision): boolean {
  const { decisions, rules, units } = decided
  const container = inventory.package.type === 'container'
  // Only a manifest tells what an interrupted untag left.
  if (container && policy.partialTags === 'untag') return true
  if (container && rules.some(ownsUntagged) && units.nodes.some(mayBeFallback)) return true
  return needsManifests(rules) || units.units.some((unit) => decisions.get(unit)?.votedOut === true)
}

/** Whether the rule may own untagged units. */
export const ownsUntagged = ({ rule: { match } }: CompiledRule): boolean =>
  match.tagged !== true && match.names === undefined && match.branch === undefined

const mayBeFallback = ({ manifest, version }: Node): boolean =>
  manifest === undefined && version.tags.some((tag) => /^sha256-[0-9a-f]{64}$/.test(tag))

/** Whether a rule asks for what only a version's own manifest says. */
const needsManifests = (rules: readonly CompiledRule[]): boolean =>
  rules.some(
    ({ rule: { match } }) =>
      match.state !== undefined || match.artifactType !== undefined || match.annotations !== undefined
  )

/**
 * Digests whose manifests must be read before this decision is final, as they may change it: those of versions that are deleted
 * or that a protection names by digest, of entries of untagged indexes that alone keep something, and of all versions where
 * the package may be a signature store.
 */
export function openDigests(own: PackageDecision): readonly string[] {
  const { decided, policy, spared } = own
  const deferred = deferOverLimit([own], policy.deleteLimit)
  const closure =
    deferred.size === 0 ? own.closure : closeWithout(decided, (unit) => spared.has(unit) || deferred.has(unit))
  const deletesNothing = closure.deleted.size === 0
  const entries = deletesNothing ? [] : entriesOfUntagged(own, closure)
  const { nodes, units } = decided.units
  const isNameless = units.every(({ names }) => names.length === 0)
  const stored = !deletesNothing && isNameless && units.some(({ state }) => state === 'orphan') ? nodes : []
  const named = nodes.filter(({ version }) => decided.protectors.protectsDigest(version))
  const parts = named.filter(isUntaggedIndex).flatMap(({ children }) => [...children])
  const open = [...closure.deleted, ...entries, ...stored, ...named, ...parts]
  return [...new Set(open)].filter(({ manifest }) => manifest === undefined).map(({ version }) => version.name)
}

/** Whether it matters which untagged index is a replaced fallback index: only others take a place in a count. */
const countsUntagged = ({ decided, policy }: PackageDecision): boolean =>
  (policy.maxDelete !== undefined && 'percent' in policy.maxDelete) ||
  decided.rules.some((rule) => ownsUntagged(rule) && rule.rule.keep.some(counts))

/**
 * Entries of kept untagged indexes that may refer to something that is deleted: all entries of an index that alone keeps a
 * version; else entries that are not images, if only untagged indexes list them, if one of them is part of a deleted unit, or
 * if the index may take a place in a count.
 */
function entriesOfUntagged(own: PackageDecision, { deleted }: Closure): readonly Node[] {
  const { unitsOf, units } = own.decided.units
  const locking = new Set(lockedByUntagged(own).holders.map(({ root }) => root))
  const indexes = units.map(({ root }) => root).filter((root) => isUntaggedIndex(root) && !deleted.has(root))
  const takesPlace = countsUntagged(own)
  const isPartOfDeleted = (node: Node): boolean => unitsOf(node).some(({ root }) => deleted.has(root))
  return indexes.flatMap((root) => {
    const children = [...root.children]
    if (locking.has(root)) return children
    const others = children.filter(({ descriptor }) => descriptor?.platform === undefined)
    if (takesPlace || others.some(isPartOfDeleted)) return others
    return others.filter(({ owners }) => [...owners].every(isUntaggedIndex))
  })
}
