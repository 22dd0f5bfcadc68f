import { createHash } from 'node:crypto'
import { dockerList, ociIndex, ociManifest } from '../images/mediaTypes.js'
import type { Reply } from '../server/exchange.js'
import { blobsOf } from '../world/graph.js'
import { servedVersion } from '../world/laggingView.js'
import type { Content, StoredPackage } from '../world/package.js'
import { linkOf, type Token } from '../world/token.js'
import { type RegistryContext, registryError } from './context.js'

/** Types that are served only to a client that names them; a wildcard is not enough. */
const NEGOTIATED: Readonly<Record<string, string>> = {
  [ociIndex]: 'OCI index found, but Accept header does not support OCI indexes',
  [ociManifest]: 'OCI manifest found, but Accept header does not support OCI manifests',
  [dockerList]: 'Docker manifest list found, but Accept header does not support manifest lists'
}

export const manifestUnknown = (): Reply => registryError(404, 'MANIFEST_UNKNOWN', 'manifest unknown')

/** GET and HEAD by tag or digest. */
export function answerManifest(context: RegistryContext, stored: StoredPackage): Reply {
  const { request, route, world } = context
  const version = servedVersion(stored, route.reference, world.assumptions)
  const content = version && stored.manifests.get(version.name)
  if (version === undefined || content === undefined) return manifestUnknown()
  const unsupported = NEGOTIATED[content.mediaType]
  const accepted = (request.headers.accept ?? '').split(',').map((item) => item.split(';', 1)[0]?.trim())
  if (unsupported !== undefined && !accepted.includes(content.mediaType)) {
    return registryError(404, 'MANIFEST_UNKNOWN', unsupported)
  }
  const isHead = request.method === 'HEAD'
  const counted = stored.versions.get(version.id)
  if (counted !== undefined && (!isHead || world.assumptions.headCountsAsDownload)) counted.downloads += 1
  return {
    status: 200,
    headers: {
      'content-type': content.mediaType,
      'content-length': String(Buffer.byteLength(content.body)),
      'docker-content-digest': version.name,
      etag: `"${version.name}"`,
      'docker-distribution-api-version': 'registry/2.0'
    },
    ...(!isHead && { body: content.body })
  }
}

/** PUT by tag or digest: a new digest makes a version, a known one gains the tag; the tag leaves where it was. */
export function putManifest(
  context: RegistryContext,
  token: Token | undefined,
  blobs: ReadonlyMap<string, unknown>
): Reply {
  const { request, route, world, registryUrl } = context
  const { owner, name, reference } = route
  const digest = `sha256:${createHash('sha256').update(request.body).digest('hex')}`
  const isDigest = reference.startsWith('sha256:')
  if (isDigest && reference !== digest) {
    return registryError(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content')
  }
  const body = request.body.toString('utf8')
  const mediaType = mediaTypeOf(body, request.headers['content-type'])
  if (mediaType === undefined) return registryError(400, 'MANIFEST_INVALID', 'manifest invalid')
  const content: Content = { mediaType, body }
  const stored = world.package({ owner, type: 'container', name })
  if (world.assumptions.requireBlobs) {
    const missing = blobsOf(content).find((blob) => !blobs.has(blob) && !knowsBlob(stored, blob))
    if (missing !== undefined)
      return registryError(404, 'MANIFEST_BLOB_UNKNOWN', `blob unknown to registry: ${missing}`)
  }
  if (stored === undefined && token !== undefined)
    world.addPackage({ owner, type: 'container', name, ...linkOf(token) })
  world.push(owner, name, [{ mediaType, body, digest }], isDigest ? [] : [reference])
  return {
    status: 201,
    headers: {
      location: `${registryUrl}/v2/${owner}/${name}/manifests/${digest}`,
      'docker-content-digest': digest,
      'content-length': '0'
    }
  }
}

/** The media type that the manifest and the header agree on. */
function mediaTypeOf(body: string, header: string | undefined): string | undefined {
  let manifest: unknown
  try {
    manifest = JSON.parse(body)
  } catch {
    return undefined
  }
  if (typeof manifest !== 'object' || manifest === null || !('schemaVersion' in manifest)) return undefined
  const said = header?.split(';', 1)[0]?.trim()
  const own = 'mediaType' in manifest && typeof manifest.mediaType === 'string' ? manifest.mediaType : said
  return own !== undefined && (said === undefined || said === own) ? own : undefined
}

/** Blobs are not part of the built images, so what a stored manifest names counts as there. */
function knowsBlob(stored: StoredPackage | undefined, digest: string): boolean {
  if (stored === undefined) return false
  return [...stored.byName.keys()].some((name) => {
    const content = stored.manifests.get(name)
    return content !== undefined && blobsOf(content).includes(digest)
  })
}
