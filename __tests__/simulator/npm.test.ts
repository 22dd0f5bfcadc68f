import { describe, expect, it } from '@jest/globals'
import type { Scenario } from '../../simulator/scenario/scenario.js'
import { call } from './client.js'
import { startForTest } from './startForTest.js'

describe('npm', () => {
  const npm: Scenario = {
    owners: { acme: { type: 'Organization' } },
    packages: [
      {
        owner: 'acme',
        type: 'npm',
        name: 'web',
        visibility: 'public',
        distTags: { latest: '2.0.0', old: '1.0.0' },
        versions: { '1.0.0': '3d', '1.5.0': '2d', '2.0.0': '1d' }
      }
    ]
  }

  it.each(['/@acme%2Fweb', '/@acme%2fweb', '/@acme/web'])('serves the packument at %s', async (path) => {
    const simulator = await startForTest(npm)
    const answer = await call(simulator.npmUrl, path, { token: 'ghp_simulator' })
    expect(answer.json).toMatchObject({ name: '@acme/web', 'dist-tags': { latest: '2.0.0', old: '1.0.0' } })
    expect(Object.keys((answer.json as { versions: object }).versions).sort()).toEqual(['1.0.0', '1.5.0', '2.0.0'])
  })

  it('wants a token even for public packages', async () => {
    const simulator = await startForTest(npm)
    expect((await call(simulator.npmUrl, '/@acme%2Fweb')).status).toBe(401)
    expect((await call(simulator.npmUrl, '/@acme%2Fnothing', { token: 'ghp_simulator' })).status).toBe(404)
  })

  it.each([
    ['removed', { old: '1.0.0' }],
    ['dangling', { latest: '2.0.0', old: '1.0.0' }],
    ['newest', { latest: '1.5.0', old: '1.0.0' }]
  ] as const)('a dist-tag whose version is deleted is %s', async (distTagsOnDelete, expected) => {
    const simulator = await startForTest({ ...npm, assumptions: { distTagsOnDelete } })
    const stored = simulator.world.packageAt({ owner: 'acme', type: 'npm', name: 'web' })
    stored.remove(stored.byName.get('2.0.0')?.id ?? 0)
    const answer = await call(simulator.npmUrl, '/@acme%2Fweb', { token: 'ghp_simulator' })
    expect((answer.json as Record<string, unknown>)['dist-tags']).toEqual(expected)
  })
})
