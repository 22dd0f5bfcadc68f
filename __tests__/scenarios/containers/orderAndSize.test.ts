import { describe, expect, it } from '@jest/globals'
import { generateContainerPackage } from '../../../simulator/generate/containerPackage.js'
import { load } from '../../../simulator/generate/generatedPackage.js'
import { cosignTag } from '../../../simulator/images/cosign.js'
import { descriptorOf, documentOf, isIndex, tagged } from '../../../simulator/images/manifest.js'
import { multiArch } from '../../../simulator/images/multiArch.js'
import { referrer } from '../../../simulator/images/referrers.js'
import { signedImage } from '../../../simulator/images/signedImage.js'
import { singleImage } from '../../../simulator/images/singleImage.js'
import { frozenClock } from '../../../simulator/world/clock.js'
import { World } from '../../../simulator/world/world.js'
import { oracleOf } from '../../invariants/graphOracle.js'
import { containerPackage, deletedTooEarly, NOW } from './containerPackage.js'
import { OWNER, storedAt } from './facts.js'
import { realRun } from './realRun.js'

describe('the order of deletion', () => {
  it('is the root, then what refers to it, then its children', async () => {
    const app = containerPackage()
    app.push(1, singleImage('other', { tags: ['main'] }))
    const old = app.push(
      30,
      signedImage('old', { tags: ['v1'], attestations: 'annotated', cosign: ['signature'], referrers: ['sbom'] })
    )
    const after = await app.prune({ match: 'v*', 'keep-last': '0' })
    expect(after.fateOf(old)).toBe('gone')
    expect(after.plan.steps.map((step) => (step.kind === 'delete' ? step.role : step.kind))).toEqual([
      'root',
      'referrer',
      'referrer',
      'referrer',
      'child',
      'child',
      'child',
      'child'
    ])
  })

  it('takes the oldest unit first', async () => {
    const app = containerPackage()
    app.push(1, singleImage('other', { tags: ['main'] }))
    const units = [3, 9, 6].map((days) => app.push(days, multiArch(`u${days}`, { tags: [`v${days}`] })))
    const after = await app.prune({ match: 'v*', 'keep-last': '0' })
    const roots = after.plan.steps.flatMap((step) =>
      step.kind === 'delete' && step.role === 'root' ? [step.version.name] : []
    )
    expect(roots).toEqual([1, 2, 0].map((i) => units[i]?.at(-1)?.digest))
  })

  it('holds in the requests of a run with many deletions in flight, for every pair of versions', async () => {
    const world = new World({ clock: frozenClock(NOW) })
    world.addOwner(OWNER)
    load(world, OWNER, generateContainerPackage({ versions: 150, seed: 'order', now: NOW }))
    const oracle = oracleOf(storedAt(world))
    const { report, log } = await realRun(world, {
      match: '*',
      'keep-last': '5',
      'delete-untagged': 'true',
      'delete-concurrency': '10'
    })
    const done = report.packages[0]?.outcomes.filter(({ kind }) => kind === 'done').length
    expect(done).toBeGreaterThan(80)
    expect(log.filter(({ kind }) => kind === 'delete-version')).toHaveLength(done ?? 0)
    expect(deletedTooEarly(log, oracle)).toEqual([])
    for (const tag of storedAt(world).byTag.keys()) expect(world.checkTag(OWNER, 'app', tag).missing).toEqual([])
  })

  it('says of a referrer what its manifest refers to: its tags are on record anyway', async () => {
    const app = containerPackage()
    const [image, other] = [singleImage('image', { tags: ['v1'] }), singleImage('other', { tags: ['main'] })]
    app.push(30, [image, other])
    const tag = cosignTag('by tag', other.digest, 'signature').tags ?? []
    const { artifact } = referrer('by subject', descriptorOf(image), 'sbom')
    app.push(29, tagged(artifact, tag))
    app.push(1, singleImage('last', { tags: ['last'] }))
    const after = await app.prune({ match: 'v*, main', 'keep-last': '0' })
    const step = after.plan.steps.find((each) => each.kind === 'delete' && each.version.name === artifact.digest)
    expect(step).toMatchObject({ subject: image.digest, role: 'referrer' })
  })

  it('stops a unit at a root that GitHub refuses to delete: nothing below it is deleted', async () => {
    const app = containerPackage()
    app.push(1, singleImage('other', { tags: ['main'] }))
    const old = app.push(30, signedImage('old', { tags: ['v1'], cosign: ['signature'] }))
    const id = storedAt(app.world).byName.get(old[2]!.digest)?.id
    const effect = {
      status: 400,
      body: { message: 'Publicly visible package versions with more than 5000 downloads cannot be deleted.' }
    }
    const after = await app.prune(
      { match: 'v*', 'keep-last': '0' },
      { faults: [{ match: { kind: 'delete-version', path: `/${id}` }, effect }] }
    )
    expect(after.fateOf(old)).toBe('kept')
    expect(after.outcomes.map(({ kind }) => kind)).toEqual(['refused-downloads', 'blocked', 'blocked', 'blocked'])
    expect(after.outcomes[1]?.message).toBe('v1, which owns it, was not deleted (refused: downloads)')
  })

  it('names in the log what GitHub refuses to delete, and why', async () => {
    const app = containerPackage()
    app.push(1, singleImage('other', { tags: ['main'] }))
    app.push(30, singleImage('old', { tags: ['v1'] }))
    const effect = { status: 400, body: { message: 'Versions with more than 5000 downloads cannot be deleted.' } }
    const { said } = await realRun(
      app.world,
      { match: 'v*' },
      {
        faults: [{ match: { kind: 'delete-version' }, effect }]
      }
    )
    expect(said.join('\n')).toMatch(/app: Refused v1 \(version \d+\): Versions with more than 5000 downloads/)
  })
})

describe('the size estimate', () => {
  const blobsOf = (artifact: ReturnType<typeof singleImage>): ReadonlyMap<string, number> => {
    const document = documentOf(artifact)
    return new Map(
      isIndex(document) ? [] : [document.config, ...document.layers].map(({ digest, size }) => [digest, size])
    )
  }
  const bytesOf = (artifacts: readonly ReturnType<typeof singleImage>[]): number =>
    [...new Map(artifacts.flatMap((artifact) => [...blobsOf(artifact)])).values()].reduce((a, b) => a + b, 0) +
    artifacts.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0)

  it('counts a layer that two images share once', async () => {
    const app = containerPackage()
    app.push(1, singleImage('other', { tags: ['main'], base: 'another' }))
    const both = [9, 8].map((days) => singleImage(`i${days}`, { tags: [`v${days}`] }))
    for (const image of both) app.push(9, image)
    const after = await app.prune({ match: 'v*', 'keep-last': '0' })
    expect(after.plan.freed).toBe(bytesOf(both))
  })

  it('does not count a layer that a kept image has too', async () => {
    const app = containerPackage()
    const stays = singleImage('stays', { tags: ['main'] })
    const goes = singleImage('goes', { tags: ['v1'] })
    app.push(2, stays)
    app.push(9, goes)
    const after = await app.prune({ match: 'v*', 'keep-last': '0' })
    const shared = [...blobsOf(goes)].filter(([digest]) => blobsOf(stays).has(digest))
    expect(shared).toHaveLength(2)
    expect(after.plan.freed).toBe(bytesOf([goes]) - shared.reduce((sum, [, size]) => sum + size, 0))
  })
})
