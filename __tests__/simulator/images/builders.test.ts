import { createHash } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import type { Artifact } from '../../../simulator/artifact.js'
import { builders } from '../../../simulator/images/builders.js'

interface Entry {
  mediaType: string
  digest: string
  size: number
  platform?: { os: string; architecture: string }
  annotations?: Record<string, string>
}

interface Body {
  mediaType: string
  artifactType?: string
  manifests?: Entry[]
  config?: Entry
  layers?: Entry[]
  subject?: Entry
}

const manifestTypes = /^application\/vnd\.(oci\.image|docker\.distribution)\.(index|manifest)(\.list)?\.v[12]\+json$/
const elsewhere = `sha256:${'e'.repeat(64)}`

const build = (name: string, settings: Record<string, unknown> = {}, seed = 'one', tags = ['v1']) => {
  const builder = builders[name]
  if (!builder) throw new Error(`no builder ${name}`)
  return builder({ seed, tags, subject: elsewhere, settings })
}
const parse = ({ body }: Artifact): Body => JSON.parse(String(body)) as Body
const sha256 = (body: string | Uint8Array) => `sha256:${createHash('sha256').update(body).digest('hex')}`
const tagsOf = (artifacts: readonly Artifact[]) => artifacts.flatMap(({ tags = [] }) => tags)
const namesElsewhere = ['cosign', 'referrers', 'referrer', 'signature-store', 'dangling-referrer']
const incomplete = ['partial-index', 'ghost-index']

const everySetting: [string, Record<string, unknown>][] = [
  ...Object.keys(builders).map((name): [string, Record<string, unknown>] => [name, {}]),
  ['image', { format: 'docker', platform: 'linux/arm/v7', base: 'alpine', layers: 1, annotations: { a: 'b' } }],
  ['multi-arch', { format: 'docker' }],
  ['multi-arch', { attestations: 'annotated', platforms: ['linux/amd64', 'linux/arm64', 'linux/arm/v7'] }],
  ['multi-arch', { attestations: 'subject', platformTagStem: 'a1b2c3d' }],
  ['nested-index', { inner: 3, attestations: 'annotated' }],
  ['shared-children', { secondTags: ['v1-again'], attestations: 'subject' }],
  ['signed-image', { cosign: ['signature', 'attestation', 'sbom'], prefix: 'signed-', attestations: 'annotated' }],
  [
    'signed-image',
    {
      referrers: ['cosign-bundle', 'cosign-oci-1-1', 'github-attestation', 'sbom'],
      platformReferrers: ['cosign-bundle'],
      referrersOfReferrers: ['cosign-bundle']
    }
  ],
  ['signed-image', { referrers: ['sbom'], fallback: false }],
  ['cosign', { kinds: ['signature', 'attestation', 'sbom'] }],
  ['helm-chart', { chart: 'web', version: '1.2.3+build.4', provenance: true }],
  ['build-cache', { shape: 'index', layers: 2 }],
  ['ring', { length: 3 }]
]

describe.each(everySetting)('builder %s with %j', (name, settings) => {
  const artifacts = build(name, settings)
  const position = new Map(artifacts.map(({ digest }, index) => [digest, index]))

  it('makes bodies that parse, say their own media type, and have the digests of their bytes', () => {
    for (const artifact of artifacts) {
      expect(parse(artifact)).toMatchObject({ schemaVersion: 2, mediaType: artifact.mediaType })
      expect(artifact.mediaType).toMatch(manifestTypes)
      expect(artifact.digest).toBe(sha256(artifact.body))
    }
    expect(artifacts.length).toBeGreaterThan(0)
  })

  it('lists manifests that were pushed before, with their true size and type', () => {
    for (const [index, artifact] of artifacts.entries()) {
      for (const entry of parse(artifact).manifests ?? []) {
        if (!manifestTypes.test(entry.mediaType)) continue
        const at = position.get(entry.digest)
        if (at === undefined) {
          expect(incomplete).toContain(name)
          continue
        }
        const child = artifacts[at]
        expect(at).toBeLessThan(index)
        expect(entry).toMatchObject({
          mediaType: child?.mediaType,
          size: Buffer.byteLength(child?.body ?? '')
        })
      }
    }
  })

  it('refers to subjects that were pushed before, except where it speaks about another package', () => {
    for (const [index, artifact] of artifacts.entries()) {
      const { subject } = parse(artifact)
      if (!subject || namesElsewhere.includes(name)) continue
      const at = position.get(subject.digest)
      expect(at).toBeLessThan(index)
      expect(subject).toMatchObject({ mediaType: artifacts[at ?? 0]?.mediaType })
    }
  })

  it('gives blobs real-looking digests and sizes', () => {
    for (const artifact of artifacts) {
      const { config, layers = [] } = parse(artifact)
      for (const blob of [...(config ? [config] : []), ...layers]) {
        expect(blob.digest).toMatch(/^sha256:[0-9a-f]{64}$/)
        expect(blob.size).toBeGreaterThan(0)
      }
    }
  })

  it('gives the same again for the same seed and shares no manifest with another seed', () => {
    expect(build(name, settings)).toEqual(artifacts)
    const others = new Set(build(name, settings, 'two').map(({ digest }) => digest))
    expect(artifacts.filter(({ digest }) => others.has(digest))).toEqual([])
  })
})

describe('tags', () => {
  it.each(['image', 'multi-arch', 'nested-index', 'build-cache', 'helm-chart', 'ghost-index', 'partial-index'])(
    'several tags go on the root of %s, which is pushed last',
    (name) => {
      expect(build(name, {}, 'one', ['v1', 'latest']).at(-1)?.tags).toEqual(['v1', 'latest'])
    }
  )

  it('platform images get staging tags when a stem is given', () => {
    const artifacts = build('multi-arch', { platformTagStem: 'a1b2c3d', platforms: ['linux/amd64', 'linux/arm/v7'] })
    expect(tagsOf(artifacts)).toEqual(['a1b2c3d-amd64', 'a1b2c3d-arm-v7', 'v1'])
  })

  it('cosign writes prefix, digest and kind of what it speaks about', () => {
    expect(tagsOf(build('cosign', { kinds: ['signature', 'attestation', 'sbom'], prefix: 'signed-' }))).toEqual(
      ['sig', 'att', 'sbom'].map((suffix) => `signed-sha256-${'e'.repeat(64)}.${suffix}`)
    )
  })

  it('a chart version with build metadata has an underscore in its tag', () => {
    expect(tagsOf(build('helm-chart', { version: '1.2.3+build.4' }, 'one', []))).toEqual(['1.2.3_build.4'])
  })

  it('each image of a ring carries the fallback tag of the next', () => {
    const [first, second] = build('ring')
    expect(first?.tags).toEqual([second?.digest.replace(':', '-')])
    expect(second?.tags).toEqual([first?.digest.replace(':', '-')])
  })
})

describe('shapes', () => {
  it('an old build attestation is known by its entry alone, a new one has the platform image as subject', () => {
    for (const shape of ['annotated', 'subject']) {
      const artifacts = build('multi-arch', { attestations: shape, platforms: ['linux/amd64'] })
      const [image, attestation, index] = artifacts
      const entry = parse(index as Artifact).manifests?.[1]
      expect(entry).toMatchObject({
        digest: attestation?.digest,
        platform: { os: 'unknown', architecture: 'unknown' },
        annotations: {
          'vnd.docker.reference.type': 'attestation-manifest',
          'vnd.docker.reference.digest': image?.digest
        }
      })
      const { subject, artifactType } = parse(attestation as Artifact)
      expect([subject?.digest, artifactType]).toEqual(
        shape === 'subject'
          ? [image?.digest, 'application/vnd.docker.attestation.manifest.v1+json']
          : [undefined, undefined]
      )
    }
  })

  it('each new referrer writes a fallback index of all so far under the same tag', () => {
    const artifacts = build('referrers', { kinds: ['cosign-bundle', 'github-attestation'] })
    const fallback = `sha256-${'e'.repeat(64)}`
    expect(artifacts.map(({ tags }) => tags)).toEqual([undefined, [fallback], undefined, [fallback]])
    const listed = artifacts.map((artifact) => parse(artifact).manifests?.map(({ digest }) => digest))
    const [bundle, , attestation] = artifacts.map(({ digest }) => digest)
    expect(listed).toEqual([undefined, [bundle], undefined, [bundle, attestation]])
  })

  it('a GitHub attestation repeats its annotations in the fallback entry, a cosign bundle does not', () => {
    const fallback = build('referrers', { kinds: ['cosign-bundle', 'github-attestation'] }).at(-1) as Artifact
    expect(parse(fallback).manifests?.map(({ annotations }) => annotations)).toEqual([
      undefined,
      expect.objectContaining({ 'dev.sigstore.bundle.content': 'dsse-envelope' })
    ])
  })

  it('an old build cache lists blobs: none of its entries is a manifest', () => {
    const [cache] = build('build-cache', { shape: 'index' })
    const types = parse(cache as Artifact).manifests?.map(({ mediaType }) => mediaType) ?? []
    expect(types.some((type) => manifestTypes.test(type))).toBe(false)
    expect(types.at(-1)).toBe('application/vnd.buildkit.cacheconfig.v0')
  })

  it('a ghost has none of its images, a partial index lacks one', () => {
    expect(build('ghost-index')).toHaveLength(1)
    expect(build('partial-index')).toHaveLength(2)
  })

  it('two indexes share their platform images', () => {
    const artifacts = build('shared-children', { secondTags: ['v1-again'] })
    const [first, second] = artifacts.slice(-2).map(parse)
    expect(artifacts).toHaveLength(4)
    expect(second?.manifests).toEqual(first?.manifests)
  })

  it('images of one base and platform share base layers and have layers of their own', () => {
    const layers = ['one', 'two'].map((seed) => parse(build('image', {}, seed)[0] as Artifact).layers ?? [])
    const digests = layers.map((list) => list.map(({ digest }) => digest))
    expect(digests[0]?.slice(0, 2)).toEqual(digests[1]?.slice(0, 2))
    expect(new Set(digests.flat()).size).toBe(8)
  })
})

describe('settings', () => {
  it('an unknown setting is an error that names the builder, the key and what there is', () => {
    expect(() => build('build-cache', { layer: 3 })).toThrow(
      'build-cache: no such setting: layer; there are shape, layers'
    )
  })

  it.each([
    ['build-cache', { shape: 'list' }, 'shape must be one of image, index'],
    ['build-cache', { layers: -1 }, 'layers must be a whole number'],
    ['signed-image', { referrers: ['cosine'] }, 'referrers must be a list, each one of cosign-bundle'],
    ['signed-image', { fallback: 'no' }, 'fallback must be true or false'],
    ['image', { annotations: { a: 1 } }, 'annotations must be an object of texts']
  ])('%s refuses %j', (name, settings, message) => {
    expect(() => build(name, settings)).toThrow(message)
  })
})
