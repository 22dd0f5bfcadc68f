// What GitHub or somebody else does to a run that is no reason to undo it, or that nothing can undo.
import { expect, it } from '@jest/globals'
import { multiArch } from '../../../simulator/images/multiArch.js'
import { singleImage } from '../../../simulator/images/singleImage.js'
import { jsonReply, type Reply, type Request } from '../../../simulator/server/exchange.js'
import type { World } from '../../../simulator/world/world.js'
import { count, DAY, newWorld, OWNER, runHere, simulate } from '../harness.js'
import { ABOUT_APP, APP } from '../registry.js'

const policy = { ...ABOUT_APP, match: 'old-*', 'keep-last': '0', 'delete-concurrency': '1' }
const kept = multiArch('kept', { tags: ['v1'], platforms: ['linux/amd64'] })
const fresh = singleImage('fresh', { tags: ['fresh'] })

/** A prune of six versions, with something done at its third deletion. */
async function prune(act: (world: World) => void, answer: (request: Request) => Reply | undefined = () => undefined) {
  const world = newWorld()
  for (let n = 0; n < 3; n += 1) {
    const image = multiArch(`image ${n}`, { tags: [`old-${n}`], platforms: ['linux/amd64'] })
    world.push(OWNER, 'app', image, [], Date.now() - (20 - n) * DAY)
  }
  world.push(OWNER, 'app', kept, [], Date.now() - DAY)
  const simulator = await simulate(world, {
    onRequest: answer,
    events: [{ at: { before: { kind: 'delete-version', nth: 3 } }, run: () => act(world) }]
  })
  return runHere(simulator, policy)
}

const push = (world: World): void => {
  world.push(OWNER, 'app', [fresh])
}

it('a final check undoes nothing because the manifest of something new was answered with 404 for a few seconds', async () => {
  let refused = 0
  const ran = await prune(push, ({ kind, path }) => {
    if (kind !== 'get-manifest' || !path.endsWith(fresh.digest) || refused === 3) return undefined
    refused += 1
    return jsonReply(404, { errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }] })
  })
  expect([refused, count(ran, 'deleted-count'), count(ran, 'restored-count')]).toEqual([3, 6, 0])
})

it('a final check warns of a part of a kept image that somebody else deleted during the run', async () => {
  const part = kept[0]?.digest ?? ''
  const ran = await prune((world) => {
    world.deleteVersion(APP, world.packageAt(APP).byName.get(part)?.id ?? 0)
  })
  expect(ran.log).toContain(`warning: app: v1 lists ${part}, which was there before this run and is not any more`)
  expect(count(ran, 'deleted-count')).toBe(6)
})

it.each([
  [['pushed-again'], 0],
  [[], 2]
] as const)(
  'sees that an untagged version was pushed again if GitHub then moves its time: %j',
  async (updatedAtOn, deleted) => {
    const world = newWorld({ assumptions: { updatedAtOn } })
    const images = [0, 1].map((n) => singleImage(`image ${n}`))
    world.push(OWNER, 'app', kept, [], Date.now() - 20 * DAY)
    for (const image of images) world.push(OWNER, 'app', [image], [], Date.now() - 20 * DAY)
    const pushAgain = (): void => {
      const there = images.filter(({ digest }) => world.packageAt(APP).byName.has(digest))
      for (const image of there) world.push(OWNER, 'app', [image])
    }
    // The plan's list, the list before the first deletion, then the last look.
    const events = [{ at: { before: { kind: 'list-versions', nth: 3 } }, run: () => pushAgain() }] as const
    const simulator = await simulate(world, { events })
    const ran = await runHere(simulator, { ...ABOUT_APP, 'delete-untagged': 'true', 'delete-concurrency': '1' })
    expect(count(ran, 'deleted-count')).toBe(deleted)
  }
)
