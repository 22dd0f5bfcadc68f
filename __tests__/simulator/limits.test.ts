import { describe, expect, it } from '@jest/globals'
import type { Scenario } from '../../simulator/scenario/scenario.js'
import type { Simulator, SimulatorOptions } from '../../simulator/simulator.js'
import { ALL_MANIFESTS, type Answer, call, messageOf, rest, shortcut } from './client.js'
import { startForTest } from './startForTest.js'

const path = '/orgs/acme/packages/npm/web'
const scenario: Scenario = {
  owners: { acme: { type: 'Organization' } },
  packages: [
    { owner: 'acme', type: 'npm', name: 'web', versions: [{ name: '1' }] },
    { owner: 'acme', type: 'container', name: 'app', versions: [{ image: 'image', tags: ['v1'] }] }
  ]
}

async function answers(simulator: Simulator, count: number, method = 'GET'): Promise<Answer[]> {
  const all: Answer[] = []
  for (let n = 0; n < count; n += 1) all.push(await rest(simulator, path, { method }))
  return all
}

const start = (limits: NonNullable<SimulatorOptions['limits']>) => startForTest(scenario, { limits })

describe('the primary limit', () => {
  it('counts down, then refuses with the time of the reset', async () => {
    const simulator = await start({ primary: 2 })
    const [first, second, third] = await answers(simulator, 3)
    expect(first?.headers.get('x-ratelimit-remaining')).toBe('1')
    expect(second?.headers.get('x-ratelimit-remaining')).toBe('0')
    expect(third?.status).toBe(403)
    expect(messageOf(third as Answer)).toMatch(/^API rate limit exceeded for user ID/)
    expect(Number(third?.headers.get('x-ratelimit-reset')) * 1000).toBeGreaterThan(Date.now())
  })

  it('does not count GET /rate_limit, which tells it', async () => {
    const simulator = await start({ primary: 1 })
    await answers(simulator, 2)
    const answer = await rest(simulator, '/rate_limit')
    expect(answer.json).toMatchObject({ rate: { limit: 1, remaining: 0, used: 1 } })
  })

  it('starts anew when the hour is over', async () => {
    const simulator = await start({ primary: 1, minuteMs: 1 })
    const before = await rest(simulator, path)
    let after = before
    // An hour of 60 ms: some request falls into the next one.
    for (let n = 0; n < 500 && (n === 0 || after.status !== 200); n += 1) after = await rest(simulator, path)
    expect([before.status, after.status]).toEqual([200, 200])
  })

  it.each([
    ['ghp_simulator', '5000'],
    ['ghs_job', '1000'],
    ['ghs_app', '5000'],
    [undefined, '60']
  ])('of %s is %s an hour', async (token, limit) => {
    const tokens = { ghp_simulator: {}, ghs_job: {}, ghs_app: { kind: 'installation' } } as const
    const simulator = await startForTest({ ...scenario, tokens })
    const answer = await call(simulator.url, '/users/acme', token === undefined ? {} : { token })
    expect(answer.headers.get('x-ratelimit-limit')).toBe(limit)
  })

  it('can keep silent about itself', async () => {
    const simulator = await start({ primary: 1, headers: false })
    const [, refused] = await answers(simulator, 2)
    expect(refused?.status).toBe(403)
    expect(refused?.headers.get('x-ratelimit-remaining')).toBeNull()
  })
})

describe('the secondary limit', () => {
  it('counts 1 point for a read and 5 for a change', async () => {
    const simulator = await start({ pointsPerMinute: 8 })
    const statuses = [...(await answers(simulator, 3)), ...(await answers(simulator, 2, 'POST'))]
    expect(statuses.map((answer) => answer.status)).toEqual([200, 200, 200, 404, 403])
    expect(simulator.log.map((entry) => entry.points)).toEqual([1, 1, 1, 5, 5])
  })

  it.each([
    [{}, 403, /secondary rate limit/, '60'],
    [{ status: 429 } as const, 429, /secondary rate limit/, '60'],
    [{ retryAfter: false }, 403, /secondary rate limit/, null],
    [{ text: 'abuse' } as const, 403, /abuse detection/, '60']
  ])('says so as set up: %j', async (limits, status, text, retryAfter) => {
    const simulator = await start({ pointsPerMinute: 1, ...limits })
    const [, refused] = await answers(simulator, 2)
    expect(refused?.status).toBe(status)
    expect(messageOf(refused as Answer)).toMatch(text)
    expect(refused?.headers.get('retry-after')).toBe(retryAfter)
  })

  it('refuses more at once than it allows', async () => {
    let arrived = 0
    let open = (): void => {}
    const together = new Promise<undefined>((resolve) => {
      open = () => resolve(undefined)
    })
    const simulator = await startForTest(scenario, {
      limits: { concurrent: 3 },
      latency: { api: 1 },
      onRequest: () => {
        arrived += 1
        if (arrived === 5) open()
        return together
      }
    })
    const all = await Promise.all(Array.from({ length: 5 }, () => rest(simulator, path)))
    expect(all.map((answer) => answer.status).sort((a, b) => a - b)).toEqual([200, 200, 200, 403, 403])
    expect(simulator.peakInFlight('api')).toBe(5)
  })

  it('refuses for a while once it is broken, and then no more', async () => {
    const simulator = await start({ pointsPerMinute: 1, minuteMs: 40 })
    const together = await Promise.all(Array.from({ length: 20 }, () => rest(simulator, path)))
    expect(together.map((answer) => answer.status)).toContain(403)
    let after = 403
    for (let n = 0; n < 500 && after !== 200; n += 1) after = (await rest(simulator, path)).status
    expect(after).toBe(200)
  })
})

describe('the limit of the registry', () => {
  it('says in its text how long to wait', async () => {
    const simulator = await start({ registryReads: 1 })
    const read = () => call(simulator.registryUrl, '/v2/acme/app/manifests/v1', { headers: shortcut() })
    const [first, second] = [await read(), await read()]
    expect(first.status).toBe(200)
    expect(second.status).toBe(429)
    expect(second.text).toMatch(/"TOOMANYREQUESTS","message":"retry-after: \d+(\.\d+)?(ms|µs|s), allowed: 1\/minute"/)
    expect(ALL_MANIFESTS).toContain(first.headers.get('content-type') ?? '')
  })
})

describe('a good token', () => {
  const remove = (simulator: Simulator) => rest(simulator, `${path}/versions/1`, { method: 'DELETE' })

  it('is refused for a while after many deletions, then taken again', async () => {
    const simulator = await start({ refuseTokenAfter: 2, refuseTokenSeconds: 30, minuteMs: 400 })
    const statuses = []
    for (let n = 0; n < 3; n += 1) {
      await rest(simulator, path)
      statuses.push((await remove(simulator)).status)
    }
    const refused = await rest(simulator, path)
    expect([...statuses, refused.status, messageOf(refused)]).toEqual([404, 404, 401, 401, 'Bad credentials'])
    expect((await call(simulator.url, '/users/acme')).status).toBe(200)
    let status = 401
    // 200 ms at most; a request takes a part of that.
    for (let n = 0; n < 5_000 && status === 401; n += 1) status = (await rest(simulator, path)).status
    expect(status).toBe(200)
  })

  it('is never refused for deletions unless that is asked for', async () => {
    const simulator = await start({})
    for (let n = 0; n < 50; n += 1) expect((await remove(simulator)).status).toBe(404)
  })
})
