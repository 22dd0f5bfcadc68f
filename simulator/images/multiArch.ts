import type { Artifact } from '../artifact.js'
import { buildAttestation } from './buildAttestation.js'
import { type Annotations, type Descriptor, descriptorOf, indexOf, platformOf } from './manifest.js'
import { dockerList, ociIndex } from './mediaTypes.js'
import { singleImage } from './singleImage.js'

export interface MultiArchSettings {
  readonly tags?: readonly string[]
  /** OCI index (the default) or Docker manifest list with schema 2 images. */
  readonly format?: 'oci' | 'docker'
  /** `linux/amd64` and `linux/arm64` if left out. */
  readonly platforms?: readonly string[]
  /**
   * Build provenance of each platform, as BuildKit writes it: `annotated` until 0.31 (only the index entry says what it
   * speaks about), `subject` since 0.32 (an OCI artifact whose `subject` is the platform's manifest). None if left out.
   */
  readonly attestations?: 'annotated' | 'subject'
  /** A tag on each platform image, made of this and the architecture: `<stem>-amd64`. */
  readonly platformTagStem?: string
  readonly base?: string
  readonly layers?: number
  readonly annotations?: Annotations
  /** Platforms that the index lists and that are not pushed; `attestations` leaves all attestations out. */
  readonly missing?: readonly string[]
}

/** An index over one image a platform: images and attestations first, the index last. */
export function multiArch(seed: string, settings: MultiArchSettings = {}): readonly Artifact[] {
  const { platforms = ['linux/amd64', 'linux/arm64'], format = 'oci', base, layers } = settings
  const images = platforms.map((platform) => {
    const stem = settings.platformTagStem
    const tags = stem === undefined ? [] : [`${stem}-${platform.split('/').slice(1).join('-')}`]
    const image = singleImage(seed, {
      platform,
      format,
      tags,
      ...(base !== undefined && { base }),
      ...(layers !== undefined && { layers })
    })
    return { platform, image }
  })
  const shape = settings.attestations
  const attestations = shape
    ? images.map(({ image }) => buildAttestation(`${seed} ${image.digest}`, descriptorOf(image), shape))
    : []
  const entries = [
    ...images.map(({ platform, image }) => descriptorOf(image, { platform: platformOf(platform) })),
    ...attestations.map(({ entry }) => entry)
  ]
  const missing = settings.missing ?? []
  return [
    ...images.filter(({ platform }) => !missing.includes(platform)).map(({ image }) => image),
    ...(missing.includes('attestations') ? [] : attestations.map(({ artifact }) => artifact)),
    indexFor(entries, settings)
  ]
}

/** An index over indexes: each inner index is a multi-arch image of its own seed and has no tag. */
export function nestedIndex(seed: string, settings: MultiArchSettings & { readonly inner?: number } = {}): Artifact[] {
  const { inner = 2, tags, annotations, ...rest } = settings
  const builds = Array.from({ length: inner }, (_, index) => multiArch(`${seed} inner ${index}`, rest))
  const entries = builds.flatMap((build) => build.slice(-1)).map((index) => descriptorOf(index))
  return [...builds.flat(), indexFor(entries, { ...(tags && { tags }), ...(annotations && { annotations }) })]
}

/** Two indexes over one set of platform images; what tells them apart is an annotation. */
export function sharedChildren(
  seed: string,
  settings: MultiArchSettings & { readonly secondTags?: readonly string[] } = {}
): readonly Artifact[] {
  const { secondTags = [], annotations, ...rest } = settings
  const first = multiArch(seed, { ...rest, ...(annotations && { annotations }) })
  const second = multiArch(seed, {
    ...rest,
    tags: secondTags,
    annotations: { ...annotations, 'org.opencontainers.image.ref.name': `second index of ${seed}` }
  })
  return [...first, ...second.slice(-1)]
}

function indexFor(
  entries: readonly Descriptor[],
  settings: Pick<MultiArchSettings, 'format' | 'tags' | 'annotations'>
): Artifact {
  const { format, tags, annotations } = settings
  const mediaType = format === 'docker' ? dockerList : ociIndex
  return indexOf(entries, { mediaType, ...(tags && { tags }), ...(annotations && { annotations }) })
}
