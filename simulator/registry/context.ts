import { jsonReply, type Reply, type Request } from '../server/exchange.js'
import type { World } from '../world/world.js'
import type { RegistryRoute } from './routes.js'
import type { RegistryTokens } from './tokens.js'

export interface RegistryContext {
  readonly world: World
  readonly registryUrl: string
  readonly request: Request
  readonly route: RegistryRoute
  readonly tokens: RegistryTokens
}

/** The error body of the distribution specification. */
export function registryError(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {}
): Reply {
  return jsonReply(status, { errors: [{ code, message }] }, { 'content-type': 'application/json', ...headers })
}
