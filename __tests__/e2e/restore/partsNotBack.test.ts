// A restore by id or pattern brought an index back and could not read it: its parts stayed deleted, and it said nothing.
import { EventEmitter } from 'node:events'
import { describe, expect, it } from '@jest/globals'
import type { Artifact } from '../../../simulator/artifact.js'
import { sha256 } from '../../../simulator/images/digest.js'
import { digestTag } from '../../../simulator/images/manifest.js'
import { multiArch, nestedIndex } from '../../../simulator/images/multiArch.js'
import { signedImage } from '../../../simulator/images/signedImage.js'
import { singleImage } from '../../../simulator/images/singleImage.js'
import type { Effect } from '../../../simulator/server/faults.js'
import { runningClock } from '../../../simulator/world/clock.js'
import { DAY, type Inputs, newWorld, OWNER, runHere, simulate } from '../harness.js'
import { ABOUT_APP, APP } from '../registry.js'

const ODD = 'application/vnd.example.odd.v1+json'

/** `v1`, among the artifacts, is deleted with all the others; `v2` is there. The clock of the world may be behind. */
async function stage(artifacts: readonly Artifact[] = multiArch('one', { tags: ['v1'] }), behind = 0) {
  const world = newWorld({ clock: runningClock(Date.now() - behind) })
  const versions = () => Object.values(world.snapshot()).flatMap((each) => each.versions)
  world.push(OWNER, 'app', artifacts, [], Date.now() - 50 * DAY)
  const old = versions()
  const root = old.find(({ tags }) => tags.includes('v1'))
  if (root === undefined) throw new Error('nothing is v1')
  world.push(OWNER, 'app', multiArch('two'), ['v2'], Date.now() - 40 * DAY)
  for (const { id } of old) world.deleteVersion(APP, id)
  const faults: { readable: number; effect: Effect } = { readable: Number.POSITIVE_INFINITY, effect: { status: 404 } }
  const asked = new Set<string>()
  const signals = new EventEmitter()
  const simulator = await simulate(world, {
    onRequest: async ({ kind, path }) => {
      if (kind !== 'get-manifest') return undefined
      asked.add(path)
      if (faults.effect === 'hang') signals.emit('SIGTERM')
      return [...asked].indexOf(path) < faults.readable ? undefined : faults.effect
    }
  })
  return {
    world,
    root,
    parts: old.filter(({ id }) => id !== root.id),
    deleted: () => versions().filter(({ deleted }) => deleted).length,
    reads: () => simulator.log.filter(({ kind }) => kind === 'get-manifest').length,
    /** Only the first `readable` manifests that are asked for can be read. */
    restore: (more: Inputs, readable = Number.POSITIVE_INFINITY, effect: Effect = { status: 404 }) => {
      asked.clear()
      Object.assign(faults, { readable, effect })
      return runHere(simulator, { ...ABOUT_APP, operation: 'restore', ...more }, signals)
    }
  }
}

const ways: readonly (readonly [string, (id: number) => Inputs])[] = [
  ['version-ids', (id) => ({ 'version-ids': String(id) })],
  ['match', () => ({ match: 'v*' })]
]

describe.each(ways)('a restore by %s', (_, way) => {
  it.each([500, 404])(
    'fails if what came back is answered by %i, and one that can read completes it',
    async (status) => {
      const { world, root, restore, deleted } = await stage()
      const inputs = way(root.id)
      const first = await restore(inputs, 0, { status })
      expect(first).toMatchObject({ status: 1, outputs: { 'restored-count': '1' } })
      expect(first.log).toMatch(/failed: .*the manifest of v1 \(.*could not be read, so parts may still be deleted/s)
      expect(deleted()).toBe(2)

      const second = await restore(inputs, 0, { status })
      expect(second).toMatchObject({ status: 1, outputs: { 'restored-count': '0' } })
      expect(second.log).toContain('could not be read, so parts may still be deleted')

      const dry = await restore({ ...inputs, 'dry-run': 'true' })
      expect(dry.log).toContain('Dry run: 2 versions would be restored.')
      expect(deleted()).toBe(2)

      expect(await restore(inputs)).toMatchObject({ status: 0, outputs: { 'restored-count': '2' } })
      expect(deleted()).toBe(0)
      expect(world.checkTag(OWNER, 'app', 'v1').ok).toBe(true)
    }
  )

  it.each([
    ['an index of indexes', 0, () => nestedIndex('nested', { tags: ['v1'] })],
    ['an index of indexes', 1, () => nestedIndex('nested', { tags: ['v1'] })],
    ['a signed image', 0, () => signedImage('signed', { tags: ['v1'], referrers: ['cosign-bundle'] })],
    ['a signed image', 1, () => signedImage('signed', { tags: ['v1'], referrers: ['cosign-bundle'] })]
  ])('completes %s of which %i could be read', async (_kind, readable, artifacts) => {
    const { root, restore, deleted } = await stage(artifacts())
    expect(await restore(way(root.id), readable)).toMatchObject({ status: 1 })
    expect(deleted()).toBeGreaterThan(0)
    expect(await restore(way(root.id))).toMatchObject({ status: 0 })
    expect(deleted()).toBe(0)
  })

  it('fails if the image lists what GitHub does not have, and says so', async () => {
    const { root, restore, deleted } = await stage(multiArch('one', { tags: ['v1'], missing: ['linux/arm64'] }))
    const run = await restore(way(root.id))
    expect(run).toMatchObject({ status: 1, outputs: { 'restored-count': '2', 'failed-count': '1' } })
    expect(run.log).toMatch(/Incomplete .*v1 .*: it lists a manifest that GitHub does not have any more: sha256:/)
    expect(deleted()).toBe(0)
  })
})

it('a restore that is cancelled while it reads reports what is back, and that the rest is not', async () => {
  const { root, restore, deleted } = await stage()
  const inputs = { 'version-ids': String(root.id) }
  const run = await restore(inputs, 0, 'hang')
  expect(run).toMatchObject({ status: 1, outputs: { 'restored-count': '1' } })
  expect(run.log).toContain('could not be read, so parts may still be deleted')
  expect(await restore(inputs)).toMatchObject({ status: 0, outputs: { 'restored-count': '2' } })
  expect(deleted()).toBe(0)
})

it('a restore restores what a manifest mentions that nobody can interpret', async () => {
  const parts = multiArch('one')
  const body = JSON.stringify({ schemaVersion: 2, mediaType: ODD, parts: parts.map(({ digest }) => digest) })
  const { root, restore, deleted } = await stage([
    ...parts,
    { mediaType: ODD, body, digest: sha256(body), tags: ['v1'] }
  ])
  expect(await restore({ 'version-ids': String(root.id) })).toMatchObject({
    status: 0,
    outputs: { 'restored-count': '4' }
  })
  expect(deleted()).toBe(0)
})

it('a restore restores a version whose tag holds the digest of the image, in whatever place', async () => {
  const image = singleImage('one', { tags: ['v1'] })
  const bill = singleImage('bill', { tags: [`sbom-${digestTag(image.digest)}`] })
  const { restore, deleted } = await stage([image, bill])
  expect(await restore({ match: 'v*' })).toMatchObject({ status: 0, outputs: { 'restored-count': '2' } })
  expect(deleted()).toBe(0)
})

it('a restore reads no platform image: the index has said what it is', async () => {
  const { root, restore, reads } = await stage()
  expect(await restore({ 'version-ids': String(root.id) })).toMatchObject({ outputs: { 'restored-count': '3' } })
  expect(reads()).toBe(1)
})

describe('a restore by match', () => {
  it('reads no active image where nothing is deleted that one of them may lack', async () => {
    const { world, restore, reads, root, parts } = await stage()
    for (const { id } of [root, ...parts]) world.restoreVersion(APP, id)
    expect(await restore({ match: 'v*' })).toMatchObject({ status: 0 })
    expect(reads()).toBe(0)
  })

  it('restores every part of an active image, also what was deleted before the time that is asked for', async () => {
    const { world, restore, root, parts, deleted } = await stage(undefined, 2 * DAY)
    const [early] = parts
    for (const { id } of [root, ...parts]) world.restoreVersion(APP, id)
    world.deleteVersion(APP, early?.id ?? 0)
    world.clock.advance(2 * DAY)
    for (const { id } of parts) world.deleteVersion(APP, id)
    const run = await restore({ match: 'v1', 'deleted-within': '1h' })
    expect(run).toMatchObject({ status: 0, outputs: { 'restored-count': '2' } })
    expect(deleted()).toBe(0)
  })
})
