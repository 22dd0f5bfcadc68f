import type { Inventory } from '../../domain/inventory.js'
import type { PackageType } from '../../domain/package.js'
import type { HeldBy, Reason } from '../../domain/plan.js'
import type { Policy } from '../../domain/policy.js'
import { subtractDuration } from '../../pattern/calendar.js'
import { versionScheme } from '../../pattern/scheme.js'
import { buildUnits, isSignatureStore, type Unit, type Units } from '../graph/units.js'
import { type Claim, claim, claimAlias } from '../rules/claim.js'
import { type CompiledRule, rulesFor } from '../rules/compiledRule.js'
import { findReleases } from '../rules/releases.js'
import { variantsOf } from '../rules/variants.js'
import { type Vote, vote } from '../rules/vote.js'
import { finish, finishesUntag, isLeftover } from './leftover.js'
import { type Protectors, protectors } from './protect.js'

/** What the rules say of one unit, before membership, `min-keep`, `max-delete` and `delete-limit`. */
export interface UnitDecision {
  readonly unit: Unit
  /** Every name of it is owned and voted out, and nothing here keeps it. */
  readonly votedOut: boolean
  readonly reasons: readonly Reason[]
  /** What alone keeps it, as far as it is known here. */
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
  readonly units: Units
  readonly decisions: ReadonlyMap<Unit, UnitDecision>
  readonly protectors: Protectors
  readonly rules: readonly CompiledRule[]
}

/** Steps 1 to 7 of an evaluation: units, protection, claims, groups, order, votes, and what they come to. */
export function decide(inventory: Inventory, policy: Policy, now: number): Decided {
  const { type } = inventory.package
  const units = buildUnits(inventory, policy)
  const rules = rulesFor(policy.rules, inventory.package, variantsOf(units.units, type))
  const protection = protectors(inventory, policy, units.units, versionScheme(type))
  const protectedBy = new Map(units.units.map((unit) => [unit, protection.protects(unit)]))
  const releases = findReleases(units.units.filter((unit) => !isLeftover(unit)))

  const claimsOf = new Map<Unit, readonly (Claim | string)[]>()
  for (const unit of units.units) {
    const claimOf = (name?: string) => claim(unit, name, rules, releases) ?? name ?? ''
    const named = unit.names.flatMap((name) => {
      const target = unit.aliases.get(name)
      if (target === undefined) return claimOf(name)
      const found = claimAlias(unit, { name, target }, rules, releases)
      const full = claimOf(target)
      // It follows its full name where one rule owns both.
      return typeof full !== 'string' && found?.rule === full.rule ? [] : (found ?? name)
    })
    const claimed = unit.names.length === 0 ? [claimOf()] : named
    const finishes = finishesUntag(unit, policy)
    claimsOf.set(
      unit,
      finishes ? claimed.filter((found) => typeof found !== 'string' && listsVersions(found)) : claimed
    )
  }
  const claims = [...claimsOf.values()].flat().filter((found) => typeof found !== 'string')
  const isProtected = (unit: Unit): boolean => protectedBy.get(unit) !== undefined
  const votes = vote(claims, { type, policy, now, releases, isProtected })

  const context: DecisionContext = {
    policy,
    now,
    youngest: subtractDuration(now, policy.gracePeriod, policy.timezone),
    store: isSignatureStore(units)
  }
  const decisions = new Map<Unit, UnitDecision>()
  for (const [unit, found] of claimsOf) {
    decisions.set(unit, decideUnit(unit, found, votes, protectedBy.get(unit), context))
  }
  return { type, units, decisions, protectors: protection, rules }
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
  claims: readonly (Claim | string)[],
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
  for (const found of claims) {
    if (typeof found === 'string') {
      keep.push({ code: 'no-rule', ...(found !== '' && { name: found }) })
      unowned.push(found)
      continue
    }
    const cast = votes.get(found)
    if (cast === undefined) continue
    for (const reason of cast.reasons) (cast.keep ? keep : against).push(reason)
    if (!cast.keep && found.name !== undefined) namesOut.set(found.name, cast.reasons)
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
    unit,
    votedOut,
    unowned,
    matched: against.length > 0 || claims.some((found) => typeof found !== 'string'),
    ...(heldBy !== undefined && { heldBy }),
    // A unit that is kept shows the votes against it too.
    reasons: [...keep, ...against, ...aliases],
    namesOut,
    holdsTags: protectedBy?.digest === true
  }
}

function heldAlone(keeps: number, doubts: number, unowned: number): UnitDecision['heldBy'] {
  if (keeps === doubts) return 'unreadable'
  return keeps === unowned ? 'unowned-tags' : undefined
}

/** Why an untagged unit is kept whatever the rules say. */
function reasonToHold(unit: Unit, claims: readonly (Claim | string)[], context: DecisionContext): Reason | undefined {
  if (unit.names.length > 0) return undefined
  if (context.store && !claims.some(asksForOrphans)) return { code: 'signature-store' }
  if (unit.time === undefined) return { code: 'no-timestamp' }
  if (unit.time > context.youngest) return { code: 'grace-period', age: Math.max(0, context.now - unit.time) }
  return undefined
}

const listsVersions = (found: Claim): boolean => found.rule.rule.match.versions !== undefined

const asksForOrphans = (found: Claim | string): boolean =>
  typeof found !== 'string' && found.rule.rule.match.state?.includes('orphan') === true
