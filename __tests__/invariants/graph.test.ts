import { afterAll, describe, expect, it } from '@jest/globals'
import { load } from '../../simulator/generate/generatedPackage.js'
import { randomFrom } from '../../simulator/generate/random.js'
import { randomRegistry } from '../../simulator/generate/randomRegistry.js'
import { frozenClock } from '../../simulator/world/clock.js'
import type { StoredPackage } from '../../simulator/world/package.js'
import { World } from '../../simulator/world/world.js'
import { type RestoreTarget, restoreOrder, subjectsOf } from '../../src/app/restore/restoreOrder.js'
import { survey } from '../../src/app/survey/survey.js'
import type { Inventory } from '../../src/domain/inventory.js'
import type { PackagePlan, Step } from '../../src/domain/plan.js'
import type { Policy } from '../../src/domain/policy.js'
import { plan } from '../../src/policy/plan/plan.js'
import { amount } from '../amount.js'
import { randomModelPolicy } from '../model/policies.js'
import { everythingAbout, infoOf, OWNER } from '../scenarios/containers/facts.js'
import { policyFrom } from '../scenarios/containers/policyFrom.js'
import { SEED } from '../seed.js'
import { belowWithFollowers, type Oracle, oracleOf } from './graphOracle.js'
import { noReads, OWNER_OF_ALL, type Reads, surveyPorts } from './graphPorts.js'

const RUNS = Number(process.env.PROPERTY_RUNS ?? amount(45, 400))
/** Several `it`s of a fixed share each, so that a failure names a small range of seeds. */
const SLICE = Math.ceil(RUNS / 4)

const POLICIES: readonly Policy[] = [
  { 'delete-untagged': 'true' },
  { 'delete-untagged': 'true', 'grace-period': '0s', 'keep-latest': 'false' },
  { match: '*', 'keep-last': '2', 'delete-untagged': 'true' },
  { match: 'v*, pr-*, !v1.0.0', 'keep-last': '0', 'min-keep': '0' },
  { match: '*', 'keep-last': '3', 'partial-tags': 'untag', 'delete-untagged': 'true' },
  { match: '*', 'keep-within': '30d', 'delete-limit': '7', 'delete-untagged': 'true' },
  { match: '*', keep: 'v1*', 'keep-last': '0', 'min-keep': '0', 'delete-untagged': 'true', 'grace-period': '10d' }
].map(policyFrom)

interface Case {
  readonly seed: number
  readonly stored: StoredPackage
  readonly now: number
  readonly policy: Policy
  readonly oracle: Oracle
  /** Everything about it, as it was made. */
  readonly whole: Inventory
  /** The plan for all of that. */
  readonly made: PackagePlan
}

/** To look at only: several properties share the cases of a slice. */
const shared = new Map<number, readonly Case[]>()

function sharedCasesOf(seed: number): readonly Case[] {
  const cases = shared.get(seed) ?? casesOf(seed)
  shared.set(seed, cases)
  return cases
}

function casesOf(seed: number): readonly Case[] {
  const { owner, packages, now } = randomRegistry(seed)
  const world = new World({ clock: frozenClock(now) })
  for (const each of packages) load(world, owner, each)
  return packages.map(({ name }, i) => {
    const stored = world.packageAt({ owner: OWNER, type: 'container', name })
    const policy = POLICIES[(seed + i) % POLICIES.length]
    if (policy === undefined) throw new Error('no policy')
    const whole = everythingAbout(stored)
    return { seed, stored, now, policy, oracle: oracleOf(stored), whole, made: planOf(whole, policy, now) }
  })
}

function planOf(inventory: Inventory, policy: Policy, now: number): PackagePlan {
  const [only] = plan([inventory], policy, now, OWNER).packages
  if (only === undefined) throw new Error('no plan')
  return only
}

async function surveyOf(own: Case, reads: Reads, concurrency = 8): Promise<Inventory> {
  const { inventory } = await survey(surveyPorts(own.stored, reads, concurrency), infoOf(own.stored), {
    owner: OWNER_OF_ALL,
    policy: own.policy,
    now: own.now,
    repository: undefined,
    holds: () => new Map(),
    patience: { exhausted: false }
  })
  return inventory
}

const deletions = ({ steps }: PackagePlan): readonly Extract<Step, { kind: 'delete' }>[] =>
  steps.filter((step) => step.kind === 'delete')

const goners = (made: PackagePlan): readonly string[] =>
  deletions(made)
    .map(({ version }) => version.name)
    .sort()

/** Runs the check on every package of every seed and tells which seed it was. */
function forEverySeed(
  from: number,
  check: (own: Case) => void | Promise<void>,
  cases = sharedCasesOf
): () => Promise<void> {
  return async () => {
    for (let seed = from; seed < from + SLICE; seed++) {
      let name = 'none'
      try {
        for (const own of cases(seed)) {
          name = own.stored.facts.name
          await check(own)
        }
      } catch (error) {
        throw new Error(`seed ${seed}, package ${name}: ${(error as Error).message.slice(0, 900)}`, { cause: error })
      }
    }
  }
}

const SLICES = [0, 1, 2, 3].map((n) => [SEED + n * SLICE])

describe.each(SLICES)('random graphs from seed %i on', (from) => {
  afterAll(() => shared.clear())

  it(
    'nothing that a kept version needs goes',
    forEverySeed(from, (own) => {
      expect(neededAndGone(own.oracle, own.made)).toEqual([])
    })
  )

  it(
    'after every prefix of the steps no tag lost something that it needs, nor a present image what speaks about it',
    forEverySeed(from, (own) => {
      expect(ownersLeftBehind(own.oracle, own.made)).toEqual([])
    })
  )

  it(
    'delete-untagged leaves no untagged version behind that nothing kept or young needs',
    forEverySeed(from, (own) => {
      expect(forgotten(own)).toEqual([])
    })
  )

  it(
    'a member is never counted: roots are what the oracle says',
    forEverySeed(from, (own) => {
      const { decisions } = own.made
      const roots = decisions.filter(({ role }) => role === 'root').map(({ version }) => version.name)
      const members = decisions.filter(({ role }) => role === 'member').map(({ version }) => version.name)
      expect(roots.sort()).toEqual([...own.oracle.roots].sort())
      expect(roots.length + members.length).toBe(own.oracle.versions.length)
    })
  )

  it(
    'no more than delete-limit is deleted, but for one image that is larger',
    forEverySeed(from, ({ policy, made, oracle }) => {
      const deleted = deletions(made).map(({ version }) => version.name)
      if (policy.deleteLimit === undefined || deleted.length <= policy.deleteLimit) return
      // One that is deleted earlier than what it follows may take more along than was counted.
      const subjects = deleted.flatMap((digest) => oracle.follows(digest) ?? [])
      if (subjects.some((subject) => !deleted.includes(subject))) return
      const roots = deleted.filter((digest) => oracle.roots.has(digest) && !oracle.follows(digest))
      expect(roots.filter((digest) => !roots.some((other) => oracle.needs(other).has(digest))).length).toBeLessThan(2)
    })
  )

  it(
    'the plan is the same whatever the order of the list',
    forEverySeed(from, (own) => {
      const { whole, made: a } = own
      const turned = { ...whole, versions: scrambled(whole.versions), gaps: [...whole.gaps].reverse() }
      const b = planOf(turned, own.policy, own.now)
      expect(b.steps).toEqual(a.steps)
      expect(b.decisions).toEqual(a.decisions)
      expect(b.fingerprint).toBe(a.fingerprint)
    })
  )

  it(
    'a second plan after the first was carried out deletes nothing more',
    forEverySeed(
      from,
      (own) => {
        if (own.policy.deleteLimit !== undefined || own.policy.minKeep > 0 || own.policy.partialTags === 'untag') return
        // A tag that speaks about nothing any more is a name, and what it is on is then the last.
        if (own.made.decisions.some(({ reasons }) => reasons.some(({ code }) => code === 'refused-last'))) return
        for (const { version } of deletions(own.made)) own.stored.remove(version.id)
        const again = deletions(planOf(everythingAbout(own.stored), own.policy, own.now))
        // A name may have kept what it no longer needs to keep: a referrer by name whose subject went.
        const gone = new Set(deletions(own.made).map(({ version }) => version.name))
        const explained = again.filter(({ version }) => spokeOf(own, version.name, gone))
        expect(again.length).toBe(explained.length)
      },
      casesOf
    )
  )

  it(
    'restoring goes the other way round: what a version needs is back before it',
    forEverySeed(from, (own) => {
      const steps = deletions(own.made)
      const wanted = steps.map(({ version, children, subject }) => ({
        version,
        children,
        subjects: [...(subject === undefined ? [] : [subject]), ...subjectsOf(version)]
      }))
      const order = restoreOrder(wanted).map(({ version }) => version.name)
      expect(order).toHaveLength(steps.length)
      const at = new Map(order.map((digest, i) => [digest, i]))
      const early = order.flatMap((digest, i) =>
        [...own.oracle.below(digest)].filter(
          (below) => (at.get(below) ?? -1) > i && !comesBackTo(own, wanted, below, digest)
        )
      )
      expect(early).toEqual([])
    })
  )

  it(
    'a survey that reads little comes to the same deletions as reading everything, cold and warm, in any number of lanes',
    forEverySeed(from, async (own) => {
      const cold = noReads()
      const little = planOf(await surveyOf(own, cold), own.policy, own.now)
      expect(new Set(cold.digests).size).toBe(cold.digests.length)
      // Said in docs/security.md: an untagged index that every index which lists it calls an image is not looked into.
      const unseen = new Set([...own.oracle.hidden].flatMap((digest) => [...own.oracle.needs(digest)]))
      expect(neededAndGone(own.oracle, little).filter((digest) => !unseen.has(digest))).toEqual([])
      if (unseen.size > 0) return
      const again = planOf(await surveyOf(own, noReads(cold.cache), 1 + (own.seed % 5)), own.policy, own.now)
      expect(goners(again)).toEqual(goners(little))
      // What is not read makes a unit smaller, and another may fit into the limit.
      if (own.policy.deleteLimit !== undefined) return
      // What need not be read holds nothing back where it is not served.
      if (own.oracle.versions.every(({ served }) => served)) expect(goners(little)).toEqual(goners(own.made))
    })
  )

  it(
    'nor does it delete more under random policies',
    forEverySeed(from, async (own) => {
      if (own.oracle.hidden.size > 0 || own.oracle.versions.some(({ served }) => !served)) return
      if (own.oracle.versions.some(({ digest }) => followsInDisguise(own, digest))) return
      for (let n = 0; n < DRAWN; n++) {
        const policy = drawnPolicy(`${own.seed} ${own.stored.facts.name} ${n}`)
        const little = goners(planOf(await surveyOf({ ...own, policy }, noReads()), policy, own.now))
        const all = goners(planOf(own.whole, policy, own.now))
        expect([n, little.filter((digest) => !all.includes(digest))]).toEqual([n, []])
      }
    })
  )
})

const DRAWN = 3

/** A replaced fallback index that calls what it lists a platform image: nobody need read that. */
function followsInDisguise({ oracle, whole }: Case, digest: string): boolean {
  const entries = whole.manifests.get(digest)?.entries ?? []
  return oracle.follows(digest) !== undefined && entries.some(({ platform }) => platform?.startsWith('linux') === true)
}

/** Without what only a reading of everything shows: how much a limit lets through, and digest tags of what a part refers to. */
function drawnPolicy(seed: string): Policy {
  const { deleteLimit, protect, ...policy } = randomModelPolicy(randomFrom(seed))
  return { ...policy, protect: { ...protect, names: protect.names.filter((name) => !/sha256|build/.test(name)) } }
}

/** Versions that go although one that stays needs them. */
function neededAndGone(oracle: Oracle, { decisions }: PackagePlan): readonly string[] {
  const gone = new Set(decisions.filter(({ verdict }) => verdict === 'delete').map(({ version }) => version.name))
  return oracle.versions
    .filter(({ digest }) => !gone.has(digest))
    .flatMap(({ digest }) => [...oracle.needs(digest)].filter((needed) => gone.has(needed)))
}

/** Whether both are in a ring, in truth or as far as tags tell. */
function comesBackTo({ oracle }: Case, wanted: readonly RestoreTarget[], digest: string, owner: string): boolean {
  const found = new Set([digest])
  for (const each of found) {
    for (const next of belowWithFollowers(oracle, each)) found.add(next)
    for (const { version, subjects } of wanted) if (subjects.includes(each)) found.add(version.name)
  }
  return found.has(owner)
}

/** Pairs of a version that is deleted while another still needs it; rings have no better order. */
function ownersLeftBehind(oracle: Oracle, made: PackagePlan): readonly string[] {
  const left = new Set(oracle.versions.map(({ digest }) => digest))
  const found: string[] = []
  for (const { version } of deletions(made)) {
    left.delete(version.name)
    for (const owner of left) {
      if (oracle.needs(owner).has(version.name) && !belowWithFollowers(oracle, version.name).has(owner)) {
        found.push(`${version.name} before ${owner}`)
      }
    }
  }
  return found
}

/** Untagged versions left without anyone who needs them, beyond what the specification lets stay. */
function forgotten({ oracle, policy, now, made }: Case): readonly string[] {
  const cleans = policy.rules.some(({ match }) => match.tagged === false)
  if (!cleans || made.deferredUnits > 0 || oracle.versions.some(({ served }) => !served)) return []
  const codes = new Map(made.decisions.map(({ version, reasons }) => [version.name, reasons[0]?.code]))
  const young = now - policy.gracePeriod.ms
  const goneIds = new Set(deletions(made).map(({ version }) => version.name))
  const left = oracle.versions.filter(({ digest }) => !goneIds.has(digest))
  const reason = (digest: string) => codes.get(digest)
  const excused = (digest: string): boolean =>
    ['signature-store', 'refused-last', 'within', 'last', 'protected'].includes(reason(digest) ?? '')
  const stands = left.filter(
    ({ digest, names, time }) =>
      names.length > 0 || (time > young && reason(digest) === 'grace-period') || excused(digest)
  )
  const held = new Set(stands.flatMap(({ digest }) => [digest, ...oracle.needs(digest)]))
  return left.filter(({ digest }) => !held.has(digest)).map(({ digest }) => digest)
}

/** It spoke about something that is gone now. */
function spokeOf({ oracle }: Case, digest: string, gone: ReadonlySet<string>): boolean {
  return [...gone].some((subject) => oracle.needs(subject).has(digest))
}

function scrambled<T extends { readonly id: number }>(versions: readonly T[]): readonly T[] {
  return [...versions].sort((a, b) => ((a.id * 7_919) % 104_729) - ((b.id * 7_919) % 104_729))
}
