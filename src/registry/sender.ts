import type { Clock } from '../app/ports.js'
import { Failure, type FailureCode } from '../domain/failure.js'
import type { HttpRequest, HttpResponse, Transport } from '../http/transport.js'
import { LONGEST_PAUSE_MS, type RequestPace } from './pace.js'
import { describeRefusal, parseRefusal } from './refusal.js'
import { allowedPerMinute, requestedWait } from './requestedWait.js'

/** `manifest`: a read; `tags`: a page of a list of tags; `push`: a write; `token`: what it takes to be let in. */
export type RequestKind = 'manifest' | 'tags' | 'push' | 'token'

/** Why a request has no answer, or is not granted. */
export interface Trouble {
  readonly kind: 'trouble'
  readonly code: FailureCode
  readonly why: string
  readonly remedy?: string | undefined
}

/** An answer that decides something (any status but 429 and 5xx), or why none came. */
export type Reply = { readonly kind: 'answer'; readonly response: HttpResponse } | Trouble

export interface SenderOptions {
  readonly transport: Transport
  readonly clock: Clock
  readonly pace: RequestPace
  /** Ends reads and waits; a write that has begun may end: half a write is worse than a late one. */
  readonly signal: AbortSignal
  /** Ends writes, too. */
  readonly overdue?: AbortSignal | undefined
  readonly onRequest?: ((kind: RequestKind) => void) | undefined
  /** Is called with every wait that the registry asks for. */
  readonly onWait?: ((ms: number, why: string) => void) | undefined
  /** From 0 to below 1, for jitter. */
  readonly random?: (() => number) | undefined
}

export interface Checks {
  /** Says why a 2xx answer cannot be what was sent; it is then asked for again. */
  readonly check?: (response: HttpResponse) => string | undefined
  /** Is called before each sending, when all waiting is over. What it throws (`Failure`) keeps the request from being sent. */
  readonly beforehand?: () => Promise<void>
}

/** Sends one request until it is answered, within bounds. Throws `Failure`: `cancelled`, or what `beforehand` throws. */
export type Sender = (kind: RequestKind, request: HttpRequest, checks?: Checks) => Promise<Reply>

/** For 5xx, resets, time-outs, and bodies cut off or damaged. */
const MAX_TRIES = 4
/** For 429: the registry works and says how long to wait. */
const MAX_REFUSALS = 8
/** If the registry refuses everything for longer than this, no request is sent again. */
const MAX_REFUSED_MS = 60_000
const BACKOFF_MS = 250
/** After this many requests in a row without an answer the registry counts as down, and the rest do not wait for it. */
const OUTAGE = 16
const OUTAGE_MS = 10_000

/** Sends with retries, within the pace, and gives up early on a registry that is down. */
export function createSender(options: SenderOptions): Sender {
  const { transport, clock, pace, signal, overdue, onRequest, onWait, random = Math.random } = options
  let unanswered = 0
  let outageUntil = 0
  let refusedSince: number | undefined

  /** Grows with each attempt, and is spread so that parallel requests do not come back together. */
  const backoff = (attempt: number): number => BACKOFF_MS * 2 ** attempt * (0.5 + random() / 2)

  /** `undefined`: the registry asked for a pause that is too long, while this request waited for its turn. */
  async function once(
    kind: RequestKind,
    request: HttpRequest,
    { beforehand }: Checks,
    refusals: number
  ): Promise<HttpResponse | Failure | undefined> {
    try {
      return await pace.turn(async () => {
        if (signal.aborted) throw cancelled()
        if (pace.pausedFor() > LONGEST_PAUSE_MS) return undefined
        await beforehand?.()
        onRequest?.(kind)
        const sent = transport.send({ ...request, signal: kind === 'push' ? overdue : signal })
        const response = await sent.catch(noAnswer)
        if (response instanceof Failure) return response
        // Before the end of its turn lets the next one go.
        if (isRateLimit(response)) heed(response, kind, refusals)
        return response
      })
    } catch (error) {
      throw signal.aborted ? cancelled(error) : error
    }
  }

  function noAnswer(error: unknown): Failure {
    if (!signal.aborted && error instanceof Failure && (error.code === 'network' || error.code === 'api')) return error
    throw error
  }

  const refusedTooLong = (): boolean => refusedSince !== undefined && clock.now() - refusedSince > MAX_REFUSED_MS

  function heed(response: HttpResponse, kind: RequestKind, refusals: number): void {
    refusedSince ??= clock.now()
    if (refusedTooLong()) return
    const asked = requestedWait(response, clock.now())
    // Registries ask for as little as a millisecond, again and again; the floor grows so that tries have an end.
    const wait = Math.max(asked ?? 0, refusals === 0 && asked !== undefined ? 0 : backoff(refusals))
    pace.pause(wait)
    // Writes have a limit of their own, far below that of reads.
    if (kind !== 'push') pace.slow(allowedPerMinute(response))
    if (wait <= LONGEST_PAUSE_MS) onWait?.(wait, `the registry answered ${describeRefusal(response)}`)
  }

  async function rest(ms: number): Promise<void> {
    try {
      await clock.sleep(ms, signal)
    } catch (error) {
      throw signal.aborted ? cancelled(error) : error
    }
  }

  return async (kind, request, checks = {}) => {
    let why = ''
    let down = true
    let tries = 0
    let refusals = 0
    while (tries < MAX_TRIES && refusals < MAX_REFUSALS) {
      if (signal.aborted) throw cancelled()
      if (unanswered >= OUTAGE && clock.now() < outageUntil) {
        return { kind: 'trouble', code: 'network', why: `the registry did not answer ${unanswered} requests in a row` }
      }
      if (pace.pausedFor() > LONGEST_PAUSE_MS) return tooLong(pace.pausedFor())
      const result = await once(kind, request, checks, refusals)
      if (result === undefined) continue
      if (result instanceof Failure) {
        if (result.code === 'api') return trouble(result)
        why = result.message
      } else if (isRateLimit(result)) {
        why = `the registry answered ${describeRefusal(result)}`
        refusals += 1
        if (refusedTooLong()) break
        continue
      } else if (result.status >= 500 || result.status === 408) {
        why = `the registry answered ${describeRefusal(result)}`
      } else {
        const damage = result.status < 300 ? checks.check?.(result) : undefined
        if (damage === undefined) {
          unanswered = 0
          // The token service may answer when the registry does not.
          if (kind !== 'token') refusedSince = undefined
          return { kind: 'answer', response: result }
        }
        why = damage
        down = false
      }
      tries += 1
      if (tries < MAX_TRIES) await rest(backoff(tries - 1))
    }
    if (down) {
      unanswered += 1
      outageUntil = clock.now() + OUTAGE_MS
    }
    return {
      kind: 'trouble',
      code: tries < MAX_TRIES ? 'rate-limit' : 'network',
      why: `${why} (${tries + refusals} tries)`
    }
  }

  function cancelled(cause?: unknown): Failure {
    if (cause instanceof Failure && cause.code === 'cancelled') return cause
    return new Failure('cancelled', 'Reading the registry was stopped.', undefined, { cause })
  }
}

/** ghcr.io says `toomanyrequests` with 429; other registries are known to say it with 403 and 503. */
function isRateLimit(response: HttpResponse): boolean {
  if (response.status === 429) return true
  if (response.status === 503) return response.headers['retry-after'] !== undefined
  return response.status === 403 && parseRefusal(response.body).code === 'TOOMANYREQUESTS'
}

const trouble = ({ code, message, remedy }: Failure): Reply => ({ kind: 'trouble', code, why: message, remedy })

const tooLong = (ms: number): Reply => ({
  kind: 'trouble',
  code: 'rate-limit',
  why: `the registry asks to wait ${Math.ceil(ms / 1000)} s`
})
