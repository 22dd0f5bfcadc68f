import { jsonReply, type Reply } from '../server/exchange.js'
import type { StoredPackage } from '../world/package.js'
import { hasScope, mayRead, reaches, type Token } from '../world/token.js'
import type { World } from '../world/world.js'
import { type RegistryContext, registryError } from './context.js'
import type { Grant } from './tokens.js'

export type Action = 'pull' | 'push'

/** `GET /token`: Basic with any user name and the token as password; without credentials for what is public. */
export function answerToken(context: RegistryContext): Reply {
  const { world, request, tokens } = context
  const header = request.headers.authorization
  let token: Token | undefined
  if (header !== undefined) {
    const [scheme = '', value = ''] = header.split(/\s+/, 2)
    const secret = Buffer.from(value, 'base64').toString('utf8').split(':').slice(1).join(':')
    token = /^basic$/i.test(scheme) ? world.tokens.get(secret) : undefined
    if (token === undefined || token.kind === 'fine-grained') return registryError(403, 'DENIED', 'denied')
  }
  const scopes = new Set<string>()
  for (const scope of request.query.getAll('scope').flatMap((item) => item.split(' '))) {
    const [, repository = '', actions = ''] = /^repository:(.+):([^:]+)$/.exec(scope) ?? []
    const [owner = '', ...name] = repository.split('/')
    for (const action of actions.split(',')) {
      if (action !== 'pull' && action !== 'push') continue
      if (may(world, token, owner, name.join('/'), action)) scopes.add(`${repository.toLowerCase()}:${action}`)
      else if (token === undefined) return registryError(401, 'UNAUTHORIZED', 'authentication required')
      else if (action === 'pull') return registryError(403, 'DENIED', 'requested access to the resource is denied')
    }
  }
  const value = tokens.issue(token, scopes)
  const { expiresIn } = tokens.settings
  return jsonReply(200, { token: value, ...(expiresIn !== 'omitted' && { expires_in: expiresIn }) })
}

/** Whose rights the request has, or the answer that it has none. */
export function authorize(context: RegistryContext, action: Action): Grant | Reply {
  const { route, request, world, tokens } = context
  const header = request.headers.authorization
  const challenge = () => challengeReply(context, action)
  if (header === undefined) return challenge()
  const [scheme = '', value = ''] = header.split(/\s+/, 2)
  if (!/^bearer$/i.test(scheme)) return registryError(403, 'DENIED', 'invalid token')
  if (world.tokens.has(value)) return registryError(403, 'DENIED', 'invalid token')
  const shortcut = world.tokens.get(Buffer.from(value, 'base64').toString('utf8'))
  const grant: Grant | undefined =
    shortcut === undefined || shortcut.kind === 'fine-grained'
      ? tokens.find(value)
      : { token: shortcut, scopes: 'all', expiresAt: Number.POSITIVE_INFINITY }
  if (grant === undefined) return challenge()
  if (route.kind === 'registry-base') return grant
  const { owner, name } = route
  if (grant.scopes !== 'all' && !grant.scopes.has(`${owner}/${name}:${action}`.toLowerCase())) {
    return registryError(403, 'DENIED', 'requested access to the resource is denied')
  }
  if (may(world, grant.token, owner, name, action)) return grant
  return registryError(403, 'DENIED', `permission_denied: ${action === 'pull' ? 'read' : 'write'}_package`)
}

function challengeReply(context: RegistryContext, action: Action): Reply {
  const { registryUrl, route } = context
  const service = new URL(registryUrl).host
  const actions = action === 'pull' ? 'pull' : 'pull,push'
  const scope =
    route.kind === 'registry-base' ? 'repository:user/image:pull' : `repository:${route.owner}/${route.name}:${actions}`
  return registryError(401, 'UNAUTHORIZED', 'authentication required', {
    'www-authenticate': `Bearer realm="${registryUrl}/token",service="${service}",scope="${scope}"`
  })
}

function may(world: World, token: Token | undefined, owner: string, name: string, action: Action): boolean {
  const stored = world.package({ owner, type: 'container', name })
  return action === 'pull' ? mayPull(token, stored) : mayPush(world, token, stored, owner, name)
}

function mayPull(token: Token | undefined, stored: StoredPackage | undefined): boolean {
  if (stored?.visibility === 'public') return true
  if (token === undefined || !readsPackages(token)) return false
  // A package that is not there is reported as such to whoever is known.
  return stored === undefined || mayRead(token, stored)
}

function mayPush(
  world: World,
  token: Token | undefined,
  stored: StoredPackage | undefined,
  owner: string,
  name: string
): boolean {
  if (token === undefined) return false
  const isJob = token.kind === 'workflow' || token.kind === 'installation'
  if (isJob ? token.packages !== 'write' : !hasScope(token, 'write:packages')) return false
  if (stored === undefined) return world.account(owner) !== undefined
  return reaches(token.admin, owner, name)
}

function readsPackages(token: Token): boolean {
  const isJob = token.kind === 'workflow' || token.kind === 'installation'
  return isJob ? token.packages !== 'none' : hasScope(token, 'read:packages')
}
