import { getOctokit } from '@actions/github'
import type { Budget, Clock } from '../app/ports.js'
import { Failure } from '../domain/failure.js'
import { codeOf, type Transport } from '../http/transport.js'
import { type Answer, messageOf } from './answer.js'
import { type Purpose, refusal } from './failures.js'
import { fetchThrough, lowerCased, parse, refusedAnswer, thrownFailure } from './octokit.js'
import { decideRetry, type RetryDecision } from './retryDecision.js'
import type { Route, RouteParameters } from './route.js'
import type { Scheduler } from './scheduler.js'
import { describeToken, type Need, parseScopes, requireScope, type TokenKind } from './token.js'
import type { Turn } from './waitingLines.js'

/** What requests are counted by. */
export type RestRequestKind = 'owner' | 'list' | 'get' | 'delete' | 'restore' | 'repository'

export interface Query {
  readonly kind: RestRequestKind
  readonly asked: Purpose
  readonly route: Route
  readonly parameters: RouteParameters
  /** Whether a 200 can be understood; if not, the request counts as unanswered and is sent again. */
  readonly usable?: (data: unknown) => boolean
  /** If it is aborted before the request is sent, the request is never sent. A request that was sent may end. */
  readonly stop?: AbortSignal | undefined
  /** Is called when all waiting is over, right before each sending; what it throws (`Failure`) keeps the request from being sent. */
  readonly beforehand?: () => Promise<void>
}

export interface ClientOptions {
  readonly token: string
  /** Without trailing slash, as `GITHUB_API_URL` writes it. */
  readonly apiUrl: string
  readonly userAgent: string
  readonly transport: Transport
  readonly scheduler: Scheduler
  readonly clock: Clock
  /** Ends reads and waits; a write under way is left to end, so that its outcome is known. */
  readonly signal?: AbortSignal
  /** Ends writes under way, too; whether they were carried out is not known then. */
  readonly overdue?: AbortSignal
  /** At least 0, below 1. Default: `Math.random`. */
  readonly random?: () => number
  /** Milliseconds that GitHub's minute lasts. Default: 60,000. */
  readonly minute?: number
  /** Is called before a request is sent that changes something. */
  readonly onWrite?: () => void
  /** Is called when one request is repeated. */
  readonly onRetry?: (reason: string) => void
}

/** The REST API, paced and persistent. */
export interface Client {
  readonly token: TokenKind
  /**
   * Resolves with an answer of any status that sending again does not change, except 401. Throws `Failure`: `auth` (401, twice
   * where the token has worked before; later requests throw at once), `network` or `api` (no usable answer, repeatedly),
   * `config` (web pages in place of the API), `rate-limit`, `cancelled`. The last two mean that nothing was done; a write
   * without an answer is `network` or `api`, with what kept it from being sent again as cause.
   */
  send(query: Query): Promise<Answer>
  /** Throws `Failure` (`auth`) where an earlier answer showed that the token lacks a scope; sends nothing. */
  checkRights(need: Need): void
  /** Requests that may be sent before the run would end rather than wait; `undefined`: no bound is known. */
  budget(): Budget | undefined
  /** GitHub's time now, by the first answer that had a date; `undefined` before it. */
  serverTime(): number | undefined
  /** Requests sent so far, repetitions included. */
  counts(): Readonly<Partial<Record<RestRequestKind, number>>>
}

type AttemptResult =
  | { readonly kind: 'answer'; readonly answer: Omit<Answer, 'uncertain'> }
  /** No usable answer: what happened, and whether sending again may help. */
  | { readonly kind: 'unusable'; readonly failure: Failure; readonly again: boolean }

/** The REST API over one transport; all requests share the scheduler. */
export function createClient(options: ClientOptions): Client {
  const { transport, scheduler, clock, signal, overdue, random = Math.random, minute = 60_000 } = options
  const token = describeToken(options.token)
  const counts: Partial<Record<RestRequestKind, number>> = {}
  let scopes: readonly string[] | undefined
  /** How far GitHub's clock is ahead of the runner's. */
  let ahead: number | undefined
  /** GitHub has accepted the token, and has not refused it since. */
  let tokenWorked = false
  /** It was refused for a write: that reads go through proves nothing then. */
  let writeRefused = false

  const octokit = getOctokit(options.token, {
    baseUrl: options.apiUrl,
    userAgent: options.userAgent,
    request: { fetch: fetchThrough(transport), parseSuccessResponseBody: false }
  })

  async function once(query: Query): Promise<AttemptResult> {
    counts[query.kind] = (counts[query.kind] ?? 0) + 1
    if (isWrite(query)) options.onWrite?.()
    const ends = isWrite(query) ? overdue : signal
    const request = { ...(ends !== undefined && { signal: ends }) }
    try {
      const headers = { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' }
      const response = await octokit.request(query.route, { ...query.parameters, headers, request })
      return (
        misplaced(response.status, response.data) ??
        understood(query, response.status, lowerCased(response.headers), response.data)
      )
    } catch (error) {
      const refused = refusedAnswer(error)
      if (refused !== undefined) {
        const { answer, body } = refused
        return misplaced(answer.status, body) ?? { kind: 'answer', answer }
      }
      const failure = isWrite(query) ? unanswered(thrownFailure(error), query.asked) : thrownFailure(error)
      // A failure with a remedy, such as a certificate that is not trusted, waits for a person.
      return { kind: 'unusable', failure, again: failure.code === 'network' && failure.remedy === undefined }
    }
  }

  function noteToken(write: boolean, status: number): void {
    if (status === 401) {
      tokenWorked = false
      writeRefused = write
    } else if (isAccepted(status) && (write || !writeRefused)) {
      tokenWorked = true
      writeRefused = false
    }
  }

  /**
   * Waits for its turn and sends once. The scheduler learns what the answer means for others before it sends anything else.
   * `undefined`: a pause or an end came before it was sent.
   */
  function attempt(
    query: Query,
    failed: number
  ): Promise<{ outcome: AttemptResult; decision: RetryDecision } | undefined> {
    const work = async (turn: Turn) => {
      if (query.beforehand !== undefined) await scheduler.prepare(query.beforehand)
      if (query.stop?.aborted || scheduler.forbids(turn)) return undefined
      const outcome = await once(query)
      const answer = outcome.kind === 'answer' ? outcome.answer : undefined
      const headers = answer?.headers ?? {}
      scheduler.learn(headers)
      ahead ??= aheadOf(headers, clock.now())
      scopes = parseScopes(headers['x-oauth-scopes']) ?? scopes
      const decision = decideRetry({
        status: answer?.status,
        headers,
        message: outcome.kind === 'answer' ? outcome.answer.message : outcome.failure.message,
        attempt: failed + 1,
        refusals: scheduler.refusals(turn),
        now: clock.now(),
        random: random(),
        minute,
        tokenWorked: tokenWorked || scheduler.outdated(turn)
      })
      // An answer to a request from before the last pause may prove the token good, never bad: the pause came from the same refusal.
      if (answer !== undefined && (!scheduler.outdated(turn) || isAccepted(answer.status)))
        noteToken(turn.write, answer.status)
      if (decision.kind === 'pause') scheduler.pause(turn, decision.ms, decision.reason, decision.afterwards)
      else if (decision.kind === 'settled') scheduler.accepted(turn)
      else if (decision.kind === 'halt' && answer) scheduler.halt(refusal(query.asked, answer, token))
      return { outcome, decision }
    }
    return scheduler.run(isWrite(query), work, query.stop)
  }

  async function send(query: Query): Promise<Answer> {
    let failed = 0
    let doubt: Failure | undefined
    const unsent = (why: unknown): never => {
      throw doubt === undefined ? why : new Failure(doubt.code, doubt.message, doubt.remedy, { cause: why })
    }
    for (;;) {
      const attempted = await attempt(query, failed).catch(unsent)
      if (attempted === undefined) continue
      const { outcome, decision } = attempted
      if (outcome.kind === 'unusable' && !outcome.again) throw outcome.failure
      if (decision.kind === 'settled' || decision.kind === 'halt') return settled(query, outcome, failed > 0)
      const trouble = givenUp(query, outcome, decision.reason)
      if (decision.kind === 'give-up') throw trouble
      if (decision.kind === 'pause' && wasRefused(outcome)) continue
      failed += 1
      if (isWrite(query)) doubt = trouble
      if (decision.kind === 'pause') continue
      options.onRetry?.(`${decision.reason}; asking again to ${query.asked.doing}`)
      await waitFor(clock, decision.ms, signal).catch(unsent)
    }
  }

  /** GitHub Enterprise Server shows its web pages where `/api/v3` is missing from the address. One good answer proves it right. */
  function misplaced(status: number, body: unknown): AttemptResult | undefined {
    const { hostname, pathname } = new URL(options.apiUrl)
    if (tokenWorked || status >= 500 || hostname.startsWith('api.') || pathname.endsWith('/api/v3')) return undefined
    if (typeof body !== 'string' || !/^\s*<(!doctype html|html)\b/i.test(body)) return undefined
    const message = `${options.apiUrl} answers with web pages: it is not the address of the REST API.`
    const remedy = `Set api-url to ${options.apiUrl}/api/v3, where GitHub Enterprise Server has its REST API.`
    return { kind: 'unusable', failure: new Failure('config', message, remedy, { scope: 'run' }), again: false }
  }

  function settled(query: Query, outcome: AttemptResult, uncertain: boolean): Answer {
    if (outcome.kind === 'unusable') throw outcome.failure
    const answer = { ...outcome.answer, uncertain }
    if (answer.status === 401) throw refusal(query.asked, answer, token)
    return answer
  }

  return {
    token,
    send,
    checkRights: (need) => requireScope(need, scopes),
    budget: () => scheduler.remainingBudget(),
    serverTime: () => (ahead === undefined ? undefined : clock.now() + ahead),
    counts: () => ({ ...counts })
  }
}

/**
 * Sends a read; `value` is what `read` makes of a 200. One that it cannot understand counts as unanswered. Throws `Failure`,
 * for any other status too.
 */
export async function sendRead<T>(
  client: Client,
  query: Omit<Query, 'usable'>,
  read: (data: unknown) => T | undefined
): Promise<{ readonly value: T; readonly headers: Answer['headers'] }> {
  let value: T | undefined
  const usable = (data: unknown): boolean => {
    value = read(data)
    return value !== undefined
  }
  const answer = await client.send({ ...query, usable })
  if (answer.status !== 200 || value === undefined) throw refusal(query.asked, answer, client.token)
  return { value, headers: answer.headers }
}

function isWrite({ route }: Query): boolean {
  return !route.startsWith('GET ')
}

function aheadOf({ date = '' }: Readonly<Record<string, string>>, now: number): number | undefined {
  const time = Date.parse(date)
  return Number.isNaN(time) ? undefined : time - now
}

/** GitHub has looked at what was asked, as it does when it refuses to delete the last version: the token is good. */
const isAccepted = (status: number): boolean => status < 400 || status === 400 || status === 422

/** An answer that says that nothing was done: sending again repeats nothing. */
function wasRefused(outcome: AttemptResult): boolean {
  return outcome.kind === 'answer' && [401, 403, 429].includes(outcome.answer.status)
}

function understood(query: Query, status: number, headers: Record<string, string>, body: unknown): AttemptResult {
  const data = parse(body)
  const unusable = status === 200 && query.usable !== undefined && !query.usable(data)
  if (!unusable) return { kind: 'answer', answer: { status, headers, data, message: messageOf(data) } }
  const failure = new Failure('api', "GitHub's answer is malformed or incomplete.")
  return { kind: 'unusable', failure, again: true }
}

/** A write that was ended may have been carried out, so it does not count as cancelled. */
function unanswered(failure: Failure, { doing }: Purpose): Failure {
  if (failure.code !== 'cancelled') return failure
  const message = `Could not ${doing}: no answer came before the run had to end.`
  return new Failure('network', message, 'Run it again; it picks up where it stopped.')
}

const UNKNOWN_HOST = 'No server has this name: check api-url, and the DNS and the proxy of the runner.'

function givenUp(query: Query, outcome: AttemptResult, reason: string): Failure {
  const code = outcome.kind === 'unusable' ? outcome.failure.code : 'api'
  const message = `Could not ${query.asked.doing}: ${reason}.`
  const unknownHost = outcome.kind === 'unusable' && codeOf(outcome.failure.cause) === 'ENOTFOUND'
  return new Failure(code, message, unknownHost ? UNKNOWN_HOST : 'This is likely to pass: run again later.')
}

/** Sleeps; throws `Failure` (`cancelled`) where the signal ends it, however the clock reports that. */
export async function waitFor(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await clock.sleep(ms, signal)
  } catch (error) {
    if (!signal?.aborted) throw error
  }
  if (signal?.aborted) throw new Failure('cancelled', 'Cancelled while waiting to send a request again.')
}
