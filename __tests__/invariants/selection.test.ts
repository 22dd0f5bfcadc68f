import { describe, expect, it } from '@jest/globals'
import semver from 'semver'
import { randomFrom } from '../../simulator/generate/random.js'
import type { Inventory } from '../../src/domain/inventory.js'
import type { PackagePlan } from '../../src/domain/plan.js'
import type { Policy, Rule } from '../../src/domain/policy.js'
import { plan } from '../../src/policy/plan/plan.js'
import { amount } from '../amount.js'
import { goesByTheBook } from '../policy/oracle.js'
import { type Case, randomCase, randomItem } from '../policy/randomCase.js'
import { SEED } from '../seed.js'

const RUNS = Number(process.env.PROPERTY_RUNS ?? amount(100, 1500))
/** A search ends at the first fault, which may be rare. */
const PLANTED_RUNS = Math.max(RUNS, 200)

type Planner = (inventory: Inventory, policy: Policy, now: number) => PackagePlan
/** What is wrong; `undefined`: the property holds, or the case is one of the stated exceptions. */
type Property = (given: Case, planner: Planner) => string | undefined

const engine: Planner = (inventory, policy, now) => {
  const [own] = plan([inventory], policy, now, 'o').packages
  if (own === undefined) throw new Error('no plan')
  return own
}

const goesIn = ({ decisions }: PackagePlan): number[] =>
  decisions.filter(({ verdict }) => verdict === 'delete').map(({ version }) => version.id)
const heldByFloor = ({ decisions }: PackagePlan): boolean =>
  decisions.some(({ reasons }) => reasons.some(({ code }) => code === 'min-keep' || code === 'refused-last'))
const shown = ({ decisions, steps, notices }: PackagePlan): string =>
  JSON.stringify({ decisions, steps, notices }, (key, value) =>
    key === 'tags' ? [...(value as string[])].sort() : value
  )

const orderIsIrrelevant: Property = ({ inventory, policy, now, seed }, planner) => {
  const random = randomFrom(`order ${seed}`)
  const shuffled: Inventory = {
    ...inventory,
    versions: random.shuffled(
      inventory.versions.map((version) => ({ ...version, tags: random.shuffled(version.tags) }))
    ),
    manifests: new Map(random.shuffled([...inventory.manifests]))
  }
  const same = shown(planner(inventory, policy, now)) === shown(planner(shuffled, policy, now))
  return same ? undefined : 'another order of the list gives another plan'
}

const keepingMoreDeletesNoMore: Property = ({ inventory, policy, now, seed }, planner) => {
  const random = randomFrom(`more ${seed}`)
  const before = planner(inventory, policy, now)
  // Where the floor held something, what is kept now may take its place.
  if (heldByFloor(before)) return undefined
  const at = random.between(0, policy.rules.length - 1)
  const rules = policy.rules.map(
    (rule, i): Rule => (i === at ? { ...rule, keep: [...rule.keep, randomItem(random)] } : rule)
  )
  const pattern = random.pick(inventory.versions.flatMap(({ name, tags }) => [name, ...tags]))
  const more: Policy = random.chance(0.5)
    ? { ...policy, rules }
    : { ...policy, protect: { ...policy.protect, names: [...policy.protect.names, pattern] } }
  const known = new Set(goesIn(before))
  const extra = goesIn(planner(inventory, more, now)).filter((id) => !known.has(id))
  return extra.length === 0 ? undefined : `deletes ${extra.join()} too once more is kept`
}

const planningAgainDeletesNothing: Property = ({ inventory, policy, now }, planner) => {
  const first = planner(inventory, policy, now)
  const gone = new Set(goesIn(first))
  const left: Inventory = { ...inventory, versions: inventory.versions.filter(({ id }) => !gone.has(id)) }
  if (heldByFloor(first) || losesItsSubject(first, inventory) || losesItsRelease(inventory, gone)) return undefined
  const again = planner(left, policy, now)
  // The floor of the second plan may hold less than all; what the first kept must stay all the same.
  const extra = [
    ...goesIn(again),
    ...again.decisions
      .filter(({ reasons }) => reasons.some(({ code }) => code === 'refused-last'))
      .map(({ version }) => version.id)
  ]
  return extra.length === 0 ? undefined : `deletes ${extra.join()} in a second run`
}

/** A named referrer stays when its subject goes, and is an orphan from then on. */
function losesItsSubject({ decisions }: PackagePlan, { manifests, versions }: Inventory): boolean {
  const gone = new Set(decisions.filter(({ verdict }) => verdict === 'delete').map(({ version }) => version.name))
  return versions.some(({ name }) => !gone.has(name) && gone.has(manifests.get(name)?.subject ?? ''))
}

/** A prerelease that stays is not superseded any more once its release is gone. */
function losesItsRelease({ versions, package: { type } }: Inventory, gone: ReadonlySet<number>): boolean {
  const namesOf = (wanted: boolean) =>
    versions
      .filter(({ id }) => gone.has(id) === wanted)
      .flatMap(({ name, tags }) => (type === 'container' ? tags : [name]))
  const cores = (names: readonly string[], prerelease: boolean) =>
    names.flatMap((name) => {
      const version = semver.parse(name)
      return version !== null && version.prerelease.length > 0 === prerelease
        ? [`${version.major}.${version.minor}.${version.patch}`]
        : []
    })
  const released = new Set(cores(namesOf(true), false))
  return cores(namesOf(false), true).some((core) => released.has(core))
}

const ascending = (a: number, b: number): number => a - b

const everyVersionHasAReason: Property = ({ inventory, policy, now }, planner) => {
  const { decisions } = planner(inventory, policy, now)
  const decided = decisions.map(({ version }) => version.id).sort(ascending)
  const listed = inventory.versions.map(({ id }) => id).sort(ascending)
  if (decided.join() !== listed.join()) return 'not every version has exactly one verdict'
  const mute = decisions.find(({ reasons }) => reasons.length === 0)
  return mute === undefined ? undefined : `${mute.version.id} has no reason`
}

/** Nothing but facts, policy and time makes a plan: a policy read back from a plan file gives the same one. */
const samePlanAgain: Property = ({ inventory, policy, now }, planner) => {
  const read = JSON.parse(JSON.stringify(policy)) as Policy
  return shown(planner(inventory, policy, now)) === shown(planner(inventory, read, now)) ? undefined : 'another plan'
}

const byTheBook: Property = ({ inventory, policy, now, seed }, planner) => {
  const found = planner(inventory, policy, now)
  const wanted = goesByTheBook({ inventory, policy, now, seed })
  const floor = found.decisions
    .filter(({ reasons }) => reasons[0]?.code === 'refused-last')
    .map(({ version }) => version.id)
  const got = [...goesIn(found), ...floor].sort(ascending).join()
  const want = [...wanted].sort(ascending).join()
  return got === want ? undefined : `${got} go; by the book ${want}`
}

/** The first case that breaks the property. */
function search(property: Property, planner: Planner, runs: number, flat = false): string | undefined {
  for (let seed = SEED; seed < SEED + runs; seed += 1) {
    const problem = property(randomCase(seed, flat), planner)
    if (problem !== undefined) return `seed ${seed}: ${problem}`
  }
  return undefined
}

const withRules =
  (change: (rule: Rule, inventory: Inventory) => Rule): Planner =>
  (inventory, policy, now) =>
    engine(inventory, { ...policy, rules: policy.rules.map((rule) => change(rule, inventory)) }, now)

const tiesByPosition: Planner = (inventory, policy, now) => {
  const own = engine(
    { ...inventory, versions: inventory.versions.map((version, i) => ({ ...version, id: i + 1 })) },
    policy,
    now
  )
  const idOf = (id: number): number => inventory.versions[id - 1]?.id ?? 0
  const decisions = own.decisions.map((each) => ({
    ...each,
    units: [],
    reasons: each.reasons.filter((reason) => !('unit' in reason)),
    version: { ...each.version, id: idOf(each.version.id) }
  }))
  return {
    ...own,
    decisions: decisions.sort((a, b) => a.version.id - b.version.id).map(({ owners: _, ...each }) => each),
    steps: []
  }
}

const itemsAnded = withRules((rule) => ({
  ...rule,
  keep: rule.keep.length === 0 ? [] : [Object.assign({}, ...rule.keep)]
}))
const halfOfTheList = withRules((rule, { versions }) => ({
  ...rule,
  keep: rule.keep.map((item) => (item.last === undefined ? item : { ...item, last: Math.floor(versions.length / 2) }))
}))
const silentWhereNoRuleSpeaks: Planner = (inventory, policy, now) => {
  const own = engine(inventory, policy, now)
  return {
    ...own,
    decisions: own.decisions.map((each) => ({
      ...each,
      reasons: each.reasons.filter(({ code }) => code !== 'no-rule')
    }))
  }
}
const newestOnlyByTime = withRules((rule) => ({ ...rule, sort: 'time' }))
const everyoneCounts = withRules((rule) => ({ ...rule, countProtected: true }))
const limitExclusive = withRules((rule) => ({
  ...rule,
  keep: rule.keep.map((item) =>
    item.within === undefined ? item : { ...item, within: { ...item.within, ms: item.within.ms - 1 } }
  )
}))
function readsTheClock(): Planner {
  let day = 0
  return (inventory, policy, now) => {
    day += 1
    return engine(inventory, policy, now + day * 86_400_000)
  }
}

describe('whatever packages and policies are', () => {
  it('(a) the order of a listing is irrelevant', () => expect(search(orderIsIrrelevant, engine, RUNS)).toBeUndefined())
  it('(b) keeping or protecting more never deletes more', () =>
    expect(search(keepingMoreDeletesNoMore, engine, RUNS)).toBeUndefined())
  it('(c) a second run at the same time deletes nothing', () =>
    expect(search(planningAgainDeletesNothing, engine, RUNS)).toBeUndefined())
  it('(e) every version has a verdict and a reason', () =>
    expect(search(everyVersionHasAReason, engine, RUNS)).toBeUndefined())
  it('(f) the same facts give the same plan', () => expect(search(samePlanAgain, engine, RUNS)).toBeUndefined())
  it('the engine decides by the book', () => expect(search(byTheBook, engine, RUNS, true)).toBeUndefined())
})

describe('the search finds a planted fault', () => {
  it('(a) ties decided by position in the list', () =>
    expect(search(orderIsIrrelevant, tiesByPosition, PLANTED_RUNS)).toBeDefined())
  it('(b) keep items ANDed', () => expect(search(keepingMoreDeletesNoMore, itemsAnded, PLANTED_RUNS)).toBeDefined())
  it('(c) last as half of what is there', () =>
    expect(search(planningAgainDeletesNothing, halfOfTheList, PLANTED_RUNS)).toBeDefined())
  it('(e) silence where no rule speaks', () =>
    expect(search(everyVersionHasAReason, silentWhereNoRuleSpeaks, PLANTED_RUNS)).toBeDefined())
  it('(f) a clock that is read', () => expect(search(samePlanAgain, readsTheClock(), PLANTED_RUNS)).toBeDefined())
  it('by the book: sort ignored', () => expect(search(byTheBook, newestOnlyByTime, PLANTED_RUNS, true)).toBeDefined())
  it('by the book: protected units counted', () =>
    expect(search(byTheBook, everyoneCounts, PLANTED_RUNS, true)).toBeDefined())
  it('by the book: a limit that is exclusive', () =>
    expect(search(byTheBook, limitExclusive, PLANTED_RUNS, true)).toBeDefined())
})
