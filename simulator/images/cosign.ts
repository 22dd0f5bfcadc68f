import type { Artifact } from '../artifact.js'
import { base64Of } from './digest.js'
import { artifactOf, type Descriptor, digestTag, inventedBlob } from './manifest.js'
import { cosignPayload, dsseEnvelope, ociConfig, ociManifest, spdx } from './mediaTypes.js'

export type CosignKind = 'signature' | 'attestation' | 'sbom'

const suffixes: Readonly<Record<CosignKind, string>> = { signature: 'sig', attestation: 'att', sbom: 'sbom' }

/**
 * What cosign 1 and 2 push: an image manifest without `subject` that only its tag `[prefix]sha256-<hex>.<suffix>` ties
 * to the image.
 */
export function cosignTag(seed: string, digest: string, kind: CosignKind, prefix = ''): Artifact {
  return artifactOf(
    {
      schemaVersion: 2,
      mediaType: ociManifest,
      config: inventedBlob(ociConfig, `cosign config ${seed} ${digest} ${kind}`, 233, 342),
      layers: [payload(`${seed} ${digest} ${kind}`, kind)]
    },
    [cosignTagName(digest, kind, prefix)]
  )
}

export function cosignTagName(digest: string, kind: CosignKind, prefix = ''): string {
  return `${prefix}${digestTag(digest)}.${suffixes[kind]}`
}

/** The layer of a classic signature, also what `--registry-referrers-mode oci-1-1` puts into a referrer. */
export function payload(seed: string, kind: CosignKind): Descriptor {
  switch (kind) {
    case 'signature':
      return {
        ...inventedBlob(cosignPayload, `payload ${seed}`, 230, 260),
        annotations: {
          'dev.cosignproject.cosign/signature': base64Of(`signature ${seed}`),
          'dev.sigstore.cosign/certificate': `-----BEGIN CERTIFICATE-----\n${base64Of(seed)}\n-----END CERTIFICATE-----\n`
        }
      }
    case 'attestation':
      return {
        ...inventedBlob(dsseEnvelope, `envelope ${seed}`, 2_000, 60_000),
        annotations: { predicateType: 'https://slsa.dev/provenance/v0.2' }
      }
    case 'sbom':
      return inventedBlob(spdx, `sbom ${seed}`, 20_000, 400_000)
  }
}
