import type { Inventory } from '../../domain/inventory.js'
import type { Violation } from '../../domain/plan.js'
import type { Policy } from '../../domain/policy.js'
import { isFallbackTag } from '../../pattern/names.js'
import { deletedWith, heldByUntagged, isUntaggedIndex } from '../graph/closure.js'
import { isAttestationEntry, type Node } from '../graph/graph.js'
import type { Unit } from '../graph/units.js'
import type { CompiledRule } from '../rules/compiledRule.js'
import { deferOverLimit } from './budget.js'
import { type Decided, decide } from './decide.js'
import { type Doubt, doubtOf, doubtViolation } from './doubt.js'
import { applyMinKeep, checkMaxDelete, type SparedUnits } from './limits.js'

/** A package decided on its own, before the budget that it shares with others. */
export interface PackageDecision {
  readonly inventory: Inventory
  readonly policy: Policy
  readonly decided: Decided
  readonly deleted: ReadonlySet<Node>
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

/** Decides a package with everything but `delete-limit`. */
export function decidePackage(inventory: Inventory, policy: Policy, now: number): PackageDecision {
  const decided = decide(inventory, policy, now)
  const { graph } = decided
  const doubt = doubtOf(inventory, policy, now)
  const deletedWithout = (kept: Pick<SparedUnits, 'has'>) => deletedUnlessKept(decided, (unit) => kept.has(unit))
  const deletesPackage =
    policy.onEmpty === 'delete-package' &&
    graph.nodes.length > 0 &&
    deletedWithout(new Map()).size === graph.nodes.length
  const losesNames = (unit: Unit): boolean => unit.names.every((name) => untagged(decided, policy, unit).includes(name))
  const spared: SparedUnits = deletesPackage
    ? new Map()
    : applyMinKeep(graph, deletedWithout, losesNames, policy.minKeep)
  const deleted = deletedWithout(spared)
  const common = { inventory, policy, decided, spared, doubt, deletesPackage }
  if (doubt !== undefined) {
    const tags = graph.units
      .filter((unit) => !deleted.has(unit.root) && !spared.has(unit))
      .reduce((sum, unit) => sum + untagged(decided, policy, unit).length, 0)
    const violation = doubtViolation(doubt, { versions: deleted.size, tags })
    return { ...common, deleted: NOTHING, heldBack: deleted, heldTags: tags, violation }
  }
  const counted = graph.units.filter(({ root }) => !root.follows || isDeletedEarlier(root, deleted))
  const deletedUnits = counted.filter(({ root }) => deleted.has(root)).length
  const violation = checkMaxDelete(policy.maxDelete, deletedUnits, counted.length)
  return { ...common, deleted, heldBack: NOTHING, heldTags: 0, violation }
}

/** A replaced fallback index that is deleted before what it follows counts; else it is part of that. */
const isDeletedEarlier = (root: Node, deleted: ReadonlySet<Node>): boolean =>
  deleted.has(root) && ![...root.owners].some((owner) => deleted.has(owner))

const isDeleted =
  ({ decisions }: Decided, isSpared: (unit: Unit) => boolean) =>
  (unit: Unit): boolean =>
    decisions.get(unit)?.votedOut === true && !isSpared(unit)

/** What is deleted if these units are kept, whatever the rules say of them. */
function deletedUnlessKept(decided: Decided, isSpared: (unit: Unit) => boolean): ReadonlySet<Node> {
  return deletedWith(decided.graph, isDeleted(decided, isSpared))
}

/** What this run deletes of a package where `delete-limit` leaves these units to a later one. */
export function deletedInRun(decision: PackageDecision, deferred: ReadonlySet<Unit>): ReadonlySet<Node> {
  const { decided, spared, deleted } = decision
  if (!decided.graph.units.some((unit) => deferred.has(unit))) return deleted
  return deletedUnlessKept(decided, (unit) => spared.has(unit) || deferred.has(unit))
}

/** Versions that would be deleted if no untagged index that is kept listed them, and those indexes. */
export function lockedByUntagged({ decided, spared }: PackageDecision): ReturnType<typeof heldByUntagged> {
  return heldByUntagged(
    decided.graph,
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
  const { decisions, rules, graph } = decided
  const container = inventory.package.type === 'container'
  // Only a manifest tells what an interrupted untag left.
  if (container && policy.partialTags === 'untag') return true
  const untaggedToo = rules.some(ownsUntagged)
  if (container && graph.nodes.some((node) => mayBeFallback(node) && (untaggedToo || node.names.length > 1)))
    return true
  return needsManifests(rules) || graph.units.some((unit) => decisions.get(unit)?.votedOut === true)
}

/** Whether the rule may own untagged units. */
export const ownsUntagged = ({ rule: { match } }: CompiledRule): boolean =>
  match.tagged !== true && match.names === undefined && match.branch === undefined

const mayBeFallback = ({ manifest, version }: Node): boolean =>
  manifest === undefined && version.tags.some(isFallbackTag)

/** Whether a rule asks for what only a version's own manifest says. */
const needsManifests = (rules: readonly CompiledRule[]): boolean =>
  rules.some(
    ({ rule: { match } }) =>
      match.state !== undefined || match.artifactType !== undefined || match.annotations !== undefined
  )

/**
 * Digests whose manifests must be read before this decision is final, as they may change it: those of versions that are deleted
 * or that a protection names by digest, of entries of nameless indexes, and of all versions where the package may be a
 * signature store or annotations protect.
 */
export function openDigests(decision: PackageDecision): readonly string[] {
  const { decided, policy } = decision
  const deleted = deletedInRun(decision, deferOverLimit([decision], policy.deleteLimit))
  const { nodes, units } = decided.graph
  const mayBeStore = units.every(({ names }) => names.length === 0) && units.some(({ state }) => state === 'orphan')
  const readsAll = deleted.size > 0 && (mayBeStore || policy.protect.annotations !== undefined)
  const others = readsAll ? nodes : entriesOfNameless(decision, deleted.size > 0)
  const named = nodes.filter(({ version }) => decided.protectors.protectsDigest(version))
  const parts = named.filter(isUntaggedIndex).flatMap(({ children }) => [...children])
  const open = [...deleted, ...others, ...named, ...parts]
  return [...new Set(open)].filter(({ manifest }) => manifest === undefined).map(({ version }) => version.name)
}

/**
 * Entries of indexes without a name that must be read: those of an index that alone keeps a version, and, where anything is
 * deleted, those of an index that may be owned by what its entries refer to (a replaced fallback index, or one in a ring): it
 * takes no place in a count then.
 */
function entriesOfNameless(decision: PackageDecision, deletes: boolean): readonly Node[] {
  const locking = new Set(lockedByUntagged(decision).holders)
  return decision.decided.graph.units
    .filter(({ root, names, state }) => root.manifest?.kind === 'index' && names.length === 0 && state !== 'orphan')
    .map((unit) => ({ unit, entries: [...unit.root.children], isInRing: unit.root.owners.size > 0 }))
    .filter(({ unit, entries, isInRing }) => locking.has(unit) || (deletes && (isInRing || entries.every(mayRefer))))
    .flatMap(({ entries }) => entries)
}

/** Where it was not read, whether no platform calls it an image. */
const mayRefer = ({ manifest, descriptor }: Node): boolean =>
  manifest === undefined
    ? descriptor?.platform === undefined || isAttestationEntry(descriptor)
    : manifest.subject !== undefined
