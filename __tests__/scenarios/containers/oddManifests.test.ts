import { describe, expect, it } from '@jest/globals'
import type { Artifact } from '../../../simulator/artifact.js'
import { sha256 } from '../../../simulator/images/digest.js'
import { descriptorOf } from '../../../simulator/images/manifest.js'
import { ociIndex } from '../../../simulator/images/mediaTypes.js'
import { multiArch } from '../../../simulator/images/multiArch.js'
import { singleImage } from '../../../simulator/images/singleImage.js'
import { containerPackage } from './containerPackage.js'

const CLEAN = { 'delete-untagged': 'true' }

const raw = (body: string, mediaType: string, tags: readonly string[] = []): Artifact => ({
  mediaType,
  body,
  digest: sha256(body),
  tags
})

describe('what Go clients read in an index', () => {
  it.each<[string, (entry: string, digest: string) => string]>([
    ['a list under a key of another case', (entry) => `"manifests":[],"Manifests":[${entry}]`],
    ['a list under a key with a long s', (entry) => `"manifests":[],"manifeſts":[${entry}]`],
    ['the first of two lists', (entry) => `"manifests":[${entry}],"manifests":[{"size":1}]`],
    [
      'a second digest of another case in an entry',
      (entry, digest) => `"manifests":[${entry.replace(digest, `sha256:${'0'.repeat(64)}","Digest":"${digest}`)}]`
    ],
    [
      'a digest that is written with escapes, and a second one',
      (entry, digest) =>
        `"manifests":[${entry.replace(`"${digest}"`, `"\\u0073${digest.slice(1)}","digest":"sha256:${'0'.repeat(64)}"`)}]`
    ]
  ])('protects an image: %s', async (_what, list) => {
    const app = containerPackage()
    const image = singleImage('listed')
    app.push(30, image)
    const entry = JSON.stringify(descriptorOf(image))
    app.push(29, raw(`{"schemaVersion":2,"mediaType":"${ociIndex}",${list(entry, image.digest)}}`, ociIndex, ['main']))
    const after = await app.prune(CLEAN)
    expect(after.fateOf(image)).toBe('kept')
  })

  it('is deleted as a whole when its tag is', async () => {
    const app = containerPackage()
    app.push(1, singleImage('other', { tags: ['main'] }))
    const image = singleImage('listed')
    app.push(30, image)
    const entry = JSON.stringify(descriptorOf(image))
    const index = raw(`{"schemaVersion":2,"mediaType":"${ociIndex}","manifests":[],"Manifests":[${entry}]}`, ociIndex, [
      'pr-1'
    ])
    app.push(29, index)
    const after = await app.prune({ match: 'pr-*' })
    expect(after.fateOf([image, index])).toBe('gone')
  })
})

describe('a manifest that nobody can interpret', () => {
  it('owns every version whose digest is written in it, and nothing fails for it', async () => {
    const app = containerPackage()
    const listed = app.push(30, multiArch('listed'))
    const other = app.push(30, singleImage('other'))
    const type = 'application/vnd.example.list.v9+json'
    const all = JSON.stringify({ schemaVersion: 2, mediaType: type, all: listed.map(({ digest }) => digest) })
    app.push(29, raw(all, type, ['main']))
    const after = await app.prune(CLEAN)
    expect(after.fateOf(listed)).toBe('kept')
    expect(after.fateOf(other)).toBe('gone')
    expect(after.plan.violations).toEqual([])
  })

  it('owns them, too, where it is pushed during the run', async () => {
    const app = containerPackage()
    app.push(40, singleImage('tagged', { tags: ['main'] }))
    const old = app.push(30, [singleImage('a'), singleImage('b')])
    const type = 'application/vnd.example.list.v9+json'
    const all = JSON.stringify({ schemaVersion: 2, mediaType: type, all: old.map(({ digest }) => digest) })
    const after = await app.prune(CLEAN, {
      events: [{ at: { after: { kind: 'delete-version', nth: 1 } }, run: () => app.push(0, raw(all, type, ['new'])) }]
    })
    expect(after.fateOf(old)).toBe('kept')
  })

  it('refers to every such version, too, and is kept with it', async () => {
    const app = containerPackage()
    const image = singleImage('image', { tags: ['main'] })
    app.push(30, image)
    const about = raw(`{"about":"${image.digest}`, 'application/json')
    app.push(29, about)
    const after = await app.prune(CLEAN)
    expect(after.fateOf(about)).toBe('kept')
  })
})

describe('old kinds of manifests hold back nothing', () => {
  const schema1 = JSON.stringify({
    schemaVersion: 1,
    name: 'octo-org/app',
    tag: 'old',
    architecture: 'amd64',
    fsLayers: [{ blobSum: sha256('layer') }],
    history: [{ v1Compatibility: '{}' }]
  })
  const artifact = (subject?: Artifact) =>
    JSON.stringify({
      mediaType: 'application/vnd.oci.artifact.manifest.v1+json',
      artifactType: 'application/vnd.example.sbom',
      blobs: [{ mediaType: 'text/plain', digest: sha256('blob'), size: 4 }],
      ...(subject && { subject: descriptorOf(subject) })
    })
  const OLD = 'application/vnd.docker.distribution.manifest.v1+json'
  const WITHDRAWN = 'application/vnd.oci.artifact.manifest.v1+json'

  it.each([
    ['Docker schema 1', raw(schema1, OLD, ['old'])],
    ['a withdrawn OCI artifact manifest', raw(artifact(), WITHDRAWN, ['old'])]
  ])('%s lists nothing, so the untagged images beside it are deleted', async (_what, old) => {
    const app = containerPackage()
    app.push(60, old)
    const untagged = app.push(30, singleImage('untagged'))
    const after = await app.prune(CLEAN)
    expect(after.fateOf(old)).toBe('kept')
    expect(after.fateOf(untagged)).toBe('gone')
  })

  it('a withdrawn artifact manifest follows its subject', async () => {
    const app = containerPackage()
    app.push(1, singleImage('other', { tags: ['main'] }))
    const [kept, old] = [singleImage('kept', { tags: ['v1'] }), singleImage('old', { tags: ['pr-1'] })]
    app.push(60, [kept, old])
    const [ofKept, ofOld] = [raw(artifact(kept), WITHDRAWN), raw(artifact(old), WITHDRAWN)]
    app.push(59, [ofKept, ofOld])
    const after = await app.prune({ match: 'pr-*', ...CLEAN })
    expect(after.fateOf(ofKept)).toBe('kept')
    expect(after.fateOf(ofOld)).toBe('gone')
  })
})
