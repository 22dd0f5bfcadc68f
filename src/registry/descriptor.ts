import { isObject, type JsonObject } from '../domain/json.js'
import { type Descriptor, DIGEST } from '../domain/manifest.js'
import { IMAGE_CONFIGS } from '../domain/mediaType.js'

/** Characters; annotations beyond are left out: a rule's regular expression may go through each of them. */
const LONGEST_ANNOTATION = 65_536

const NO_ANNOTATIONS: Readonly<Record<string, string>> = Object.freeze(Object.create(null))

/** Makes keys equal that Go's encoding/json takes for one: `K` (Kelvin) is a k to it, and `ſ` an s. */
const folded = (key: string): string => key.toUpperCase().toLowerCase()

/** The values of a key under any spelling: Go clients take the last of those that differ only by case. `null` does not count as a value. */
export function valuesOf(object: JsonObject, key: string): readonly unknown[] {
  const wanted = folded(key)
  return Object.keys(object)
    .filter((each) => each === key || folded(each) === wanted)
    .map((each) => object[each])
    .filter((value) => value !== undefined && value !== null)
}

/**
 * An entry of an index, or a subject: one descriptor for each digest that it names. `undefined` if it names none that can be
 * a version: then nobody can tell what it means. What else is odd about it changes nothing.
 */
export function readDescriptors(raw: unknown): readonly Descriptor[] | undefined {
  if (!isObject(raw)) return undefined
  const digests = valuesOf(raw, 'digest').filter((digest) => typeof digest === 'string')
  if (digests.length === 0 || !digests.every((digest) => DIGEST.test(digest))) return undefined
  const artifactType = readText(raw.artifactType)
  const platform = readPlatform(raw.platform)
  const annotations = readAnnotations(raw.annotations)
  const facts = {
    mediaType: readText(raw.mediaType) ?? '',
    size: readSize(raw.size),
    ...(artifactType === undefined || IMAGE_CONFIGS.has(artifactType) ? {} : { artifactType }),
    ...(platform === undefined ? {} : { platform }),
    ...(annotations === NO_ANNOTATIONS ? {} : { annotations })
  }
  return digests.map((digest) => ({ ...facts, digest }))
}

/** A record without prototype, so that no key can mean more than itself. */
export function readAnnotations(raw: unknown): Readonly<Record<string, string>> {
  if (!isObject(raw)) return NO_ANNOTATIONS
  const record: Record<string, string> = Object.create(null)
  let any = false
  for (const [key, value] of Object.entries(raw)) {
    if (typeof value !== 'string' || value.length > LONGEST_ANNOTATION) continue
    record[key] = value
    any = true
  }
  return any ? record : NO_ANNOTATIONS
}

/** Absent, `null` and empty are one: Go writes the empty string for what is not set. */
export const readText = (raw: unknown): string | undefined =>
  typeof raw === 'string' && raw !== '' ? shared(raw) : undefined

export const readSize = (raw: unknown): number =>
  typeof raw === 'number' && Number.isSafeInteger(raw) && raw >= 0 ? raw : 0

const texts = new Map<string, string>()

/** Many thousands of manifests have the same few media types and platforms, and keep one string of each. */
export function shared(text: string): string {
  const known = texts.get(text)
  if (known === undefined && texts.size < 1000 && text.length < 200) texts.set(text, text)
  return known ?? text
}

/** Nothing is made up for a missing part: `unknown/unknown` marks an attestation and must be what the manifest says. */
function readPlatform(raw: unknown): string | undefined {
  if (!isObject(raw)) return undefined
  const [os = '', architecture = '', variant = ''] = [raw.os, raw.architecture, raw.variant].map(readText)
  if (os === '' && architecture === '') return undefined
  return shared(variant === '' ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`)
}
