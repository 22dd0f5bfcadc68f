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
  return parseManifest(sha256(body), contentType, body)
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
      blobs: [
        { digest: sha256('image config'), size: 10 },
        { digest: sha256('image layer'), size: 10 }
      ],
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
    if ('why' in manifest) throw new Error(manifest.why)
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

  it.each([
    ['header and body disagree', index, DOCKER_LIST, 'it is served as'],
    [
      'a header of another kind',
      index,
      'application/vnd.docker.distribution.manifest.v1+prettyjws',
      'unknown media type'
    ],
    [
      'an unknown media type',
      { ...index, mediaType: 'application/vnd.oci.artifact.manifest.v1+json' },
      undefined,
      'unknown'
    ],
    ['Docker schema 1', { schemaVersion: 1, fsLayers: [] }, undefined, 'schema 1'],
    ['no schema version', without(index, 'schemaVersion'), INDEX, 'schemaVersion'],
    ['a media type that is no text', { ...index, mediaType: 2 }, INDEX, 'not text'],
    ['no shape', { schemaVersion: 2 }, undefined, 'no shape'],
    ['an index that is an image too', { ...image, ...index }, INDEX, 'claims to be an image'],
    ['an image that is an index too', { ...index, ...image }, IMAGE, 'claims to be an index'],
    ['both, and no media type', without({ ...index, ...image }, 'mediaType'), undefined, 'claims to be'],
    ['an index without entries', without(index, 'manifests'), INDEX, 'not a list'],
    ['entries that are no list', { ...index, manifests: {} }, INDEX, 'not a list'],
    [
      'an entry without digest',
      { ...index, manifests: [child, without(child, 'digest')] },
      INDEX,
      'entry 2 has no digest'
    ],
    [
      'an entry with a short digest',
      { ...index, manifests: [{ ...child, digest: 'sha256:ab' }] },
      INDEX,
      'malformed digest'
    ],
    [
      'an entry under SHA-512',
      { ...index, manifests: [{ ...child, digest: `sha512:${'a'.repeat(128)}` }] },
      INDEX,
      'malformed'
    ],
    ['an entry without size', { ...index, manifests: [without(child, 'size')] }, INDEX, 'no size'],
    ['an entry with a negative size', { ...index, manifests: [{ ...child, size: -1 }] }, INDEX, 'no size'],
    ['an entry without media type', { ...index, manifests: [without(child, 'mediaType')] }, INDEX, 'no media type'],
    ['an entry that is null', { ...index, manifests: [null] }, INDEX, 'entry 1 is not an object'],
    ['a platform of a wrong type', { ...index, manifests: [{ ...child, platform: { os: 1 } }] }, INDEX, 'platform'],
    ['annotations of a wrong type', { ...index, annotations: ['a'] }, INDEX, 'annotations'],
    [
      'an annotation that is no text',
      { ...index, manifests: [{ ...child, annotations: { a: 1 } }] },
      INDEX,
      'annotation'
    ],
    ['a subject without digest', { ...image, subject: {} }, IMAGE, 'the subject has no digest'],
    ['an image without config', without(image, 'config'), IMAGE, 'no config'],
    ['an image without layers', without(image, 'layers'), IMAGE, 'not a list'],
    ['a layer without digest', { ...image, layers: [{ mediaType: 'x', size: 1 }] }, IMAGE, 'layer 1'],
    ['an artifact type that is no text', { ...image, artifactType: {} }, IMAGE, 'artifact type'],
    ['a list', [index], INDEX, 'not a JSON object'],
    ['no JSON', '{"schemaVersion":2,', INDEX, 'not JSON'],
    ['nothing', '', INDEX, 'not JSON'],
    ['a byte order mark', `\uFEFF${JSON.stringify(index)}`, INDEX, 'not JSON'],
    ['deep nesting', `${'['.repeat(1e5)}${']'.repeat(1e5)}`, INDEX, 'nests too deeply'],
    ['more than 4 MiB', JSON.stringify({ ...index, x: 'x'.repeat(4 * 1024 * 1024) }), INDEX, 'larger']
  ])('does not believe %s', (_, document, contentType, why) => {
    expect(parse(document, contentType)).toEqual({ why: expect.stringContaining(why) })
  })

  it('does not believe bytes that are not UTF-8', () => {
    const body = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')])
    expect(parseManifest(sha256(body), INDEX, body)).toEqual({ why: 'it is not JSON' })
  })

  it('does not believe a body that has another digest', () => {
    const body = Buffer.from(JSON.stringify(index))
    expect(parseManifest(sha256('other'), INDEX, body)).toEqual({ why: `its content hashes to ${sha256(body)}` })
  })

  it('counts brackets in text as text', () => {
    expect(parse({ ...index, annotations: { a: '['.repeat(500), 'q"\\"': '{"'.repeat(500) } })).toMatchObject({
      kind: 'index'
    })
  })

  it('takes keys that name parts of an object prototype for nothing but keys', () => {
    const text = `{"schemaVersion":2,"mediaType":"${INDEX}","manifests":[],"annotations":{"__proto__":"a","constructor":"b"},"__proto__":{"subject":{"digest":"x"}}}`
    const manifest = parse(text)
    if ('why' in manifest) throw new Error(manifest.why)
    expect(Object.entries(manifest.annotations)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b']
    ])
    expect(manifest.annotations.toString).toBeUndefined()
    expect(manifest.subject).toBeUndefined()
    expect(({} as Record<string, unknown>).subject).toBeUndefined()
  })

  it('does not carry what an unknown media type says into a log unchecked', () => {
    const parsed = parse({ ...index, mediaType: `\u001b[31m\n::error::${'x'.repeat(500)}` })
    expect(parsed).toEqual({ why: expect.stringMatching(/^[\x20-\x7e]{1,260}$/) })
  })

  it.each(Object.keys(builders))('reads every manifest of the kind %s', (kind) => {
    const artifacts = builders[kind]?.({ seed: 'parse', tags: ['a'] }) ?? []
    expect(artifacts.length).toBeGreaterThan(0)
    for (const { digest, mediaType, body } of artifacts) {
      const manifest = parseManifest(digest, mediaType, Buffer.from(body))
      expect(manifest).toMatchObject({ digest, mediaType })
    }
  })
})
