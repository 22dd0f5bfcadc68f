import { describe, expect, it } from '@jest/globals'
import { buildCache } from '../../../simulator/images/buildCache.js'
import { cosignTag } from '../../../simulator/images/cosign.js'
import { helmChart } from '../../../simulator/images/helmChart.js'
import { descriptorOf, indexOf, tagged } from '../../../simulator/images/manifest.js'
import { multiArch, nestedIndex, sharedChildren } from '../../../simulator/images/multiArch.js'
import { danglingReferrer, ring, signatureStore } from '../../../simulator/images/oddPackages.js'
import { referrer, referrerHistory } from '../../../simulator/images/referrers.js'
import { type SignedImageSettings, signedImage } from '../../../simulator/images/signedImage.js'
import { singleImage } from '../../../simulator/images/singleImage.js'
import { containerPackage } from './containerPackage.js'

const NEWEST = { match: 'v*', 'keep-last': '1' }
const CLEAN = { 'delete-untagged': 'true' }
/** The newest `v*` stays, all other `v*` go, and so does what is untagged. */
const BOTH = { ...NEWEST, ...CLEAN }

/** Each kind once as an old release and once as a new one: the old one goes whole, the new one stays whole. */
describe('a release is deleted as a whole, and kept as a whole', () => {
  const signed = (settings: SignedImageSettings) => (seed: string, tags: readonly string[]) =>
    signedImage(seed, { tags, ...settings })
  it.each<[string, (seed: string, tags: readonly string[]) => readonly ReturnType<typeof singleImage>[]]>([
    ['an OCI image', (seed, tags) => [singleImage(seed, { tags })]],
    ['a Docker schema 2 image', (seed, tags) => [singleImage(seed, { tags, format: 'docker' })]],
    ['an index', (seed, tags) => multiArch(seed, { tags })],
    ['a Docker manifest list', (seed, tags) => multiArch(seed, { tags, format: 'docker' })],
    ['an index over indexes', (seed, tags) => nestedIndex(seed, { tags })],
    [
      'an index with build attestations as annotated entries',
      (seed, tags) => multiArch(seed, { tags, attestations: 'annotated' })
    ],
    [
      'an index with build attestations that have a subject',
      (seed, tags) => multiArch(seed, { tags, attestations: 'subject' })
    ],
    ['an image with cosign signature, attestation and SBOM', signed({ cosign: ['signature', 'attestation', 'sbom'] })],
    ['an image with a cosign signature under a prefix', signed({ prefix: 'signed-' })],
    ['an image with referrers behind a fallback tag', signed({ referrers: ['cosign-bundle'] })],
    ['an image with referrers and no fallback tag', signed({ referrers: ['cosign-bundle', 'sbom'], fallback: false })],
    ['an image with GitHub attestations', signed({ referrers: ['github-attestation'] })],
    ['an image signed by OCI 1.1 referrers', signed({ referrers: ['cosign-oci-1-1'] })],
    [
      'an image whose referrers have referrers',
      signed({ referrers: ['sbom'], referrersOfReferrers: ['cosign-bundle'] })
    ],
    [
      'an image whose referrers have referrers, without fallback tags',
      signed({ referrers: ['sbom'], referrersOfReferrers: ['cosign-bundle'], fallback: false })
    ],
    ['an image whose platform images have referrers', signed({ platformReferrers: ['github-attestation'] })],
    [
      'an image whose platform images have referrers without fallback tags',
      signed({ platformReferrers: ['github-attestation'], fallback: false })
    ],
    ['a Helm chart', (seed, tags) => [helmChart(seed, { tags })]],
    ['a BuildKit cache', (seed, tags) => [buildCache(seed, { tags })]],
    ['an old BuildKit cache, an index of blobs', (seed, tags) => [buildCache(seed, { tags, shape: 'index' })]],
    [
      'an index without its attestations',
      (seed, tags) => multiArch(seed, { tags, attestations: 'annotated', missing: ['attestations'] })
    ],
    ['an index without one of its images', (seed, tags) => multiArch(seed, { tags, missing: ['linux/arm64'] })]
  ])('%s', async (_what, build) => {
    const app = containerPackage()
    const old = app.push(40, build('old', ['v1.0.0']))
    const fresh = app.push(20, build('new', ['v1.1.0']))
    const after = await app.prune(BOTH)
    expect(after.fateOf(old)).toBe('gone')
    expect(after.fateOf(fresh)).toBe('kept')
    expect(after.plan.decisions.filter(({ role }) => role === 'root')).toHaveLength(2)
  })
})

describe('delete-untagged', () => {
  it('deletes no part of tagged images', async () => {
    const app = containerPackage()
    const all = [
      ...app.push(30, multiArch('a', { tags: ['v1'], attestations: 'subject' })),
      ...app.push(29, nestedIndex('b', { tags: ['all'] })),
      ...app.push(28, signedImage('c', { tags: ['main'], referrers: ['sbom'], platformReferrers: ['cosign-bundle'] })),
      ...app.push(27, [buildCache('d', { tags: ['cache'], shape: 'index' })])
    ]
    const after = await app.prune(CLEAN)
    expect(after.fateOf(all)).toBe('kept')
    expect(after.plan.steps).toEqual([])
  })

  it('deletes an image that lost its tag with its platforms, signature and attestations', async () => {
    const app = containerPackage()
    const old = app.push(30, signedImage('old', { tags: ['main'], attestations: 'subject', cosign: ['signature'] }))
    const fresh = app.push(2, signedImage('new', { tags: ['main'], attestations: 'subject', cosign: ['signature'] }))
    const after = await app.prune(CLEAN)
    expect(after.fateOf(old)).toBe('gone')
    expect(after.fateOf(fresh)).toBe('kept')
    expect(after.canPull('main')).toBe(true)
  })

  it('deletes a superseded fallback index and keeps the referrers that it lists with the image', async () => {
    const app = containerPackage()
    const image = singleImage('app', { tags: ['v1'] })
    app.push(9, image)
    const history = app.push(8, referrerHistory('app', descriptorOf(image), ['cosign-bundle', 'github-attestation']))
    const [first, superseded, second, current] = history
    const after = await app.prune(CLEAN)
    expect(after.fateOf([first!, second!, current!])).toBe('kept')
    expect(after.fateOf(superseded!)).toBe('gone')
  })

  it('keeps a referrer that only a superseded fallback index lists, as it still refers to the image', async () => {
    const app = containerPackage()
    const image = singleImage('app', { tags: ['v1'] })
    app.push(9, image)
    // Two tools wrote the fallback tag at once: the later one does not list what the earlier one signed.
    const [one, lost] = app.push(8, referrerHistory('first', descriptorOf(image), ['cosign-bundle']))
    const other = app.push(8, referrerHistory('second', descriptorOf(image), ['github-attestation']))
    const after = await app.prune(CLEAN)
    expect(after.fateOf(one!)).toBe('kept')
    expect(after.fateOf(other)).toBe('kept')
    expect(after.fateOf(lost!)).toBe('gone')
  })

  it('deletes an orphan, a referrer whose image is gone', async () => {
    const app = containerPackage()
    app.push(30, singleImage('kept', { tags: ['v1'] }))
    const orphan = app.push(30, danglingReferrer('gone'))
    const after = await app.prune(CLEAN)
    expect(after.fateOf(orphan)).toBe('gone')
    expect(after.about(orphan[0]!).reasons[0]?.code).toBe('orphan')
  })

  it('leaves young untagged versions alone: a push may be in flight', async () => {
    const app = containerPackage()
    app.push(30, singleImage('tagged', { tags: ['v1'] }))
    const young = app.push(0.5, multiArch('young'))
    const old = app.push(1.5, multiArch('old'))
    const after = await app.prune(CLEAN)
    expect(after.fateOf(young)).toBe('kept')
    expect(after.fateOf(old)).toBe('gone')
  })

  it('keeps the newest untagged units by keep-last without counting their members', async () => {
    const app = containerPackage()
    app.push(30, singleImage('tagged', { tags: ['v1'] }))
    const [a, b, c] = [9, 8, 7].map((days) =>
      app.push(days, multiArch(`untagged ${days}`, { attestations: 'annotated' }))
    )
    const policy = [
      'version: 1',
      'rules:',
      '  - { name: untagged, match: { tagged: false }, keep: [ { last: 2 } ] }'
    ].join('\n')
    const after = await app.prune({ policy })
    expect([a, b, c].map((unit) => after.fateOf(unit!))).toEqual(['gone', 'kept', 'kept'])
  })

  it('deletes an untagged ring as one unit', async () => {
    const app = containerPackage()
    app.push(30, singleImage('tagged', { tags: ['v1'] }))
    const circle = app.push(20, ring('ring', 3))
    const after = await app.prune(CLEAN)
    expect(after.fateOf(circle)).toBe('gone')
    expect(after.plan.decisions.filter(({ role }) => role === 'root')).toHaveLength(2)
  })

  it('keeps a package that holds only signatures of another package, and says so', async () => {
    const app = containerPackage()
    const store = app.push(40, signatureStore('elsewhere'))
    const after = await app.prune(CLEAN)
    expect(after.fateOf(store)).toBe('kept')
    expect(after.notices.join()).toContain('store of signatures for another package')
  })

  it('keeps such a package although a later bundle replaced a fallback index in it', async () => {
    const app = containerPackage()
    const store = ['a', 'b'].flatMap((image) =>
      app.push(40, referrerHistory(image, descriptorOf(singleImage(image)), ['cosign-bundle', 'github-attestation']))
    )
    const after = await app.prune(CLEAN)
    expect(after.fateOf(store)).toBe('kept')
    expect(after.notices.join()).toContain('store of signatures for another package')
  })

  it('empties a signature store where a rule asks for orphans', async () => {
    const app = containerPackage()
    const store = app.push(40, signatureStore('elsewhere', 4))
    const policy =
      'version: 1\nrules:\n  - { name: o, match: { tagged: false, state: [orphan] }, keep: [ { last: 1 } ] }'
    const after = await app.prune({ policy })
    expect(after.fateOf(store)).toBe('torn')
    expect(after.plan.steps).toHaveLength(3)
  })
})

describe('state', () => {
  const byState = (state: string) => ({
    policy: `version: 1\nrules:\n  - { name: s, match: { names: ['*'], state: [${state}] }, keep: [] }`
  })
  const fill = () => {
    const app = containerPackage()
    return {
      app,
      whole: app.push(9, multiArch('whole', { tags: ['whole'], attestations: 'annotated' })),
      bare: app.push(9, multiArch('bare', { tags: ['bare'], attestations: 'annotated', missing: ['attestations'] })),
      cache: app.push(9, buildCache('cache', { tags: ['cache'], shape: 'index' })),
      partial: app.push(9, multiArch('partial', { tags: ['partial'], missing: ['linux/arm64'] })),
      ghost: app.push(9, multiArch('ghost', { tags: ['ghost'] }).slice(-1))
    }
  }

  it('an index without some of its images is partial: it is kept unless a rule asks for it', async () => {
    const { app, partial, ghost, whole, bare, cache } = fill()
    const after = await app.prune(byState('partial'))
    expect(after.fateOf(partial)).toBe('gone')
    expect([whole, bare, cache, ghost].map(after.fateOf)).toEqual(['kept', 'kept', 'kept', 'kept'])
  })

  it('an index without any of its images is a ghost; one of blobs, an old BuildKit cache, is not', async () => {
    const { app, partial, ghost, whole, bare, cache } = fill()
    const after = await app.prune(byState('ghost'))
    expect(after.fateOf(ghost)).toBe('gone')
    expect([whole, bare, cache, partial].map(after.fateOf)).toEqual(['kept', 'kept', 'kept', 'kept'])
  })

  it('a ghost does not count for min-keep, so a real image is kept', async () => {
    const app = containerPackage()
    const real = app.push(9, singleImage('real', { tags: ['v1'] }))
    app.push(2, multiArch('ghost', { tags: ['v2'] }).slice(-1))
    const after = await app.prune({ match: 'v1, v2', 'keep-last': '0', 'keep-latest': 'false' })
    expect(after.fateOf(real)).toBe('kept')
    expect(after.about(real[0]!).reasons[0]?.code).toBe('min-keep')
  })
})

describe('what several units share', () => {
  it('platform images of two indexes are kept with the index that is kept', async () => {
    const app = containerPackage()
    const both = app.push(20, sharedChildren('both', { tags: ['v1'], secondTags: ['stable'] }))
    const after = await app.prune({ match: 'v*', 'keep-last': '0' })
    expect(after.fateOf(both.slice(0, 2))).toBe('kept')
    expect(after.fateOf(both[2]!)).toBe('gone')
    expect(after.canPull('stable')).toBe(true)
  })

  it('a shared platform image is deleted after the last index that lists it', async () => {
    const app = containerPackage()
    app.push(1, singleImage('other', { tags: ['main'] }))
    const both = app.push(20, sharedChildren('both', { tags: ['v1'], secondTags: ['v2'] }))
    const after = await app.prune({ match: 'v*', 'keep-last': '0' })
    expect(after.fateOf(both)).toBe('gone')
    const order = after.plan.steps.map((step) => (step.kind === 'delete' ? step.version.name : ''))
    expect(order.slice(0, 2).sort()).toEqual(
      both
        .filter(({ tags }) => tags)
        .map(({ digest }) => digest)
        .sort()
    )
  })

  it('the attestation of a shared image is kept with it although the index that lists it is deleted', async () => {
    const app = containerPackage()
    const attested = multiArch('both', { tags: ['v1'], attestations: 'subject' })
    const images = attested.slice(0, 2)
    app.push(20, attested)
    app.push(
      19,
      indexOf(
        images.map((image) => descriptorOf(image)),
        { tags: ['stable'] }
      )
    )
    const after = await app.prune({ match: 'v*', 'keep-last': '0' })
    expect(after.fateOf(attested.slice(0, 4))).toBe('kept')
    expect(after.fateOf(attested.slice(4))).toBe('gone')
  })

  it('delete-limit keeps the attestation if it defers one of the two indexes', async () => {
    const app = containerPackage()
    const attested = multiArch('both', { tags: ['v1'], attestations: 'subject' })
    app.push(20, attested)
    app.push(
      19,
      indexOf(
        attested.slice(0, 2).map((image) => descriptorOf(image)),
        { tags: ['v2'] }
      )
    )
    app.push(1, singleImage('other', { tags: ['main'] }))
    const after = await app.prune({ match: 'v*', 'keep-last': '0', 'delete-limit': '1' })
    expect(after.fateOf(attested.slice(0, 4))).toBe('kept')
    expect(after.canPull('v2')).toBe(true)
  })

  it('a tagged platform image is kept when its index is deleted', async () => {
    const app = containerPackage()
    const staged = app.push(20, multiArch('staged', { tags: ['v1'], platformTagStem: 'build' }))
    const after = await app.prune({ match: 'v*', 'keep-last': '0' })
    expect(after.fateOf(staged.slice(0, 2))).toBe('kept')
    expect(after.fateOf(staged.slice(2))).toBe('gone')
  })

  it('a tagged platform image is kept with its index although its own tag is voted out', async () => {
    const app = containerPackage()
    const staged = app.push(20, multiArch('staged', { tags: ['v1'], platformTagStem: 'build' }))
    const after = await app.prune({ match: 'build-*', 'keep-last': '0' })
    expect(after.fateOf(staged)).toBe('kept')
    expect(after.about(staged[0]!).reasons[0]?.code).toBe('part-of')
  })

  it('an image with several tags is deleted only if all of them are voted out', async () => {
    const app = containerPackage()
    const both = app.push(20, singleImage('both', { tags: ['pr-5', 'v1.0.0'] }))
    const alone = app.push(20, singleImage('alone', { tags: ['pr-6', 'pr-7'] }))
    const after = await app.prune({ match: 'pr-*', 'keep-last': '0' })
    expect(after.fateOf(both)).toBe('kept')
    expect(after.fateOf(alone)).toBe('gone')
  })
})

describe('signatures and attestations', () => {
  it('of a kept image are kept, even if somebody tagged one', async () => {
    const app = containerPackage()
    const image = singleImage('image', { tags: ['v1'] })
    app.push(30, image)
    const signature = app.push(30, tagged(referrer('s', descriptorOf(image), 'cosign-bundle').artifact, ['junk-1']))
    const after = await app.prune({ match: 'junk-*', 'keep-last': '0' })
    expect(after.fateOf(signature)).toBe('kept')
  })

  it('of a signature are deleted with the image at the end of the chain', async () => {
    const app = containerPackage()
    app.push(1, singleImage('other', { tags: ['main'] }))
    const image = singleImage('image', { tags: ['v1'] })
    const signature = cosignTag('s', image.digest, 'signature')
    const all = [
      ...app.push(30, image),
      ...app.push(30, signature),
      ...app.push(30, cosignTag('t', signature.digest, 'attestation'))
    ]
    const after = await app.prune({ match: 'v*', 'keep-last': '0' })
    expect(after.fateOf(all)).toBe('gone')
    expect(after.plan.steps.map((step) => step.kind === 'delete' && step.version.name)).toEqual(
      all.map(({ digest }) => digest)
    )
  })
})

describe('artifact types', () => {
  it('build caches are counted apart from images, in either shape', async () => {
    const app = containerPackage()
    const images = [5, 4, 3].map((days) => app.push(days, singleImage(`image ${days}`, { tags: [`v${days}`] })))
    const caches = [5, 4, 3].map((days) =>
      app.push(days, buildCache(`c ${days}`, { shape: days === 4 ? 'index' : 'image', tags: [`c${days}`] }))
    )
    const policy = [
      'version: 1',
      'rules:',
      '  - match: { artifact-type: [application/vnd.buildkit.cacheconfig.v0] }',
      '    name: caches',
      '    keep: [ { last: 1 } ]'
    ].join('\n')
    const after = await app.prune({ policy })
    expect(caches.map((cache) => after.fateOf(cache))).toEqual(['gone', 'gone', 'kept'])
    expect(images.map((image) => after.fateOf(image))).toEqual(['kept', 'kept', 'kept'])
  })

  it('a chart that an index lists is known as a chart, so the rule for charts owns it', async () => {
    const app = containerPackage()
    const chart = helmChart('chart', { tags: ['1.0.0'] })
    app.push(9, chart)
    const listing = app.push(8, indexOf([descriptorOf(chart)]))
    app.push(1, singleImage('other', { tags: ['main'] }))
    const policy = [
      'version: 1',
      'rules:',
      '  - { name: charts, match: { artifact-type: [application/vnd.cncf.helm.config.v1+json] }, keep: [ { last: 5 } ] }',
      "  - { name: rest, match: { names: ['*', '!main'] }, keep: [] }",
      '  - { name: untagged, match: { tagged: false }, keep: [] }'
    ].join('\n')
    const after = await app.prune({ policy })
    expect(after.fateOf(chart)).toBe('kept')
    expect(after.fateOf(listing)).toBe('gone')
    expect(after.about(chart).reasons[0]).toMatchObject({ code: 'last', rule: 'charts' })
  })
})
