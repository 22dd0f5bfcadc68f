import { DETACHED_TYPE } from '../domain/manifest.js'
import { digestOf, OCI_IMAGE } from './parseManifest.js'

/** The content of the empty descriptor (image-spec, "guidance for an empty descriptor"). */
export const EMPTY_BLOB = new TextEncoder().encode('{}')
export const EMPTY_DIGEST = digestOf(EMPTY_BLOB)

/**
 * A manifest that only exists to take a tag away from another one. It has nothing in it, and no other manifest in the
 * world has its digest as long as `id` is unique: deleting it can never delete an image.
 */
export function detachedManifest(tag: string, id: string): { readonly body: Uint8Array; readonly digest: string } {
  const empty = { mediaType: 'application/vnd.oci.empty.v1+json', digest: EMPTY_DIGEST, size: EMPTY_BLOB.length }
  const document = {
    schemaVersion: 2,
    mediaType: OCI_IMAGE,
    artifactType: DETACHED_TYPE,
    config: empty,
    layers: [empty],
    annotations: {
      'org.opencontainers.image.description': `Took the tag ${tag} off another image; to be deleted.`,
      'package-retention.id': id
    }
  }
  const body = new TextEncoder().encode(JSON.stringify(document))
  return { body, digest: digestOf(body) }
}
