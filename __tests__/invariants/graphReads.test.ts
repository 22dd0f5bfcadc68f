import { describe, expect, it } from '@jest/globals'
import { generateContainerPackage } from '../../simulator/generate/containerPackage.js'
import { load } from '../../simulator/generate/generatedPackage.js'
import { helmChart } from '../../simulator/images/helmChart.js'
import { descriptorOf, indexOf } from '../../simulator/images/manifest.js'
import { multiArch } from '../../simulator/images/multiArch.js'
import { frozenClock } from '../../simulator/world/clock.js'
import { World } from '../../simulator/world/world.js'
import { survey } from '../../src/app/survey/survey.js'
import type { Inventory } from '../../src/domain/inventory.js'
import { plan } from '../../src/policy/plan/plan.js'
import { amount } from '../amount.js'
import { everythingAbout, infoOf, OWNER, storedAt } from '../scenarios/containers/facts.js'
import { type Inputs, policyFrom } from '../scenarios/containers/policyFrom.js'
import { noReads, OWNER_OF_ALL, type Reads, surveyPorts } from './graphPorts.js'

const NOW = Date.UTC(2026, 10, 22, 12)
const VERSIONS = amount(800, 2_000)
/** More than (versions that no index lists + nested indexes + what is deleted) are never read, but for a tenth. */
const ALLOWANCE = 1.1

const POLICIES: readonly Inputs[] = [
  { 'delete-untagged': 'true' },
  { match: 'pr-*, nightly-*, build-*', 'keep-last': '20', 'keep-within': '30d', 'delete-untagged': 'true' },
  { match: '*', 'keep-last': '50', 'delete-untagged': 'true', 'delete-limit': '400' }
]

function generated(seed: string) {
  const world = new World({ clock: frozenClock(NOW) })
  const made = generateContainerPackage({ versions: VERSIONS, seed, now: NOW })
  load(world, OWNER, made)
  return { world, stored: storedAt(world), formula: made.counts.unlisted + made.counts.nestedIndexes }
}

async function surveyed(stored: ReturnType<typeof storedAt>, inputs: Inputs, reads: Reads): Promise<Inventory> {
  const { inventory } = await survey(surveyPorts(stored, reads, 64), infoOf(stored), {
    owner: OWNER_OF_ALL,
    policy: policyFrom(inputs),
    now: NOW,
    repository: undefined,
    holds: () => new Map(),
    patience: { exhausted: false }
  })
  return inventory
}

const CASES = POLICIES.map((inputs, i) => [i, `seed ${i}`, inputs] as const)

describe('manifest reads of a package of the usual mix', () => {
  it.each(CASES)(
    'policy %i, package %s: a cold run reads what no index lists and what is deleted, and hardly more',
    async (_i, seed, inputs) => {
      const { stored, formula } = generated(seed)
      const reads = noReads()
      const little = await surveyed(stored, inputs, reads)
      expect(new Set(reads.digests).size).toBe(reads.digests.length)
      const goers = (inventory: typeof little): readonly string[] =>
        plan([inventory], policyFrom(inputs), NOW, OWNER)
          .packages.flatMap(({ steps }) => steps)
          .flatMap((step) => (step.kind === 'delete' ? [step.version.name] : []))
          .sort()
      // What is deleted is read before, whatever an index says of it.
      expect(reads.digests.length).toBeLessThanOrEqual(formula * ALLOWANCE + goers(little).length)
      expect(goers(little).length).toBeGreaterThan(0)
      expect(reads.digests.length).toBeLessThanOrEqual(formula * ALLOWANCE + goers(little).length)
      expect(goers(little)).toEqual(goers(everythingAbout(stored)))
    }
  )

  it('a warm run reads only what was pushed since', async () => {
    const { world, stored } = generated('warm')
    const inputs = { 'delete-untagged': 'true' }
    const cold = noReads()
    await surveyed(stored, inputs, cold)
    const image = multiArch('pushed since', { tags: ['fresh'], attestations: 'annotated' })
    world.push(OWNER, 'app', image, [], NOW - 60_000)
    const warm = noReads(cold.cache)
    await surveyed(stored, inputs, warm)
    expect(warm.digests).toEqual([image.at(-1)?.digest])
  })

  it('a tagged chart that an index lists is read where a rule asks what it is', async () => {
    const world = new World({ clock: frozenClock(NOW) })
    const chart = helmChart('chart', { tags: ['1.0.0'] })
    world.push(OWNER, 'app', [chart], [], NOW - 9 * 86_400_000)
    world.push(OWNER, 'app', [indexOf([descriptorOf(chart)], { tags: ['all'] })], [], NOW - 8 * 86_400_000)
    const policy = `version: 1
rules: [ { name: charts, match: { artifact-type: [application/vnd.cncf.helm.config.v1+json] }, keep: [ { last: 5 } ] } ]`
    const reads = noReads()
    // One lane: the index is read before the chart that it lists.
    const { inventory: little } = await survey(surveyPorts(storedAt(world), reads, 1), infoOf(storedAt(world)), {
      owner: OWNER_OF_ALL,
      policy: policyFrom({ policy }),
      now: NOW,
      repository: undefined,
      holds: () => new Map(),
      patience: { exhausted: false }
    })
    expect(reads.digests).toHaveLength(2)
    expect(little.manifests.get(chart.digest)?.artifactType).toBe('application/vnd.cncf.helm.config.v1+json')
  })

  it('nothing is read where nothing can go', async () => {
    const { stored } = generated('idle')
    const reads = noReads()
    await surveyed(stored, { match: 'nightly-*', 'keep-within': '10y' }, reads)
    expect(reads.digests).toEqual([])
  })
})
