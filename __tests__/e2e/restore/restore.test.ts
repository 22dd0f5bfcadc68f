import { describe, expect, it } from '@jest/globals'
import { load } from '../../../simulator/generate/generatedPackage.js'
import { type RandomRegistry, randomRegistry } from '../../../simulator/generate/randomRegistry.js'
import type { Assumptions } from '../../../simulator/world/assumptions.js'
import { SEED } from '../../seed.js'
import {
  brokenSince,
  count,
  deletedIds,
  type Inputs,
  newWorld,
  OWNER,
  runHere,
  simulate,
  tagsOf,
  without
} from '../harness.js'

const policies: readonly Inputs[] = [
  { match: '*', 'keep-last': '2', 'delete-untagged': 'true' },
  { 'delete-untagged': 'true' },
  { match: 'pr-*, sha-*', 'keep-last': '0', 'keep-latest': 'false', 'min-keep': '0' },
  { match: '*', keep: 'v1*', 'keep-last': '1', 'partial-tags': 'untag' },
  { match: '!latest', 'keep-last': '0', 'delete-untagged': 'true', 'partial-tags': 'untag' },
  { 'keep-within': '20d', 'delete-untagged': 'true', 'delete-limit': '7' }
]

/** What GitHub does not say, in turn. */
const worlds: readonly Partial<Assumptions>[] = [
  {},
  { order: 'random', tagsOnRestore: 'lost' },
  { updatedAtOn: ['tag-gained', 'tag-lost', 'restored'], tagsOnRestore: 'taken-back', order: 'oldest' },
  { tagsOnRestore: 'refuse-if-moved', digestTagsCount: false, lastUntagged: 'deleted', deletedAt: false },
  { versionCount: 'with-deleted', referrers: 303 }
]

/** The one lie that a prune may believe: docs/security.md says so. */
function callsAnIndexAnImage({ packages }: RandomRegistry): boolean {
  const artifacts = packages
    .flatMap(({ pushes }) => pushes.flatMap((push) => push.artifacts))
    .map(({ digest, body }) => ({ digest, body: Buffer.from(body).toString() }))
  const indexes = new Set(artifacts.filter(({ body }) => body.includes('"manifests":')).map(({ digest }) => digest))
  return artifacts.some(({ body }) =>
    [...body.matchAll(/image\.manifest\.v1\+json","digest":"(sha256:\w+)"/g)].some(([, digest = '']) =>
      indexes.has(digest)
    )
  )
}

describe('a receipt, restored, gives back the registry as it was', () => {
  it.each(Array.from({ length: 40 }, (_, nth) => ({ seed: SEED + nth })))('random registry $seed', async ({ seed }) => {
    const registry = randomRegistry(`restore ${seed}`)
    const world = newWorld({ assumptions: worlds[seed % worlds.length] ?? {} })
    // The registry is made for one moment; runs are now.
    const late = Date.now() - registry.now
    for (const each of registry.packages) {
      const pushes = each.pushes.map(({ at, artifacts }) => ({ at: at + late, artifacts }))
      const deleted = new Map([...(each.deleted ?? [])].map(([digest, at]) => [digest, at + late]))
      load(world, OWNER, { ...each, pushes, deleted })
    }
    const simulator = await simulate(world)
    const before = world.snapshot()
    const tags = tagsOf(world)
    const about = { 'package-name': '**', 'package-type': 'container', 'grace-period': '0s' }
    const policy = { ...about, ...policies[seed % policies.length] }

    const dry = await runHere(simulator, { ...policy, 'dry-run': 'true' })
    // Nothing is deleted in a package with a manifest that cannot be read; the others go on.
    const blocked = / manifests? could not be read: /.test(dry.log)
    const status = blocked ? 1 : 0
    expect({ status: dry.status, log: dry.status === status ? '' : dry.log }).toEqual({ status, log: '' })
    expect(world.snapshot()).toEqual(before)

    const ran = await runHere(simulator, policy)
    expect({ status: ran.status, log: ran.status === status ? '' : ran.log }).toEqual({ status, log: '' })
    const gone = [...deletedIds(without(world.snapshot(), before))].filter((id) => !deletedIds(before).has(id))
    const planned = ran.report?.plan?.packages.flatMap(({ steps }) => steps) ?? []
    const planDeletes = planned.flatMap((step) => (step.kind === 'delete' ? [step.version.id] : []))
    expect(gone.toSorted()).toEqual(planDeletes.toSorted())
    expect(count(ran, 'deleted-count')).toBe(gone.length)
    expect(count(dry, 'planned-count')).toBe(gone.length)
    if (!callsAnIndexAnImage(registry)) expect(brokenSince(tags, world)).toEqual([])

    const back = await runHere(simulator, { operation: 'restore', 'receipt-file': ran.outputs['receipt-file'] ?? '' })
    expect(deletedIds(without(world.snapshot(), before))).toEqual(deletedIds(before))
    // The registry takes no manifest without a schema version, so a tag that GitHub lost cannot be put back on it.
    if (worlds[seed % worlds.length]?.tagsOnRestore === 'lost' && back.log.includes('MANIFEST_INVALID')) {
      expect(back.status).toBe(1)
      return
    }
    expect({ status: back.status, log: back.status === 0 ? '' : back.log }).toEqual({ status: 0, log: '' })
    expect(without(world.snapshot(), before)).toEqual(before)
    expect(count(back, 'restored-count')).toBe(gone.length)
  })
})
