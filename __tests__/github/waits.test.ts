import { afterEach, describe, expect, it } from '@jest/globals'
import type { Owner, PackageRef } from '../../src/domain/package.js'
import { createClient } from '../../src/github/client.js'
import { createPackages } from '../../src/github/packages.js'
import { Scheduler } from '../../src/github/scheduler.js'
import { site, type Told } from './site.js'
import { WatchedWire } from './watchedWire.js'

const owner: Owner = { login: 'octo-org', kind: 'organization' }
const ref: PackageRef = { owner: 'octo-org', type: 'npm', name: 'lib' }
const SECONDARY = { message: 'You have exceeded a secondary rate limit.' }
const CONNECTIONS = 16
const DELETIONS = 8
const USED_UP = { message: 'API rate limit exceeded for user.' }

/** Simulated time passes between real requests, of which a busy machine makes few at a time. */

let wire: WatchedWire
afterEach(() => wire.transport.close())

/** The least that an answer of the API asks for. */
const waitOf: ConstructorParameters<typeof WatchedWire>[1] = ({ status, headers }) => {
  if (headers['retry-after'] !== undefined) return Number(headers['retry-after']) * 1000
  if (headers['x-ratelimit-remaining'] === '0' && headers.date !== undefined)
    return Number(headers['x-ratelimit-reset']) * 1000 - Date.parse(headers.date)
  return status === 403 || status === 429 ? 60_000 : undefined
}

describe('while a wait that GitHub asked for lasts, nothing is sent', () => {
  it.each<[string, (now: number) => Told]>([
    ['429 with retry-after', () => ({ status: 429, body: SECONDARY, headers: { 'retry-after': '7' } })],
    ['403 with retry-after', () => ({ status: 403, body: SECONDARY, headers: { 'retry-after': '7' } })],
    ['503 with retry-after', () => ({ status: 503, headers: { 'retry-after': '3' } })],
    ['a secondary limit that says nothing more', () => ({ status: 403, body: SECONDARY })],
    [
      'an hour that is used up',
      (now) => ({
        status: 429,
        body: USED_UP,
        headers: {
          date: new Date(now).toUTCString(),
          'x-ratelimit-remaining': '0',
          'x-ratelimit-reset': String(Math.ceil(now / 1000) + 40)
        }
      })
    ]
  ])('after %s', async (_, refusal) => {
    wire = new WatchedWire(CONNECTIONS + DELETIONS, waitOf)
    const { clock, transport } = wire
    let arrived = 0
    const { url } = await site(({ method, path }) => {
      arrived += 1
      if (arrived % 14 === 0) return refusal(clock.now())
      return method === 'GET' ? { body: { id: Number(path.split('/').at(-1)), name: '1.0.0' } } : { status: 204 }
    })
    const scheduler = new Scheduler({
      clock,
      connections: CONNECTIONS,
      deleteConcurrency: DELETIONS,
      pace: 'fast',
      deadline: clock.now() + 86_400_000
    })
    const client = createClient({ token: 'ghp_x', apiUrl: url, userAgent: 'tester', transport, scheduler, clock })
    const packages = createPackages(client, { warn: () => undefined })
    const all = Array.from({ length: 80 }, async (_, id) => {
      await packages.getVersion(owner, ref, id)
      // What is looked at within the turn of a deletion takes its time: somebody else may be refused meanwhile.
      const objection = async () => {
        await clock.sleep((id % 7) * 50)
        await packages.getVersion(owner, ref, id)
        return undefined
      }
      await packages.deleteVersion(owner, ref, id, { objection })
    })
    await clock.through(Promise.all(all))
    expect(wire.sentDuringWaits()).toEqual([])
    expect(wire.refused).toBeGreaterThan(5)
    expect(arrived).toBe(wire.sent)
    expect(wire.peak).toBeLessThanOrEqual(CONNECTIONS + DELETIONS)
  })
})
