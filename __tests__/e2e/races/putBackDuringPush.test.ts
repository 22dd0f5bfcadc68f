import { describe, expect, it } from '@jest/globals'
import { singleImage } from '../../../simulator/images/singleImage.js'
import { newWorld, OWNER, runHere, simulate } from '../harness.js'

describe('a restore that has to put a lost tag back', () => {
  it('leaves it to a push that took it after the list was read', async () => {
    const world = newWorld({ assumptions: { tagsOnRestore: 'lost' } })
    const { facts } = world.addPackage({ owner: OWNER, type: 'container', name: 'app', repository: `${OWNER}/app` })
    const now = world.clock.now()
    world.push(OWNER, 'app', [singleImage('old')], ['v1'], now - 2 * 86_400_000)
    world.push(OWNER, 'app', [singleImage('other')], ['v2'], now - 86_400_000)
    const [old] = Object.values(world.snapshot())[0]?.versions ?? []
    world.deleteVersion(facts, old?.id ?? 0)
    let seen = 0
    const simulator = await simulate(world, {
      onRequest: (request) => {
        if (request.kind === 'get-manifest' && ++seen === 1) world.push(OWNER, 'app', [singleImage('new')], ['v1'], now)
        return undefined
      }
    })
    const run = await runHere(simulator, {
      operation: 'restore',
      'package-name': 'app',
      'package-type': 'container',
      'version-ids': String(old?.id)
    })
    const v1 = world.checkTag(OWNER, 'app', 'v1').digest
    expect(v1).toBeDefined()
    expect(v1).not.toBe(old?.name)
    expect(run.log).toContain('v1 is on')
  })
})
