import type { Inventory } from '../../domain/inventory.js'
import type { Violation } from '../../domain/plan.js'
import type { Policy } from '../../domain/policy.js'
import { type Closure, computeClosure } from '../graph/closure.js'
import type { Node } from '../graph/graph.js'
import { attestedDigest, isAttestationEntry } from '../graph/graph.js'
import type { Unit } from '../graph/units.js'
import type { CompiledRule } from '../rules/compiledRule.js'
import { type Decided, decide } from './decide.js'
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
}

/** Steps 1 to 10: all but the budget. */
export function decidePackage(inventory: Inventory, policy: Policy, now: number): PackageDecision {
  const decided = decide(inventory, policy, now)
  const { units, decisions, blind } = decided
  const closure = (stays: ReadonlySet<Unit>): Closure =>
    computeClosure(units, (unit) => decisions.get(unit)?.goes === true && !stays.has(unit), blind)
  const mayEmpty = policy.onEmpty === 'delete-package' && policy.minKeep === 0
  const losesNames = (unit: Unit): boolean => unit.names.every((name) => untagged(decided, policy, unit).includes(name))
  const { stays } = applyMinKeep(units, closure, losesNames, policy.minKeep, inventory.package.type, mayEmpty)
  const closed = closure(new Set(stays.keys()))
  const going = units.units.filter(({ root }) => closed.deleted.has(root)).length
  return {
    inventory,
    policy,
    decided,
    closure: closed,
    stays,
    violation: checkMaxDelete(policy.maxDelete, going, units.units.length),
    empties: mayEmpty && units.nodes.length > 0 && closed.deleted.size === units.nodes.length
  }
}

/** Tags that `partial-tags: untag` takes off a version that stays; only the container registry can move a tag. */
export function untagged({ type, decisions, protectors }: Decided, policy: Policy, unit: Unit): readonly string[] {
  const decision = decisions.get(unit)
  if (type !== 'container' || policy.partialTags !== 'untag' || decision === undefined || decision.holdsTags) return []
  return [...decision.out.keys()].filter((name) => !protectors.protectsName(name))
}

/**
 * Whether anything could go at all, be it a tag, seen without manifests. With them only more stays: members no longer
 * count, and what is referred to is held. Rules that look into manifests cannot be foreseen.
 */
export function canDeleteAnything({ inventory, policy, decided }: PackageDecision): boolean {
  const { decisions, rules, units } = decided
  // Only a manifest tells what an interrupted untag left.
  if (inventory.package.type === 'container' && policy.partialTags === 'untag') return true
  return looksInside(rules) || units.units.some((unit) => decisions.get(unit)?.goes === true)
}

/** Whether a rule asks for what only a version's own manifest says. */
const looksInside = (rules: readonly CompiledRule[]): boolean =>
  rules.some(
    ({ rule: { match } }) =>
      match.state !== undefined || match.artifactType !== undefined || match.annotations !== undefined
  )

/**
 * Versions that would go and that are known from an index alone, although their own manifest may say that they refer to
 * something that stays. Reading them can change the verdict.
 */
export function unresolvedDigests({ closure, decided }: PackageDecision): readonly string[] {
  const byDigest = new Map(decided.units.nodes.map((node) => [node.version.name, node]))
  const doubts = [...closure.deleted].filter((node) => mayRefer(node, byDigest))
  // A tagged image that an index lists is a unit all the same, and a rule may ask what it is.
  const unknown = looksInside(decided.rules) ? decided.units.units.map(({ root }) => root).filter(isUnread) : []
  return [...new Set([...doubts, ...unknown])].map(({ version }) => version.name)
}

/** Known from the index that lists it only. */
const isUnread = ({ manifest, descriptor }: Node): boolean => manifest === undefined && descriptor !== undefined

function mayRefer(node: Node, byDigest: ReadonlyMap<string, Node>): boolean {
  const { descriptor, owners } = node
  if (!isUnread(node) || descriptor === undefined) return false
  if (isAttestationEntry(descriptor)) {
    const image = byDigest.get(attestedDigest(node) ?? '')
    return image !== undefined && mayOutlive(image, node)
  }
  // The entries of a referrers index refer to what its tag says, and go with it.
  if ([...owners].every(({ tagKind }) => tagKind === 'referrers')) return false
  return descriptor.artifactType !== undefined || descriptor.platform === undefined
}

/** Whether the image can stay where the other goes: now, or because a budget, a refusal or a re-check comes in between. */
function mayOutlive(image: Node, other: Node): boolean {
  return image.names.length > 0 || [...image.owners].some((owner) => !other.owners.has(owner))
}
