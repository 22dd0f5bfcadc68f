import { jsonReply, type Reply, type Request } from '../server/exchange.js'
import type { Limiter } from '../server/limiter.js'
import type { Token } from '../world/token.js'
import type { World } from '../world/world.js'
import type { Route } from './routes.js'

export type Edition = 'github.com' | 'ghes'

/** What one REST request is answered with. */
export interface RestContext {
  readonly world: World
  readonly edition: Edition
  /** Address of the API, with its base path. */
  readonly apiUrl: string
  readonly limiter: Limiter
  readonly token: Token | undefined
  readonly request: Request
  readonly route: Route
}

/** GitHub's error body; `status` is a text (OpenAPI: basic-error). */
export function errorReply(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Reply {
  const documentation_url = 'https://docs.github.com/rest/packages/packages'
  return jsonReply(status, { message, documentation_url, status: String(status) }, headers)
}

export const notFound = (): Reply => errorReply(404, 'Not Found')
export const packageNotFound = (): Reply => errorReply(404, 'Package not found.')
export const notForIntegration = (): Reply => errorReply(403, 'Resource not accessible by integration')
export const noContent = (): Reply => ({ status: 204 })
