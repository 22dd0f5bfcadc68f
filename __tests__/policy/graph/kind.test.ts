import { expect, it } from '@jest/globals'
import type { Descriptor, Manifest } from '../../../src/domain/manifest.js'
import { buildGraph } from '../../../src/policy/graph/graph.js'
import { kindOf } from '../../../src/policy/graph/kind.js'
import { digestOf } from '../../scenarios/selection/scenario.js'
import { attestation, entry, image, index, type Piece, packageOf } from '../packageOf.js'

/** What people read for a version that is tagged and reads so, and that an index lists so. */
function kind({ tags, manifest }: Piece, listed?: Descriptor): string | undefined {
  const owner = listed === undefined ? {} : { owner: { manifest: index(listed) } }
  const inventory = packageOf({ it: { ...(tags && { tags }), ...(manifest && { manifest }) }, ...owner })
  const node = buildGraph(inventory).find(({ version }) => version.name === digestOf('it'))
  return node && kindOf(node, inventory)
}

const of = (suffix = '') => [`sha256-${digestOf('image').slice('sha256:'.length)}${suffix}`]
const config = (configMediaType: string): Partial<Manifest> => image({ configMediaType })
const artifact = (artifactType: string): Partial<Manifest> => image({ artifactType })

it.each<[string, Piece, Descriptor | undefined, string]>([
  ['an image', { manifest: config('application/vnd.oci.image.config.v1+json') }, undefined, 'image'],
  ['an index', { manifest: index(entry('x')) }, undefined, 'index'],
  ['a fallback index', { tags: of(), manifest: index() }, undefined, 'referrers'],
  ['a cosign signature', { tags: of('.sig'), manifest: image() }, undefined, 'signature'],
  ['a cosign attestation', { tags: of('.att'), manifest: image() }, undefined, 'attestation'],
  ['an SBOM by tag', { tags: of('.sbom'), manifest: image() }, undefined, 'sbom'],
  [
    'an unread bundle in a fallback index',
    {},
    entry('it', { artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json' }),
    'signature'
  ],
  ['an unread SBOM', {}, entry('it', { artifactType: 'application/spdx+json' }), 'sbom'],
  ['an unread scan', {}, entry('it', { artifactType: 'application/sarif+json' }), 'scan'],
  ['another unread artifact', {}, entry('it', { artifactType: 'application/vnd.example' }), 'artifact'],
  ['what nobody can interpret', { manifest: { kind: 'unknown' } }, undefined, 'manifest'],
  ['one that nobody read or lists', {}, undefined, 'manifest'],
  ['an unread image in an index', {}, entry('it', { platform: 'linux/amd64' }), 'image'],
  ['an unread attestation in an index', {}, attestation('it'), 'attestation'],
  ['an unread index in an index', {}, entry('it', { mediaType: 'application/vnd.oci.image.index.v1+json' }), 'index'],
  ['a cache', { manifest: config('application/vnd.buildkit.cacheconfig.v0') }, undefined, 'cache'],
  [
    'an old cache',
    { manifest: index(entry('blob', { mediaType: 'application/vnd.buildkit.cacheconfig.v0' }), entry('layer')) },
    undefined,
    'cache'
  ],
  ['a chart', { manifest: config('application/vnd.cncf.helm.config.v1+json') }, undefined, 'chart'],
  ['a bundle', { manifest: artifact('application/vnd.dev.sigstore.bundle.v0.3+json') }, undefined, 'signature'],
  ['a signature by type', { manifest: artifact('application/vnd.cncf.notary.signature') }, undefined, 'signature'],
  ['an attestation by type', { manifest: artifact('application/vnd.example.attestation') }, undefined, 'attestation'],
  [
    'the artifact type before the configuration',
    { manifest: { ...artifact('x.attestation'), configMediaType: 'helm.config' } },
    undefined,
    'attestation'
  ],
  ['another referrer', { manifest: image({ subject: digestOf('image') }) }, undefined, 'referrer'],
  ['what an index lists as an attestation', { manifest: image() }, attestation('it'), 'attestation'],
  [
    'an attestation with a subject',
    { manifest: image({ subject: digestOf('image') }) },
    attestation('it'),
    'attestation'
  ],
  [
    'what an untag left',
    { manifest: artifact('application/vnd.package-retention.detached.v1+json') },
    undefined,
    'leftover'
  ]
])('%s is called so', (_what, piece, listed, expected) => {
  expect(kind(piece, listed)).toBe(expected)
})

it('a version of any other type is a version', () => {
  const inventory = packageOf({ '1.0.0': {} }, 'npm')
  const [node] = buildGraph(inventory)
  expect(node && kindOf(node, inventory)).toBe('version')
})
