import type { Artifact, ImageBuilder, ImageBuilders } from '../artifact.js'
import { buildCache } from './buildCache.js'
import { type CosignKind, cosignTag } from './cosign.js'
import { hexOf } from './digest.js'
import { helmChart } from './helmChart.js'
import { assumedDescriptor } from './manifest.js'
import { multiArch, nestedIndex, sharedChildren } from './multiArch.js'
import { danglingReferrer, ring, signatureStore } from './oddPackages.js'
import { type ReferrerKind, referrer, referrerHistory } from './referrers.js'
import { given, readSettings, type SettingsReader } from './settings.js'
import { signedImage } from './signedImage.js'
import { singleImage } from './singleImage.js'

type Read<T> = (reader: SettingsReader) => T

const referrerKinds: readonly ReferrerKind[] = ['cosign-bundle', 'cosign-oci-1-1', 'github-attestation', 'sbom']
const cosignKinds: readonly CosignKind[] = ['signature', 'attestation', 'sbom']

const imageSettings = (read: SettingsReader) => ({
  base: read.text('base'),
  layers: read.count('layers'),
  annotations: read.map('annotations')
})

const multiArchSettings = (read: SettingsReader) => ({
  ...imageSettings(read),
  format: read.text('format', ['oci', 'docker'] as const),
  platforms: read.list('platforms'),
  attestations: read.text('attestations', ['annotated', 'subject'] as const),
  platformTagStem: read.text('platformTagStem')
})

/**
 * What a scenario's `image` can be. The settings of each are those of the type named beside it, under the same names;
 * a kind that speaks about another image takes that image's digest as `subject` (without one, an image that is nowhere).
 */
export const builders: ImageBuilders = {
  /** One image for one platform (`SingleImageSettings`). */
  image: builder('image', singleSettings, (seed, tags, settings) => [singleImage(seed, { tags, ...settings })]),
  /** An index over platform images, with or without build attestations (`MultiArchSettings`). */
  'multi-arch': builder('multi-arch', multiArchSettings, (seed, tags, settings) =>
    multiArch(seed, { tags, ...given(settings) })
  ),
  /** An index some of whose platforms were not pushed: `missing` (a list; `linux/arm64` if left out). */
  'partial-index': builder(
    'partial-index',
    (read) => ({ ...multiArchSettings(read), missing: read.list('missing') ?? ['linux/arm64'] }),
    (seed, tags, settings) => multiArch(seed, { tags, ...given(settings) })
  ),
  /** An index none of whose manifests was pushed (`MultiArchSettings`). */
  'ghost-index': builder('ghost-index', multiArchSettings, (seed, tags, settings) =>
    multiArch(seed, { tags, ...given(settings) }).slice(-1)
  ),
  /** An index over indexes: `inner` of them (2) with the `MultiArchSettings` each. */
  'nested-index': builder(
    'nested-index',
    (read) => ({ ...multiArchSettings(read), inner: read.count('inner') }),
    (seed, tags, settings) => nestedIndex(seed, { tags, ...given(settings) })
  ),
  /** Two indexes over the same platform images; the second has the tags in `secondTags`. */
  'shared-children': builder(
    'shared-children',
    (read) => ({ ...multiArchSettings(read), secondTags: read.list('secondTags') }),
    (seed, tags, settings) => sharedChildren(seed, { tags, ...given(settings) })
  ),
  /** A multi-arch image with its signatures, attestations and other referrers (`SignedImageSettings`). */
  'signed-image': builder(
    'signed-image',
    (read) => ({
      ...multiArchSettings(read),
      cosign: read.list('cosign', cosignKinds),
      prefix: read.text('prefix'),
      referrers: read.list('referrers', referrerKinds),
      platformReferrers: read.list('platformReferrers', referrerKinds),
      referrersOfReferrers: read.list('referrersOfReferrers', referrerKinds),
      fallback: read.flag('fallback')
    }),
    (seed, tags, settings) => signedImage(seed, { tags, ...given(settings) })
  ),
  /** cosign 1 and 2: `kinds` (`signature`, `attestation`, `sbom`; the first if left out) under digest tags of the subject. */
  cosign: builder(
    'cosign',
    (read) => ({ kinds: read.list('kinds', cosignKinds) ?? ['signature' as const], prefix: read.text('prefix') }),
    (seed, _tags, { kinds, prefix }, subject) => kinds.map((kind) => cosignTag(seed, subject, kind, prefix))
  ),
  /** Referrers of the subject: `kinds` in push order, with or without the `fallback` tag (`true`). */
  referrers: builder(
    'referrers',
    (read) => ({
      kinds: read.list('kinds', referrerKinds) ?? ['cosign-bundle' as const],
      fallback: read.flag('fallback')
    }),
    (seed, _tags, { kinds, fallback = true }, subject) =>
      referrerHistory(seed, assumedDescriptor(subject), kinds, { fallback })
  ),
  /** One referrer without a fallback tag: `kind` (`github-attestation`). */
  referrer: builder(
    'referrer',
    (read) => ({ kind: read.text('kind', referrerKinds) }),
    (seed, _tags, { kind = 'github-attestation' }, subject) => [
      referrer(seed, assumedDescriptor(subject), kind).artifact
    ]
  ),
  /** A Helm chart: `chart`, `version`, `provenance` (`HelmChartSettings`). */
  'helm-chart': builder(
    'helm-chart',
    (read) => ({ chart: read.text('chart'), version: read.text('version'), provenance: read.flag('provenance') }),
    (seed, tags, settings) => [helmChart(seed, { ...(tags.length > 0 && { tags }), ...given(settings) })]
  ),
  /** A registry cache of buildx: `shape` `image` or `index`, `layers` (`BuildCacheSettings`). */
  'build-cache': builder(
    'build-cache',
    (read) => ({ shape: read.text('shape', ['image', 'index'] as const), layers: read.count('layers') }),
    (seed, tags, settings) => [buildCache(seed, { tags, ...given(settings) })]
  ),
  /** `count` (6) signatures of images of another package. */
  'signature-store': builder(
    'signature-store',
    (read) => read.count('count'),
    (seed, _tags, count) => signatureStore(seed, count)
  ),
  /** A referrer whose subject is nowhere. */
  'dangling-referrer': builder(
    'dangling-referrer',
    () => ({}),
    (seed) => [danglingReferrer(seed)]
  ),
  /** `length` (2) images, each with the fallback tag of the next. */
  ring: builder(
    'ring',
    (read) => read.count('length'),
    (seed, _tags, length) => ring(seed, length)
  )
}

function singleSettings(read: SettingsReader) {
  return given({
    ...imageSettings(read),
    format: read.text('format', ['oci', 'docker'] as const),
    platform: read.text('platform')
  })
}

function builder<T>(
  name: string,
  read: Read<T>,
  build: (seed: string, tags: readonly string[], settings: T, subject: string) => readonly Artifact[]
): ImageBuilder {
  return ({ seed, tags, subject = `sha256:${hexOf(`no image, ${seed}`)}`, settings = {} }) =>
    build(seed, tags, readSettings(name, settings, read), subject)
}
