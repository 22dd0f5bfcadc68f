import type { Clock } from '../app/ports.js'
import { isObject, parseJson } from '../domain/json.js'
import type { HttpResponse } from '../http/transport.js'
import { parseChallenge, tokenAddress } from './challenge.js'
import { describeRefusal } from './refusal.js'
import type { Sender, Trouble } from './sender.js'

/** What a token allows in one repository: `pull`, or `pull,push`, which only writes ask for. */
export interface RepositoryScope {
  /** `owner/name`, lower case. */
  readonly repository: string
  readonly actions: 'pull' | 'pull,push'
}

/** What a request is sent with. `value` is absent where the registry asks for no token. */
export interface Credential {
  readonly kind: 'credential'
  readonly value?: string
}

/**
 * Registry tokens, one for each scope (Docker token authentication specification). Requests that need the same token at
 * the same time wait for one answer.
 */
export interface Authorization {
  get(scope: RepositoryScope): Promise<Credential | Trouble>
  /** After a 401 or 403: another credential than the one that was used. */
  renew(scope: RepositoryScope, used: Credential, response: HttpResponse): Promise<Credential | Trouble>
  /** From now on `get` answers this for the scope: asking again would be refused again. */
  refuse(scope: RepositoryScope, trouble: Trouble): void
}

export interface AuthorizationOptions {
  /** Without trailing slash. */
  readonly registryUrl: string
  /** The GitHub token. It is sent to the registry's own origin or to a trusted host, and nowhere else. */
  readonly token: string
  /** Hosts, with port if any, that may give out tokens for the registry beside itself. */
  readonly trustedHosts: readonly string[]
  readonly send: Sender
  readonly clock: Clock
}

/** Seconds, where `expires_in` is missing (Docker token authentication specification). */
const DEFAULT_LIFETIME = 60
/** A token is renewed when so much of its lifetime is over: it must still be good when the request arrives. */
const USABLE = 0.8

interface HeldCredential {
  readonly credential: Credential
  /** Milliseconds since the epoch. */
  readonly until: number
}

interface Realm {
  readonly address: URL
  readonly service: string | undefined
}

const OPEN: HeldCredential = { credential: { kind: 'credential' }, until: Number.POSITIVE_INFINITY }

/** Holds the tokens of a run; nothing of them is written to disk. */
export function createAuthorization(options: AuthorizationOptions): Authorization {
  const { registryUrl, token, trustedHosts, send, clock } = options
  const held = new Map<string, HeldCredential>()
  const underWay = new Map<string, Promise<HeldCredential | Trouble>>()
  const refused = new Map<string, Trouble>()
  const refusedOnce = new Set<string>()
  let realm: Realm | undefined
  /** The first question for the realm; its answer serves every repository. */
  let firstQuestion: Promise<unknown> | undefined

  async function get(scope: RepositoryScope): Promise<Credential | Trouble> {
    const key = keyOf(scope)
    const no = refused.get(key)
    if (no !== undefined) return no
    const known = held.get(key)
    if (known !== undefined && clock.now() < known.until) return known.credential
    let pending = underWay.get(key)
    if (pending === undefined) {
      pending = obtain(scope).finally(() => underWay.delete(key))
      underWay.set(key, pending)
    }
    const got = await pending
    return 'credential' in got ? got.credential : got
  }

  async function obtain(scope: RepositoryScope): Promise<HeldCredential | Trouble> {
    if (realm === undefined && firstQuestion !== undefined) await firstQuestion.catch(() => undefined)
    if (realm === undefined) {
      // Any address answers with the challenge; a list of tags counts as no download.
      const url = `${registryUrl}/v2/${scope.repository}/tags/list?n=1`
      const question = send('token', { method: 'GET', url })
      firstQuestion ??= question
      const reply = await question
      if (reply.kind === 'trouble') return reply
      const learnt = reply.response.status === 401 ? learn(reply.response) : undefined
      if (learnt !== undefined) return learnt
      if (realm === undefined) return keep(scope, OPEN)
    }
    return exchange(scope, realm)
  }

  /** Takes the realm from a challenge, or says why it cannot be used. */
  function learn(response: HttpResponse): Trouble | undefined {
    const challenge = parseChallenge(response.headers['www-authenticate'] ?? '')
    if (challenge === undefined) {
      const why = `the registry answered ${describeRefusal(response)} and does not name a token service`
      return { kind: 'trouble', code: 'auth', why }
    }
    const address = tokenAddress(challenge.realm, registryUrl, trustedHosts)
    if (address === undefined) {
      return {
        kind: 'trouble',
        code: 'auth',
        why: `the registry names a token service that is not its own (${originOf(challenge.realm)}), so the token was not sent`,
        remedy: 'Check registry-url: it must be the container registry of the configured GitHub server.'
      }
    }
    realm = { address, service: challenge.service }
    return undefined
  }

  async function exchange(scope: RepositoryScope, { address, service }: Realm): Promise<HeldCredential | Trouble> {
    const url = new URL(address)
    if (service !== undefined) url.searchParams.set('service', service)
    url.searchParams.set('scope', keyOf(scope))
    // Any user name will do; the token is the password.
    const basic = Buffer.from(`token:${token}`).toString('base64')
    const askedAt = clock.now()
    const headers = { authorization: `Basic ${basic}` }
    const request = { method: 'GET', url: url.href, headers, asksForCredential: true } as const
    const reply = await send('token', request, {
      check: ({ body }) => (parseJson(body) === undefined ? 'the answer of the token service was cut off' : undefined)
    })
    if (reply.kind === 'trouble') return reply
    const { response } = reply
    if (response.status !== 200) {
      const no = deniedTrouble(`the token service answered ${describeRefusal(response)}`, scope)
      // GitHub has answered 401 to good tokens: only a second refusal counts.
      if (refusedOnce.has(keyOf(scope))) refuse(scope, no)
      refusedOnce.add(keyOf(scope))
      return no
    }
    const grant = parseGrant(response.body)
    if (grant === undefined) {
      return { kind: 'trouble', code: 'api', why: 'the token service gave no usable token' }
    }
    const until = askedAt + grant.lifetime * 1000 * USABLE
    return keep(scope, { credential: { kind: 'credential', value: `Bearer ${grant.token}` }, until })
  }

  function keep(scope: RepositoryScope, value: HeldCredential): HeldCredential {
    held.set(keyOf(scope), value)
    return value
  }

  async function renew(
    scope: RepositoryScope,
    used: Credential,
    response: HttpResponse
  ): Promise<Credential | Trouble> {
    const key = keyOf(scope)
    if (held.get(key)?.credential === used) held.delete(key)
    if (realm === undefined) {
      const learnt = learn(response)
      if (learnt !== undefined) return learnt
    }
    return get(scope)
  }

  function refuse(scope: RepositoryScope, trouble: Trouble): void {
    refused.set(keyOf(scope), trouble)
  }

  return { get, renew, refuse }
}

/** Why a scope is not granted, with what to do about it. */
export function deniedTrouble(why: string, scope: RepositoryScope): Trouble {
  const right = scope.actions === 'pull' ? 'read' : 'write'
  return {
    kind: 'trouble',
    code: 'auth',
    why,
    remedy:
      `GITHUB_TOKEN needs "permissions: packages: ${right}", and the package must give this repository Actions access; ` +
      `a personal access token (classic) needs ${right}:packages.`
  }
}

/** A scope as the token service reads it, such as `repository:octo/app:pull`. */
export const keyOf = (scope: RepositoryScope): string => `repository:${scope.repository}:${scope.actions}`

const originOf = (address: string): string => (URL.canParse(address) ? new URL(address).origin : 'no valid address')

function parseGrant(body: Uint8Array): { readonly token: string; readonly lifetime: number } | undefined {
  const json = parseJson(body)
  if (!isObject(json)) return undefined
  const token = json.token ?? json.access_token
  // It goes into a header: visible ASCII only.
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) return undefined
  const seconds = json.expires_in
  const stated = typeof seconds === 'number' && Number.isFinite(seconds) && seconds > 0
  return { token, lifetime: stated ? seconds : DEFAULT_LIFETIME }
}
