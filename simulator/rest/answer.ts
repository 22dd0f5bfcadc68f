import { createHash } from 'node:crypto'
import { JSON_TYPE, jsonReply, type Reply, type Request } from '../server/exchange.js'
import type { Token } from '../world/token.js'
import type { World } from '../world/world.js'
import { NEEDS } from './access.js'
import { answerAccount } from './accounts.js'
import { errorReply, notFound, type RestContext } from './context.js'
import { answerPackages } from './packages.js'
import { answerRepository } from './repositories.js'

/** GitHub's documented API versions; another one is a bad request. */
const API_VERSIONS = ['2022-11-28', '2026-03-10']

/** What the credentials of a REST request are: a token, none, or bad ones. */
export function authenticate(world: World, request: Request): Token | undefined | 'bad' {
  const header = request.headers.authorization
  if (header === undefined) return undefined
  const [scheme = '', value = ''] = header.split(/\s+/, 2)
  const secret = /^basic$/i.test(scheme)
    ? Buffer.from(value, 'base64').toString('utf8').split(':').slice(1).join(':')
    : value
  return world.tokens.get(secret) ?? 'bad'
}

export function answerRest(context: RestContext): Reply {
  const { request, route } = context
  const version = request.headers['x-github-api-version']
  if (version !== undefined && !API_VERSIONS.includes(String(version))) {
    return errorReply(400, `"${String(version)}" is not a supported version of the GitHub REST API.`)
  }
  const reply = answerRoute(context)
  return request.method === 'GET' && reply.status === 200 && route.kind !== 'rate-limit'
    ? conditional(request, reply)
    : reply
}

/** Headers that every REST answer has. */
export function restHeaders(context: RestContext): Record<string, string> {
  const { token, route, request, edition } = context
  const need = NEEDS[route.kind]
  const scoped = token?.kind === 'classic' || token?.kind === 'oauth'
  return {
    'content-type': JSON_TYPE,
    'x-github-media-type': 'github.v3; format=json',
    'x-github-request-id': `0401:24A9:6C31:${request.n.toString(16).toUpperCase().padStart(4, '0')}:692169A0`,
    ...(edition === 'ghes' && { 'x-github-enterprise-version': '3.19.0' }),
    ...(scoped && { 'x-oauth-scopes': token.scopes.join(', ') }),
    ...(scoped && need && { 'x-accepted-oauth-scopes': need.scopes.join(', ') }),
    ...(token &&
      !scoped &&
      need && { 'x-accepted-github-permissions': need.changes ? 'packages=write' : 'packages=read' }),
    ...context.limiter.headers(token)
  }
}

function answerRoute(context: RestContext): Reply {
  const { limiter, token } = context
  switch (context.route.kind) {
    case 'unknown':
      return notFound()
    case 'account':
      return answerAccount(context)
    case 'repository':
    case 'releases':
    case 'git-tags':
    case 'branches':
    case 'pulls':
    case 'deployments':
    case 'deployment-statuses':
    case 'environments':
    case 'environment':
      return answerRepository(context)
    case 'rate-limit': {
      if (limiter.settings.primary === 'off') return errorReply(404, 'Rate limiting is not enabled.')
      const core = limiter.state(token)
      return jsonReply(200, { resources: { core }, rate: core })
    }
    case 'meta':
      return jsonReply(200, {
        verifiable_password_authentication: true,
        ...(context.edition === 'ghes' && { installed_version: '3.19.0' })
      })
    default:
      return answerPackages(context)
  }
}

/** 304 if the client has this very body already. */
function conditional(request: Request, reply: Reply): Reply {
  const hash = createHash('sha256').update(reply.body ?? '')
  const etag = `W/"${hash.digest('hex')}"`
  const known = request.headers['if-none-match']
  const headers = { ...reply.headers, etag, 'cache-control': 'private, max-age=60, s-maxage=60' }
  if (known?.split(/,\s*/).includes(etag)) return { status: 304, headers }
  return { ...reply, headers }
}
