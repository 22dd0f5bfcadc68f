import { expect, it } from '@jest/globals'
import { newWorld, OWNER, runHere, simulate } from '../harness.js'
import { addDaily } from '../registry.js'

const ref = { owner: OWNER, type: 'docker', name: 'old' } as const
const about = { 'package-name': 'old', 'package-type': 'docker' }

it('a docker version that GitHub restores without its tags fails the run', async () => {
  const world = newWorld({ assumptions: { tagsOnRestore: 'lost' } })
  world.addPackage(ref)
  addDaily(world, ref, 3, true)
  const simulator = await simulate(world)
  const pruned = await runHere(simulator, { ...about, match: '*', 'keep-last': '2' })
  const ran = await runHere(simulator, { operation: 'restore', 'receipt-file': pruned.outputs['receipt-file'] ?? '' })
  expect(ran.status).toBe(1)
  expect(ran.report?.restored.map(({ kind, message }) => [kind, message])).toEqual([
    ['restored', undefined],
    ['failed', expect.stringMatching(/^GitHub restored it without its tag \S+; only a push can put that back$/)]
  ])
})
