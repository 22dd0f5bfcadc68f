import { describe, expect, it } from '@jest/globals'
import type { Scenario, ScenarioEvent } from '../../simulator/scenario/scenario.js'
import { itemsOf, rest } from './client.js'
import { startForTest } from './startForTest.js'

const app = { owner: 'acme', type: 'container', name: 'app' } as const
const list = '/orgs/acme/packages/container/app/versions'

function scenario(...events: ScenarioEvent[]): Scenario {
  return {
    owners: { acme: { type: 'Organization' } },
    packages: [
      {
        ...app,
        versions: [
          { image: 'image', as: 'one', tags: ['v1', 'latest'], at: '3d' },
          { image: 'image', as: 'two', tags: ['v2'], at: '2d' },
          { image: 'image', as: 'bare', at: '1d' }
        ]
      }
    ],
    events
  }
}

const container = { owner: 'acme', package: 'app' }
const version = { ...container, type: 'container' } as const

describe('events of a scenario', () => {
  it.each<[string, ScenarioEvent['do'], readonly string[][]]>([
    ['a push', { push: { ...container, image: 'image', tags: ['v3'] } }, [['v3'], [], ['v2'], ['v1', 'latest']]],
    [
      'a tag on an untagged version',
      { tag: { ...container, tag: 'v9', to: 'bare' } },
      [['v9'], ['v2'], ['v1', 'latest']]
    ],
    ['a tag that moves', { tag: { ...container, tag: 'latest', to: 'v2' } }, [[], ['v2', 'latest'], ['v1']]],
    ['a deletion', { delete: { ...version, version: 'one' } }, [[], ['v2']]],
    [
      'a deletion and a restore',
      [{ delete: { ...version, version: 'one' } }, { restore: { ...version, version: 'one' } }],
      [[], ['v2'], ['v1', 'latest']]
    ]
  ])('%s at request 2', async (_title, action, expected) => {
    const simulator = await startForTest(scenario({ at: { request: 2 }, do: action }))
    const tags = async () => itemsOf(await rest(simulator, list)).map((item) => item.metadata?.container?.tags)
    expect(await tags()).toEqual([[], ['v2'], ['v1', 'latest']])
    expect(await tags()).toEqual(expected)
  })

  it('before and after a request are on either side of its work', async () => {
    const remove: ScenarioEvent['do'] = { delete: { ...version, version: 'bare' } }
    const match = { kind: 'list-versions', nth: 1 } as const
    const before = await startForTest(scenario({ at: { before: match }, do: remove }))
    expect((await rest(before, list)).json).toHaveLength(2)
    const after = await startForTest(scenario({ at: { after: match }, do: remove }))
    expect((await rest(after, list)).json).toHaveLength(3)
    expect((await rest(after, list)).json).toHaveLength(2)
  })

  it('a package goes and comes, a token is revoked, time passes', async () => {
    const simulator = await startForTest(
      scenario(
        { at: { request: 1 }, do: { deletePackage: version } },
        { at: { request: 2 }, do: { restorePackage: version } },
        { at: { request: 3 }, do: [{ advance: '2d' }, { revokeToken: 'ghp_simulator' }] }
      )
    )
    const before = simulator.world.clock.now()
    const statuses = [await rest(simulator, list), await rest(simulator, list), await rest(simulator, list)]
    expect(statuses.map((answer) => answer.status)).toEqual([404, 200, 401])
    expect(simulator.world.clock.now() - before).toBeGreaterThanOrEqual(2 * 86_400_000)
  })

  it('freeze keeps lists as they are', async () => {
    const simulator = await startForTest(
      scenario({
        at: { request: 1 },
        do: [{ freeze: { ...version, lists: 1 } }, { delete: { ...version, version: 'v1' } }]
      })
    )
    expect((await rest(simulator, list)).json).toHaveLength(3)
    expect((await rest(simulator, list)).json).toHaveLength(2)
  })
})

describe('the hook of a test', () => {
  it('sees each request before it is worked on, may change the world, and may do a fault', async () => {
    const seen: string[] = []
    const simulator = await startForTest(scenario(), {
      onRequest: (request, world) => {
        seen.push(`${request.n} ${request.kind}`)
        if (request.n === 2) world.retag('acme', 'app', 'v1', 'v2')
        return request.n === 3 ? { status: 503 } : undefined
      }
    })
    await rest(simulator, list)
    const [, newer] = itemsOf(await rest(simulator, list))
    expect(newer?.metadata?.container?.tags).toEqual(['v2', 'v1'])
    expect((await rest(simulator, list)).status).toBe(503)
    expect(seen).toEqual(['1 list-versions', '2 list-versions', '3 list-versions'])
  })
})

describe('the time', () => {
  it('of answers is that of the world, or ahead of it', async () => {
    const now = '2026-11-22T12:00:00Z'
    const dateOf = async (clockSkewMs: number) => {
      const simulator = await startForTest({ ...scenario(), now, frozen: true, clockSkewMs })
      const { headers } = await rest(simulator, list)
      return [headers.get('date'), Number(headers.get('x-ratelimit-reset')) * 1000 > Date.parse(now) + clockSkewMs]
    }
    expect(await dateOf(0)).toEqual(['Sun, 22 Nov 2026 12:00:00 GMT', true])
    expect(await dateOf(-600_000)).toEqual(['Sun, 22 Nov 2026 11:50:00 GMT', true])
  })
})

describe('the log', () => {
  it('has every request with its kind, status and points', async () => {
    const simulator = await startForTest(scenario())
    await rest(simulator, `${list}?page=1`)
    await rest(simulator, `${list}/1`, { method: 'DELETE' })
    expect(simulator.log).toMatchObject([
      { n: 1, part: 'api', method: 'GET', kind: 'list-versions', path: list, query: 'page=1', status: 200, points: 1 },
      { n: 2, part: 'api', method: 'DELETE', kind: 'delete-version', status: 404, points: 5 }
    ])
    simulator.clearLog()
    await rest(simulator, list)
    expect(simulator.log).toMatchObject([{ n: 3, kind: 'list-versions' }])
  })
})
