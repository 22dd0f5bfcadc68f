import type { Manifest } from '../../domain/manifest.js'
import type { Version } from '../../domain/version.js'
import { digestsIn } from '../../pattern/names.js'

/** The fallback tag of OCI referrers (distribution-spec 1.1, "Referrers Tag Schema"). */
const FALLBACK = /^sha256-([0-9a-f]{64})$/
/** The tags that cosign puts beside an image, under any prefix. */
const ATTACHED = /sha256-([0-9a-f]{64})\.(sig|att|sbom)$/
/** `sha256-<hex>` and perhaps a suffix, as `cosign copy` and imgpkg write it on each image with its own digest. */
const OWN = /^sha256-([0-9a-f]{64})(?:\.[0-9A-Za-z_][0-9A-Za-z_.-]*)?$/

export interface TagReading {
  /** What people call the version. */
  readonly names: readonly string[]
  /** Made of the version's own digest: a name only where nothing else names or owns the version. */
  readonly ofOwnDigest: readonly string[]
  /** Digests that its other tags refer to, present or not. */
  readonly subjects: readonly string[]
  /** How its first such tag says it: `referrers` (fallback index), `sig`, `att`, ... */
  readonly kind: string | undefined
}

/** Separates the names of a container version from tags that only say to which digest it belongs. */
export function readTags(
  { name: digest, tags }: Version,
  manifest: Manifest | undefined,
  isPresent: (digest: string) => boolean
): TagReading {
  const names: string[] = []
  const ofOwnDigest: string[] = []
  const subjects: string[] = []
  let kind: string | undefined
  // Sorted, as nothing may depend on the order in which GitHub lists tags.
  for (const tag of tags.toSorted()) {
    if (OWN.exec(tag)?.[1] === digest.slice('sha256:'.length)) {
      ofOwnDigest.push(tag)
      continue
    }
    const reading = reference(tag, manifest, (each) => each !== digest && isPresent(each))
    if (reading === undefined) names.push(tag)
    else {
      subjects.push(reading.subject)
      kind ??= reading.kind
    }
  }
  return { names, ofOwnDigest, subjects, kind }
}

function reference(
  tag: string,
  manifest: Manifest | undefined,
  isAnother: (digest: string) => boolean
): { readonly subject: string; readonly kind: string } | undefined {
  const [, hex, suffix] = ATTACHED.exec(tag) ?? (manifest?.kind === 'index' ? FALLBACK.exec(tag) : null) ?? []
  if (hex !== undefined) return { subject: `sha256:${hex}`, kind: suffix ?? 'referrers' }
  // A fallback tag on what nobody could read may be an image's only name.
  if ((manifest === undefined || manifest.kind === 'unknown') && FALLBACK.test(tag)) return undefined
  const subject = digestsIn(tag).find(isAnother)
  if (subject === undefined) return undefined
  return { subject, kind: /\.([0-9A-Za-z_][0-9A-Za-z_-]*)$/.exec(tag)?.[1] ?? 'referrer' }
}
