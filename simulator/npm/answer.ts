import { jsonReply, type Reply, type Request } from '../server/exchange.js'
import type { RequestKind } from '../server/kinds.js'
import type { Assumptions } from '../world/assumptions.js'
import type { StoredPackage } from '../world/package.js'
import { hasScope, mayRead } from '../world/token.js'
import type { World } from '../world/world.js'

export interface NpmRoute {
  readonly kind: RequestKind
  /** Without the `@`. */
  readonly scope: string
  readonly name: string
}

export function routeNpm(method: string, path: string): NpmRoute {
  const [, scope, name] = /^\/(?:@|%40)([^/%]+)(?:\/|%2f)([^/%]+)$/i.exec(path) ?? []
  const right = method === 'GET' && scope !== undefined && name !== undefined
  return right ? { kind: 'packument', scope, name } : { kind: 'unknown', scope: '', name: '' }
}

/** `GET /@scope%2Fname`: the packument, whose `dist-tags` the REST API does not have. A token is needed even for public packages. */
export function answerNpm(world: World, request: Request, route: NpmRoute, npmUrl: string): Reply {
  if (route.kind === 'unknown') return jsonReply(404, { error: 'not found' })
  const [scheme = '', value = ''] = (request.headers.authorization ?? '').split(/\s+/, 2)
  const token = /^bearer$/i.test(scheme) ? world.tokens.get(value) : undefined
  if (token === undefined) return jsonReply(401, { error: 'authentication token not provided' })
  const isJob = token.kind === 'workflow' || token.kind === 'installation'
  const right = isJob ? token.packages !== 'none' : token.kind !== 'fine-grained' && hasScope(token, 'read:packages')
  if (!right) {
    return jsonReply(403, { error: 'Permission permission_denied: The token provided does not match expected scopes.' })
  }
  const stored = world.package({ owner: route.scope, type: 'npm', name: route.name })
  if (stored === undefined || !mayRead(token, stored)) return jsonReply(404, { error: 'not_found' })
  return jsonReply(200, packument(stored, route, npmUrl, world.assumptions), { 'content-type': 'application/json' })
}

function packument(stored: StoredPackage, route: NpmRoute, npmUrl: string, assumptions: Assumptions): object {
  const name = `@${route.scope}/${route.name}`
  const active = stored.versions.list('active')
  return {
    _id: name,
    name,
    'dist-tags': distTags(stored, assumptions),
    versions: Object.fromEntries(
      active.map((version) => [
        version.name,
        { name, version: version.name, dist: { tarball: `${npmUrl}/download/${name}/${version.name}/${version.id}` } }
      ])
    )
  }
}

function distTags(stored: StoredPackage, assumptions: Assumptions): Record<string, string> {
  const tags = [...stored.distTags]
  if (assumptions.distTagsOnDelete === 'dangling') return Object.fromEntries(tags)
  const living = Object.fromEntries(tags.filter(([, version]) => stored.byName.has(version)))
  const dead = stored.distTags.has('latest') && living.latest === undefined
  if (assumptions.distTagsOnDelete === 'removed' || !dead) return living
  const newest = [...stored.byName.values()].sort((a, b) => b.createdAt - a.createdAt)[0]
  return { ...living, ...(newest && { latest: newest.name }) }
}
