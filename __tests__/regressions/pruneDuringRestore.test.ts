// A prune with grace-period 0s runs between the restores of an index's children and of the index.
import { expect, it } from '@jest/globals'
import { multiArch } from '../../simulator/images/multiArch.js'
import { count, DAY, newWorld, OWNER, runHere, simulate, tagsOf } from '../e2e/harness.js'
import { ABOUT_APP } from '../e2e/registry.js'

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
