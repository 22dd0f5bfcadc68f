/** One manifest as a registry stores it: the bytes, what they are, and the tags that point at it. */
export interface Artifact {
  readonly mediaType: string
  readonly body: string | Uint8Array
  /** `sha256:<64 hex>` of the body. */
  readonly digest: string
  readonly tags?: readonly string[]
}

/** Makes the manifests of one image, children before what lists them; `seed` makes its digests its own. */
export type ImageBuilder = (options: ImageOptions) => readonly Artifact[]

export interface ImageOptions {
  /** Equal seeds give equal digests. */
  readonly seed: string
  /** Tags of the root (for a kind that has one). */
  readonly tags: readonly string[]
  /** For kinds that point at another image (signatures, referrers): the digest they speak about. */
  readonly subject?: string
  /** Kind-specific settings, as written in a scenario file. */
  readonly settings?: Readonly<Record<string, unknown>>
}

/** Builders by the name that a scenario's `image` uses. */
export type ImageBuilders = Readonly<Record<string, ImageBuilder>>
