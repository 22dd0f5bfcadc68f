import type { Artifact } from '../artifact.js'
import { hexOf, numberBetween, sha256 } from './digest.js'
import { dockerList, ociEmpty, ociIndex, ociManifest } from './mediaTypes.js'

export type Annotations = Readonly<Record<string, string>>

export interface Platform {
  readonly architecture: string
  readonly os: string
  readonly variant?: string
}

/** How one manifest names another, or a blob. */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  /** Bytes. */
  readonly size: number
  readonly data?: string
  readonly artifactType?: string
  readonly platform?: Platform
  readonly annotations?: Annotations
}

export interface ImageManifest {
  readonly schemaVersion: 2
  readonly mediaType: string
  readonly artifactType?: string
  readonly config: Descriptor
  readonly layers: readonly Descriptor[]
  readonly subject?: Descriptor
  readonly annotations?: Annotations
}

export interface IndexManifest {
  readonly schemaVersion: 2
  readonly mediaType: string
  readonly manifests: readonly Descriptor[]
  readonly annotations?: Annotations
}

export type ManifestDocument = ImageManifest | IndexManifest

/** The config that OCI artifacts without one carry: the two bytes `{}` (OCI image-spec, "empty descriptor"). */
export const emptyConfig: Descriptor = { mediaType: ociEmpty, digest: sha256('{}'), size: 2, data: 'e30=' }

export function artifactOf(document: ManifestDocument, tags: readonly string[] = []): Artifact {
  const body = JSON.stringify(document)
  const artifact = { mediaType: document.mediaType, body, digest: sha256(body) }
  return tags.length > 0 ? { ...artifact, tags } : artifact
}

/** The same manifest under other tags. */
export function tagged(artifact: Artifact, tags: readonly string[]): Artifact {
  return { ...artifact, tags }
}

export function documentOf(artifact: Artifact): ManifestDocument {
  return JSON.parse(textOf(artifact)) as ManifestDocument
}

export function textOf(artifact: Artifact): string {
  return typeof artifact.body === 'string' ? artifact.body : Buffer.from(artifact.body).toString('utf8')
}

export function isIndex(document: ManifestDocument): document is IndexManifest {
  return document.mediaType === ociIndex || document.mediaType === dockerList
}

/** A descriptor of the manifest, with what the one who lists it adds. */
export function descriptorOf(
  artifact: Artifact,
  more: Pick<Descriptor, 'platform' | 'annotations' | 'artifactType'> = {}
): Descriptor {
  return { mediaType: artifact.mediaType, digest: artifact.digest, size: Buffer.byteLength(artifact.body), ...more }
}

/**
 * A descriptor of an image that is known by its digest alone. Media type and size are guesses: registries do not check
 * them in a `subject`.
 */
export function assumedDescriptor(digest: string, mediaType = ociManifest): Descriptor {
  return { mediaType, digest, size: numberBetween(`size of ${digest}`, 480, 2_400) }
}

/** A blob that exists only as a name and a size between `low` and `high` bytes. */
export function inventedBlob(mediaType: string, seed: string, low: number, high: number): Descriptor {
  return { mediaType, digest: `sha256:${hexOf(`blob ${seed}`)}`, size: numberBetween(`size ${seed}`, low, high) }
}

export function indexOf(
  manifests: readonly Descriptor[],
  options: { readonly mediaType?: string; readonly tags?: readonly string[]; readonly annotations?: Annotations } = {}
): Artifact {
  const { mediaType = ociIndex, tags, annotations } = options
  return artifactOf({ schemaVersion: 2, mediaType, manifests, ...(annotations && { annotations }) }, tags)
}

/** `sha256:<hex>` as tags write it: the fallback tag of OCI referrers, and the stem of cosign's tags. */
export function digestTag(digest: string): string {
  return digest.replace(':', '-')
}

/** Reads `os/architecture[/variant]`. */
export function platformOf(text: string): Platform {
  const [os = 'linux', architecture = 'amd64', variant] = text.split('/')
  return { architecture, os, ...(variant !== undefined && { variant }) }
}
