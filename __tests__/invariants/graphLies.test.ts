import { afterAll, describe, expect, it } from '@jest/globals'
import { load } from '../../simulator/generate/generatedPackage.js'
import { randomFrom } from '../../simulator/generate/random.js'
import { randomRegistry } from '../../simulator/generate/randomRegistry.js'
import { frozenClock } from '../../simulator/world/clock.js'
import type { StoredPackage } from '../../simulator/world/package.js'
import { World } from '../../simulator/world/world.js'
import { survey } from '../../src/app/survey/survey.js'
import type { PackagePlan } from '../../src/domain/plan.js'
import type { Policy } from '../../src/domain/policy.js'
import { plan, planOf } from '../../src/policy/plan/plan.js'
import { amount } from '../amount.js'
import { everythingAbout, infoOf, OWNER } from '../scenarios/containers/facts.js'
import { policyFrom } from '../scenarios/containers/policyFrom.js'
import { SEED } from '../seed.js'
import { type Oracle, oracleOf } from './graphOracle.js'
import { noReads, OWNER_OF_ALL, surveyPorts } from './graphPorts.js'
import { pushLies } from './lies.js'

const RUNS = Number(process.env.PROPERTY_RUNS ?? amount(45, 400))
const SLICE = Math.ceil(RUNS / 4)

const POLICIES: readonly Policy[] = [
  { 'delete-untagged': 'true', 'grace-period': '0s', 'keep-latest': 'false' },
  { match: '*', 'keep-last': '2', 'delete-untagged': 'true', 'min-keep': '0' },
  { match: 'v*, pr-*, old', 'keep-last': '0', 'min-keep': '0' },
  { match: '*', keep: 'v1*', 'keep-last': '0', 'min-keep': '0' },
  { match: '*', 'keep-last': '1', 'delete-limit': '5', 'delete-untagged': 'true' }
].map(policyFrom)

interface Case {
  readonly stored: StoredPackage
  readonly now: number
  readonly policy: Policy
  readonly oracle: Oracle
}

/** To look at only: the properties share the cases of a slice. */
const shared = new Map<number, readonly Case[]>()

function sharedCasesOf(seed: number): readonly Case[] {
  const cases = shared.get(seed) ?? casesOf(seed)
  shared.set(seed, cases)
  return cases
}

function casesOf(seed: number): readonly Case[] {
  const { owner, packages, now } = randomRegistry(`lies ${seed}`)
  const world = new World({ clock: frozenClock(now) })
  for (const each of packages) load(world, owner, { ...each, unserved: new Set() })
  return packages.map(({ name }, i) => {
    const stored = world.packageAt({ owner: OWNER, type: 'container', name })
    pushLies(world, stored, seed, now)
    const policy = POLICIES[(seed + i) % POLICIES.length] as Policy
    return { stored, now, policy, oracle: oracleOf(stored) }
  })
}

/** The plan of a survey that reads what it needs; these manifests cannot be read. */
async function planned(
  { stored, policy, now }: Case,
  unreadable: ReadonlySet<string> = new Set(),
  cache = noReads().cache
): Promise<PackagePlan> {
  const ports = surveyPorts(stored, noReads(cache), 8, unreadable)
  const draft = await survey(ports, infoOf(stored), {
    owner: OWNER_OF_ALL,
    policy,
    now,
    repository: undefined,
    holds: () => new Map(),
    patience: { exhausted: false }
  })
  const [made] = planOf([draft], policy, now, OWNER).packages
  if (made === undefined) throw new Error('no plan')
  return made
}

const goners = ({ decisions }: PackagePlan): readonly string[] =>
  decisions
    .filter(({ verdict }) => verdict === 'delete')
    .map(({ version }) => version.name)
    .sort()

/** Versions that are deleted although one that stays needs them, as far as anybody can see who does not read every manifest. */
function neededAndGone(oracle: Oracle, made: PackagePlan): readonly string[] {
  const gone = new Set(goners(made))
  const unseen = new Set(
    [...oracle.hidden].filter((digest) => !gone.has(digest)).flatMap((digest) => [...oracle.needs(digest)])
  )
  return oracle.versions
    .filter(({ digest }) => !gone.has(digest))
    .flatMap(({ digest }) => [...oracle.needs(digest)].filter((needed) => gone.has(needed) && !unseen.has(needed)))
}

/** Versions that people named, deleted as if they had not. */
function unnamed({ oracle }: Case, { decisions }: PackagePlan): readonly string[] {
  const named = new Set(oracle.versions.filter(({ names }) => names.length > 0).map(({ digest }) => digest))
  return decisions
    .filter(({ verdict, role, reasons }) => {
      const [first] = reasons
      return verdict === 'delete' && role === 'root' && (first?.code === 'untagged' || first?.code === 'orphan')
    })
    .flatMap(({ version }) => (named.has(version.name) ? [version.name] : []))
}

/**
 * Replaced fallback indexes that stay although what they speak about is deleted. Of an index that lies nobody reads the
 * entries, where it holds nothing that is deleted.
 */
function leftOver({ oracle, stored }: Case, made: PackagePlan): readonly string[] {
  const gone = new Set(goners(made))
  const lies = (digest: string): boolean =>
    String(stored.manifests.get(digest)?.body).includes('"annotations":{"seed":')
  return [...stored.byName.keys()].filter(
    (digest) => !gone.has(digest) && gone.has(oracle.follows(digest) ?? '') && !lies(digest)
  )
}

function forEverySeed(from: number, check: (own: Case, seed: number) => Promise<void>): () => Promise<void> {
  return async () => {
    for (let seed = from; seed < from + SLICE; seed++) {
      for (const own of sharedCasesOf(seed)) {
        try {
          await check(own, seed)
        } catch (error) {
          throw new Error(`seed ${seed}, package ${own.stored.facts.name}: ${(error as Error).message}`, {
            cause: error
          })
        }
      }
    }
  }
}

describe.each([0, 1, 2, 3].map((n) => [SEED + n * SLICE]))(
  'random graphs with lies in them, from seed %i on',
  (from) => {
    afterAll(() => shared.clear())

    it(
      'nothing that a kept version needs is deleted, whatever a descriptor, a tag or an odd manifest says',
      forEverySeed(from, async (own) => {
        const made = await planned(own)
        expect(neededAndGone(own.oracle, made)).toEqual([])
        expect(unnamed(own, made)).toEqual([])
        expect(leftOver(own, made)).toEqual([])
        expect(made.violations).toEqual([])
      })
    )

    it(
      'a survey deletes nothing that it would keep if it had read everything',
      forEverySeed(from, async (own) => {
        // A delete-limit counts the members that are known: it may be full with other units, all of which may be deleted.
        if (own.oracle.hidden.size > 0 || own.policy.deleteLimit !== undefined) return
        const [whole] = plan([everythingAbout(own.stored)], own.policy, own.now, OWNER).packages
        const all = new Set(goners(whole as PackagePlan))
        expect(goners(await planned(own)).filter((digest) => !all.has(digest))).toEqual([])
      })
    )

    it(
      'the verdicts are the same whatever a cache holds, but for a delete-limit, which counts what is known of a unit',
      forEverySeed(from, async (own) => {
        if (own.oracle.hidden.size > 0 || own.policy.deleteLimit !== undefined) return
        expect(goners(await planned(own, new Set(), new Map(everythingAbout(own.stored).manifests)))).toEqual(
          goners(await planned(own))
        )
      })
    )

    it(
      'a manifest that cannot be read, wherever it is, deletes nothing that is needed',
      forEverySeed(from, async (own, seed) => {
        const random = randomFrom(`unreadable ${seed}`)
        const unreadable = new Set([...own.stored.byName.keys()].filter(() => random.chance(0.1)))
        const made = await planned(own, unreadable)
        expect(neededAndGone(own.oracle, made)).toEqual([])
        if (made.violations.length > 0) expect(goners(made)).toEqual([])
      })
    )
  }
)
