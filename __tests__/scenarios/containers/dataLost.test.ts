import { describe, expect, it } from '@jest/globals'
import { buildCache } from '../../../simulator/images/buildCache.js'
import { descriptorOf, indexOf } from '../../../simulator/images/manifest.js'
import { multiArch, nestedIndex } from '../../../simulator/images/multiArch.js'
import { signatureStore } from '../../../simulator/images/oddPackages.js'
import { signedImage } from '../../../simulator/images/signedImage.js'
import { singleImage } from '../../../simulator/images/singleImage.js'
import { containerPackage } from './containerPackage.js'
import { OWNER, storedAt } from './facts.js'

/** What other tools were seen to delete. */
describe('incidents that must not happen here', () => {
  it('untagged platform images of a live multi-arch tag', async () => {
    const app = containerPackage()
    app.push(300, multiArch('live', { tags: ['latest'], attestations: 'annotated' }))
    const after = await app.prune({ 'delete-untagged': 'true' })
    expect(after.canPull('latest')).toBe(true)
  })

  it('a tagged, even protected platform image that dies with its parent index', async () => {
    const app = containerPackage()
    app.push(1, singleImage('other', { tags: ['main'] }))
    const [amd64] = app.push(30, multiArch('staged', { tags: ['v1'], platformTagStem: 'keep' }))
    const after = await app.prune({ match: '*', keep: 'keep-amd64, main', 'keep-last': '0' })
    expect(after.fateOf(amd64!)).toBe('kept')
    expect(after.canPull('v1')).toBe(false)
  })

  it('a version deleted because one of its tags matched', async () => {
    const app = containerPackage()
    app.push(30, singleImage('both', { tags: ['pr-5', 'v1.0.0'] }))
    const after = await app.prune({ match: 'pr-*', 'keep-last': '0', 'min-keep': '0' })
    expect(after.canPull('v1.0.0')).toBe(true)
    expect(after.canPull('pr-5')).toBe(true)
  })

  it('inner images of a nested index', async () => {
    const app = containerPackage()
    app.push(300, nestedIndex('nested', { tags: ['latest'], inner: 3 }))
    const after = await app.prune({ 'delete-untagged': 'true' })
    expect(after.canPull('latest')).toBe(true)
  })

  it('the entries of a referrer index that is kept', async () => {
    const app = containerPackage()
    const kept = app.push(300, signedImage('kept', { tags: ['latest'], referrers: ['sbom', 'cosign-bundle'] }))
    const superseded = 1
    const after = await app.prune({ 'delete-untagged': 'true' })
    expect(kept.filter((artifact) => after.fateOf(artifact) === 'gone')).toHaveLength(superseded)
    expect(after.plan.decisions.filter(({ verdict }) => verdict === 'delete').map(({ kind }) => kind)).toEqual([
      'index'
    ])
  })

  it('signatures of kept images, nor signatures left behind when the image goes', async () => {
    const app = containerPackage()
    const all = [9, 8, 7].map((days) =>
      app.push(
        days,
        signedImage(`s${days}`, {
          tags: [`v${10 - days}.0.0`],
          cosign: ['signature'],
          referrers: ['github-attestation']
        })
      )
    )
    const after = await app.prune({ match: 'v*', 'keep-last': '1', 'delete-untagged': 'true' })
    expect(all.map((unit) => after.fateOf(unit))).toEqual(['gone', 'gone', 'kept'])
  })

  it('signatures kept for the images of another package', async () => {
    const app = containerPackage()
    const store = app.push(300, signatureStore('elsewhere', 9))
    const after = await app.prune({ 'delete-untagged': 'true', 'grace-period': '0s' })
    expect(after.fateOf(store)).toBe('kept')
  })

  it('a fresh untagged index that shares a child with one that goes', async () => {
    const app = containerPackage()
    app.push(1, singleImage('other', { tags: ['main'] }))
    const old = app.push(30, multiArch('old', { tags: ['v1'] }))
    const fresh = app.push(0.1, indexOf([descriptorOf(old[0]!)]))
    const after = await app.prune({ match: 'v*', 'keep-last': '0', 'delete-untagged': 'true' })
    expect(after.fateOf([...fresh, old[0]!])).toBe('kept')
    expect(after.fateOf(old.slice(1))).toBe('gone')
  })

  it('an index that lacks only its attestation, taken for broken', async () => {
    const app = containerPackage()
    const bare = app.push(30, multiArch('bare', { tags: ['v1'], attestations: 'annotated', missing: ['attestations'] }))
    const policy = 'version: 1\nmin-keep: 0\nrules:\n  - { name: broken, match: { state: [partial, ghost] }, keep: [] }'
    const after = await app.prune({ policy })
    expect(after.fateOf(bare)).toBe('kept')
    expect(after.about(bare.at(-1)!).state).toBe('complete')
  })

  it('an old BuildKit cache, an index of blobs, taken for a ghost', async () => {
    const app = containerPackage()
    const cache = app.push(30, buildCache('cache', { shape: 'index', tags: ['buildcache'] }))
    const policy = 'version: 1\nmin-keep: 0\nrules:\n  - { name: broken, match: { state: [partial, ghost] }, keep: [] }'
    const after = await app.prune({ policy })
    expect(after.fateOf(cache)).toBe('kept')
  })

  it.each(['sha*', 'sha256*', '*sha*'])('releases whose digest a glob %s would match', async (glob) => {
    const app = containerPackage()
    const release = app.push(30, signedImage('r', { tags: ['v1.0.0'] }))
    const build = app.push(30, singleImage('b', { tags: ['sha-1f2e3d4'] }))
    const after = await app.prune({ match: glob, 'keep-last': '0' })
    expect(after.fateOf(release)).toBe('kept')
    expect(after.fateOf(build)).toBe(glob === 'sha256*' ? 'kept' : 'gone')
  })

  it('releases that fell out of keep-N because platform images, signatures or attestations counted', async () => {
    const app = containerPackage()
    const releases = [50, 40, 30, 20, 10].map((days) =>
      app.push(
        days,
        signedImage(`r${days}`, {
          tags: [`v1.${6 - days / 10}.0`],
          attestations: days > 25 ? 'annotated' : 'subject',
          cosign: ['signature'],
          referrers: ['github-attestation'],
          platformReferrers: ['sbom']
        })
      )
    )
    const after = await app.prune({ match: '*', 'keep-last': '3', 'delete-untagged': 'true' })
    expect(releases.map((unit) => after.fateOf(unit))).toEqual(['gone', 'gone', 'kept', 'kept', 'kept'])
  })

  it('the whole package, with one tagged and nine untagged versions and nothing to keep', async () => {
    const app = containerPackage()
    const [tagged] = app.push(50, singleImage('tagged', { tags: ['v1'] }))
    for (let days = 2; days <= 10; days++) app.push(days, singleImage(`untagged ${days}`))
    const after = await app.prune({ match: '*', 'keep-last': '0', 'delete-untagged': 'true' })
    expect(after.fateOf(tagged!)).toBe('kept')
    expect([...storedAt(app.world).byName.keys()]).toHaveLength(1)
  })

  it('a digest that a push tagged again after the list was read', async () => {
    const app = containerPackage()
    app.push(1, singleImage('other', { tags: ['main'] }))
    const old = multiArch('old', { tags: ['v1'] })
    app.push(30, old)
    const after = await app.prune(
      { match: 'v*', 'keep-last': '0' },
      {
        events: [
          {
            at: { before: { kind: 'list-versions', nth: 3 } },
            run: (world) => world.tag(OWNER, 'app', 'production', old.at(-1)!.digest)
          }
        ]
      }
    )
    expect(after.canPull('production')).toBe(true)
    expect(after.outcomes[0]?.kind).toBe('changed')
  })

  it('platform images of an index that was pushed while the old one was being deleted', async () => {
    const app = containerPackage()
    app.push(1, singleImage('other', { tags: ['main'] }))
    const old = multiArch('old', { tags: ['v1'] })
    app.push(30, old)
    const rebuilt = indexOf(
      old.slice(0, 2).map((image) => descriptorOf(image)),
      { tags: ['v2'] }
    )
    const after = await app.prune(
      { match: 'v1', 'keep-last': '0' },
      {
        events: [
          { at: { after: { kind: 'delete-version', nth: 1 } }, run: (world) => world.push(OWNER, 'app', [rebuilt]) }
        ]
      }
    )
    expect(after.canPull('v2')).toBe(true)
    expect(after.canPull('v1')).toBe(false)
  })
})
