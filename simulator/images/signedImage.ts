import type { Artifact } from '../artifact.js'
import { type CosignKind, cosignTag } from './cosign.js'
import { descriptorOf, documentOf, isIndex } from './manifest.js'
import { type MultiArchSettings, multiArch } from './multiArch.js'
import { type ReferrerKind, referrerHistory } from './referrers.js'

export interface SignedImageSettings extends MultiArchSettings {
  /** Classic cosign tags on the index; `signature` if left out and no referrers are given. */
  readonly cosign?: readonly CosignKind[]
  /** Written before `sha256-` in cosign's tags. */
  readonly prefix?: string
  /** Referrers of the index, in the order of their pushes. */
  readonly referrers?: readonly ReferrerKind[]
  /** Referrers of each platform image. */
  readonly platformReferrers?: readonly ReferrerKind[]
  /** Referrers of each referrer of the index. */
  readonly referrersOfReferrers?: readonly ReferrerKind[]
  /** `false`: no fallback tags, so that only a scan of all manifests finds the referrers. `true` if left out. */
  readonly fallback?: boolean
}

/** A multi-arch image and what signs and describes it. */
export function signedImage(seed: string, settings: SignedImageSettings = {}): readonly Artifact[] {
  const {
    cosign,
    prefix,
    referrers = [],
    platformReferrers = [],
    referrersOfReferrers = [],
    fallback = true
  } = settings
  const build = multiArch(seed, settings)
  const root = build.slice(-1)
  const refer = (of: Artifact, kinds: readonly ReferrerKind[]) =>
    referrerHistory(seed, descriptorOf(of), kinds, { fallback })
  const ofRoot = root.flatMap((index) => refer(index, referrers))
  const kinds = cosign ?? (referrers.length === 0 ? ['signature' as const] : [])
  return [
    ...build,
    ...root.flatMap((index) => kinds.map((kind) => cosignTag(seed, index.digest, kind, prefix))),
    ...ofRoot,
    ...build.filter(isPlatformImage).flatMap((image) => refer(image, platformReferrers)),
    ...ofRoot.filter((artifact) => !isIndex(documentOf(artifact))).flatMap((one) => refer(one, referrersOfReferrers))
  ]
}

/** BuildKit's attestations have in-toto layers only. */
function isPlatformImage(artifact: Artifact): boolean {
  const document = documentOf(artifact)
  return !isIndex(document) && document.layers.every(({ mediaType }) => !mediaType.includes('in-toto'))
}
