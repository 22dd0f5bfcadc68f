import type { Inventory } from '../../domain/inventory.js'
import type { PackageType } from '../../domain/package.js'
import type { HeldBy, Reason } from '../../domain/plan.js'
import type { Policy } from '../../domain/policy.js'
import { subtractDuration } from '../../pattern/calendar.js'
import { versionScheme } from '../../pattern/scheme.js'
import { buildUnits, type Unit, type Units } from '../graph/units.js'
import { type Claim, claim, claimAlias } from '../rules/claim.js'
import { type CompiledRule, rulesFor } from '../rules/compiledRule.js'
import { findReleases } from '../rules/releases.js'
import { variantsOf } from '../rules/variants.js'
import { type Vote, vote } from '../rules/vote.js'
import { finish, finishesUntag, isLeftover } from './leftover.js'
import { type Protectors, protectors } from './protect.js'

/** What the rules say of one unit, before membership, floor, fuse and budget. */
export interface UnitDecision {
  readonly unit: Unit
  readonly goes: boolean
  readonly reasons: readonly Reason[]
  /** What alone keeps it, as far as it is known here. */
  readonly heldBy?: Extract<HeldBy, 'unreadable' | 'unowned-tags'>
  /** Names that no rule owns. */
  readonly unowned: readonly string[]
  /** A rule owns at least one of its names, or the untagged version. */
  readonly matched: boolean
  /** Names that were voted out, and why. */
  readonly out: ReadonlyMap<string, readonly Reason[]>
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
  const shields = protectors(inventory, policy, units.units, versionScheme(type))
  const shielded = new Map(units.units.map((unit) => [unit, shields.protects(unit)]))
  const releases = findReleases(units.units.filter((unit) => !isLeftover(unit)))

  const claimsOf = new Map<Unit, readonly (Claim | string)[]>()
  for (const unit of units.units) {
    const voting: readonly (string | undefined)[] = unit.names.length === 0 ? [undefined] : unit.names
    const claimOf = (name: string | undefined) => claim(unit, name, rules, releases) ?? name ?? ''
    const claimed = voting.flatMap((name) => {
      const target = name === undefined ? undefined : unit.aliases.get(name)
      if (name === undefined || target === undefined) return claimOf(name)
      const found = claimAlias(unit, { name, target }, rules, releases)
      const full = claimOf(target)
      // It follows its full name where one rule owns both.
      return typeof full !== 'string' && found?.rule === full.rule ? [] : (found ?? name)
    })
    const finishes = finishesUntag(unit, policy)
    claimsOf.set(
      unit,
      finishes ? claimed.filter((found) => typeof found !== 'string' && listsVersions(found)) : claimed
    )
  }
  const claims = [...claimsOf.values()].flat().filter((found) => typeof found !== 'string')
  const isProtected = (unit: Unit): boolean => shielded.get(unit) !== undefined
  const votes = vote(claims, { type, policy, now, releases, isProtected })

  const view: View = {
    policy,
    now,
    youngest: subtractDuration(now, policy.gracePeriod, policy.timezone),
    store: isSignatureStore(inventory, units.units)
  }
  const decisions = new Map<Unit, UnitDecision>()
  for (const unit of units.units) {
    const found = claimsOf.get(unit) ?? []
    decisions.set(unit, decideUnit(unit, found, votes, shielded.get(unit), view))
  }
  return { type, units, decisions, protectors: shields, rules }
}

interface View {
  readonly policy: Policy
  readonly now: number
  readonly youngest: number
  readonly store: boolean
}

function decideUnit(
  unit: Unit,
  claims: readonly (Claim | string)[],
  votes: ReadonlyMap<Claim, Vote>,
  shield: ReturnType<Protectors['protects']>,
  view: View
): UnitDecision {
  const keep: Reason[] = []
  const go: Reason[] = []
  const out = new Map<string, readonly Reason[]>()
  const unowned: string[] = []
  if (shield !== undefined) keep.push(shield.reason)
  const holds = holdsBack(unit, claims, view)
  keep.push(...holds)
  const doubts = keep.filter(({ code }) => code === 'unreadable').length
  for (const found of claims) {
    if (typeof found === 'string') {
      keep.push({ code: 'no-rule', ...(found !== '' && { name: found }) })
      if (found !== '') unowned.push(found)
      continue
    }
    const cast = votes.get(found)
    if (cast === undefined) continue
    for (const reason of cast.reasons) (cast.keep ? keep : go).push(reason)
    if (!cast.keep) {
      if (found.name !== undefined) out.set(found.name, cast.reasons)
    }
  }
  if (claims.length === 0 && finishesUntag(unit, view.policy)) {
    const end = finish(unit, view.policy, view.now, view.youngest)
    if (end.keep !== undefined) keep.push(end.keep)
    if (end.go !== undefined) go.push(end.go)
  }
  const goes = keep.length === 0 && go.length > 0
  const aliases = [...unit.aliases].map(([name, target]): Reason => ({ code: 'alias-of', name, target }))
  const heldBy = go.length === 0 || goes ? undefined : heldAlone(keep.length, doubts, unowned.length)
  return {
    unit,
    goes,
    unowned,
    matched: go.length > 0 || claims.some((found) => typeof found !== 'string'),
    ...(heldBy !== undefined && { heldBy }),
    // The votes against stay visible on what is kept all the same: they say what holds it.
    reasons: [...(goes ? go : [...keep, ...go]), ...aliases],
    out,
    holdsTags: shield?.digest === true || holds.length > 0
  }
}

function heldAlone(keeps: number, doubts: number, unowned: number): UnitDecision['heldBy'] {
  if (keeps === doubts) return 'unreadable'
  return keeps === unowned ? 'unowned-tags' : undefined
}

/** What keeps an untagged unit whatever the rules say. */
function holdsBack(unit: Unit, claims: readonly (Claim | string)[], view: View): readonly Reason[] {
  if (unit.names.length > 0) return []
  if (view.store && !claims.some(asksForOrphans)) return [{ code: 'signature-store' }]
  if (unit.time === undefined) return [{ code: 'no-timestamp' }]
  if (unit.time > view.youngest) return [{ code: 'grace-period', age: Math.max(0, view.now - unit.time) }]
  return []
}

const listsVersions = (found: Claim): boolean => found.rule.rule.match.versions !== undefined

const asksForOrphans = (found: Claim | string): boolean =>
  typeof found !== 'string' && found.rule.rule.match.state?.includes('orphan') === true

/** A package of nothing but unnamed orphans keeps signatures of another package's images (`COSIGN_REPOSITORY`). */
export function isSignatureStore(inventory: Inventory, units: readonly Unit[]): boolean {
  if (inventory.package.type !== 'container' || units.length === 0) return false
  return units.every((unit) => unit.names.length === 0 && unit.state === 'orphan')
}
