import { describe, expect, it } from '@jest/globals'
import type { Artifact } from '../../simulator/artifact.js'
import { builders } from '../../simulator/images/builders.js'
import { loadScenario } from '../../simulator/scenario/load.js'
import type { Simulator } from '../../simulator/simulator.js'
import { ASSUMPTION_VALUES, type Assumptions, DEFAULT_ASSUMPTIONS } from '../../simulator/world/assumptions.js'
import { frozenClock } from '../../simulator/world/clock.js'
import { World } from '../../simulator/world/world.js'
import { type Item, itemsOf, rest } from './client.js'
import { startForTest } from './startForTest.js'

const day = 86_400_000
const app = { owner: 'octocat', type: 'container', name: 'app' } as const
const path = '/users/octocat/packages/container/app'

function image(seed: string): readonly Artifact[] {
  return builders['multi-arch']?.({ seed, tags: [] }) ?? []
}

async function start(assumptions: Partial<Assumptions>): Promise<Simulator> {
  const world = new World({ assumptions, clock: frozenClock(Date.parse('2026-11-22T12:00:00Z')) })
  world.addToken({ value: 'ghp_simulator' })
  world.push('octocat', 'app', image('one'), ['v1'], world.clock.now() - 9 * day)
  world.push('octocat', 'app', image('two'), ['v2'], world.clock.now() - 8 * day)
  return startForTest(world)
}

function versionOf({ world }: Simulator, tag: string) {
  const version = world.packageAt(app).byTag.get(tag)
  if (version === undefined) throw new Error(`${tag} is on nothing`)
  return version
}

const countOf = async (simulator: Simulator) => ((await rest(simulator, path)).json as Item).version_count

it('the table of values begins with the default of each switch', () => {
  const first = Object.entries(ASSUMPTION_VALUES).map(([name, values]) => [name, values[0]])
  expect(Object.fromEntries(first)).toEqual(DEFAULT_ASSUMPTIONS)
})

it.each(Object.entries(ASSUMPTION_VALUES).flatMap(([name, values]) => values.map((value) => ({ name, value }))))(
  'a scenario may say $name $value',
  ({ name, value }) => {
    const { world } = loadScenario({ assumptions: { [name]: value } })
    expect(world.assumptions[name as keyof Assumptions]).toEqual(value)
  }
)

describe('a deleted version', () => {
  it.each([
    [404, undefined],
    [200, '2026-11-22T12:00:00Z']
  ] as const)('is answered with %i to GET', async (getOfDeleted, deletedAt) => {
    const simulator = await start({ getOfDeleted })
    const { id } = versionOf(simulator, 'v1')
    simulator.world.deleteVersion(app, id)
    const answer = await rest(simulator, `${path}/versions/${id}`)
    expect(answer.status).toBe(getOfDeleted)
    expect((answer.json as Partial<Item>).deleted_at).toBe(deletedAt)
    expect((await rest(simulator, `${path}/versions/1`)).status).toBe(404)
  })

  it.each([404, 204] as const)('is answered with %i to a second DELETE', async (secondDelete) => {
    const simulator = await start({ secondDelete })
    const { id } = versionOf(simulator, 'v1')
    const statuses = []
    for (const asked of [id, id, 1]) {
      statuses.push((await rest(simulator, `${path}/versions/${asked}`, { method: 'DELETE' })).status)
    }
    expect(statuses).toEqual([204, secondDelete, 404])
  })

  it('can be listed without its tags and without its time', async () => {
    const simulator = await start({ deletedTags: false, deletedAt: false })
    const { id } = versionOf(simulator, 'v1')
    simulator.world.deleteVersion(app, id)
    const [deleted] = itemsOf(await rest(simulator, `${path}/versions?state=deleted`))
    expect(deleted).toMatchObject({ id, metadata: { container: { tags: [] } } })
    expect(deleted).not.toHaveProperty('deleted_at')
    simulator.world.restoreVersion(app, id)
    expect(versionOf(simulator, 'v1').id).toBe(id)
  })

  it.each([
    ['users', path],
    ['user', '/user/packages/container/app'],
    ['orgs', '/orgs/acme/packages/container/app']
  ] as const)('is not listed where the family %s ignores the state', async (family, address) => {
    const simulator = await start({ stateIgnoredIn: [family] })
    const { world } = simulator
    world.addOwner('acme')
    world.push('acme', 'app', image('one'), ['v1'])
    const deletedLists = async () => {
      const addresses = [path, '/user/packages/container/app', '/orgs/acme/packages/container/app']
      const lists = []
      for (const one of addresses) lists.push(itemsOf(await rest(simulator, `${one}/versions?state=deleted`)))
      return { ignoring: itemsOf(await rest(simulator, `${address}/versions?state=deleted`)), lists }
    }
    const { ignoring, lists } = await deletedLists()
    expect(ignoring.length).toBeGreaterThan(0)
    expect(lists.filter((list) => list.length > 0)).toEqual([ignoring])
  })
})

describe('version_count', () => {
  it.each([
    ['active', [6, 5]],
    ['with-deleted', [6, 6]]
  ] as const)('counts %s versions', async (versionCount, counts) => {
    const simulator = await start({ versionCount })
    const found = [await countOf(simulator)]
    simulator.world.deleteVersion(app, versionOf(simulator, 'v1').id)
    expect([...found, await countOf(simulator)]).toEqual(counts)
  })

  it('can stay for ever what it was when it was first asked for', async () => {
    const simulator = await start({ versionCount: 'stale' })
    simulator.world.deleteVersion(app, versionOf(simulator, 'v1').id)
    const found = [await countOf(simulator)]
    simulator.world.deleteVersion(app, versionOf(simulator, 'v2').id)
    expect([...found, await countOf(simulator)]).toEqual([5, 5])
  })
})

describe('a push of what is there already', () => {
  it.each([
    [[], false],
    [['tag-gained'], false],
    [['pushed-again'], true]
  ] as const)('sets updated_at under %j: %s', async (updatedAtOn, moves) => {
    const simulator = await start({ updatedAtOn })
    const { id, updatedAt } = versionOf(simulator, 'v1')
    simulator.world.push('octocat', 'app', image('one').slice(-1), ['v1'])
    expect(versionOf(simulator, 'v1').id).toBe(id)
    expect(versionOf(simulator, 'v1').updatedAt > updatedAt).toBe(moves)
  })

  it('with a tag that is new counts as the gain of a tag alone', async () => {
    const simulator = await start({ updatedAtOn: ['pushed-again'] })
    const { updatedAt } = versionOf(simulator, 'v1')
    simulator.world.push('octocat', 'app', image('one').slice(-1), ['v1', 'v9'])
    expect(versionOf(simulator, 'v9').updatedAt).toBe(updatedAt)
  })
})

describe('a push of what was deleted', () => {
  it.each([
    ['new-version', false],
    ['same-version', true]
  ] as const)('makes %s', async (pushOfDeleted, same) => {
    const simulator = await start({ pushOfDeleted })
    const { id, createdAt } = versionOf(simulator, 'v1')
    simulator.world.deleteVersion(app, id)
    const pushed = simulator.world.push('octocat', 'app', image('one').slice(-1), ['v8'])
    expect([pushed.id === id, pushed.createdAt === createdAt, pushed.tags]).toEqual([same, same, ['v8']])
    expect(itemsOf(await rest(simulator, `${path}/versions?state=deleted`))).toHaveLength(same ? 0 : 1)
    expect(await countOf(simulator)).toBe(6)
  })
})

describe('the deletion of an index', () => {
  it.each([
    ['none', 0],
    ['unlisted', 2],
    ['all', 2]
  ] as const)('takes along, under %s, %i children of its own', async (cascade, count) => {
    const simulator = await start({ cascade })
    const { id } = versionOf(simulator, 'v1')
    await rest(simulator, `${path}/versions/${id}`, { method: 'DELETE' })
    expect(itemsOf(await rest(simulator, `${path}/versions?state=deleted`))).toHaveLength(1 + count)
    expect(simulator.world.checkTag('octocat', 'app', 'v2').ok).toBe(true)
  })

  it.each([
    ['unlisted', true, true],
    ['all', false, false]
  ] as const)(
    'takes along, under %s, children that another index lists or that have a tag',
    async (cascade, ...left) => {
      const simulator = await start({ cascade })
      const { world: there } = simulator
      const [first, second] = image('one')
      const other = JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.index.v1+json',
        manifests: [{ mediaType: first?.mediaType, digest: first?.digest, size: 1 }]
      })
      const mediaType = 'application/vnd.oci.image.index.v1+json'
      there.push('octocat', 'app', [{ mediaType, body: other, digest: `sha256:${'0'.repeat(64)}` }], ['other'])
      there.tag('octocat', 'app', 'child', second?.digest ?? '')
      there.deleteVersion(app, versionOf(simulator, 'v1').id)
      const { byName } = there.packageAt(app)
      expect([byName.has(first?.digest ?? ''), byName.has(second?.digest ?? '')]).toEqual(left)
    }
  )
})
