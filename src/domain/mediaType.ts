/** Manifests that list manifests. */
export const INDEX_TYPES: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json'
])

/** Manifests that hold a config and layers; they list nothing. */
export const IMAGE_TYPES: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json'
])

export const isManifestType = (mediaType: string): boolean => INDEX_TYPES.has(mediaType) || IMAGE_TYPES.has(mediaType)
