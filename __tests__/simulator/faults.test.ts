import { describe, expect, it } from '@jest/globals'
import type { Scenario } from '../../simulator/scenario/scenario.js'
import type { Simulator, SimulatorOptions } from '../../simulator/simulator.js'
import { call, itemsOf, messageOf, rest, shortcut } from './client.js'
import { startForTest } from './startForTest.js'

const ref = { owner: 'acme', type: 'npm', name: 'web' } as const
const list = '/orgs/acme/packages/npm/web/versions'
const scenario: Scenario = {
  owners: { acme: { type: 'Organization' } },
  packages: [
    {
      ...ref,
      versions: [
        { name: '1', at: '3d' },
        { name: '2', at: '2d' },
        { name: '3', at: '1d' }
      ]
    },
    { owner: 'acme', type: 'container', name: 'app', versions: [{ image: 'image', tags: ['v1'] }] }
  ]
}

const start = (faults: NonNullable<SimulatorOptions['faults']>) => startForTest(scenario, { faults })

function newest(simulator: Simulator): string {
  return `${list}/${simulator.world.packageAt(ref).versions.list('active')[0]?.id}`
}

/** The status, or that there was no whole answer. */
async function outcome(answer: Promise<{ readonly status: number }>): Promise<number | 'broken'> {
  return answer.then(
    ({ status }) => status,
    () => 'broken' as const
  )
}

describe('which requests', () => {
  const statuses = async (match: NonNullable<NonNullable<SimulatorOptions['faults']>[number]['match']>) => {
    const simulator = await start([{ match, effect: { status: 502 } }])
    const all: number[] = []
    for (let n = 0; n < 6; n += 1) all.push((await rest(simulator, list)).status)
    return all.map((status) => (status === 502 ? 'x' : '-')).join('')
  }

  it.each([
    [{ nth: 2 }, '-x----'],
    [{ every: 3 }, '--x--x'],
    [{ times: 2 }, 'xx----'],
    [{ kind: 'list-versions' } as const, 'xxxxxx'],
    [{ kind: ['get-version', 'list-versions'] } as const, 'xxxxxx'],
    [{ kind: 'get-version' } as const, '------'],
    [{ method: 'DELETE' }, '------'],
    [{ path: '/web/versions' }, 'xxxxxx'],
    [{ path: '/versions$/' }, 'xxxxxx'],
    [{ path: /versions\/\d+$/ }, '------'],
    [{ part: 'registry' } as const, '------'],
    [{ probability: 1, every: 2 }, '-x-x-x']
  ])('%j picks %s', async (match, expected) => {
    expect(await statuses(match)).toBe(expected)
  })

  it('are the same ones for the same seed', async () => {
    const match = { probability: 0.5, seed: 7 }
    const first = await statuses(match)
    expect(first).toMatch(/x/)
    expect(first).toMatch(/-/)
    expect(await statuses(match)).toBe(first)
  })
})

describe('what happens to a deletion', () => {
  it.each([
    ['reset', 'broken', 3],
    ['lost-answer', 'broken', 2],
    [{ status: 500 }, 500, 3],
    [{ delay: 1 }, 204, 2]
  ] as const)('%j: the client sees %s, and %i versions are left', async (effect, seen, left) => {
    const simulator = await start([{ match: { method: 'DELETE' }, effect }])
    expect(await outcome(rest(simulator, newest(simulator), { method: 'DELETE' }))).toBe(seen)
    expect(simulator.world.packageAt(ref).activeCount).toBe(left)
    expect(simulator.log[0]?.status).toBe(seen === 'broken' ? 0 : seen)
  })
})

describe('what happens to a list', () => {
  it('cut-body breaks the connection in the middle', async () => {
    const simulator = await start([{ effect: 'cut-body' }])
    expect(await outcome(rest(simulator, list))).toBe('broken')
  })

  it.each([
    ['short-body', 200, /^\[\{"id"/, false],
    ['empty', 200, /^$/, false],
    ['wrong-body', 200, /unexpected/, true]
  ] as const)('is %s if the fault says so', async (effect, status, text, isJson) => {
    const simulator = await start([{ effect }])
    const answer = await rest(simulator, list)
    expect(answer.status).toBe(status)
    expect(answer.text).toMatch(text)
    expect(answer.json !== undefined).toBe(isJson)
  })

  it('hang gives no answer until the client gives up', async () => {
    const simulator = await start([{ effect: 'hang' }])
    const stop = new AbortController()
    const answer = fetch(`${simulator.url}${list}`, { signal: stop.signal }).then(
      () => 'answered',
      () => 'given up'
    )
    while (simulator.log.length === 0) await new Promise((resolve) => setImmediate(resolve))
    stop.abort()
    expect(await answer).toBe('given up')
    expect(simulator.log[0]).toMatchObject({ status: 0, end: undefined, fault: 'hang' })
  })

  it('redirect sends it where it came from, unless it says where', async () => {
    const simulator = await start([{ match: { times: 1 }, effect: { redirect: 307 } }])
    const answer = await rest(simulator, `${list}?page=1`)
    expect([answer.status, answer.headers.get('location')]).toEqual([307, `${simulator.url}${list}?page=1`])
    expect((await rest(simulator, `${list}?page=1`)).status).toBe(200)
  })

  it('lag shows for so many lists what was there before', async () => {
    const simulator = await start([{ match: { method: 'DELETE' }, effect: { lag: 2 } }])
    await rest(simulator, newest(simulator), { method: 'DELETE' })
    const lengths = []
    for (let n = 0; n < 3; n += 1) lengths.push(itemsOf(await rest(simulator, list)).length)
    expect(lengths).toEqual([3, 3, 2])
  })
})

describe('limits on demand', () => {
  it('secondary, with the wait that is wanted', async () => {
    const simulator = await start([{ effect: { limited: 'secondary', status: 429, retryAfter: 7 } }])
    const answer = await rest(simulator, list)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '7'])
    expect(messageOf(answer)).toMatch(/secondary rate limit/)
  })

  it('primary, which uses up the hour', async () => {
    const simulator = await start([{ match: { nth: 1 }, effect: { limited: 'primary' } }])
    const all = [await rest(simulator, list), await rest(simulator, list)]
    expect(all.map((answer) => [answer.status, answer.headers.get('x-ratelimit-remaining')])).toEqual([
      [403, '0'],
      [403, '0']
    ])
  })

  it.each([
    [0.00116676, '1.16676µs'],
    [10.305464, '10.305464ms'],
    [1500, '1.5s']
  ])('registry: a wait of %d ms is %s', async (waitMs, text) => {
    const simulator = await start([{ match: { part: 'registry' }, effect: { limited: 'registry', waitMs } }])
    const answer = await call(simulator.registryUrl, '/v2/acme/app/manifests/v1', { headers: shortcut() })
    expect(answer.status).toBe(429)
    expect(answer.text).toContain(`retry-after: ${text}`)
  })
})

describe('a manifest', () => {
  it('wrong-body no longer has its digest', async () => {
    const simulator = await start([{ match: { kind: 'get-manifest', nth: 2 }, effect: 'wrong-body' }])
    const read = () => call(simulator.registryUrl, '/v2/acme/app/manifests/v1', { headers: shortcut() })
    const [right, wrong] = [await read(), await read()]
    expect(wrong.text).not.toBe(right.text)
    expect(wrong.headers.get('docker-content-digest')).toBe(right.headers.get('docker-content-digest'))
  })
})
