/** An entry of an index, as OCI image-spec and Docker manifest lists write it. */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  /** Bytes. */
  readonly size: number
  readonly artifactType?: string
  /** `os/architecture[/variant]`. */
  readonly platform?: string
  readonly annotations?: Readonly<Record<string, string>>
}

/** What retention needs to know of one manifest. Its content never changes: the digest names it. */
export interface Manifest {
  readonly digest: string
  readonly mediaType: string
  /**
   * `index` lists other manifests (or, in old BuildKit caches, blobs); `image` has a config and layers; `unknown`: nobody can
   * tell what it means.
   */
  readonly kind: 'index' | 'image' | 'unknown'
  readonly artifactType?: string
  readonly configMediaType?: string
  /** The digest that this manifest refers to (OCI referrers). */
  readonly subject?: string
  /** Digests that are written in a manifest of kind `unknown`: it may own each of them, and refer to it. */
  readonly mentions?: readonly string[]
  /** Entries of an index; empty for images. */
  readonly entries: readonly Descriptor[]
  /**
   * Config and layers of an image, for the size estimate: of each the number that its digest begins with, then its bytes.
   * With whole digests they would be most of what a large package keeps in memory.
   */
  readonly blobs: readonly number[]
  readonly annotations: Readonly<Record<string, string>>
  /** Bytes of the manifest itself. */
  readonly size: number
}

export const DIGEST = /^sha256:[0-9a-f]{64}$/

/**
 * Artifact type of the throw-away manifest that takes a tag off a version that is kept. A version of this type was left by an
 * interrupted untag and is never an image.
 */
export const DETACHED_TYPE = 'application/vnd.package-retention.detached.v1+json'

/** What it says under a key; the keys that every object has say nothing. */
export const annotationOf = (manifest: Manifest | undefined, key: string): string | undefined =>
  manifest !== undefined && Object.hasOwn(manifest.annotations, key) ? manifest.annotations[key] : undefined

/** Digests that it owns, present or not. */
export const ownedBy = (manifest: Manifest | undefined): readonly string[] => [
  ...(manifest?.entries ?? []).map(({ digest }) => digest),
  ...(manifest?.mentions ?? [])
]
