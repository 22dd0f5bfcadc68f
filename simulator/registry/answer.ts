import type { Reply } from '../server/exchange.js'
import { listedTags } from '../world/laggingView.js'
import type { StoredPackage } from '../world/package.js'
import { answerToken, authorize } from './access.js'
import { answerBlob, type Uploads, uploadBlob } from './blobs.js'
import { type RegistryContext, registryError } from './context.js'
import { answerManifest, manifestUnknown, putManifest } from './manifests.js'

/** Answers one request to the container registry. */
export function answerRegistry(context: RegistryContext, uploads: Uploads): Reply {
  const { route, world } = context
  if (route.kind === 'registry-token') return answerToken(context)
  if (route.kind === 'unknown') return registryError(404, 'NAME_UNKNOWN', 'repository name not known to registry')
  const pushes = route.kind === 'put-manifest' || route.kind === 'upload-blob'
  const grant = authorize(context, pushes ? 'push' : 'pull')
  if ('status' in grant) return grant
  const stored = world.package({ owner: route.owner, type: 'container', name: route.name })
  switch (route.kind) {
    case 'registry-base':
      return { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' }
    case 'put-manifest':
      return putManifest(context, grant.token, uploads.blobs(context))
    case 'upload-blob':
      return uploadBlob(context, uploads)
    case 'blob':
      return answerBlob(context, stored, uploads)
    case 'delete-manifest':
      return registryError(405, 'UNSUPPORTED', 'The operation is unsupported.')
    case 'referrers':
      return answerReferrers(context)
    case 'list-tags':
      return stored === undefined
        ? registryError(404, 'NAME_UNKNOWN', 'repository name not known to registry')
        : listTags(context, stored)
    default:
      return stored === undefined ? manifestUnknown() : answerManifest(context, stored)
  }
}

/** There is no referrers API; it was seen to redirect to the web site instead of saying so. */
function answerReferrers({ world, route }: RegistryContext): Reply {
  if (world.assumptions.referrers === 404)
    return { status: 404, headers: { 'content-type': 'text/plain' }, body: 'not found' }
  const location = `https://github.com/-/v2/packages/container/package/${route.owner}%2F${route.name}`
  return { status: 303, headers: { location } }
}

/** Oldest tag first; 100 a page unless `n` says otherwise. */
function listTags({ request, route, world }: RegistryContext, stored: StoredPackage): Reply {
  const tags = listedTags(stored, world.assumptions)
  const n = Number.parseInt(request.query.get('n') ?? '', 10)
  const size = Number.isInteger(n) && n > 0 ? n : 100
  const last = request.query.get('last')
  const from = last === null ? 0 : tags.indexOf(last) + 1
  const page = tags.slice(from, from + size)
  const end = page.at(-1)
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (from + size < tags.length && end !== undefined) {
    headers.link = `</v2/${route.owner}/${route.name}/tags/list?last=${encodeURIComponent(end)}&n=${size}>; rel="next"`
  }
  return { status: 200, headers, body: JSON.stringify({ name: `${route.owner}/${route.name}`, tags: page }) }
}
