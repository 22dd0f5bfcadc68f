import { createHash, randomUUID } from 'node:crypto'
import type { Reply } from '../server/exchange.js'
import type { StoredPackage } from '../world/package.js'
import { type RegistryContext, registryError } from './context.js'

/** Uploads under way, by session; kept per server. */
export class Uploads {
  readonly sessions = new Map<string, Buffer[]>()
  /** Blobs pushed before the first manifest made their package, by `owner/name`. */
  readonly early = new Map<string, Map<string, Uint8Array>>()

  blobs(context: RegistryContext): Map<string, Uint8Array> {
    const stored = context.world.package({ owner: context.route.owner, type: 'container', name: context.route.name })
    const key = `${context.route.owner}/${context.route.name}`
    const early = this.early.get(key) ?? new Map<string, Uint8Array>()
    if (stored === undefined) {
      this.early.set(key, early)
      return early
    }
    for (const [digest, bytes] of early) stored.blobs.set(digest, bytes)
    this.early.delete(key)
    return stored.blobs
  }
}

export function answerBlob(context: RegistryContext, stored: StoredPackage | undefined, uploads: Uploads): Reply {
  const digest = context.route.reference
  const bytes = stored?.blobs.get(digest) ?? uploads.blobs(context).get(digest)
  if (bytes === undefined) return registryError(404, 'BLOB_UNKNOWN', 'blob unknown to registry')
  const headers = {
    'content-type': 'application/octet-stream',
    'content-length': String(bytes.byteLength),
    'docker-content-digest': digest
  }
  return { status: 200, headers, ...(context.request.method === 'GET' && { body: bytes }) }
}

/** POST opens a session (or takes the whole blob with `?digest=`), PATCH adds to it, PUT closes it, DELETE gives it up. */
export function uploadBlob(context: RegistryContext, uploads: Uploads): Reply {
  const { request, route } = context
  const digest = request.query.get('digest')
  const session = route.reference.replace(/^uploads\//, '')
  switch (request.method) {
    case 'POST':
      return digest === null ? openUpload(context, uploads) : closeUpload(context, uploads, [request.body], digest)
    case 'PATCH':
    case 'PUT': {
      const parts = uploads.sessions.get(session)
      if (parts === undefined) return registryError(404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry')
      parts.push(request.body)
      if (request.method === 'PATCH') return sessionReply(context, session, parts)
      uploads.sessions.delete(session)
      return closeUpload(context, uploads, parts, digest ?? '')
    }
    case 'DELETE':
      uploads.sessions.delete(session)
      return { status: 204 }
    default:
      return registryError(405, 'UNSUPPORTED', 'The operation is unsupported.')
  }
}

function openUpload(context: RegistryContext, uploads: Uploads): Reply {
  const session = randomUUID()
  const parts: Buffer[] = []
  uploads.sessions.set(session, parts)
  return sessionReply(context, session, parts)
}

function sessionReply({ route }: RegistryContext, session: string, parts: readonly Buffer[]): Reply {
  const size = parts.reduce((sum, part) => sum + part.length, 0)
  return {
    status: 202,
    headers: {
      location: `/v2/${route.owner}/${route.name}/blobs/uploads/${session}`,
      range: `0-${Math.max(0, size - 1)}`,
      'docker-upload-uuid': session,
      'content-length': '0'
    }
  }
}

function closeUpload(context: RegistryContext, uploads: Uploads, parts: readonly Buffer[], digest: string): Reply {
  const { route } = context
  const bytes = Buffer.concat(parts)
  if (`sha256:${createHash('sha256').update(bytes).digest('hex')}` !== digest) {
    return registryError(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content')
  }
  uploads.blobs(context).set(digest, bytes)
  const location = `/v2/${route.owner}/${route.name}/blobs/${digest}`
  return { status: 201, headers: { location, 'docker-content-digest': digest, 'content-length': '0' } }
}
