import { describe, expect, it } from '@jest/globals'
import { newWorld, OWNER, runHere, simulate } from './harness.js'

describe('a token that is refused in the middle of the deletions', () => {
  it('fails the run, which says so, though what was left is only put off', async () => {
    const world = newWorld()
    const { facts } = world.addPackage({ owner: OWNER, type: 'npm', name: 'web', repository: `${OWNER}/web` })
    for (const minor of [1, 2, 3, 4, 5]) world.addVersion(facts, { name: `1.${minor}.0` })
    const simulator = await simulate(world)
    // A fault counts only the requests that none before it has taken: these are the third and the fourth.
    for (const nth of [3, 3]) {
      simulator.addFault({ kind: 'delete-version', nth }, { status: 401, body: { message: 'Bad credentials' } })
    }
    const inputs = {
      'package-name': 'web',
      'package-type': 'npm',
      match: '*',
      'keep-last': '0',
      'delete-concurrency': '1'
    }
    const run = await runHere(simulator, inputs, undefined, { minute: 600, api: {}, registry: {} })
    expect(run.status).toBe(1)
    expect(run.outputs['deleted-count']).toBe('2')
    expect(run.log).toMatch(/failed: .*401/s)
  })
})
