import { describe, expect, it } from '@jest/globals'
import type { Artifact } from '../../../simulator/artifact.js'
import { type Descriptor, descriptorOf, documentOf, indexOf, isIndex } from '../../../simulator/images/manifest.js'
import { ociManifest } from '../../../simulator/images/mediaTypes.js'
import { multiArch } from '../../../simulator/images/multiArch.js'
import { fallbackIndex, referrer } from '../../../simulator/images/referrers.js'
import { signedImage } from '../../../simulator/images/signedImage.js'
import { singleImage } from '../../../simulator/images/singleImage.js'
import { containerPackage } from './containerPackage.js'

const CLEAN = { 'delete-untagged': 'true' }
const PR = { match: 'pr-*', 'min-keep': '0' }
const AMD64 = { platform: { os: 'linux', architecture: 'amd64' } }
const UNKNOWN = { platform: { os: 'unknown', architecture: 'unknown' } }

/** The entry of an image, whatever the artifact is. */
const called = (artifact: Artifact, more: Partial<Descriptor> = AMD64): Descriptor => ({
  ...descriptorOf(artifact),
  mediaType: ociManifest,
  ...more
})

const lastOf = (artifacts: readonly Artifact[]): Artifact => artifacts.at(-1) as Artifact

describe('an index that lies about what it lists', () => {
  it('an index that calls all of them images does not make the platforms of three signed releases deletable', async () => {
    const app = containerPackage()
    const releases = [1, 2, 3].map((n) =>
      app.push(30 + n, multiArch(`release ${n}`, { tags: [`v${n}`], attestations: 'annotated' }))
    )
    app.push(
      2,
      indexOf(
        releases.map((release) => called(lastOf(release))),
        { tags: ['pr-1'] }
      )
    )
    const after = await app.prune(CLEAN)
    expect(after.fateOf(releases.flat())).toBe('kept')
    for (const n of [1, 2, 3]) expect(after.canPull(`v${n}`)).toBe(true)
  })

  it('an untagged index whose manifest a cache knows makes nothing deletable either', async () => {
    const app = containerPackage()
    const release = app.push(30, multiArch('release', { tags: ['v1'] }))
    app.push(29, indexOf([descriptorOf(lastOf(release))], { tags: ['all'] }))
    app.push(2, indexOf([called(lastOf(release))]))
    const after = await app.prune(CLEAN)
    expect(after.canPull('v1')).toBe(true)
    expect(after.canPull('all')).toBe(true)
  })

  it('cannot make an inner index deletable that a true index lists as an index', async () => {
    const app = containerPackage()
    const inner = app.push(30, multiArch('inner'))
    app.push(29, indexOf([descriptorOf(lastOf(inner))], { tags: ['outer'] }))
    app.push(2, indexOf([called(lastOf(inner))], { tags: ['pr-1'] }))
    const after = await app.prune({ ...CLEAN, ...PR })
    expect(after.fateOf(inner)).toBe('kept')
    expect(after.canPull('outer')).toBe(true)
  })

  it('is deleted without the inner index, as everything that is deleted is read before', async () => {
    const app = containerPackage()
    const image = singleImage('image', { tags: ['main'] })
    app.push(40, image)
    const signature = referrer('s', descriptorOf(image), 'cosign-bundle').artifact
    app.push(39, signature)
    app.push(2, indexOf([called(signature)], { tags: ['pr-1'] }))
    const after = await app.prune(PR)
    expect(after.fateOf(signature)).toBe('kept')
    expect(after.about(signature).reasons[0]?.code).toBe('refers-to')
  })
})

describe('what a protection names by its digest is read', () => {
  it('an inner index that the index above it calls an image keeps its images', async () => {
    const app = containerPackage()
    const inner = app.push(30, multiArch('inner'))
    app.push(29, indexOf([called(lastOf(inner))]))
    const after = await app.prune({ ...CLEAN, keep: lastOf(inner).digest })
    expect(after.fateOf(inner)).toBe('kept')
  })
})

describe('what refers to an image that is kept is kept', () => {
  /** An image under `main`, and something that refers to it. */
  function attested() {
    const app = containerPackage()
    const image = singleImage('image', { tags: ['main'] })
    app.push(40, image)
    const attestation = referrer('a', descriptorOf(image), 'github-attestation').artifact
    app.push(39, attestation)
    return { app, image, attestation }
  }

  it('a build attestation is kept that the newest index lists as unknown/unknown, without annotation', async () => {
    const { app, image, attestation } = attested()
    app.push(2, indexOf([called(image), called(attestation, UNKNOWN)], { tags: ['pr-1'] }))
    const after = await app.prune(PR)
    expect(after.fateOf(attestation)).toBe('kept')
  })

  it('a build attestation is kept that an older index lists with the annotation', async () => {
    const { app, image, attestation } = attested()
    const annotations = {
      'vnd.docker.reference.type': 'attestation-manifest',
      'vnd.docker.reference.digest': image.digest
    }
    app.push(20, indexOf([called(image), called(attestation, { ...UNKNOWN, annotations })], { tags: ['pr-1'] }))
    app.push(2, indexOf([called(image), called(attestation, UNKNOWN)], { tags: ['pr-2'] }))
    const after = await app.prune(PR)
    expect(after.fateOf(attestation)).toBe('kept')
  })

  it('a referrer is kept that a deleted index lists with a platform', async () => {
    const { app, attestation } = attested()
    app.push(2, indexOf([called(attestation)], { tags: ['pr-1'] }))
    const after = await app.prune(PR)
    expect(after.fateOf(attestation)).toBe('kept')
  })

  it('a referrer is kept that the fallback index of another image lists', async () => {
    const { app, attestation } = attested()
    const other = singleImage('other', { tags: ['pr-1'] })
    app.push(20, other)
    app.push(19, fallbackIndex(other.digest, [descriptorOf(attestation)]))
    const after = await app.prune(PR)
    expect(after.fateOf(attestation)).toBe('kept')
  })

  it('a referrer is kept that an orphaned fallback index lists', async () => {
    const { app, attestation } = attested()
    const gone = singleImage('gone')
    const orphan = app.push(19, fallbackIndex(gone.digest, [descriptorOf(attestation)]))
    const after = await app.prune({ ...CLEAN })
    expect(after.fateOf(orphan)).toBe('gone')
    expect(after.fateOf(attestation)).toBe('kept')
  })
})

describe('requests', () => {
  it('an entry with the artifact type of an ordinary configuration, as crane and ko write it, costs no read', async () => {
    const app = containerPackage()
    const plain = app.push(30, multiArch('plain', { tags: ['v1'] }))
    const document = documentOf(lastOf(plain))
    if (!isIndex(document)) throw new Error('no index')
    const artifactType = 'application/vnd.oci.image.config.v1+json'
    app.push(
      29,
      indexOf(
        document.manifests.map((entry) => ({ ...entry, artifactType })),
        { tags: ['v2'] }
      )
    )
    app.push(2, singleImage('pr', { tags: ['pr-1'] }))
    const after = await app.prune(PR)
    const read = after.log.filter(({ kind }) => kind === 'get-manifest').map(({ path }) => path.split('/').at(-1))
    expect(read).toHaveLength(3)
    expect(read).not.toContain(plain[0]?.digest)
  })

  it('reads no manifest twice, in a real run either', async () => {
    const app = containerPackage()
    app.push(40, signedImage('kept', { tags: ['main'], attestations: 'subject', referrers: ['sbom'] }))
    app.push(30, signedImage('old', { tags: ['pr-1'], attestations: 'subject', referrers: ['sbom', 'cosign-bundle'] }))
    const after = await app.prune({ ...PR, ...CLEAN })
    const read = after.log.filter(({ kind }) => kind === 'get-manifest').map(({ path }) => path)
    expect(after.canPull('pr-1')).toBe(false)
    expect(new Set(read).size).toBe(read.length)
  })
})
