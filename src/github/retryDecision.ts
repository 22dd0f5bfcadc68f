/** One attempt of a request that may be repeated safely, and what came of it. */
export interface Attempt {
  /** Absent: no complete answer came. */
  readonly status?: number | undefined
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** `message` of the error body, or what happened to the connection. */
  readonly message: string
  /** How often this request failed by itself so far, this time included if it did. Counts from 1. */
  readonly attempt: number
  /** Rate-limit refusals in a row over all requests, this one included if it is one. Counts from 1. */
  readonly refusals: number
  /** The token was accepted earlier in this run, and has not been refused since then. */
  readonly tokenWorked: boolean
  /** Milliseconds since the epoch. */
  readonly now: number
  /** At least 0, below 1: the jitter. */
  readonly random: number
  /** Milliseconds that GitHub's minute lasts. */
  readonly minute: number
}

export type RetryDecision =
  /** An answer for the caller: success, or a refusal that sending again does not change. */
  | { readonly kind: 'settled' }
  /** GitHub refuses the token: nothing more is sent with it. */
  | { readonly kind: 'halt' }
  /** This request waits and is sent again. */
  | { readonly kind: 'retry'; readonly ms: number; readonly reason: string }
  /** Nothing is sent for `ms`; then this request is sent again. */
  | { readonly kind: 'pause'; readonly ms: number; readonly reason: string; readonly afterwards: PaceAfterwards }
  /** It was repeated often enough. */
  | { readonly kind: 'give-up'; readonly reason: string }

/** How requests go on after a pause. `alone`: one request at a time until one of them is accepted, and slower from then on. */
export type PaceAfterwards = 'as-before' | 'slower' | 'alone'

/** How often one request is sent that gets no usable answer. */
export const MAX_ATTEMPTS = 5
const FIRST_RETRY_MS = 500
/** The reset header counts whole seconds. */
const RESET_MARGIN_MS = 1000
/** Longer waits that a header asks for are cut to this: the scheduler refuses them anyway, and must be able to name their end. */
const LONGEST_WAIT_MS = 365 * 24 * 3_600_000
/** After this many refusals in a row the waits become longer than GitHub asks for. */
const TRUSTED_REFUSALS = 3

const LIMIT_TEXT = /\brate limit|abuse detection/i
/** A 403 of these kinds may come with the last request of a budget: `remaining: 0` is then no reason. */
const RIGHTS_TEXT = /not accessible|\b(scopes?|saml|sso)\b|must have|credentials/i

/**
 * What to do after an attempt. Order of GitHub's documentation ("Best practices for using the REST API"): `retry-after`,
 * then the reset of a used-up primary limit, then at least a minute, longer each time. Both limits answer 403 or 429.
 */
export function decideRetry(attempt: Attempt): RetryDecision {
  const { status, headers, message } = attempt
  if (status === 401) return attempt.tokenWorked ? doubt(attempt) : { kind: 'halt' }
  if (status === 429 || (status === 403 && limited(headers, message))) return limit(attempt)
  if (status !== undefined && !transient(status)) return { kind: 'settled' }
  const answered = `GitHub answered ${status}${message === '' ? '' : ` (${message})`}`
  const reason = status === undefined ? message.replace(/\.$/, '') : answered
  if (attempt.attempt >= MAX_ATTEMPTS) return { kind: 'give-up', reason: `${reason}, ${attempt.attempt} times` }
  const asked = retryAfter(attempt)
  if (asked !== undefined) return pause(asked, reason, 'as-before')
  return { kind: 'retry', ms: FIRST_RETRY_MS * 2 ** (attempt.attempt - 1) * (0.5 + attempt.random / 2), reason }
}

/** 501 is what an old GitHub Enterprise Server says to operations that it does not have. */
function transient(status: number): boolean {
  return status === 408 || (status >= 500 && status !== 501)
}

function limited(headers: Readonly<Record<string, string>>, message: string): boolean {
  if (LIMIT_TEXT.test(message) || headers['retry-after'] !== undefined) return true
  return headers['x-ratelimit-remaining'] === '0' && !RIGHTS_TEXT.test(message) && headers['x-github-sso'] === undefined
}

/** GitHub has answered 401 to good tokens under many deletions. */
function doubt({ minute }: Attempt): RetryDecision {
  return pause(minute / 6, 'GitHub answered 401 to a token that it has accepted before', 'alone')
}

function limit(attempt: Attempt): RetryDecision {
  const { headers, message, refusals, minute } = attempt
  const secondary = /secondary rate|abuse detection/i.test(message)
  const name = secondary ? 'secondary rate limit' : 'rate limit'
  const longer = (from: number) => (refusals > from ? minute * 2 ** (refusals - from - 1) : 0)
  const asked = retryAfter(attempt)
  if (asked !== undefined)
    return pause(Math.max(asked, longer(TRUSTED_REFUSALS)), `${name}, as long as retry-after says`, 'slower')
  const reset = untilReset(headers, attempt.now)
  if (reset !== undefined && headers['x-ratelimit-remaining'] === '0' && !secondary) {
    return pause(Math.max(reset, longer(TRUSTED_REFUSALS)), 'rate limit used up until its reset', 'as-before')
  }
  return pause(longer(0) * (1 + attempt.random / 10), name, 'slower')
}

const pause = (ms: number, reason: string, afterwards: PaceAfterwards): RetryDecision => {
  return { kind: 'pause', ms, reason, afterwards }
}

/** Milliseconds until the primary limit is reset, by the server's own clock where it tells the time. */
export function untilReset(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const reset = Number(headers['x-ratelimit-reset'])
  if (!Number.isFinite(reset) || reset <= 0) return undefined
  return Math.min(LONGEST_WAIT_MS, Math.max(0, reset * 1000 - dateOf(headers, now)) + RESET_MARGIN_MS)
}

/** `retry-after`: seconds, or a date (RFC 9110, 10.2.3). A date in the past says nothing. */
function retryAfter({ headers, now }: Attempt): number | undefined {
  const text = headers['retry-after']?.trim()
  if (text === undefined || text === '') return undefined
  const seconds = Number(text)
  const ms = Number.isFinite(seconds * 1000) ? seconds * 1000 : Date.parse(text) - dateOf(headers, now)
  return ms >= 0 ? Math.min(LONGEST_WAIT_MS, ms) : undefined
}

function dateOf(headers: Readonly<Record<string, string>>, now: number): number {
  const date = Date.parse(headers.date ?? '')
  return Number.isNaN(date) ? now : date
}
