import { decoded } from '../server/exchange.js'
import type { RequestKind } from '../server/kinds.js'

export interface RegistryRoute {
  readonly kind: RequestKind
  readonly owner: string
  /** Package name; may hold slashes. */
  readonly name: string
  /** Tag, digest, or upload session. */
  readonly reference: string
}

const NOWHERE: RegistryRoute = { kind: 'unknown', owner: '', name: '', reference: '' }
const REPOSITORY_PATH = /^\/v2\/([^/]+)\/(.+?)\/(manifests|tags|blobs|referrers)\/(.*)$/

export function routeRegistry(method: string, path: string): RegistryRoute {
  if (path === '/token' && method === 'GET') return { ...NOWHERE, kind: 'registry-token' }
  if (path === '/v2/' || path === '/v2') return { ...NOWHERE, kind: 'registry-base' }
  const [, owner = '', name = '', area = '', reference = ''] = REPOSITORY_PATH.exec(path) ?? []
  const kind = areaKind(method, area, reference)
  return kind === undefined ? NOWHERE : { kind, owner, name, reference: decoded(reference) }
}

function areaKind(method: string, area: string, reference: string): RequestKind | undefined {
  switch (area) {
    case 'manifests':
      return MANIFEST_KINDS[method]
    case 'tags':
      return method === 'GET' && reference === 'list' ? 'list-tags' : undefined
    case 'referrers':
      return method === 'GET' ? 'referrers' : undefined
    case 'blobs':
      return method === 'GET' || method === 'HEAD' ? 'blob' : 'upload-blob'
    default:
      return undefined
  }
}

const MANIFEST_KINDS: Readonly<Record<string, RequestKind>> = {
  GET: 'get-manifest',
  HEAD: 'head-manifest',
  PUT: 'put-manifest',
  DELETE: 'delete-manifest'
}
