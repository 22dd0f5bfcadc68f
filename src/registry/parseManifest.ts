import { hash } from 'node:crypto'
import type { Descriptor, Manifest } from '../domain/manifest.js'
import { INDEX_TYPES, isManifestType } from '../domain/mediaType.js'
import {
  isObject,
  isProblem,
  type JsonObject,
  type Problem,
  parseAnnotations,
  parseBlob,
  parseDescriptor,
  parseText
} from './descriptor.js'
import { printable } from './printable.js'

/** Bytes. The OCI distribution-spec asks registries to take manifests of 4 MiB; larger ones are not portable. */
export const MAX_MANIFEST_BYTES = 4 * 1024 * 1024

/** Manifests nest four deep; what nests deeper than this is no manifest that any tool wrote. */
const MAX_DEPTH = 100

const OCI_INDEX = 'application/vnd.oci.image.index.v1+json'
export const OCI_IMAGE = 'application/vnd.oci.image.manifest.v1+json'

/** Content types that say nothing about which manifest it is. */
const GENERIC_TYPES: ReadonlySet<string> = new Set([
  '',
  'application/json',
  'application/octet-stream',
  'text/plain',
  'binary/octet-stream'
])

const IMAGE_CONFIGS: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json'
])

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export function digestOf(body: Uint8Array): string {
  return `sha256:${hash('sha256', body, 'hex')}`
}

/**
 * Reads a manifest, or says why it cannot be believed. Anything unknown, contradictory or malformed is a problem, since
 * what is not understood could own other versions. The bytes must hash to the digest.
 */
export function parseManifest(digest: string, contentType: string | undefined, body: Uint8Array): Manifest | Problem {
  if (body.length > MAX_MANIFEST_BYTES) return { why: `it is larger than ${MAX_MANIFEST_BYTES} bytes` }
  const actual = digestOf(body)
  if (actual !== digest) return { why: `its content hashes to ${actual}` }
  const json = parseJson(body)
  if (isProblem(json)) return json
  const { document } = json
  if (document.schemaVersion !== 2) {
    return { why: document.schemaVersion === 1 ? 'it is a Docker schema 1 manifest' : 'its schemaVersion is not 2' }
  }
  const type = mediaTypeOf(document, contentType)
  if (isProblem(type)) return type
  return INDEX_TYPES.has(type.mediaType)
    ? parseIndex(digest, type.mediaType, document, body.length)
    : parseImage(digest, type.mediaType, document, body.length)
}

function parseIndex(digest: string, mediaType: string, document: JsonObject, size: number): Manifest | Problem {
  // Clients disagree on what a document with both is (CVE-2021-41190).
  if (has(document, 'config') || has(document, 'layers'))
    return { why: 'it is an index that claims to be an image too' }
  const list = parseList(document.manifests, 'manifests')
  if (isProblem(list)) return list
  const entries: Descriptor[] = []
  for (const [i, raw] of list.entries()) {
    const entry = parseDescriptor(raw, `entry ${i + 1}`)
    if (isProblem(entry)) return entry
    entries.push(entry)
  }
  const about = parseAbout(document)
  if (isProblem(about)) return about
  return { digest, mediaType, kind: 'index', ...about, entries, blobs: [], size }
}

function parseImage(digest: string, mediaType: string, document: JsonObject, size: number): Manifest | Problem {
  if (has(document, 'manifests')) return { why: 'it is an image that claims to be an index too' }
  if (!isObject(document.config)) return { why: 'it has no config' }
  const config = parseBlob(document.config, 'the config')
  if (isProblem(config)) return config
  const layers = parseList(document.layers, 'layers')
  if (isProblem(layers)) return layers
  const blobs = [{ digest: config.digest, size: config.size }]
  for (const [i, raw] of layers.entries()) {
    const layer = parseBlob(raw, `layer ${i + 1}`)
    if (isProblem(layer)) return layer
    blobs.push({ digest: layer.digest, size: layer.size })
  }
  const about = parseAbout(document)
  if (isProblem(about)) return about
  // image-spec, "guidelines for artifact usage": without artifactType the config's media type is the type.
  const artifactType = about.artifactType ?? (IMAGE_CONFIGS.has(config.mediaType) ? undefined : config.mediaType)
  return {
    digest,
    mediaType,
    kind: 'image',
    ...about,
    ...(artifactType === undefined ? {} : { artifactType }),
    configMediaType: config.mediaType,
    entries: [],
    blobs,
    size
  }
}

function parseAbout(
  document: JsonObject
): (Pick<Manifest, 'annotations'> & { artifactType?: string; subject?: string }) | Problem {
  const artifactType = parseText(document.artifactType, 'the artifact type')
  if (artifactType !== undefined && typeof artifactType !== 'string') return artifactType
  const annotations = parseAnnotations(document.annotations, 'the manifest')
  if (isProblem(annotations)) return annotations
  const subject = has(document, 'subject') ? parseDescriptor(document.subject, 'the subject') : undefined
  if (subject !== undefined && isProblem(subject)) return subject
  return {
    annotations: annotations.record,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(subject === undefined ? {} : { subject: subject.digest })
  }
}

/** `null` is what Go writes for an empty list. */
function parseList(raw: unknown, key: string): readonly unknown[] | Problem {
  if (raw === null) return []
  return Array.isArray(raw) ? raw : { why: `its ${key} are not a list` }
}

function mediaTypeOf(document: JsonObject, contentType: string | undefined): { readonly mediaType: string } | Problem {
  const served = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  const stated = parseText(document.mediaType, 'its media type')
  if (stated !== undefined && typeof stated !== 'string') return stated
  if (stated !== undefined && !isManifestType(stated)) return { why: `its media type is unknown: ${printable(stated)}` }
  if (!GENERIC_TYPES.has(served)) {
    if (!isManifestType(served)) return { why: `it is served as an unknown media type: ${printable(served)}` }
    if (stated !== undefined && stated !== served) return { why: `it is served as ${served} and says ${stated}` }
    return { mediaType: served }
  }
  if (stated !== undefined) return { mediaType: stated }
  // Only OCI lets a manifest leave its media type out (image-spec: "SHOULD"; Docker: required).
  if (Array.isArray(document.manifests)) return { mediaType: OCI_INDEX }
  if (isObject(document.config) && Array.isArray(document.layers)) return { mediaType: OCI_IMAGE }
  return { why: 'it has no media type and no shape that tells it' }
}

function parseJson(body: Uint8Array): { readonly document: JsonObject } | Problem {
  if (nestsDeeper(body, MAX_DEPTH)) return { why: 'it nests too deeply' }
  try {
    const document: unknown = JSON.parse(decoder.decode(body))
    return isObject(document) ? { document } : { why: 'it is not a JSON object' }
  } catch {
    return { why: 'it is not JSON' }
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

const has = (document: JsonObject, key: string): boolean => document[key] !== undefined && document[key] !== null
