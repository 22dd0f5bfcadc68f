import { describe, expect, it } from '@jest/globals'
import { multiArch } from '../../simulator/images/multiArch.js'
import { peakPoints } from '../../simulator/server/log.js'
import type { SimulatorOptions } from '../../simulator/simulator.js'
import type { World } from '../../simulator/world/world.js'
import { CLOCK, type Timing } from '../../src/compose.js'
import { DAY, newWorld, OWNER, runHere, simulate } from './harness.js'
import { ABOUT_APP, APP as CONTAINER } from './registry.js'

const APP = { owner: OWNER, type: 'docker', name: 'app' } as const
const HOUR = 3_600_000
const minuteOf = (minute: number): Timing => ({ minute, api: {}, registry: {}, clock: CLOCK })

/** Every version but the newest is to go, the oldest first. */
function backlog(versions: number, token?: string): World {
  const world = newWorld()
  if (token !== undefined) world.addToken({ value: token, kind: 'workflow', repository: `${OWNER}/app` })
  world.addPackage({ ...APP, repository: `${OWNER}/app` })
  for (let number = 0; number < versions; number += 1) {
    const name = `1.${number}.0`
    world.addVersion(APP, { name, tags: [name], createdAt: world.clock.now() - (versions - number) * HOUR })
  }
  return world
}

const INPUTS = { 'package-name': 'app', 'package-type': 'docker', match: '*', 'keep-last': '1' }

function left(world: World): readonly string[] {
  return world
    .packageAt(APP)
    .versions.list('active')
    .map(({ name }) => name)
}

async function prune(world: World, options: SimulatorOptions, inputs = {}, minute = 1000) {
  const simulator = await simulate(world, options)
  const run = await runHere(simulator, { ...INPUTS, ...inputs }, undefined, minuteOf(minute))
  return { run, simulator }
}

describe("GitHub's points a minute", () => {
  it('a backlog of 190 goes without one refusal, and within the points of every minute', async () => {
    const world = backlog(191)
    const { run, simulator } = await prune(world, { limits: { minuteMs: 1000, primary: 'off' } })
    expect(run.outputs['deleted-count']).toBe('190')
    expect(simulator.log.filter(({ status }) => status === 403 || status === 429)).toEqual([])
    expect(peakPoints(simulator.log, 1000)).toBeLessThanOrEqual(900)
    expect(simulator.peakInFlight('api')).toBeLessThanOrEqual(16)
  })

  it('with refusals in between it slows down, recovers and finishes', async () => {
    const world = backlog(121)
    const { run, simulator } = await prune(
      world,
      {
        limits: { minuteMs: 300, primary: 'off' },
        faults: [{ match: { kind: 'delete-version', every: 40 }, effect: { limited: 'secondary' } }]
      },
      {},
      300
    )
    expect({ status: run.status, left: left(world) }).toEqual({ status: 0, left: ['1.120.0'] })
    const deletions = simulator.log.filter(({ kind }) => kind === 'delete-version')
    const refused = deletions.findIndex(({ status }) => status === 403)
    // What was on its way when that one was refused comes in at once; nothing else does for a minute.
    const next = deletions.slice(refused + 1).filter(({ time }) => time > (deletions[refused]?.end ?? 0) + 150)
    // Half of the 180 writes that the points of a minute allow.
    const began = next[0]?.time ?? 0
    expect(next.filter(({ time }) => time < began + 200).length).toBeLessThanOrEqual(61)
  })

  it('redirects are counted as the requests that they are', async () => {
    const world = backlog(191)
    const redirected = { match: { kind: 'delete-version', every: 3 }, effect: { redirect: 308 } } as const
    const { run, simulator } = await prune(world, {
      limits: { minuteMs: 1000, primary: 'off' },
      faults: [redirected]
    })
    expect(run.outputs['deleted-count']).toBe('190')
    expect(simulator.log.filter(({ status }) => status === 308).length).toBeGreaterThan(75)
    expect(simulator.log.filter(({ status }) => status === 403 || status === 429)).toEqual([])
    expect(peakPoints(simulator.log, 1000)).toBeLessThanOrEqual(900)
  })

  it.each([
    ['without retry-after', {}],
    ['with a short retry-after', { retryAfter: 0.01 }]
  ])('a run whose every deletion is refused %s waits longer each time, and then ends', async (_, more) => {
    const world = newWorld()
    for (const n of Array(12).keys())
      world.push(OWNER, 'app', multiArch(`image ${n}`, { tags: [`1.${n}.0`] }), [], world.clock.now() - (12 - n) * DAY)
    const refused = { match: { kind: 'delete-version' }, effect: { limited: 'secondary', ...more } } as const
    const inputs = { ...ABOUT_APP, match: '*', 'keep-last': '1' }
    const { run, simulator } = await prune(world, { limits: { minuteMs: 200 }, faults: [refused] }, inputs, 200)
    expect(run.status).toBe(0)
    expect(run.outputs['deleted-count']).toBe('0')
    expect(Number(run.outputs['deferred-count'])).toBeGreaterThan(0)
    expect(simulator.log.filter(({ kind }) => kind === 'delete-version').length).toBeLessThan(16)
  })
})

describe("the hour's requests", () => {
  const TOKEN = 'ghs_workflow'

  it('a run foresees what fits, takes the oldest, keeps enough for its last check and ends well', async () => {
    const world = backlog(300, TOKEN)
    const { run, simulator } = await prune(world, { limits: { minuteMs: 1000, primary: 300 } }, { token: TOKEN })
    expect(run.status).toBe(0)
    const names = left(world)
    expect(run.log).toMatch(
      /Requests: the plan takes about \d+ requests, and \d+ are left until \S+: \d+ of 299 steps fit/
    )
    expect(names.length).toBeGreaterThan(1)
    expect(names.length).toBeLessThan(120)
    // What is left is the newest.
    expect(names).toContain('1.299.0')
    expect(names).not.toContain('1.0.0')
    expect(Math.min(...names.map((name) => Number(name.split('.')[1])))).toBe(300 - names.length)
    expect(run.outputs['deferred-count']).toBe(String(names.length - 1))
    expect(Number(run.outputs['deleted-count'])).toBe(300 - names.length)
    expect(simulator.log.filter(({ status }) => status === 403)).toEqual([])
    expect(simulator.log.at(-1)).toMatchObject({ kind: 'list-versions' })
  })

  it('the next run does the rest', async () => {
    const world = backlog(210, TOKEN)
    const limits = { minuteMs: 1000, primary: 210 } as const
    await prune(world, { limits }, { token: TOKEN })
    expect(left(world).length).toBeGreaterThan(1)
    const { run } = await prune(world, { limits }, { token: TOKEN })
    expect({ status: run.status, left: left(world) }).toEqual({ status: 0, left: ['1.209.0'] })
  })

  it('others of the same repository spend it meanwhile: the rest is put off, and that the last check is missing is told', async () => {
    const world = backlog(200, TOKEN)
    const others = { limited: 'primary' } as const
    const { run } = await prune(
      world,
      { limits: { minuteMs: 1000 }, faults: [{ match: { kind: 'delete-version', nth: 30 }, effect: others }] },
      { token: TOKEN }
    )
    expect(run.status).toBe(0)
    expect(Number(run.outputs['deferred-count'])).toBe(left(world).length - 1)
    expect(left(world).length).toBeGreaterThan(100)
    expect(run.log).toMatch(/It can go on at/)
    expect(run.log).toContain('The final check could not run')
  })

  it('a list that it has no requests for is not begun', async () => {
    const world = backlog(700, TOKEN)
    const { run, simulator } = await prune(world, { limits: { minuteMs: 1000, primary: 5 } }, { token: TOKEN })
    expect(run.status).toBe(1)
    expect(run.log).toMatch(/Listing the 700 versions of app takes 7 requests, and \d are left until \d/)
    expect(simulator.log.filter(({ query }) => query.includes('per_page=100&page=2'))).toEqual([])
  })

  it('lists of several packages that it has no requests for together are not begun', async () => {
    const world = backlog(700, TOKEN)
    for (const name of ['b', 'c']) {
      const ref = { ...APP, name }
      world.addPackage({ ...ref, repository: `${OWNER}/app` })
      for (let n = 0; n < 300; n++) world.addVersion(ref, { name: `1.${n}.0`, createdAt: n * DAY })
    }
    const inputs = { token: TOKEN, 'package-name': 'app,b,c' }
    const { run, simulator } = await prune(world, { limits: { minuteMs: 1000, primary: 14 } }, inputs)
    expect(run.status).toBe(1)
    expect(run.log).toMatch(/Listing the 1300 versions of 3 packages takes 13 requests, and \d+ are left until \d/)
    expect(run.log).toContain('with fewer packages in a run')
    expect(simulator.log.filter(({ kind }) => kind === 'list-versions')).toEqual([])
  })

  it('requests-per-hour is never exceeded', async () => {
    const world = backlog(300)
    const { run, simulator } = await prune(world, { limits: { minuteMs: 1000 } }, { 'requests-per-hour': '150' })
    expect(run.status).toBe(0)
    expect(simulator.log.length).toBeLessThanOrEqual(150)
    expect(simulator.log.length).toBeGreaterThan(120)
    expect(Number(run.outputs['deleted-count'])).toBeGreaterThan(50)
    expect(Number(run.outputs['deferred-count'])).toBe(299 - Number(run.outputs['deleted-count']))
  })

  it('units go whole or not at all', async () => {
    const world = newWorld()
    const units = Array.from({ length: 12 }, (_, n) => multiArch(`image ${n}`, { tags: [`1.${n}.0`] }))
    for (const [n, unit] of units.entries()) world.push(OWNER, 'app', unit, [], world.clock.now() - (12 - n) * DAY)
    const inputs = { ...ABOUT_APP, match: '*', 'requests-per-hour': '45' }
    const { run } = await prune(world, { limits: { minuteMs: 1000 } }, inputs)
    expect(run.status).toBe(0)
    const { byName } = world.packageAt(CONTAINER)
    const staying = units.map((unit) => unit.filter(({ digest }) => byName.has(digest)).length / unit.length)
    expect(new Set(staying)).toEqual(new Set([0, 1]))
    expect(Number(run.outputs['deferred-count'])).toBeGreaterThan(0)
  })
})
