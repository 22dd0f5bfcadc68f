import type { Artifact } from '../artifact.js'
import { payload } from './cosign.js'
import {
  type Annotations,
  artifactOf,
  type Descriptor,
  descriptorOf,
  digestTag,
  emptyConfig,
  indexOf,
  inventedBlob
} from './manifest.js'
import { cosignSignature, ociManifest, sigstoreBundle, spdx } from './mediaTypes.js'

export type ReferrerKind = 'cosign-bundle' | 'cosign-oci-1-1' | 'github-attestation' | 'sbom'

export interface Referrer {
  readonly artifact: Artifact
  /** How the fallback index lists it. */
  readonly entry: Descriptor
}

/** A manifest with a `subject`, as the named tool pushes it; untagged. */
export function referrer(seed: string, subject: Descriptor, kind: ReferrerKind): Referrer {
  const own = `${kind} ${seed} ${subject.digest}`
  const { mediaType, digest, size } = subject
  const build = (artifactType: string, layer: Descriptor, annotations: Annotations) =>
    artifactOf({
      schemaVersion: 2,
      mediaType: ociManifest,
      artifactType,
      config: emptyConfig,
      layers: [layer],
      subject: { mediaType, digest, size },
      annotations
    })
  const bundle = inventedBlob(sigstoreBundle, own, 4_000, 14_000)
  switch (kind) {
    case 'cosign-bundle': {
      const artifact = build(sigstoreBundle, bundle, bundleAnnotations('https://sigstore.dev/cosign/sign/v1'))
      // Written by go-containerregistry, which repeats neither artifactType nor annotations (sigstore/cosign#4641).
      return { artifact, entry: descriptorOf(artifact) }
    }
    case 'cosign-oci-1-1': {
      const artifact = build(cosignSignature, payload(own, 'signature'), {})
      return { artifact, entry: descriptorOf(artifact) }
    }
    case 'github-attestation': {
      const annotations = bundleAnnotations('https://slsa.dev/provenance/v1')
      const artifact = build(sigstoreBundle, bundle, annotations)
      return { artifact, entry: descriptorOf(artifact, { artifactType: sigstoreBundle, annotations }) }
    }
    case 'sbom': {
      const artifact = build(spdx, inventedBlob(spdx, own, 20_000, 400_000), {})
      return { artifact, entry: descriptorOf(artifact, { artifactType: spdx }) }
    }
  }
}

/** The index under `sha256-<hex>` that stands in for the referrers API where a registry has none (distribution-spec). */
export function fallbackIndex(subject: string, entries: readonly Descriptor[]): Artifact {
  return indexOf(entries, { tags: [digestTag(subject)] })
}

/**
 * Referrers pushed one after another. With the fallback tag, each push writes a new index of all so far and takes the
 * tag from the index before, which stays behind untagged.
 */
export function referrerHistory(
  seed: string,
  subject: Descriptor,
  kinds: readonly ReferrerKind[],
  options: { readonly fallback?: boolean } = {}
): readonly Artifact[] {
  const { fallback = true } = options
  const referrers = kinds.map((kind, index) => referrer(`${seed} ${index}`, subject, kind))
  if (!fallback) return referrers.map(({ artifact }) => artifact)
  return referrers.flatMap(({ artifact }, index) => [
    artifact,
    fallbackIndex(
      subject.digest,
      referrers.slice(0, index + 1).map(({ entry }) => entry)
    )
  ])
}

function bundleAnnotations(predicateType: string): Annotations {
  return {
    'dev.sigstore.bundle.content': 'dsse-envelope',
    'dev.sigstore.bundle.predicateType': predicateType
  }
}
