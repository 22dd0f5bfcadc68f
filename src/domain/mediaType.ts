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

/** Whether an index may list it as a version: entries of other types are blobs. */
export const isManifestType = (mediaType: string): boolean => INDEX_TYPES.has(mediaType) || IMAGE_TYPES.has(mediaType)

/** Withdrawn from the OCI image-spec before 1.1: it has blobs and perhaps a subject, and lists no manifests. */
export const ARTIFACT_TYPE = 'application/vnd.oci.artifact.manifest.v1+json'

/** The media types that a run asks a registry for. Docker schema 1 lists no manifests either. */
export const READABLE_TYPES: ReadonlySet<string> = new Set([
  ...INDEX_TYPES,
  ...IMAGE_TYPES,
  ARTIFACT_TYPE,
  'application/vnd.docker.distribution.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v1+prettyjws'
])

/** Configurations of runnable images. crane, ko and others repeat the type as `artifactType`, where it means nothing. */
export const IMAGE_CONFIGS: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json'
])
