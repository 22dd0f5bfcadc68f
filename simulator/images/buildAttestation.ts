import type { Artifact } from '../artifact.js'
import { artifactOf, type Descriptor, descriptorOf, emptyConfig, inventedBlob } from './manifest.js'
import { buildkitAttestation, inToto, ociConfig, ociManifest } from './mediaTypes.js'

/**
 * BuildKit's provenance and SBOM of one platform image, and the entry that the index gets for it. In both shapes the
 * entry says `unknown/unknown` and names the image in `vnd.docker.reference.digest`.
 */
export function buildAttestation(
  seed: string,
  image: Descriptor,
  shape: 'annotated' | 'subject'
): { readonly artifact: Artifact; readonly entry: Descriptor } {
  const { mediaType, digest, size } = image
  const layers = ['https://slsa.dev/provenance/v1', 'https://spdx.dev/Document'].map((predicate) => ({
    ...inventedBlob(inToto, `${predicate} ${seed}`, 8_000, 900_000),
    annotations: { 'in-toto.io/predicate-type': predicate }
  }))
  const artifact =
    shape === 'subject'
      ? artifactOf({
          schemaVersion: 2,
          mediaType: ociManifest,
          artifactType: buildkitAttestation,
          config: emptyConfig,
          layers,
          subject: { mediaType, digest, size }
        })
      : artifactOf({
          schemaVersion: 2,
          mediaType: ociManifest,
          config: inventedBlob(ociConfig, `attestation config ${seed}`, 167, 241),
          layers
        })
  const entry = descriptorOf(artifact, {
    platform: { architecture: 'unknown', os: 'unknown' },
    annotations: { 'vnd.docker.reference.digest': digest, 'vnd.docker.reference.type': 'attestation-manifest' }
  })
  return { artifact, entry }
}
