import { answerNpm, routeNpm } from '../npm/answer.js'
import { answerRegistry } from '../registry/answer.js'
import { Uploads } from '../registry/blobs.js'
import { RegistryRate } from '../registry/rate.js'
import { routeRegistry } from '../registry/routes.js'
import type { RegistryTokens } from '../registry/tokens.js'
import { answerRest, authenticate, restHeaders } from '../rest/answer.js'
import { type Edition, errorReply, type RestContext } from '../rest/context.js'
import { routeRest } from '../rest/routes.js'
import type { PackageType } from '../world/package.js'
import type { Token } from '../world/token.js'
import type { PackageRef, World } from '../world/world.js'
import type { Reply, Request } from './exchange.js'
import type { RequestKind } from './kinds.js'
import type { Limiter } from './limiter.js'

/** One part of GitHub: says what a request is, lets it in, and answers it. */
export interface Service {
  route(method: string, path: string): RouteFacts
  /** At arrival, before any latency. */
  admit(request: Request): Visit
}

export interface RouteFacts {
  readonly kind: RequestKind
  /** The package in the path, where there is one. */
  readonly ref: PackageRef | undefined
}

export interface Visit {
  readonly token: Token | undefined
  /** The answer; changes the world. */
  answer(): Reply
  /** Headers that every answer of this part has, faulty ones too. */
  headers(): Readonly<Record<string, string>>
  /** When it is over; 0 if no answer was given. */
  done(status: number): void
}

export interface ServiceSettings {
  readonly world: World
  readonly edition: Edition
  /** '' or `/api/v3`. */
  readonly basePath: string
  readonly limiter: Limiter
  readonly registryTokens: RegistryTokens
  readonly urls: { readonly api: string; readonly registry: string; readonly npm: string }
}

export function restService({ world, edition, basePath, limiter, urls }: ServiceSettings): Service {
  const routeOf = (method: string, path: string) =>
    path.startsWith(`${basePath}/`) ? routeRest(method, path.slice(basePath.length)) : routeRest(method, '/')
  return {
    route: (method, path) => {
      const { kind, login, type, name } = routeOf(method, path)
      return { kind, ref: type === '' ? undefined : { owner: login, type: type as PackageType, name } }
    },
    admit: (request) => {
      const credentials = authenticate(world, request)
      const token = credentials === 'bad' ? undefined : credentials
      const route = routeOf(request.method, request.path)
      const context: RestContext = { world, edition, apiUrl: urls.api, limiter, token, request, route }
      const locked = request.headers.authorization !== undefined && limiter.lockedOut(credentials !== 'bad')
      const passing401 = token !== undefined && limiter.refusesToken(token, request.method)
      const admission = limiter.admit(token, request.method, route.kind !== 'rate-limit')
      return {
        token,
        answer: () => {
          if (locked) return errorReply(403, 'Maximum number of login attempts exceeded. Please try again later.')
          // Read again: the token may have been revoked since the request came in.
          if (passing401 || authenticate(world, request) === 'bad') return errorReply(401, 'Bad credentials')
          return admission.refusal ?? answerRest(context)
        },
        headers: () => restHeaders(context),
        done: admission.done
      }
    }
  }
}

export function registryService({ world, registryTokens, limiter, urls }: ServiceSettings): Service {
  const uploads = new Uploads()
  const rate = new RegistryRate(limiter.settings)
  return {
    route: (method, path) => {
      const { kind, owner, name } = routeRegistry(method, path)
      return { kind, ref: name === '' ? undefined : { owner, type: 'container', name } }
    },
    admit: (request) => {
      const route = routeRegistry(request.method, request.path)
      const refusal = route.kind === 'registry-token' ? undefined : rate.refusal(request.method)
      const context = { world, registryUrl: urls.registry, request, route, tokens: registryTokens }
      return {
        token: undefined,
        answer: () => refusal ?? answerRegistry(context, uploads),
        headers: () => ({ 'docker-distribution-api-version': 'registry/2.0' }),
        done: () => {}
      }
    }
  }
}

export function npmService({ world, urls }: ServiceSettings): Service {
  return {
    route: (method, path) => {
      const { kind, scope, name } = routeNpm(method, path)
      return { kind, ref: name === '' ? undefined : { owner: scope, type: 'npm', name } }
    },
    admit: (request) => ({
      token: undefined,
      answer: () => answerNpm(world, request, routeNpm(request.method, request.path), urls.npm),
      headers: () => ({}),
      done: () => {}
    })
  }
}
