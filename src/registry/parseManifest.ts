import { hash } from 'node:crypto'
import { isObject, type JsonObject } from '../domain/json.js'
import { type Descriptor, DIGEST, type Manifest } from '../domain/manifest.js'
import { ARTIFACT_TYPE, IMAGE_CONFIGS, IMAGE_TYPES, INDEX_TYPES, READABLE_TYPES } from '../domain/mediaType.js'
import { readAnnotations, readDescriptors, readSize, readText, shared, valuesOf } from './descriptor.js'

/** Bytes. The OCI distribution-spec asks registries to take manifests of 4 MiB; larger ones are not portable. */
export const MAX_MANIFEST_BYTES = 4 * 1024 * 1024

/** Manifests nest four deep; no tool writes one that nests deeper than this. */
const MAX_DEPTH = 100

const OCI_INDEX = 'application/vnd.oci.image.index.v1+json'
export const OCI_IMAGE = 'application/vnd.oci.image.manifest.v1+json'

const WRITTEN_DIGEST = /sha256:[0-9a-f]{64}/g

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** `sha256:<64 hex>` of these bytes. */
export function digestOf(body: Uint8Array): string {
  return `sha256:${hash('sha256', body, 'hex')}`
}

/** The content of a manifest, apart from its digest and size. */
type Content = Omit<Manifest, 'digest' | 'size'>

/**
 * Reads a manifest; its digest is the hash of the body. What is unknown, contradictory or malformed has the kind `unknown`,
 * and mentions every digest that is written in it.
 */
export function parseManifest(contentType: string | undefined, body: Uint8Array): Manifest {
  const document = parseJson(body)
  const served = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  const content = document && !hidesDigests(document, body) ? interpret(document, served) : undefined
  return {
    digest: digestOf(body),
    size: body.length,
    ...(content ?? uninterpreted(readText(document?.mediaType) ?? served, body))
  }
}

/** `undefined`: nobody can tell what it means. Clients disagree on what is both an index and an image (CVE-2021-41190). */
function interpret(document: JsonObject, served: string): Content | undefined {
  const stated = valuesOf(document, 'mediaType')
  if (stated.length > 1 || !stated.every((type) => typeof type === 'string')) return undefined
  const type = shared(stated[0] ?? (READABLE_TYPES.has(served) ? served : ''))
  if (type !== '' && !READABLE_TYPES.has(type)) return undefined
  const about = readAbout(document)
  const lists = valuesOf(document, 'manifests')
  const isImage = ['config', 'layers'].some((key) => valuesOf(document, key).length > 0)
  if (about === undefined || (isImage && lists.length > 0)) return undefined
  if (isImage) return INDEX_TYPES.has(type) ? undefined : imageOf(document, type || OCI_IMAGE, about)
  if (lists.length > 0) return IMAGE_TYPES.has(type) ? undefined : indexOf(lists, type || OCI_INDEX, about)
  if (INDEX_TYPES.has(type)) return indexOf([], type, about)
  if (type === ARTIFACT_TYPE || document.schemaVersion === 1) {
    return { mediaType: type, kind: 'image', ...about, entries: [], blobs: blobsOf(listOf(document.blobs)) }
  }
  return undefined
}

function indexOf(lists: readonly unknown[], mediaType: string, about: Annotated): Content | undefined {
  const entries: Descriptor[] = []
  for (const list of lists) {
    if (!Array.isArray(list)) return undefined
    for (const raw of list) {
      const found = readDescriptors(raw)
      if (found === undefined) return undefined
      for (const entry of found) entries.push(entry)
    }
  }
  // An array that was pushed to has room for more, which a copy has not.
  return { mediaType, kind: 'index', ...about, entries: entries.slice(), blobs: [] }
}

function imageOf(document: JsonObject, mediaType: string, about: Annotated): Content {
  const config = isObject(document.config) ? readText(document.config.mediaType) : undefined
  // image-spec, "guidelines for artifact usage": without artifactType the config's media type is the type.
  const artifactType = about.artifactType ?? (IMAGE_CONFIGS.has(config ?? '') ? undefined : config)
  return {
    mediaType,
    kind: 'image',
    ...about,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(config === undefined ? {} : { configMediaType: config }),
    entries: [],
    blobs: blobsOf([document.config, ...listOf(document.layers)])
  }
}

/** A number holds 52 bits of a digest: of a million blobs in a package, two hardly ever share them. */
function blobsOf(raw: readonly unknown[]): Manifest['blobs'] {
  const blobs = raw.filter(isObject).flatMap(({ digest, size }) => {
    const hex = typeof digest === 'string' ? /^\w+:([0-9a-f]{13})/.exec(digest)?.[1] : undefined
    return hex === undefined ? [] : [Number.parseInt(hex, 16), readSize(size)]
  })
  // `flatMap` leaves room for more in its array; a copy has none.
  return blobs.slice()
}

const listOf = (raw: unknown): readonly unknown[] => (Array.isArray(raw) ? raw : [])

type Annotated = Pick<Manifest, 'annotations' | 'artifactType' | 'subject'>

function readAbout(document: JsonObject): Annotated | undefined {
  const artifactType = readText(document.artifactType)
  const subjects = new Set<string>()
  for (const raw of valuesOf(document, 'subject')) {
    const found = readDescriptors(raw)
    if (found === undefined) return undefined
    for (const { digest } of found) subjects.add(digest)
  }
  if (subjects.size > 1) return undefined
  const [subject] = subjects
  return {
    annotations: readAnnotations(document.annotations),
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(subject === undefined ? {} : { subject })
  }
}

function uninterpreted(mediaType: string, body: Uint8Array): Content {
  const mentions = [...new Set(digestsIn(textOf(body)))].filter((digest) => DIGEST.test(digest))
  return { mediaType, kind: 'unknown', annotations: {}, entries: [], blobs: [], mentions }
}

/** If a key is there twice, Go clients may take more than its last value, and JSON.parse drops the others. */
function hidesDigests(document: JsonObject, body: Uint8Array): boolean {
  return digestsIn(textOf(body)).length !== digestsIn(JSON.stringify(document)).length
}

const digestsIn = (text: string): readonly string[] => text.match(WRITTEN_DIGEST) ?? []

/** Reads escapes such as `\\u0073` as the characters that they stand for. */
function textOf(body: Uint8Array): string {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1')
  if (!text.includes('\\u')) return text
  return text.replaceAll(/\\u([0-9a-f]{4})/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)))
}

function parseJson(body: Uint8Array): JsonObject | undefined {
  if (nestsDeeper(body, MAX_DEPTH)) return undefined
  try {
    const document: unknown = JSON.parse(decoder.decode(body))
    return isObject(document) ? document : undefined
  } catch {
    return undefined
  }
}

function nestsDeeper(body: Uint8Array, limit: number): boolean {
  let depth = 0
  let quoted = false
  for (let i = 0; i < body.length; i++) {
    const byte = body[i]
    if (byte === 0x22) quoted = !quoted
    else if (quoted) {
      if (byte === 0x5c) i++
    } else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > limit) return true
    } else if (byte === 0x7d || byte === 0x5d) depth--
  }
  return false
}
