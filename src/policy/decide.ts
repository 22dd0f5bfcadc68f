import type { Inventory } from '../domain/inventory.js'
import { INDEX_TYPES } from '../domain/mediaType.js'
import type { PackageType } from '../domain/package.js'
import type { Reason } from '../domain/plan.js'
import type { Policy } from '../domain/policy.js'
import { subtractDuration } from '../pattern/calendar.js'
import { versionScheme } from '../pattern/scheme.js'
import { type Claim, claim } from './claim.js'
import { type CompiledRule, rulesFor } from './compiledRule.js'
import { finish, finishesUntag, isLeftover } from './leftover.js'
import { type Protectors, protectors } from './protect.js'
import { findReleases } from './releases.js'
import { buildUnits, type Unit, type Units } from './units.js'
import { variantsOf } from './variants.js'
import { type Vote, vote } from './vote.js'

/** What the rules say of one unit, before membership, floor, fuse and budget. */
export interface UnitDecision {
  readonly unit: Unit
  readonly goes: boolean
  readonly reasons: readonly Reason[]
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
  /** Something that could protect is unknown: no member and nothing untagged may go. */
  readonly blind: boolean
}

/** Steps 1 to 7 of an evaluation: units, protection, claims, groups, order, votes, and what they come to. */
export function decide(inventory: Inventory, policy: Policy, now: number): Decided {
  const { type } = inventory.package
  const units = buildUnits(inventory, policy, now)
  const rules = rulesFor(policy.rules, inventory.package, variantsOf(units.units, type))
  const shields = protectors(inventory, policy, units.units, versionScheme(type))
  const shielded = new Map(units.units.map((unit) => [unit, shields.protects(unit)]))
  const releases = findReleases(units.units.filter((unit) => !isLeftover(unit)))

  const claimsOf = new Map<Unit, readonly (Claim | string)[]>()
  for (const unit of units.units) {
    const voting: readonly (string | undefined)[] = unit.names.length === 0 ? [undefined] : unit.names
    const claimed = voting
      .filter((name) => name === undefined || !unit.aliases.has(name))
      .map((name) => claim(unit, name, rules, releases) ?? name ?? '')
    const finishes = finishesUntag(unit, policy)
    claimsOf.set(
      unit,
      finishes ? claimed.filter((found) => typeof found !== 'string' && listsVersions(found)) : claimed
    )
  }
  const claims = [...claimsOf.values()].flat().filter((found) => typeof found !== 'string')
  const isProtected = (unit: Unit): boolean => shielded.get(unit) !== undefined
  const votes = vote(claims, { type, policy, now, releases, isProtected })

  const blind = inventory.gaps.some(({ kind }) => kind === 'manifest' || kind === 'list')
  const view: View = {
    inventory,
    policy,
    now,
    youngest: subtractDuration(now, policy.gracePeriod, policy.timezone),
    unreadable: new Map(inventory.gaps.flatMap((gap) => (gap.kind === 'manifest' ? [[gap.digest, gap.why]] : []))),
    newestUnread: newestUnread(inventory, units),
    nests: blind && listsIndexes(inventory),
    blind,
    store: isSignatureStore(inventory, units.units)
  }
  const decisions = new Map<Unit, UnitDecision>()
  for (const unit of units.units) {
    const found = claimsOf.get(unit) ?? []
    decisions.set(unit, decideUnit(unit, found, votes, shielded.get(unit), view))
  }
  return { type, units, decisions, protectors: shields, rules, blind }
}

interface View {
  readonly inventory: Inventory
  readonly policy: Policy
  readonly now: number
  readonly youngest: number
  readonly unreadable: ReadonlyMap<string, string>
  /** When the newest version that could not be read was pushed; for one that GitHub did not list it may be any time. */
  readonly newestUnread: number
  /** Some index is seen to list another. */
  readonly nests: boolean
  readonly blind: boolean
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
  if (shield !== undefined) keep.push(shield.reason)
  const holds = holdsBack(unit, claims, view)
  keep.push(...holds)
  for (const found of claims) {
    if (typeof found === 'string') {
      keep.push({ code: 'no-rule', ...(found !== '' && { name: found }) })
      continue
    }
    const cast = votes.get(found)
    if (cast === undefined) continue
    if (cast.keep) keep.push(...cast.reasons)
    else {
      go.push(...cast.reasons)
      if (found.name !== undefined) out.set(found.name, cast.reasons)
    }
  }
  if (claims.length === 0 && finishesUntag(unit, view.policy)) {
    const end = finish(unit, view.policy, view.now, view.youngest)
    if (end.keep !== undefined) keep.push(end.keep)
    if (end.go !== undefined) go.push(end.go)
  }
  const goes = keep.length === 0 && go.length > 0
  const aliases = [...unit.aliases].map(([name, target]): Reason => ({ code: 'alias-of', name, detail: target }))
  return {
    unit,
    goes,
    // The votes against stay visible on what is kept all the same: they say what holds it.
    reasons: [...(goes ? go : [...keep, ...go]), ...aliases],
    out,
    holdsTags: shield?.digest === true || holds.length > 0
  }
}

/** What keeps a unit whatever the rules say. */
function holdsBack(unit: Unit, claims: readonly (Claim | string)[], view: View): readonly Reason[] {
  const untagged = unit.names.length === 0
  const why = view.unreadable.get(unit.root.version.name)
  if (why !== undefined) return [{ code: 'unreadable', detail: why }]
  if (view.blind && untagged)
    return [{ code: 'unreadable', detail: 'something that may refer to it could not be read' }]
  if (mayBelongToUnread(unit, view)) {
    return [{ code: 'unreadable', detail: 'an index that was not read may list it' }]
  }
  if (untagged && view.store && !claims.some(asksForOrphans)) return [{ code: 'signature-store' }]
  if (untagged && unit.time === undefined) return [{ code: 'no-timestamp' }]
  if (untagged && unit.time !== undefined && unit.time > view.youngest) {
    return [{ code: 'grace-period', age: view.now - unit.time }]
  }
  return []
}

/** What was pushed together need not have times in order. Milliseconds. */
const TOGETHER = 3_600_000

/**
 * A tagged platform image dies with its tag if an index that nobody read lists it. An index is pushed after what it lists,
 * so what was pushed well after everything unread is not in doubt; nor are indexes, unless some index is seen to list another.
 */
function mayBelongToUnread({ root }: Unit, view: View): boolean {
  if (root.manifest?.kind === 'index' && !view.nests) return false
  return (root.version.createdAt ?? 0) <= view.newestUnread + TOGETHER
}

function newestUnread({ gaps, package: { type } }: Inventory, { nodes }: Units): number {
  if (type !== 'container') return Number.NEGATIVE_INFINITY
  if (gaps.some(({ kind }) => kind === 'list')) return Number.POSITIVE_INFINITY
  const digests = new Set(gaps.flatMap((gap) => (gap.kind === 'manifest' ? [gap.digest] : [])))
  const times = nodes
    .filter(({ version }) => digests.has(version.name))
    .map(({ version }) => version.createdAt ?? Number.POSITIVE_INFINITY)
  return times.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
}

/** Whether an index that was read lists another one. */
const listsIndexes = ({ manifests }: Inventory): boolean =>
  [...manifests.values()].some(({ entries }) =>
    entries.some(({ digest, mediaType }) => INDEX_TYPES.has(mediaType) || manifests.get(digest)?.kind === 'index')
  )

const listsVersions = (found: Claim): boolean => found.rule.rule.match.versions !== undefined

const asksForOrphans = (found: Claim | string): boolean =>
  typeof found !== 'string' && found.rule.rule.match.state?.includes('orphan') === true

/** A package of nothing but unnamed orphans keeps signatures of another package's images (`COSIGN_REPOSITORY`). */
export function isSignatureStore(inventory: Inventory, units: readonly Unit[]): boolean {
  if (inventory.package.type !== 'container' || units.length === 0) return false
  return units.every((unit) => unit.names.length === 0 && unit.state === 'orphan')
}
