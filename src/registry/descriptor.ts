import { type Descriptor, DIGEST } from '../domain/manifest.js'

/** What is wrong with a piece of a manifest, in words that follow its place: `entry 3 has no digest`. */
export interface Problem {
  readonly why: string
}

export type JsonObject = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isProblem = (value: object): value is Problem => 'why' in value

/** Any algorithm of the OCI image-spec; blobs are only counted, never looked up among versions. */
const ANY_DIGEST = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]{1,256}$/

/** Characters; annotations beyond are left out: a rule's regular expression may go through each of them. */
const LONGEST_ANNOTATION = 65_536

const NO_ANNOTATIONS: Readonly<Record<string, string>> = Object.freeze(Object.create(null))

/**
 * An entry of an index, or a subject. Its digest must be SHA-256: versions are named by it, so an entry under another
 * algorithm could be any of them.
 */
export function parseDescriptor(raw: unknown, where: string): Descriptor | Problem {
  if (!isObject(raw)) return { why: `${where} is not an object` }
  const { digest, size, mediaType } = raw
  if (typeof digest !== 'string') return { why: `${where} has no digest` }
  if (!DIGEST.test(digest)) return { why: `${where} has a malformed digest` }
  if (!isSize(size)) return { why: `${where} has no size` }
  if (typeof mediaType !== 'string' || mediaType === '') return { why: `${where} has no media type` }
  const artifactType = parseText(raw.artifactType, `the artifact type of ${where}`)
  if (artifactType !== undefined && typeof artifactType !== 'string') return artifactType
  const platform = parsePlatform(raw.platform, where)
  if (platform !== undefined && typeof platform !== 'string') return platform
  const annotations = parseAnnotations(raw.annotations, where)
  if (isProblem(annotations)) return annotations
  return {
    mediaType,
    digest,
    size,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(platform === undefined ? {} : { platform }),
    ...(annotations.record === NO_ANNOTATIONS ? {} : { annotations: annotations.record })
  }
}

/** A config or a layer: only what the size estimate needs. */
export function parseBlob(
  raw: unknown,
  where: string
): { readonly digest: string; readonly size: number; readonly mediaType: string } | Problem {
  if (!isObject(raw)) return { why: `${where} is not an object` }
  const { digest, size, mediaType } = raw
  if (typeof digest !== 'string' || !ANY_DIGEST.test(digest)) return { why: `${where} has no valid digest` }
  if (!isSize(size)) return { why: `${where} has no size` }
  if (typeof mediaType !== 'string' || mediaType === '') return { why: `${where} has no media type` }
  return { digest, size, mediaType }
}

/** A record without prototype, so that no key can mean more than itself. `null` is what Go writes for an empty map. */
export function parseAnnotations(
  raw: unknown,
  where: string
): { readonly record: Readonly<Record<string, string>> } | Problem {
  if (raw === undefined || raw === null) return { record: NO_ANNOTATIONS }
  if (!isObject(raw)) return { why: `the annotations of ${where} are not an object` }
  const record: Record<string, string> = Object.create(null)
  let any = false
  for (const [key, value] of Object.entries(raw)) {
    if (typeof value !== 'string') return { why: `an annotation of ${where} is not text` }
    if (value.length > LONGEST_ANNOTATION) continue
    record[key] = value
    any = true
  }
  return { record: any ? record : NO_ANNOTATIONS }
}

/** Absent, `null` and empty are one: Go writes the empty string for what is not set. */
export function parseText(raw: unknown, what: string): string | undefined | Problem {
  if (raw === undefined || raw === null || raw === '') return undefined
  return typeof raw === 'string' ? raw : { why: `${what} is not text` }
}

/**
 * Nothing is made up for a missing part: `unknown/unknown` marks an attestation and must be what the manifest says.
 */
function parsePlatform(raw: unknown, where: string): string | undefined | Problem {
  if (raw === undefined || raw === null) return undefined
  if (!isObject(raw)) return { why: `the platform of ${where} is not an object` }
  const parts: string[] = []
  for (const key of ['os', 'architecture', 'variant'] as const) {
    const part = parseText(raw[key], `the platform of ${where}`)
    if (part !== undefined && typeof part !== 'string') return part
    parts.push(part ?? '')
  }
  const [os = '', architecture = '', variant = ''] = parts
  if (os === '' && architecture === '') return undefined
  return variant === '' ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
