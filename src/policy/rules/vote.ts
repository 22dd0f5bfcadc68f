import { grouped } from '../../domain/grouped.js'
import type { PackageType } from '../../domain/package.js'
import type { Reason } from '../../domain/plan.js'
import type { KeepItem, Policy, Rule } from '../../domain/policy.js'
import { subtractDuration } from '../../pattern/calendar.js'
import { compilePatterns, type Patterns } from '../../pattern/patterns.js'
import type { ParsedVersion, VersionScheme } from '../../pattern/versionOrder.js'
import type { Unit } from '../graph/units.js'
import type { Candidate, CandidateGroup, Picks } from './candidate.js'
import { type Claim, isPrerelease } from './claim.js'
import { counts, KEEP_RULES } from './keepRules.js'
import type { Releases } from './releases.js'
import { asksForVersion } from './variants.js'

/** The verdict of a rule about one name that it owns. */
export interface Vote {
  readonly keep: boolean
  readonly reasons: readonly Reason[]
}

export interface VoteContext {
  readonly type: PackageType
  readonly policy: Pick<Policy, 'timezone'>
  readonly now: number
  readonly releases: Releases
  /** `protect` keeps the unit: it takes no place in a count unless the rule says `count-protected`. */
  isProtected(unit: Unit): boolean
}

/**
 * Votes on every claim. A claim without a vote (a protected unit under a rule with counters) is absent: nobody asked to delete
 * its name.
 */
export function vote(claims: readonly Claim[], context: VoteContext): ReadonlyMap<Claim, Vote> {
  const votes = new Map<Claim, Vote>()
  for (const group of groupClaims(claims)) {
    const [{ rule }] = group
    const { scheme } = rule
    // A replaced fallback index is part of what it follows: it takes no place from other untagged units.
    const counted = group.filter(({ unit }) => !unit.root.follows)
    const all = counted.length < group.length ? voteInGroup(rule.rule, group, context, scheme) : undefined
    for (const [claim, cast] of all ?? []) votes.set(claim, cast)
    for (const [claim, cast] of voteInGroup(rule.rule, counted, context, scheme)) votes.set(claim, cast)
    if (scheme.compareOtherwise === undefined) continue
    const otherwise = { ...scheme, compare: scheme.compareOtherwise }
    for (const [claim, other] of voteInGroup(rule.rule, group, context, otherwise)) {
      if (other.keep && votes.get(claim)?.keep === false) votes.set(claim, other)
    }
  }
  return votes
}

/** The claims of each rule, by the groups of `group-by`. */
function groupClaims(claims: readonly Claim[]): readonly (readonly [Claim, ...Claim[]])[] {
  const byRule = [...grouped(claims, ({ rule }) => rule).values()]
  return byRule.flatMap((ofRule) => [...grouped(ofRule, ({ group }) => group).values()])
}

function voteInGroup(
  rule: Rule,
  claims: readonly Claim[],
  context: VoteContext,
  scheme: VersionScheme
): ReadonlyMap<Claim, Vote> {
  const votes = new Map<Claim, Vote>()
  const candidates = toCandidates(claims, scheme)
  const uncounted = (candidate: Candidate): boolean => !rule.countProtected && context.isProtected(candidate.unit)
  const counted = candidates.filter((candidate) => !uncounted(candidate))
  const known = counted.filter((candidate) => readable(candidate, rule.sort === 'version'))
  const ordered = known.toSorted(rule.sort === 'version' ? byVersion(scheme) : byTime(scheme))
  const newest = candidates.reduce((latest, { time }) => Math.max(latest, time), 0)
  const group: CandidateGroup = {
    counted: ordered,
    base: rule.relativeTo === 'newest' ? Math.min(newest, context.now) : context.now,
    timezone: context.policy.timezone,
    type: context.type,
    scheme,
    releases: context.releases
  }
  const items = rule.keep.map((item) => ({ item, passes: narrow(item, group) }))
  const kept = pickAll(items, group)
  const anchor = anchorOf(rule, ordered, newest)
  const rank = new Map(ordered.map((candidate, i) => [candidate, i + 1]))
  const hasNoCounter = !rule.keep.some(counts)
  const judgesVersions = rule.sort === 'version' || rule.keep.some(asksForVersion)
  for (const candidate of candidates) {
    if (uncounted(candidate) && !hasNoCounter) continue
    for (const claim of candidate.claims) {
      const named = { rule: rule.name, ...(claim.name !== undefined && { name: claim.name }) }
      const reasons: Reason[] = (kept.get(candidate) ?? []).map((reason) => ({ ...named, ...reason }))
      if (uncounted(candidate)) {
        for (const { item, passes } of items) if (passes(candidate)) reasons.push({ ...named, ...filterReason(item) })
      }
      if (claim.parsed === undefined && judgesVersions) {
        reasons.push({ ...named, code: 'not-a-version' })
      }
      if (candidate.unit.time === undefined) reasons.push({ ...named, code: 'no-timestamp' })
      if (reasons.length === 0 && candidate === anchor) reasons.push({ ...named, code: 'last', anchor: true })
      const keep = reasons.length > 0
      votes.set(claim, {
        keep,
        reasons: keep ? reasons : [against(candidate, claim, rank, ordered.length, context)]
      })
    }
  }
  return votes
}

/**
 * The unit that `relative-to: newest` counts back from. If it were deleted, the next run would count from an older one, and
 * a counter could pick other units from that longer list.
 */
function anchorOf(rule: Rule, ordered: readonly Candidate[], newest: number): Candidate | undefined {
  if (rule.relativeTo !== 'newest') return undefined
  if (!rule.keep.some((item) => item.within !== undefined && counts(item))) return undefined
  return ordered.find(({ time }) => time === newest)
}

/** An item of `keep`, and what its filters let pass. */
interface FilteredItem {
  readonly item: KeepItem
  passes(candidate: Candidate): boolean
}

/** Items are ORed. In one item the filters narrow the list, and it keeps what all of its counters pick. */
function pickAll(items: readonly FilteredItem[], group: CandidateGroup): ReadonlyMap<Candidate, Reason[]> {
  const kept = new Map<Candidate, Reason[]>()
  for (const { item, passes } of items) {
    const narrowed = group.counted.filter(passes)
    const picks = KEEP_RULES.filter(({ key }) => item[key] !== undefined).map((rule) =>
      rule.pick(item, narrowed, group)
    )
    const filtered: Picks = new Map(narrowed.map((candidate) => [candidate, filterReason(item)]))
    const [first = filtered, ...others] = picks
    for (const [candidate, reason] of first) {
      if (!others.every((other) => other.has(candidate))) continue
      const reasons = kept.get(candidate)
      if (reasons === undefined) kept.set(candidate, [reason])
      else reasons.push(reason)
    }
  }
  return kept
}

/** Whether the filters of an item let a candidate pass. They narrow the list before anything is counted. */
function narrow(item: KeepItem, group: CandidateGroup): (candidate: Candidate) => boolean {
  const { names, within, prerelease, since } = item
  const patterns = names && compilePatterns(names, { type: group.type, scheme: group.scheme })
  const oldest = within && subtractDuration(group.base, within, group.timezone)
  return (candidate) =>
    fitsNames(candidate, patterns) &&
    (prerelease === undefined || candidate.claims.some((claim) => isPrerelease(claim, prerelease, group.releases))) &&
    (oldest === undefined || fitsWithin(candidate, oldest, since, group))
}

function fitsNames(candidate: Candidate, names: Patterns | undefined): boolean {
  if (names === undefined) return true
  return candidate.claims.some(({ name, unit }) => names.match(name, unit.root.version.name) !== undefined)
}

function fitsWithin(candidate: Candidate, oldest: number, since: KeepItem['since'], group: CandidateGroup): boolean {
  if (candidate.time >= oldest) return true
  if (since !== 'superseded') return false
  return candidate.claims.some((claim) => {
    if (claim.parsed?.prerelease !== true) return false
    const released = group.releases.since(claim, claim.parsed)
    // A prerelease that is not superseded yet has not begun to age.
    return released === undefined || released >= oldest
  })
}

function filterReason({ within, since }: KeepItem): Reason {
  if (within === undefined) return { code: 'filter' }
  return { code: 'within', limit: within.text, ...(since !== undefined && { since }) }
}

/** The reason against a candidate, with the rank that was too low. */
function against(
  candidate: Candidate,
  claim: Claim,
  ranks: ReadonlyMap<Candidate, number>,
  of: number,
  context: VoteContext
): Reason {
  const rule = claim.rule.rule
  const rank = ranks.get(candidate)
  const common = {
    rule: rule.name,
    ...(claim.name !== undefined && { name: claim.name }),
    ...(rank !== undefined && { rank, of }),
    age: Math.max(0, context.now - candidate.time)
  }
  if (rule.match.versions !== undefined) return { code: 'listed', ...common }
  if (claim.name === undefined) return { code: candidate.unit.state === 'orphan' ? 'orphan' : 'untagged', ...common }
  if (rule.match.prerelease === 'superseded') {
    const release = claim.parsed?.base?.text
    return { code: 'superseded', ...common, ...(release !== undefined && { release }) }
  }
  return { code: 'not-kept', ...common }
}

function toCandidates(claims: readonly Claim[], scheme: VersionScheme): Candidate[] {
  return [...grouped(claims, ({ unit }) => unit)].map(([unit, ofUnit]) => {
    const ordered = ofUnit.toSorted((a, b) => compareParsed(b.parsed, a.parsed, scheme))
    return { unit, claims: ordered, highest: ordered[0]?.parsed, time: unit.time ?? 0 }
  })
}

function readable({ unit, highest }: Candidate, needsVersion: boolean): boolean {
  return unit.time !== undefined && (!needsVersion || highest !== undefined)
}

function byTime(scheme: VersionScheme): (a: Candidate, b: Candidate) => number {
  return (a, b) =>
    b.time - a.time || compareParsed(b.highest, a.highest, scheme) || b.unit.root.version.id - a.unit.root.version.id
}

function byVersion(scheme: VersionScheme): (a: Candidate, b: Candidate) => number {
  return (a, b) =>
    compareParsed(b.highest, a.highest, scheme) || b.time - a.time || b.unit.root.version.id - a.unit.root.version.id
}

/** A name that is not a version sorts below every version. */
function compareParsed(a: ParsedVersion | undefined, b: ParsedVersion | undefined, scheme: VersionScheme): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined)
  return scheme.compare(a, b)
}
