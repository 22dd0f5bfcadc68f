import { tooManyRequests } from '../registry/rate.js'
import type { Token } from '../world/token.js'
import { JSON_TYPE, type Reply, type Request } from './exchange.js'
import type { Limiter } from './limiter.js'
import { type Match, Matcher } from './match.js'

/**
 * What goes wrong with a request.
 * - `reset`: the connection breaks before anything is done; `lost-answer`: after it was done, without an answer
 * - `hang`: no answer, ever
 * - `cut-body`: the connection breaks in the middle of the body; `short-body`: half a body that looks complete
 * - `empty`: the right status without a body; `wrong-body`: a body that is not what was asked for
 */
export type Effect =
  | 'reset'
  | 'lost-answer'
  | 'hang'
  | 'cut-body'
  | 'short-body'
  | 'empty'
  | 'wrong-body'
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  /** Milliseconds on top of the latency. */
  | { readonly delay: number }
  /** To the same address, unless `to` says otherwise. */
  | { readonly redirect: 301 | 302 | 303 | 307 | 308; readonly to?: string }
  /** A limit, in the server's words: `retryAfter` in seconds, `waitMs` for the registry's text. `primary` uses up the hour. */
  | {
      readonly limited: 'primary' | 'secondary' | 'registry'
      readonly status?: 403 | 429
      readonly retryAfter?: number
      readonly text?: 'secondary' | 'abuse'
      readonly waitMs?: number
    }
  /** The next so many version lists of the package show it as it was before this request. */
  | { readonly lag: number }

export interface Fault {
  /** Every request, if left out. */
  readonly match?: Match
  readonly effect: Effect
}

/** The faults of a server, in order: the first that picks a request is done to it. */
export class Faults {
  #rows: { readonly matcher: Matcher; readonly effect: Effect }[] = []

  constructor(faults: readonly Fault[]) {
    for (const fault of faults) this.add(fault)
  }

  add(fault: Fault): void {
    this.#rows.push({ matcher: new Matcher(fault.match ?? {}), effect: fault.effect })
  }

  clear(): void {
    this.#rows = []
  }

  pick(request: Request): Effect | undefined {
    return this.#rows.find(({ matcher }) => matcher.picks(request))?.effect
  }
}

/** The answer that an effect gives in place of the work; `undefined` if the work is done all the same. */
export function replyInstead(
  effect: Effect,
  request: Request,
  limiter: Limiter,
  token: Token | undefined
): Reply | undefined {
  if (typeof effect === 'string' || 'delay' in effect || 'lag' in effect) return undefined
  if ('status' in effect && !('limited' in effect)) return statusReply(effect)
  if ('redirect' in effect) {
    const query = request.query.toString()
    const here = `http://${request.headers.host}${request.path}${query === '' ? '' : `?${query}`}`
    return { status: effect.redirect, headers: { location: effect.to ?? here } }
  }
  const status = effect.status ?? limiter.settings.status
  switch (effect.limited) {
    case 'primary':
      limiter.exhaust(token)
      return limiter.primaryReply(token, status)
    case 'registry':
      return tooManyRequests(effect.waitMs ?? 1, limiter.settings.registryReads, effect.retryAfter !== undefined)
    case 'secondary':
      return limiter.secondaryReply({ ...effect, status, retryAfter: effect.retryAfter })
  }
}

/** The answer as it leaves, where an effect spoils it. */
export function spoiled(effect: Effect | undefined, request: Request, reply: Reply): Reply {
  switch (effect) {
    case 'empty':
      return { ...reply, body: '' }
    case 'short-body':
      return {
        ...reply,
        body: Buffer.from(reply.body ?? '').subarray(0, Math.floor(Buffer.byteLength(reply.body ?? '') / 2))
      }
    case 'wrong-body':
      return { ...reply, body: request.kind === 'get-manifest' ? `${String(reply.body)}\n` : '{"unexpected":true}' }
    default:
      return reply
  }
}

function statusReply(effect: { status: number; body?: unknown; headers?: Readonly<Record<string, string>> }): Reply {
  const { status, body = { message: status >= 500 ? 'Server Error' : 'Not Found' }, headers = {} } = effect
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { status, headers: { 'content-type': JSON_TYPE, ...headers }, body: text }
}
