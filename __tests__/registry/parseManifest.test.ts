import { describe, expect, it } from '@jest/globals'
import { builders } from '../../simulator/images/builders.js'
import { parseManifest } from '../../src/registry/parseManifest.js'
import { IMAGE, INDEX, imageDocument, sha256 } from './fakeRegistry.js'

const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json'
const DOCKER_IMAGE = 'application/vnd.docker.distribution.manifest.v2+json'
const child = { mediaType: IMAGE, digest: sha256('child'), size: 7 }
const index = { schemaVersion: 2, mediaType: INDEX, manifests: [child] }
const image = imageDocument('image')
const config = image.config as object

function parse(document: unknown, contentType?: string) {
  const body = Buffer.from(typeof document === 'string' ? document : JSON.stringify(document))
  return parseManifest(contentType, body)
}

const without = (document: object, key: string) =>
  Object.fromEntries(Object.entries(document).filter(([name]) => name !== key))

describe('parseManifest', () => {
  it('reads an index with what its entries tell of their manifests', () => {
    const attestation = {
      ...child,
      digest: sha256('attestation'),
      artifactType: 'application/vnd.example',
      platform: { os: 'unknown', architecture: 'unknown' },
      annotations: { 'vnd.docker.reference.type': 'attestation-manifest' }
    }
    const arm = { ...child, platform: { os: 'linux', architecture: 'arm', variant: 'v7' } }
    const document = { ...index, manifests: [arm, attestation], annotations: { a: 'b' } }
    expect(parse(document, INDEX)).toEqual({
      digest: sha256(JSON.stringify(document)),
      mediaType: INDEX,
      kind: 'index',
      entries: [
        { ...child, platform: 'linux/arm/v7' },
        { ...attestation, platform: 'unknown/unknown' }
      ],
      blobs: [],
      annotations: { a: 'b' },
      size: JSON.stringify(document).length
    })
  })

  it('leaves out an annotation that is too long to be searched', () => {
    const annotations = { short: 'x', long: 'x'.repeat(65_537) }
    expect(parse({ ...image, annotations }, IMAGE)).toMatchObject({ annotations: { short: 'x' } })
    expect(parse({ ...image, annotations }, IMAGE)).not.toHaveProperty('annotations.long')
  })

  it('reads an image with its blobs, subject and annotations', () => {
    expect(parse({ ...image, subject: child, annotations: { a: 'b' } }, IMAGE)).toMatchObject({
      kind: 'image',
      mediaType: IMAGE,
      configMediaType: 'application/vnd.oci.image.config.v1+json',
      subject: child.digest,
      entries: [],
      blobs: ['image config', 'image layer'].flatMap((text) => [Number(`0x${sha256(text).slice(7, 20)}`), 10]),
      annotations: { a: 'b' }
    })
  })

  it.each([
    ['the stated one', { ...image, artifactType: 'application/x' }, 'application/x'],
    [
      'that of a config which is no image config',
      { ...image, config: { ...config, mediaType: 'application/y' } },
      'application/y'
    ],
    ['none for an ordinary image', image, undefined],
    ['none where it is empty', { ...image, artifactType: '' }, undefined]
  ])('takes as artifact type %s', (_, document, expected) => {
    const manifest = parse(document, IMAGE)
    expect(manifest).toMatchObject({ kind: 'image' })
    expect('artifactType' in manifest ? manifest.artifactType : undefined).toBe(expected)
  })

  it.each([
    ['nothing', { os: '', architecture: '' }, undefined],
    ['half of it', { architecture: 'arm64' }, '/arm64'],
    ['null', null, undefined]
  ])('makes nothing up for a platform that says %s', (_, platform, expected) => {
    const manifest = parse({ ...index, manifests: [{ ...child, platform }] })
    expect(manifest.entries[0]?.platform).toBe(expected)
  })

  it.each([
    ['stated by both', index, INDEX, INDEX],
    [
      'with parameters and capitals in the header',
      index,
      'Application/vnd.oci.image.index.v1+json; charset=utf-8',
      INDEX
    ],
    ['a Docker list', { ...index, mediaType: DOCKER_LIST }, DOCKER_LIST, DOCKER_LIST],
    ['a Docker image', { ...image, mediaType: DOCKER_IMAGE }, DOCKER_IMAGE, DOCKER_IMAGE],
    ['only in the header', without(index, 'mediaType'), INDEX, INDEX],
    ['only in the body', index, 'application/json', INDEX],
    ['nowhere, by the shape of an index', without(index, 'mediaType'), undefined, INDEX],
    ['nowhere, by the shape of an image', without(image, 'mediaType'), 'text/plain', IMAGE]
  ])('knows the media type %s', (_, document, contentType, expected) => {
    expect(parse(document, contentType)).toMatchObject({ mediaType: expected })
  })

  it.each([
    ['lists', { ...index, manifests: null, annotations: null }, 'index'],
    ['layers', { ...image, layers: null, subject: null, manifests: null }, 'image']
  ])('reads null as empty, as Go writes it: %s', (_, document, kind) => {
    expect(parse(document)).toMatchObject({ kind, entries: [] })
  })

  const other = { ...child, digest: sha256('other') }

  it.each<[string, object | string, string | undefined]>([
    ['is an index and an image', { ...image, manifests: [child], subject: other }, INDEX],
    ['is both, under keys of another case', { ...index, Layers: [other] }, INDEX],
    ['has an unknown media type', { ...index, mediaType: 'application/vnd.unheard-of' }, undefined],
    ['has a media type that is no text', { ...index, mediaType: 2 }, INDEX],
    ['has two media types', { ...index, MediaType: IMAGE }, INDEX],
    ['says that it is an image, and lists', { ...index, mediaType: IMAGE }, IMAGE],
    [
      'says that it is an index, and has layers',
      { ...image, mediaType: INDEX, annotations: { a: child.digest } },
      INDEX
    ],
    ['has no shape', { schemaVersion: 2, all: [child.digest] }, undefined],
    ['has entries that are no list', { ...index, manifests: { a: child.digest } }, INDEX],
    ['has an entry without digest', { ...index, manifests: [child, without(other, 'digest')] }, INDEX],
    ['has an entry with a short digest', { ...index, manifests: [child, { ...other, digest: 'sha256:ab' }] }, INDEX],
    [
      'has an entry under SHA-512',
      { ...index, manifests: [child, { ...other, digest: `sha512:${'a'.repeat(128)}` }] },
      INDEX
    ],
    ['has an entry that is null', { ...index, manifests: [child, null] }, INDEX],
    ['has a subject without digest', { ...index, subject: {} }, INDEX],
    ['has two subjects', { ...index, subject: child, Subject: other }, INDEX],
    ['is a list', [index], INDEX],
    ['is cut off', `{"schemaVersion":2,"manifests":[{"digest":"${child.digest}"`, INDEX],
    ['has a byte order mark', `\uFEFF${JSON.stringify(index)}`, INDEX],
    ['nests too deeply', `${'['.repeat(1e5)}"${child.digest}"${']'.repeat(1e5)}`, INDEX],
    [
      'has a key twice',
      `{"schemaVersion":2,"manifests":[{"digest":"${child.digest}"}],"manifests":[{"size":1}]}`,
      INDEX
    ]
  ])('takes every digest that is written in a manifest which %s', (_, document, contentType) => {
    const written = new Set([...JSON.stringify(document).matchAll(/sha256:[0-9a-f]{64}/g)].map(([digest]) => digest))
    const manifest = parse(document, contentType)
    expect(manifest).toMatchObject({ kind: 'unknown', entries: [] })
    expect(new Set('mentions' in manifest ? manifest.mentions : [])).toEqual(written)
  })

  it('takes the digests of bytes that are not UTF-8, and of text with escapes', () => {
    const bytes = Buffer.concat([Buffer.from(`{"a":"${child.digest}`), Buffer.from([0xff, 0xfe]), Buffer.from('"}')])
    const escaped = Buffer.from(`{"a":"\\u0073${child.digest.slice(1)}"}`)
    for (const body of [bytes, escaped])
      expect(parseManifest(undefined, body)).toMatchObject({ mentions: [child.digest] })
  })

  it.each<[string, object, object]>([
    ['no schema version', without(index, 'schemaVersion'), index],
    ['an index without entries', { ...without(index, 'manifests'), mediaType: INDEX }, { ...index, manifests: [] }],
    [
      'an entry without size',
      { ...index, manifests: [without(child, 'size')] },
      { ...index, manifests: [{ ...child, size: 0 }] }
    ],
    ['a platform of a wrong type', { ...index, manifests: [{ ...child, platform: { os: 1 } }] }, index],
    ['an annotation that is no text', { ...index, manifests: [{ ...child, annotations: { a: 1 } }] }, index],
    ['annotations of a wrong type', { ...index, annotations: ['a'] }, index],
    ['an artifact type that is no text', { ...index, artifactType: {} }, index],
    [
      'an ordinary configuration as the artifact type of an entry',
      { ...index, manifests: [{ ...child, artifactType: 'application/vnd.oci.image.config.v1+json' }] },
      index
    ],
    ['a header of another kind', index, index]
  ])('reads on past an oddity: %s', (_, document, plain) => {
    const [read, expected] = [parse(document, 'text/html'), parse(plain, INDEX)]
    if ('why' in read || 'why' in expected) throw new Error('not read')
    const { digest: _a, size: _b, ...said } = read
    const { digest: _c, size: _d, ...wanted } = expected
    expect(said).toEqual(wanted)
  })

  it('takes lists, digests and subjects under keys of any case, as Go clients do', () => {
    const both = { ...index, MANIFESTS: [{ ...other, Digest: sha256('third') }], Subject: child }
    const manifest = parse(both)
    expect(manifest).toMatchObject({ kind: 'index', subject: child.digest })
    const entries = 'entries' in manifest ? manifest.entries.map(({ digest }) => digest) : []
    expect(entries).toEqual([child.digest, other.digest, sha256('third')])
  })

  it('reads Docker schema 1 and the withdrawn artifact manifest as what lists nothing', () => {
    expect(parse({ schemaVersion: 1, fsLayers: [{ blobSum: child.digest }] })).toMatchObject({
      kind: 'image',
      entries: []
    })
    const artifact = { mediaType: 'application/vnd.oci.artifact.manifest.v1+json', artifactType: 'a/b', subject: child }
    expect(parse(artifact)).toMatchObject({ kind: 'image', artifactType: 'a/b', subject: child.digest, entries: [] })
    expect(parse({ schemaVersion: 1, manifests: [child] })).toMatchObject({ kind: 'index', entries: [child] })
  })

  it('gives a manifest the digest of its body', () => {
    const body = Buffer.from(JSON.stringify(index))
    expect(parseManifest(INDEX, body)).toMatchObject({ digest: sha256(body), size: body.length })
  })

  it('counts brackets in text as text', () => {
    expect(parse({ ...index, annotations: { a: '['.repeat(500), 'q"\\"': '{"'.repeat(500) } })).toMatchObject({
      kind: 'index'
    })
  })

  it('takes keys that name parts of an object prototype for nothing but keys', () => {
    const text = `{"schemaVersion":2,"mediaType":"${INDEX}","manifests":[],"annotations":{"__proto__":"a","constructor":"b"},"__proto__":{"subject":{"digest":"x"}}}`
    const manifest = parse(text)
    expect(Object.entries(manifest.annotations)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b']
    ])
    expect(manifest.annotations.toString).toBeUndefined()
    expect(manifest.subject).toBeUndefined()
    expect(({} as Record<string, unknown>).subject).toBeUndefined()
  })

  it.each(Object.keys(builders))('reads every manifest of the kind %s', (kind) => {
    const artifacts = builders[kind]?.({ seed: 'parse', tags: ['a'] }) ?? []
    expect(artifacts.length).toBeGreaterThan(0)
    for (const { digest, mediaType, body } of artifacts) {
      const manifest = parseManifest(mediaType, Buffer.from(body))
      expect(manifest).toMatchObject({ digest, mediaType })
    }
  })
})
