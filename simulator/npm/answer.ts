import { jsonReply, type Reply, type Request } from '../server/exchange.js'
import type { RequestKind } from '../server/kinds.js'
import type { Assumptions } from '../world/assumptions.js'
import type { StoredPackage } from '../world/package.js'
import { hasScope, linkOf, mayRead, reaches, type Token } from '../world/token.js'
import type { World } from '../world/world.js'

export interface NpmRoute {
  readonly kind: RequestKind
  /** Without the `@`. */
  readonly scope: string
  readonly name: string
}

export function routeNpm(method: string, path: string): NpmRoute {
  const [, scope, name] = /^\/(?:@|%40)([^/%]+)(?:\/|%2f)([^/%]+)$/i.exec(path) ?? []
  const kind = method === 'GET' ? 'packument' : method === 'PUT' ? 'publish' : undefined
  return kind !== undefined && scope !== undefined && name !== undefined
    ? { kind, scope, name }
    : { kind: 'unknown', scope: '', name: '' }
}

/**
 * `GET /@scope%2Fname`: the packument, whose `dist-tags` the REST API does not have. A token is needed even for public
 * packages. `PUT` publishes what its body says; archives are not kept.
 */
export function answerNpm(world: World, request: Request, route: NpmRoute, npmUrl: string): Reply {
  if (route.kind === 'unknown') return jsonReply(404, { error: 'not found' })
  const [scheme = '', value = ''] = (request.headers.authorization ?? '').split(/\s+/, 2)
  const token = /^bearer$/i.test(scheme) ? world.tokens.get(value) : undefined
  if (token === undefined) return jsonReply(401, { error: 'authentication token not provided' })
  const isJob = token.kind === 'workflow' || token.kind === 'installation'
  const writes = route.kind === 'publish'
  const right = isJob
    ? token.packages === 'write' || (!writes && token.packages === 'read')
    : token.kind !== 'fine-grained' && hasScope(token, writes ? 'write:packages' : 'read:packages')
  if (!right) {
    return jsonReply(403, { error: 'Permission permission_denied: The token provided does not match expected scopes.' })
  }
  const stored = world.package({ owner: route.scope, type: 'npm', name: route.name })
  if (writes) return publish(world, request, route, token)
  if (stored === undefined || !mayRead(token, stored)) return jsonReply(404, { error: 'not_found' })
  return jsonReply(200, packument(stored, route, npmUrl, world.assumptions), { 'content-type': 'application/json' })
}

function publish(world: World, request: Request, route: NpmRoute, token: Token): Reply {
  const ref = { owner: route.scope, type: 'npm', name: route.name } as const
  const there = world.package(ref)
  if (there !== undefined && !reaches(token.admin, ref.owner, ref.name)) return jsonReply(403, { error: 'forbidden' })
  const { versions = {}, 'dist-tags': distTags = {} } = JSON.parse(request.body.toString('utf8')) as {
    versions?: object
    'dist-tags'?: Record<string, string>
  }
  const names = Object.keys(versions)
  if (names.some((name) => there?.byName.has(name))) {
    return jsonReply(409, { error: 'Cannot publish over existing version.' })
  }
  const stored = there ?? world.addPackage({ ...ref, ...linkOf(token) })
  for (const name of names) world.addVersion(ref, { name })
  for (const [tag, version] of Object.entries(distTags)) stored.distTags.set(tag, version)
  return jsonReply(200, { ok: true })
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
