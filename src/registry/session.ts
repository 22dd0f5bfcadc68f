import type { HttpRequest, Method } from '../http/transport.js'
import { type Authorization, deniedTrouble, keyOf, type RepositoryScope } from './authorization.js'
import { describeRefusal } from './refusal.js'
import type { Checks, Reply, RequestKind, Sender, Trouble } from './sender.js'

/** One request to a repository of the registry. */
export interface Exchange extends Checks {
  readonly kind: RequestKind
  readonly scope: RepositoryScope
  readonly method: Method
  /** Behind `/v2/<repository>/`, or a whole address of the registry. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

/** Sends with the right token; a token that is refused is renewed once. */
export type Session = (exchange: Exchange) => Promise<Reply>

/** Refusals in a row, each with a fresh token, after which a repository is not asked any more. */
const MAX_DENIALS = 3

/** A session with one registry. After three refusals in a row a repository is not asked any more. */
export function createSession(registryUrl: string, authorization: Authorization, send: Sender): Session {
  const denials = new Map<string, number>()

  function denied(scope: RepositoryScope, no: Trouble): Trouble {
    const count = (denials.get(keyOf(scope)) ?? 0) + 1
    denials.set(keyOf(scope), count)
    if (no.code === 'auth' && count >= MAX_DENIALS) authorization.refuse(scope, no)
    return no
  }

  return async ({ kind, scope, method, path, headers, body, ...checks }) => {
    const url = path.includes('://') ? path : `${registryUrl}/v2/${scope.repository}/${path}`
    let credential = await authorization.get(scope)
    for (let renewed = false; ; renewed = true) {
      if (credential.kind === 'trouble') return renewed ? denied(scope, credential) : credential
      const request: HttpRequest = {
        method,
        url,
        headers: { ...headers, ...(credential.value !== undefined && { authorization: credential.value }) },
        body
      }
      const reply = await send(kind, request, checks)
      if (reply.kind === 'trouble') return reply
      const { response } = reply
      // ghcr.io answers 403 as well as 401 to a token that has expired.
      if (response.status !== 401 && response.status !== 403) {
        denials.delete(keyOf(scope))
        return reply
      }
      if (renewed) return denied(scope, deniedTrouble(`the registry answered ${describeRefusal(response)}`, scope))
      credential = await authorization.renew(scope, credential, response)
    }
  }
}
