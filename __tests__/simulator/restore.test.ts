import { describe, expect, it } from '@jest/globals'
import type { Artifact } from '../../simulator/artifact.js'
import { builders } from '../../simulator/images/builders.js'
import type { Assumptions } from '../../simulator/world/assumptions.js'
import { World } from '../../simulator/world/world.js'
import { itemsOf, messageOf, rest } from './client.js'
import { startForTest } from './startForTest.js'

const day = 86_400_000
const app = { owner: 'acme', type: 'container', name: 'app' } as const
const versionsPath = '/orgs/acme/packages/container/app/versions'

function image(seed: string): readonly Artifact[] {
  return builders['multi-arch']?.({ seed, tags: [] }) ?? []
}

function worldOf(assumptions: Partial<Assumptions> = {}): World {
  const world = new World({ assumptions })
  world.addOwner('acme')
  world.addToken({ value: 'ghp_simulator' })
  world.push('acme', 'app', image('one'), ['v1', 'latest'], world.clock.now() - 9 * day)
  world.push('acme', 'app', image('two'), ['v2'], world.clock.now() - 8 * day)
  return world
}

function idOf(world: World, tag: string): number {
  return world.packageAt(app).byTag.get(tag)?.id ?? 0
}

describe('restoring a version', () => {
  it('brings back id, digest and tags', async () => {
    const world = worldOf()
    const simulator = await startForTest(world)
    const before = world.snapshot()
    const id = idOf(world, 'v1')
    await rest(simulator, `${versionsPath}/${id}`, { method: 'DELETE' })
    expect(world.resolveTag('acme', 'app', 'v1')).toBeUndefined()
    const [deleted] = itemsOf(await rest(simulator, `${versionsPath}?state=deleted`))
    expect(deleted).toMatchObject({
      id,
      deleted_at: expect.any(String),
      metadata: { container: { tags: ['v1', 'latest'] } }
    })
    const answer = await rest(simulator, `${versionsPath}/${id}/restore`, { method: 'POST' })
    expect(answer.status).toBe(204)
    expect(world.snapshot()).toEqual(before)
  })

  it('is possible for 30 days, after which it is no longer listed', async () => {
    const world = worldOf()
    const simulator = await startForTest(world)
    const id = idOf(world, 'v1')
    world.deleteVersion(app, id)
    world.clock.advance(30 * day - 60_000)
    expect((await rest(simulator, `${versionsPath}?state=deleted`)).json).toHaveLength(1)
    world.clock.advance(61_000)
    expect((await rest(simulator, `${versionsPath}?state=deleted`)).json).toHaveLength(0)
    expect((await rest(simulator, `${versionsPath}/${id}/restore`, { method: 'POST' })).status).toBe(404)
  })

  it('is refused while something newer has its name', async () => {
    const world = worldOf()
    const simulator = await startForTest(world)
    const id = idOf(world, 'v1')
    world.deleteVersion(app, id)
    const again = world.push('acme', 'app', image('one').slice(-1))
    expect(again.id).not.toBe(id)
    const answer = await rest(simulator, `${versionsPath}/${id}/restore`, { method: 'POST' })
    expect([answer.status, messageOf(answer)]).toEqual([400, expect.stringContaining('taken by a newer version')])
    world.deleteVersion(app, again.id)
    expect((await rest(simulator, `${versionsPath}/${id}/restore`, { method: 'POST' })).status).toBe(204)
  })

  it('of one that is not deleted finds nothing', async () => {
    const world = worldOf()
    const simulator = await startForTest(world)
    const answer = await rest(simulator, `${versionsPath}/${idOf(world, 'v1')}/restore`, { method: 'POST' })
    expect(answer.status).toBe(404)
  })

  it.each([
    ['unless-moved', 'done', ['latest'], ['v2', 'v1']],
    ['lost', 'done', [], ['v2', 'v1']],
    ['taken-back', 'done', ['v1', 'latest'], ['v2']],
    ['refuse-if-moved', 'tag-taken', ['v1', 'latest'], ['v2', 'v1']]
  ] as const)('with a tag that moved meanwhile: %s', (tagsOnRestore, verdict, restored, other) => {
    const world = worldOf({ tagsOnRestore })
    const id = idOf(world, 'v1')
    world.deleteVersion(app, id)
    world.retag('acme', 'app', 'v1', 'v2')
    expect(world.restoreVersion(app, id)).toBe(verdict)
    expect(world.packageAt(app).versions.get(id)?.tags).toEqual(restored)
    expect(world.packageAt(app).byTag.get('v2')?.tags).toEqual(other)
  })

  it.each([
    [[], false, false, false],
    [['tag-gained'], true, false, false],
    [['tag-lost'], false, true, false],
    [['restored'], false, false, true]
  ] as const)('updated_at changes on %j', (updatedAtOn, gains, loses, restores) => {
    const world = worldOf({ updatedAtOn })
    const stored = world.packageAt(app)
    const [one, two] = [stored.byTag.get('v1'), stored.byTag.get('v2')]
    const changed = (version = one) => version !== undefined && version.updatedAt > version.createdAt
    world.retag('acme', 'app', 'latest', 'v2')
    expect([changed(two), changed(one)]).toEqual([gains, loses])
    stored.remove(one?.id ?? 0)
    stored.restore(one?.id ?? 0)
    expect(changed(one)).toBe(restores || loses)
  })
})

describe('a whole package', () => {
  const path = '/orgs/acme/packages/container/app'

  it('is deleted and restored with all its versions', async () => {
    const world = worldOf()
    const simulator = await startForTest(world)
    const before = world.snapshot()
    expect((await rest(simulator, path, { method: 'DELETE' })).status).toBe(204)
    expect((await rest(simulator, `${path}/versions`)).status).toBe(404)
    expect((await rest(simulator, `${path}/restore`, { method: 'POST' })).status).toBe(204)
    expect(world.snapshot()).toEqual(before)
  })

  it('cannot come back while a new one has its name', async () => {
    const world = worldOf()
    const simulator = await startForTest(world)
    world.deletePackage(app)
    world.push('acme', 'app', image('three'), ['v3'])
    expect((await rest(simulator, `${path}/restore`, { method: 'POST' })).status).toBe(400)
    world.deletePackage(app)
    expect((await rest(simulator, `${path}/restore`, { method: 'POST' })).status).toBe(204)
    expect(world.resolveTag('acme', 'app', 'v3')).toBeDefined()
  })
})

describe('whether a tag can be pulled', () => {
  it('is so while all that its index names is there', () => {
    const world = worldOf()
    expect(world.checkTag('acme', 'app', 'v1')).toMatchObject({ ok: true, missing: [] })
    const child = image('one')[0]
    const stored = world.packageAt(app)
    stored.remove(stored.byName.get(child?.digest ?? '')?.id ?? 0)
    expect(world.checkTag('acme', 'app', 'v1')).toMatchObject({ ok: false, missing: [child?.digest] })
    expect(world.checkTag('acme', 'app', 'v2').ok).toBe(true)
    expect(world.checkTag('acme', 'app', 'nothing')).toEqual({ ok: false, digest: undefined, missing: [] })
  })

  it('goes down into indexes of indexes', () => {
    const world = worldOf()
    const nested = builders['nested-index']?.({ seed: 'deep', tags: ['deep'] }) ?? []
    world.push('acme', 'app', nested)
    expect(world.checkTag('acme', 'app', 'deep').ok).toBe(true)
    const stored = world.packageAt(app)
    stored.remove(stored.byName.get(nested[0]?.digest ?? '')?.id ?? 0)
    expect(world.checkTag('acme', 'app', 'deep').missing).toEqual([nested[0]?.digest])
  })

  it('does not ask for the blobs that an old build cache lists', () => {
    const world = worldOf()
    world.push(
      'acme',
      'app',
      builders['build-cache']?.({ seed: 'c', tags: ['cache'], settings: { shape: 'index' } }) ?? []
    )
    expect(world.checkTag('acme', 'app', 'cache').ok).toBe(true)
  })
})
