import { describe, expect, it } from '@jest/globals'
import { load } from '../../../simulator/generate/generatedPackage.js'
import { randomRegistry } from '../../../simulator/generate/randomRegistry.js'
import type { Assumptions } from '../../../simulator/world/assumptions.js'
import type { World } from '../../../simulator/world/world.js'
import { amount } from '../../amount.js'
import { oracleOf } from '../../invariants/graphOracle.js'
import { SEED } from '../../seed.js'
import {
  brokenSince,
  count,
  deletedIds,
  type Inputs,
  newWorld,
  OWNER,
  runInMemory,
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

/** They list an untagged index as an image, as docs/security.md says: nobody looks into that one. */
function tagsOverHidden(world: World): ReadonlySet<string> {
  return new Set(
    [...world.packages()].flatMap((stored) => {
      const { versions, hidden, needs } = oracleOf(stored)
      const over = versions.filter(({ digest }) => [...needs(digest)].some((each) => hidden.has(each)))
      return over.flatMap(({ tags }) => tags.map((tag) => `${stored.facts.name}:${tag}`))
    })
  )
}

describe('a receipt, restored, gives back the registry as it was', () => {
  it.each(Array.from({ length: amount(15, 40) }, (_, nth) => ({ seed: SEED + nth })))(
    'random registry $seed',
    async ({ seed }) => {
      const registry = randomRegistry(`restore ${seed}`)
      const world = newWorld({ assumptions: worlds[seed % worlds.length] ?? {} })
      // The registry is made for one moment; runs are now.
      const late = Date.now() - registry.now
      for (const each of registry.packages) {
        const pushes = each.pushes.map(({ at, artifacts }) => ({ at: at + late, artifacts }))
        const deleted = new Map([...(each.deleted ?? [])].map(([digest, at]) => [digest, at + late]))
        load(world, OWNER, { ...each, pushes, deleted, unserved: new Set() })
      }
      const simulator = await simulate(world)
      const before = world.snapshot()
      const tags = tagsOf(world)
      const calledImage = tagsOverHidden(world)
      const about = { 'package-name': '**', 'package-type': 'container', 'grace-period': '0s' }
      const policy = { ...about, ...policies[seed % policies.length] }

      const dry = await runInMemory(simulator, { ...policy, 'dry-run': 'true' })
      // Nothing is deleted in a package with a manifest that cannot be read; the others go on.
      const blocked = / manifests? could not be read: /.test(dry.log)
      const status = blocked ? 1 : 0
      expect({ status: dry.status, log: dry.status === status ? '' : dry.log }).toEqual({ status, log: '' })
      expect(world.snapshot()).toEqual(before)

      const ran = await runInMemory(simulator, policy)
      expect({ status: ran.status, log: ran.status === status ? '' : ran.log }).toEqual({ status, log: '' })
      const gone = [...deletedIds(without(world.snapshot(), before))].filter((id) => !deletedIds(before).has(id))
      const planned = ran.report?.plan?.packages.flatMap(({ steps }) => steps) ?? []
      const planDeletes = planned.flatMap((step) => (step.kind === 'delete' ? [step.version.id] : []))
      expect(gone.toSorted()).toEqual(planDeletes.toSorted())
      expect(count(ran, 'deleted-count')).toBe(gone.length)
      expect(count(dry, 'planned-count')).toBe(gone.length)
      expect(brokenSince(tags, world).filter((tag) => !calledImage.has(tag))).toEqual([])

      const back = await runInMemory(simulator, {
        operation: 'restore',
        'receipt-file': ran.outputs['receipt-file'] ?? ''
      })
      expect(deletedIds(without(world.snapshot(), before))).toEqual(deletedIds(before))
      // The registry takes no manifest without a schema version, so a tag that GitHub lost cannot be put back on it.
      if (worlds[seed % worlds.length]?.tagsOnRestore === 'lost' && back.log.includes('MANIFEST_INVALID')) {
        expect(back.status).toBe(1)
        return
      }
      expect({ status: back.status, log: back.status === 0 ? '' : back.log }).toEqual({ status: 0, log: '' })
      expect(without(world.snapshot(), before)).toEqual(before)
      expect(count(back, 'restored-count')).toBe(gone.length)
    }
  )
})
