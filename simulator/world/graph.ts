import { dockerList, dockerManifest, ociIndex, ociManifest } from '../images/mediaTypes.js'
import type { Content, StoredPackage } from './package.js'

const READ_AS_MANIFEST: readonly string[] = [ociIndex, dockerList, ociManifest, dockerManifest]

/** What a client that pulls a tag finds. */
export interface TagCheck {
  /** The tag resolves, and everything that an index names below it is there. */
  readonly ok: boolean
  readonly digest: string | undefined
  /** Digests that something under the tag names and the registry no longer serves. */
  readonly missing: readonly string[]
}

/** Walks from the tag through indexes. Entries that are blobs (old BuildKit caches) are no manifests, so none are missing. */
export function checkTag(stored: StoredPackage | undefined, tag: string): TagCheck {
  const root = stored?.byTag.get(tag)
  if (stored === undefined || root === undefined) return { ok: false, digest: undefined, missing: [] }
  if (stored.facts.type !== 'container') {
    const base = [...stored.versions.all()].find((version) => version.name === 'docker-base-layer')
    const missing = base !== undefined && base.deletedAt !== undefined ? [base.name] : []
    return { ok: missing.length === 0, digest: root.name, missing }
  }
  const seen = new Set<string>([root.name])
  const missing: string[] = []
  for (const digest of seen) {
    const content = stored.byName.has(digest) ? stored.manifests.get(digest) : undefined
    if (content === undefined) missing.push(digest)
    else for (const entry of indexEntries(content)) seen.add(entry)
  }
  return { ok: missing.length === 0, digest: root.name, missing }
}

/** Digests of the manifests that an index lists; empty for all else. */
export function indexEntries(content: Content): readonly string[] {
  const manifest = parsed(content)
  if (!Array.isArray(manifest.manifests)) return []
  return manifest.manifests.filter(isManifestEntry).map((entry) => entry.digest)
}

/** Digests of the blobs that a manifest names: its config and layers. */
export function blobsOf(content: Content): readonly string[] {
  const manifest = parsed(content)
  const layers: readonly unknown[] = Array.isArray(manifest.layers) ? manifest.layers : []
  return [manifest.config, ...layers].filter(hasDigest).map((entry) => entry.digest)
}

export function textOf(content: Content): string {
  return typeof content.body === 'string' ? content.body : Buffer.from(content.body).toString('utf8')
}

interface ManifestShape {
  readonly manifests?: unknown
  readonly config?: unknown
  readonly layers?: unknown
}

function parsed(content: Content): ManifestShape {
  const value: unknown = JSON.parse(textOf(content))
  return typeof value === 'object' && value !== null ? value : {}
}

function hasDigest(entry: unknown): entry is { digest: string; mediaType?: unknown } {
  return typeof entry === 'object' && entry !== null && 'digest' in entry && typeof entry.digest === 'string'
}

function isManifestEntry(entry: unknown): entry is { digest: string } {
  if (!hasDigest(entry)) return false
  return typeof entry.mediaType !== 'string' || READ_AS_MANIFEST.includes(entry.mediaType)
}
