/** One attempt of a request that may be repeated safely, and what came of it. */
export interface Attempt {
  /** Absent: no complete answer came. */
  readonly status?: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** `message` of the error body, or what happened to the connection. */
  readonly message: string
  /** How often this request failed by itself so far, this time included if it did. Counts from 1. */
  readonly attempt: number
  /** Rate-limit refusals in a row over all requests, this one included if it is one. Counts from 1. */
  readonly refusals: number
  /** Milliseconds since the epoch. */
  readonly now: number
  /** At least 0, below 1: the jitter. */
  readonly random: number
  /** Milliseconds that GitHub's minute lasts. */
  readonly minute: number
}

export type Decision =
  /** An answer for the caller: success, or a refusal that no repetition changes. */
  | { readonly kind: 'settled' }
  /** Bad credentials: nothing may be sent with this token any more. */
  | { readonly kind: 'halt' }
  /** This request waits and is sent again. */
  | { readonly kind: 'retry'; readonly ms: number; readonly reason: string }
  /** Nothing is sent for so long; then this request again. `slower`: writes go at a gentler pace from then on. */
  | { readonly kind: 'pause'; readonly ms: number; readonly reason: string; readonly slower: boolean }
  /** It was repeated often enough. */
  | { readonly kind: 'give-up'; readonly reason: string }

export const MAX_ATTEMPTS = 5
const FIRST_RETRY_MS = 500
/** The reset header counts whole seconds. */
const RESET_MARGIN_MS = 1000
/** So many refusals in a row are taken at their word; further ones wait longer than they were told. */
const TRUSTED_REFUSALS = 3

const LIMIT_TEXT = /\brate limit|abuse detection/i
/** A 403 of these kinds may come with the last request of a budget: `remaining: 0` is then no reason. */
const RIGHTS_TEXT = /not accessible|\b(scopes?|saml|sso)\b|must have|credentials/i

/**
 * What to do after an attempt. Order of GitHub's documentation ("Best practices for using the REST API"): `retry-after`,
 * then the reset of a used-up primary limit, then at least a minute, longer each time. Both limits answer 403 or 429.
 */
export function decide(attempt: Attempt): Decision {
  const { status, headers, message } = attempt
  if (status === 401) return { kind: 'halt' }
  if (status === 429 || (status === 403 && limited(headers, message))) return limit(attempt)
  if (status !== undefined && !transient(status)) return { kind: 'settled' }
  const answered = `GitHub answered ${status}${message === '' ? '' : ` (${message})`}`
  const reason = status === undefined ? message.replace(/\.$/, '') : answered
  if (attempt.attempt >= MAX_ATTEMPTS) return { kind: 'give-up', reason: `${reason}, ${attempt.attempt} times` }
  const told = retryAfter(attempt)
  if (told !== undefined) return { kind: 'pause', ms: told, reason, slower: false }
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

function limit(attempt: Attempt): Decision {
  const { headers, message, refusals, minute } = attempt
  const secondary = /secondary rate|abuse detection/i.test(message)
  const name = secondary ? 'secondary rate limit' : 'rate limit'
  const longer = (from: number) => (refusals > from ? minute * 2 ** (refusals - from - 1) : 0)
  const told = retryAfter(attempt)
  if (told !== undefined) {
    return {
      kind: 'pause',
      ms: Math.max(told, longer(TRUSTED_REFUSALS)),
      reason: `${name}, as told by retry-after`,
      slower: true
    }
  }
  const reset = untilReset(headers, attempt.now)
  if (reset !== undefined && headers['x-ratelimit-remaining'] === '0' && !secondary) {
    return {
      kind: 'pause',
      ms: Math.max(reset, longer(TRUSTED_REFUSALS)),
      reason: 'rate limit used up until its reset',
      slower: false
    }
  }
  return { kind: 'pause', ms: longer(0) * (1 + attempt.random / 10), reason: name, slower: true }
}

/** Milliseconds until the primary limit is reset, by the server's own clock where it tells the time. */
export function untilReset(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const reset = Number(headers['x-ratelimit-reset'])
  if (!Number.isFinite(reset) || reset <= 0) return undefined
  return Math.max(0, reset * 1000 - serverTime(headers, now)) + RESET_MARGIN_MS
}

/** `retry-after`: seconds, or a date (RFC 9110, 10.2.3). */
function retryAfter({ headers, now }: Attempt): number | undefined {
  const text = headers['retry-after']?.trim()
  if (text === undefined || text === '') return undefined
  const seconds = Number(text)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const date = Date.parse(text)
  return Number.isNaN(date) ? undefined : Math.max(0, date - serverTime(headers, now))
}

function serverTime(headers: Readonly<Record<string, string>>, now: number): number {
  const date = Date.parse(headers.date ?? '')
  return Number.isNaN(date) ? now : date
}
