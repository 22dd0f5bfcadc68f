// A prune and a restore that work on the same versions at the same time.
import { expect, it } from '@jest/globals'
import { multiArch } from '../../../simulator/images/multiArch.js'
import { count, DAY, newWorld, OWNER, runHere, simulate, tagsOf } from '../harness.js'
import { ABOUT_APP, APP } from '../registry.js'

it('a prune between the restores of children and root leaves no tag broken', async () => {
  const world = newWorld()
  world.push(OWNER, 'app', multiArch('kept', { tags: ['v1'] }), [], Date.now() - 60 * DAY)
  world.push(OWNER, 'app', multiArch('one', { tags: ['old-1'] }), [], Date.now() - 50 * DAY)
  const policy = { ...ABOUT_APP, match: 'old-*', 'keep-last': '0', 'delete-untagged': 'true', 'grace-period': '0s' }
  let restores = 0
  let meanwhile = 0
  const simulator = await simulate(world, {
    onRequest: async (request) => {
      if (request.kind !== 'restore-version') return undefined
      restores += 1
      if (restores === 3) meanwhile = count(await runHere(simulator, policy), 'deleted-count')
      return undefined
    }
  })
  const { outputs } = await runHere(simulator, policy)
  await runHere(simulator, { operation: 'restore', 'receipt-file': outputs['receipt-file'] ?? '' })
  expect(meanwhile).toBe(2)
  expect([...tagsOf(world)].map(([tag, { ok }]) => [tag, ok])).toEqual([
    ['app:v1', true],
    ['app:old-1', true]
  ])
})

it('a restore by time brings back what a prune beside it goes on deleting', async () => {
  const world = newWorld()
  const unit = multiArch('one', { tags: ['old-1'] })
  world.push(OWNER, 'app', multiArch('kept', { tags: ['v1'] }), [], Date.now() - 60 * DAY)
  world.push(OWNER, 'app', unit, [], Date.now() - 50 * DAY)
  const ids = unit.map(({ digest }) => world.packageAt(APP).byName.get(digest)?.id ?? 0).toReversed()
  const [root = 0, ...children] = ids
  world.deleteVersion(APP, root)
  let seen = false
  const simulator = await simulate(world, {
    onRequest: ({ kind }) => {
      if (kind === 'restore-version' && !seen) for (const id of children) world.deleteVersion(APP, id)
      seen ||= kind === 'restore-version'
      return undefined
    }
  })
  const run = await runHere(simulator, {
    operation: 'restore',
    'package-name': 'app',
    'package-type': 'container',
    'deleted-within': '1h'
  })
  expect(world.checkTag(OWNER, 'app', 'old-1').ok).toBe(true)
  expect(count(run, 'restored-count')).toBe(3)
})
