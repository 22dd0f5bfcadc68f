import { createHash } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import type { Simulator } from '../../simulator/simulator.js'
import type { Assumptions } from '../../simulator/world/assumptions.js'
import { frozenClock } from '../../simulator/world/clock.js'
import { World } from '../../simulator/world/world.js'
import { call, type Item, itemsOf, rest, shortcut } from './client.js'
import { startForTest } from './startForTest.js'

const day = 86_400_000
const app = { owner: 'acme', type: 'container', name: 'app' } as const
const path = '/orgs/acme/packages/container/app'
const mediaType = 'application/vnd.oci.image.manifest.v1+json'

async function start(assumptions: Partial<Assumptions>): Promise<Simulator> {
  const world = new World({ assumptions, clock: frozenClock(Date.parse('2026-11-22T12:00:00Z')) })
  world.addOwner('acme')
  world.addToken({ value: 'ghp_simulator' })
  const simulator = await startForTest(world)
  push(simulator, 'old', ['v1'], 9 * day)
  push(simulator, 'other', ['v2'], 8 * day)
  return simulator
}

function push({ world }: Simulator, seed: string, tags: readonly string[], age = 0): number {
  const body = JSON.stringify({ schemaVersion: 2, mediaType, layers: [], annotations: { seed } })
  return world.push('acme', 'app', [{ mediaType, body, digest: digestOf(body) }], tags, world.clock.now() - age).id
}

function digestOf(body: string): string {
  return `sha256:${createHash('sha256').update(body).digest('hex')}`
}

/** What each place says about a version: its tags, or `undefined` where it is not there. */
async function places(simulator: Simulator, id: number) {
  const tagsOf = (item: Item | undefined) => item?.metadata?.container?.tags
  const listed = async (query: string) =>
    tagsOf(itemsOf(await rest(simulator, `${path}/versions${query}`)).find((item) => item.id === id))
  const one = await rest(simulator, `${path}/versions/${id}`)
  const { name = '' } = simulator.world.packageAt(app).versions.get(id) ?? {}
  const registry = (below: string) => call(simulator.registryUrl, `/v2/acme/app/${below}`, { headers: shortcut() })
  return {
    active: await listed(''),
    deleted: await listed('?state=deleted'),
    version: one.status === 200 ? tagsOf(one.json as Item) : undefined,
    count: ((await rest(simulator, path)).json as Item).version_count,
    manifest: (await registry(`manifests/${name}`)).status,
    tags: (JSON.parse((await registry('tags/list')).text) as { tags: string[] }).tags
  }
}

const everywhere: Partial<Assumptions> = {
  activeListLag: 3,
  deletedListLag: 3,
  versionLag: 3,
  versionCountLag: 3,
  registryLag: 3,
  tagListLag: 3
}

describe('a lag of three seconds', () => {
  it('hides a push, and a tag that it moves, for so long', async () => {
    const simulator = await start(everywhere)
    const id = push(simulator, 'new', ['v2', 'v3'])
    const hidden = { active: undefined, version: undefined, count: 2, manifest: 404, tags: ['v1', 'v2'] }
    expect(await places(simulator, id)).toMatchObject(hidden)
    simulator.world.clock.advance(2_999)
    expect(await places(simulator, id)).toMatchObject(hidden)
    simulator.world.clock.advance(1)
    const shown = { active: ['v2', 'v3'], version: ['v2', 'v3'], count: 3, manifest: 200, tags: ['v1', 'v2', 'v3'] }
    expect(await places(simulator, id)).toMatchObject(shown)
  })

  it('shows under a tag that moved what it named before', async () => {
    const simulator = await start(everywhere)
    const { byTag } = simulator.world.packageAt(app)
    const before = byTag.get('v2')?.name
    push(simulator, 'new', ['v2'])
    const resolved = async () => {
      const answer = await call(simulator.registryUrl, '/v2/acme/app/manifests/v2', { headers: shortcut() })
      return answer.headers.get('docker-content-digest')
    }
    expect(await resolved()).toBe(before)
    simulator.world.clock.advance(3_000)
    expect(await resolved()).toBe(byTag.get('v2')?.name)
  })

  it('hides a deletion, and then a restore', async () => {
    const simulator = await start(everywhere)
    const id = simulator.world.packageAt(app).byTag.get('v1')?.id ?? 0
    const here = { active: ['v1'], deleted: undefined, version: ['v1'], count: 2, manifest: 200, tags: ['v2', 'v1'] }
    const gone = { active: undefined, deleted: ['v1'], version: undefined, count: 1, manifest: 404, tags: ['v2'] }
    simulator.world.deleteVersion(app, id)
    expect(await places(simulator, id)).toEqual(here)
    simulator.world.clock.advance(3_000)
    expect(await places(simulator, id)).toEqual(gone)
    simulator.world.restoreVersion(app, id)
    expect(await places(simulator, id)).toEqual(gone)
    simulator.world.clock.advance(3_000)
    expect(await places(simulator, id)).toEqual(here)
  })

  it('shows the state before the first of two quick changes', async () => {
    const simulator = await start(everywhere)
    const id = push(simulator, 'new', ['v3'])
    simulator.world.clock.advance(1_000)
    simulator.world.deleteVersion(app, id)
    simulator.world.clock.advance(1_999)
    expect(await places(simulator, id)).toMatchObject({ active: undefined, deleted: undefined, manifest: 404 })
    simulator.world.clock.advance(1)
    expect(await places(simulator, id)).toMatchObject({ active: ['v3'], deleted: undefined, manifest: 200 })
    simulator.world.clock.advance(1_000)
    expect(await places(simulator, id)).toMatchObject({ active: undefined, deleted: ['v3'], manifest: 404 })
  })

  it('says nothing of what was there long before', async () => {
    const simulator = await start(everywhere)
    const id = simulator.world.packageAt(app).byTag.get('v2')?.id ?? 0
    expect(await places(simulator, id)).toMatchObject({ active: ['v2'], count: 2, manifest: 200, tags: ['v1', 'v2'] })
  })
})

describe.each([
  ['activeListLag', 'active'],
  ['deletedListLag', 'deleted'],
  ['versionLag', 'version'],
  ['versionCountLag', 'count'],
  ['registryLag', 'manifest'],
  ['tagListLag', 'tags']
] as const)('%s', (name, place) => {
  it(`holds back ${place} alone`, async () => {
    const simulator = await start({ [name]: 1 })
    const id = simulator.world.packageAt(app).byTag.get('v2')?.id ?? 0
    const before = await places(simulator, id)
    simulator.world.deleteVersion(app, id)
    const after = await places(simulator, id)
    const same = Object.keys(before).filter(
      (key) => JSON.stringify(before[key as keyof typeof before]) === JSON.stringify(after[key as keyof typeof before])
    )
    expect(same).toEqual([place])
  })
})

it.each([
  ['push', [true, false, false]],
  ['deletion', [false, true, false]],
  ['restore', [false, false, true]]
] as const)('lagAfter a %s leaves other changes at once visible', async (change, expected) => {
  const simulator = await start({ ...everywhere, lagAfter: [change] })
  const lags = async (id: number, shown: boolean) => ((await places(simulator, id)).active !== undefined) !== shown
  const id = push(simulator, 'new', ['v3'])
  const found = [await lags(id, true)]
  simulator.world.clock.advance(5_000)
  simulator.world.deleteVersion(app, id)
  found.push(await lags(id, false))
  simulator.world.clock.advance(5_000)
  simulator.world.restoreVersion(app, id)
  found.push(await lags(id, true))
  expect(found).toEqual(expected)
})

it('the Date header follows the clock of the world', async () => {
  const simulator = await start({})
  simulator.world.clock.advance(90_000)
  expect((await rest(simulator, path)).headers.get('date')).toBe('Sun, 22 Nov 2026 12:01:30 GMT')
  const registry = await call(simulator.registryUrl, '/v2/')
  expect(registry.headers.get('date')).toBe('Sun, 22 Nov 2026 12:01:30 GMT')
})
