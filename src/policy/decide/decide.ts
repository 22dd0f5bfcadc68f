import type { Inventory } from '../../domain/inventory.js'
import type { PackageType } from '../../domain/package.js'
import type { HeldBy, Reason } from '../../domain/plan.js'
import type { Policy } from '../../domain/policy.js'
import { subtractDuration } from '../../pattern/calendar.js'
import { versionScheme } from '../../pattern/scheme.js'
import { buildUnits, isSignatureStore, type Unit, type UnitGraph } from '../graph/units.js'
import { type Claim, claim, claimAlias } from '../rules/claim.js'
import { type CompiledRule, rulesFor } from '../rules/compiledRule.js'
import { findReleases, type Releases } from '../rules/releases.js'
import { variantsOf } from '../rules/variants.js'
import { type Vote, vote } from '../rules/vote.js'
import { finish, finishesUntag, isLeftover } from './leftover.js'
import { type Protectors, protectors } from './protect.js'

/** The decision about one unit, before membership, `min-keep`, `max-delete` and `delete-limit`. */
export interface UnitDecision {
  /** Rules own all its names and vote each of them out, and nothing else keeps the unit so far. */
  readonly votedOut: boolean
  readonly reasons: readonly Reason[]
  /** The one thing that keeps it, as far as the rules and protections tell. */
  readonly heldBy?: Extract<HeldBy, 'unreadable' | 'unowned-tags'>
  /** Names that no rule owns; `''` for an untagged version. */
  readonly unowned: readonly string[]
  /** A rule owns at least one of its names, or the untagged version. */
  readonly matched: boolean
  /** Names that were voted out, and why. */
  readonly namesOut: ReadonlyMap<string, readonly Reason[]>
  /** `partial-tags: untag` must leave all its tags alone. */
  readonly holdsTags: boolean
}

export interface Decided {
  readonly type: PackageType
  readonly graph: UnitGraph
  readonly decisions: ReadonlyMap<Unit, UnitDecision>
  readonly protectors: Protectors
  readonly rules: readonly CompiledRule[]
}

/** Finds units, protections and claims, lets the rules vote, and decides each unit on its own. */
export function decide(inventory: Inventory, policy: Policy, now: number): Decided {
  const { type } = inventory.package
  const graph = buildUnits(inventory, policy)
  const rules = rulesFor(policy.rules, inventory.package, variantsOf(graph.units, type))
  const protection = protectors(inventory, policy, graph.units, versionScheme(type))
  const protectedBy = new Map(graph.units.map((unit) => [unit, protection.protects(unit)]))
  const releases = findReleases(graph.units.filter((unit) => !isLeftover(unit)))

  const claimsOf = new Map(graph.units.map((unit) => [unit, claimsOfUnit(unit, rules, releases, policy)]))
  const claims = [...claimsOf.values()].flat().filter((claimed) => typeof claimed !== 'string')
  const isProtected = (unit: Unit): boolean => protectedBy.get(unit) !== undefined
  const votes = vote(claims, { type, policy, now, releases, isProtected })

  const context: DecisionContext = {
    policy,
    now,
    youngest: subtractDuration(now, policy.gracePeriod, policy.timezone),
    store: isSignatureStore(graph)
  }
  const decisions = new Map(
    [...claimsOf].map(([unit, claimed]) => [unit, decideUnit(unit, claimed, votes, protectedBy.get(unit), context)])
  )
  return { type, graph, decisions, protectors: protection, rules }
}

/** A name that a rule owns, or the name itself where no rule does; `''` for an untagged unit. */
type Claimed = Claim | string

/** What becomes of each name of a unit. A name that follows another one is left out, and so is what `finish` decides. */
function claimsOfUnit(
  unit: Unit,
  rules: readonly CompiledRule[],
  releases: Releases,
  policy: Policy
): readonly Claimed[] {
  const claimOf = (name?: string): Claimed => claim(unit, name, rules, releases) ?? name ?? ''
  const named = unit.names.flatMap((name): Claimed | readonly Claimed[] => {
    const target = unit.aliases.get(name)
    if (target === undefined) return claimOf(name)
    const alias = claimAlias(unit, { name, target }, rules, releases)
    const full = claimOf(target)
    // It follows its full name where one rule owns both.
    return typeof full !== 'string' && alias?.rule === full.rule ? [] : (alias ?? name)
  })
  const claims = unit.names.length === 0 ? [claimOf()] : named
  return finishesUntag(unit, policy) ? claims.filter(listsVersions) : claims
}

interface DecisionContext {
  readonly policy: Policy
  readonly now: number
  /** Untagged units that are younger than this moment are kept: the end of the grace period. */
  readonly youngest: number
  /** The package is a signature store. */
  readonly store: boolean
}

function decideUnit(
  unit: Unit,
  claims: readonly Claimed[],
  votes: ReadonlyMap<Claim, Vote>,
  protectedBy: ReturnType<Protectors['protects']>,
  context: DecisionContext
): UnitDecision {
  const against: Reason[] = []
  const namesOut = new Map<string, readonly Reason[]>()
  const unowned: string[] = []
  const holds = reasonToHold(unit, claims, context)
  const keep = [protectedBy?.reason, holds].filter((reason) => reason !== undefined)
  const doubts = keep.filter(({ code }) => code === 'unreadable').length
  for (const claimed of claims) {
    if (typeof claimed === 'string') {
      keep.push({ code: 'no-rule', ...(claimed !== '' && { name: claimed }) })
      unowned.push(claimed)
      continue
    }
    const cast = votes.get(claimed)
    if (cast === undefined) continue
    for (const reason of cast.reasons) (cast.keep ? keep : against).push(reason)
    if (!cast.keep && claimed.name !== undefined) namesOut.set(claimed.name, cast.reasons)
  }
  if (claims.length === 0 && finishesUntag(unit, context.policy)) {
    const end = finish(unit, context.policy, context.now, context.youngest)
    const reasons = end.keep ? keep : against
    reasons.push(end.reason)
  }
  const votedOut = keep.length === 0 && against.length > 0
  const aliases = [...unit.aliases].map(([name, target]): Reason => ({ code: 'alias-of', name, target }))
  const heldBy = against.length === 0 || votedOut ? undefined : heldAlone(keep.length, doubts, unowned.length)
  return {
    votedOut,
    unowned,
    matched: against.length > 0 || claims.some((claimed) => typeof claimed !== 'string'),
    ...(heldBy !== undefined && { heldBy }),
    // A unit that is kept shows the votes against it too.
    reasons: [...keep, ...against, ...aliases],
    namesOut,
    holdsTags: protectedBy?.keepsTags === true
  }
}

function heldAlone(keeps: number, doubts: number, unowned: number): UnitDecision['heldBy'] {
  if (keeps === doubts) return 'unreadable'
  return keeps === unowned ? 'unowned-tags' : undefined
}

/** Why an untagged unit is kept whatever the rules say. */
function reasonToHold(unit: Unit, claims: readonly Claimed[], context: DecisionContext): Reason | undefined {
  if (unit.names.length > 0) return undefined
  if (context.store && !claims.some(asksForOrphans)) return { code: 'signature-store' }
  if (unit.time === undefined) return { code: 'no-timestamp' }
  if (unit.time > context.youngest) return { code: 'grace-period', age: Math.max(0, context.now - unit.time) }
  return undefined
}

const listsVersions = (claimed: Claimed): boolean =>
  typeof claimed !== 'string' && claimed.rule.rule.match.versions !== undefined

const asksForOrphans = (claimed: Claimed): boolean =>
  typeof claimed !== 'string' && claimed.rule.rule.match.state?.includes('orphan') === true
