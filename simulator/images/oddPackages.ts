import type { Artifact } from '../artifact.js'
import { cosignTag } from './cosign.js'
import { hexOf } from './digest.js'
import { assumedDescriptor, digestTag, tagged } from './manifest.js'
import { referrer } from './referrers.js'
import { singleImage } from './singleImage.js'

/**
 * What a package holds that keeps signatures of another package's images (`COSIGN_REPOSITORY`, OLM bundles): cosign
 * tags and referrers, none of whose subjects is here.
 */
export function signatureStore(seed: string, count = 6): readonly Artifact[] {
  return Array.from({ length: count }, (_, index) => {
    const elsewhere = `sha256:${hexOf(`image ${index} of another package, ${seed}`)}`
    return index % 3 === 2
      ? referrer(seed, assumedDescriptor(elsewhere), 'cosign-bundle').artifact
      : cosignTag(seed, elsewhere, 'signature')
  })
}

/** A referrer of an image that was never pushed, or is gone. */
export function danglingReferrer(seed: string): Artifact {
  return referrer(seed, assumedDescriptor(`sha256:${hexOf(`gone subject of ${seed}`)}`), 'github-attestation').artifact
}

/**
 * Images that refer to each other in a ring: each carries the fallback tag of the next. Digests cannot form a ring,
 * tags can.
 */
export function ring(seed: string, length = 2): readonly Artifact[] {
  const images = Array.from({ length }, (_, index) => singleImage(`${seed} ring ${index}`, { layers: 1 }))
  return images.map((image, index) => tagged(image, [digestTag((images[(index + 1) % length] ?? image).digest)]))
}
