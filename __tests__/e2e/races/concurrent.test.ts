import { describe, expect, it } from '@jest/globals'
import { multiArch } from '../../../simulator/images/multiArch.js'
import { signedImage } from '../../../simulator/images/signedImage.js'
import { singleImage } from '../../../simulator/images/singleImage.js'
import type { World } from '../../../simulator/world/world.js'
import {
  brokenSince,
  changedBy,
  count,
  DAY,
  deletedIds,
  type Inputs,
  newWorld,
  OWNER,
  runBundle,
  runHere,
  runInMemory,
  simulate,
  tagsOf
} from '../harness.js'
import { ABOUT_APP, APP } from '../registry.js'

const policy: Inputs = {
  ...ABOUT_APP,
  match: 'old-*',
  'keep-last': '2',
  'delete-untagged': 'true',
  'grace-period': '0s'
}

function registry(units = 12): World {
  const world = newWorld()
  const old = Date.now() - 60 * DAY
  world.push(OWNER, 'app', signedImage('kept', { tags: ['v1'] }), [], old)
  for (let index = 0; index < units; index += 1) {
    const seed = `unit ${index}`
    const tags = index % 3 === 0 ? [] : [`old-${index}`]
    const artifacts = index % 2 === 0 ? signedImage(seed, { tags }) : multiArch(seed, { tags })
    world.push(OWNER, 'app', artifacts, [], old + index * DAY)
  }
  return world
}

describe('two runs at once on one package', () => {
  it('do no harm to each other, and their counts add up', async () => {
    const alone = registry()
    expect(count(await runHere(await simulate(alone), policy), 'deleted-count')).toBeGreaterThan(0)
    const world = registry()
    const tags = tagsOf(world)
    const simulator = await simulate(world, { latency: { api: 15 } })
    const [one, two] = await Promise.all([runBundle(simulator, policy), runBundle(simulator, policy)])
    expect([one.status, two.status]).toEqual([0, 0])
    expect([...tagsOf(world)]).toEqual([...tagsOf(alone)])
    expect(brokenSince(tags, world)).toEqual([])
    expect(deletedIds(world.snapshot()).size).toBe(deletedIds(alone.snapshot()).size)
    expect(count(one, 'deleted-count') + count(two, 'deleted-count')).toBe(deletedIds(world.snapshot()).size)
  })

  it('with tags to take off leave every other tag where it is', async () => {
    const world = newWorld()
    const old = Date.now() - DAY
    for (let index = 0; index < 6; index += 1) {
      world.push(OWNER, 'app', [singleImage(`image ${index}`)], [`v${index}`, `drop-${index}`], old)
    }
    const simulator = await simulate(world, { latency: { api: 10, registry: 10 } })
    const untag = { ...ABOUT_APP, match: 'drop-*', 'keep-last': '0', 'partial-tags': 'untag' }
    await Promise.all([runHere(simulator, untag), runHere(simulator, untag)])
    await runHere(simulator, { ...untag, 'delete-untagged': 'true', 'grace-period': '0s' })
    expect([...tagsOf(world)].map(([tag, { ok }]) => [tag, ok]).toSorted()).toEqual(
      [0, 1, 2, 3, 4, 5].map((index) => [`app:v${index}`, true])
    )
    expect(world.packageAt(APP).activeCount).toBe(6)
  })

  it('one that prunes and one that restores leave no tag broken', async () => {
    const world = registry()
    const simulator = await simulate(world, { latency: { api: 5 } })
    const { outputs } = await runHere(simulator, policy)
    const undo = { operation: 'restore', 'receipt-file': outputs['receipt-file'] ?? '' }
    await Promise.all([runHere(simulator, undo), runHere(simulator, policy)])
    expect(changedBy(simulator.log, 'restore-version')).not.toHaveLength(0)
    // What was restored in pieces while its root was deleted again is untagged, and the next run's to remove.
    expect([...tagsOf(world)].filter(([, { ok }]) => !ok)).toEqual([])
  })
})

describe('a guard', () => {
  it('max-delete deletes nothing, fails, and names both numbers', async () => {
    const world = registry()
    const before = world.snapshot()
    const ran = await runHere(await simulate(world), { ...policy, 'max-delete': '25%' })
    expect(ran.status).toBe(1)
    expect(ran.log).toMatch(/\d+ units would be deleted; max-delete allows 25% of \d+ units/)
    expect(world.snapshot()).toEqual(before)
    expect(count(ran, 'deleted-count')).toBe(0)
  })

  it('min-keep leaves so many named units', async () => {
    const world = registry()
    const inputs = { ...ABOUT_APP, match: '*', 'keep-last': '0', 'keep-latest': 'false', 'min-keep': '4' }
    expect((await runHere(await simulate(world), inputs)).status).toBe(0)
    const names = [...tagsOf(world).keys()].filter((tag) => !tag.includes('sha256-'))
    expect(names).toHaveLength(4)
    expect([...tagsOf(world)].filter(([, { ok }]) => !ok)).toEqual([])
  })

  it('delete-limit spreads the work over runs, which end where one run would have', async () => {
    const alone = registry()
    expect(count(await runHere(await simulate(alone), policy), 'deleted-count')).toBeGreaterThan(7)
    const world = registry()
    const simulator = await simulate(world)
    for (let runs = 0; ; runs += 1) {
      const already = deletedIds(world.snapshot()).size
      const ran = await runInMemory(simulator, { ...policy, 'delete-limit': '7' })
      expect(ran.status).toBe(0)
      const now = deletedIds(world.snapshot()).size
      expect(now - already).toBeLessThanOrEqual(7)
      expect(count(ran, 'deleted-count')).toBe(now - already)
      expect([...tagsOf(world)].filter(([, { ok }]) => !ok)).toEqual([])
      if (now === already) break
      expect(runs).toBeLessThan(20)
    }
    expect([...tagsOf(world)]).toEqual([...tagsOf(alone)])
    expect(changedBy(simulator.log, 'delete-version')).toHaveLength(deletedIds(alone.snapshot()).size)
  })
})
