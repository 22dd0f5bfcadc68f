import type { Token } from '../world/token.js'
import { jsonReply, type Reply } from './exchange.js'
import { budgetKey, type LimitSettings, pointsOf, primaryLimit } from './limits.js'
import { SlidingSum } from './slidingSum.js'

const SUPPORT =
  'If you reach out to GitHub Support for help, please include the request ID 0401:24A9:6C31:9E01:692169A0.'
const LIMITS_PAGE = 'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api'

interface Budget {
  limit: number
  used: number
  /** Real time, milliseconds. */
  resetAt: number
  blockedUntil: number
  inFlight: number
  readonly points: SlidingSum
  readonly content: SlidingSum
  deletions: SlidingSum
  tokenRefusedUntil: number
}

export interface Admission {
  readonly refusal: Reply | undefined
  /** To be called when it has been answered (0: not at all); a 304 costs nothing. Later calls do nothing. */
  readonly done: (status: number) => void
}

/** Keeps GitHub's primary and secondary limits of the REST API, per credential. Works on real time, not on the world's. */
export class Limiter {
  readonly settings: LimitSettings
  readonly #budgets = new Map<string, Budget>()
  /** How far the server's time is ahead of real time, milliseconds. */
  readonly #ahead: () => number
  #badInARow = 0
  #lockedUntil = 0

  constructor(settings: LimitSettings, ahead: () => number) {
    this.settings = settings
    this.#ahead = ahead
  }

  /** Whether the request may be worked on, and what it says about the budget. `counted: false` for `GET /rate_limit`. */
  admit(token: Token | undefined, method: string, counted: boolean): Admission {
    const now = Date.now()
    const budget = this.#budget(token, now)
    budget.inFlight += 1
    const refusal = this.#primaryRefusal(budget, token, counted) ?? this.#secondaryRefusal(budget, method, now)
    const spends = counted && refusal === undefined
    if (spends) budget.used += 1
    let open = true
    return {
      refusal,
      done: (status) => {
        if (!open) return
        open = false
        budget.inFlight -= 1
        if (spends && status === 304) budget.used -= 1
      }
    }
  }

  headers(token: Token | undefined): Readonly<Record<string, string>> {
    if (!this.settings.headers || this.settings.primary === 'off') return {}
    const budget = this.#budget(token, Date.now())
    return {
      'x-ratelimit-limit': String(budget.limit),
      'x-ratelimit-remaining': String(Math.max(0, budget.limit - budget.used)),
      'x-ratelimit-used': String(budget.used),
      'x-ratelimit-reset': String(Math.ceil((budget.resetAt + this.#ahead()) / 1000)),
      'x-ratelimit-resource': 'core'
    }
  }

  /** For `GET /rate_limit`. */
  state(token: Token | undefined): { limit: number; used: number; remaining: number; reset: number } {
    const { limit, used, resetAt } = this.#budget(token, Date.now())
    return { limit, used, remaining: Math.max(0, limit - used), reset: Math.ceil((resetAt + this.#ahead()) / 1000) }
  }

  /** Uses up the hour's budget of a credential. */
  exhaust(token: Token | undefined): void {
    const budget = this.#budget(token, Date.now())
    budget.used = budget.limit
  }

  /** Several bad credentials in a row lock out good ones too, for a minute. True while that lasts. */
  lockedOut(good: boolean): boolean {
    const now = Date.now()
    if (now < this.#lockedUntil) return true
    this.#badInARow = good ? 0 : this.#badInARow + 1
    if (this.#badInARow > this.settings.badCredentials) {
      this.#badInARow = 0
      this.#lockedUntil = now + this.settings.minuteMs
      return true
    }
    return false
  }

  /** Whether a good token counts as bad for now: many deletions have brought that about. To be asked once a request. */
  refusesToken(token: Token | undefined, method: string): boolean {
    const { refuseTokenAfter, refuseTokenSeconds, minuteMs } = this.settings
    if (refuseTokenAfter === 'off') return false
    const now = Date.now()
    const budget = this.#budget(token, now)
    if (now < budget.tokenRefusedUntil) return true
    if (method !== 'DELETE') return false
    if (budget.deletions.at(now) < refuseTokenAfter) {
      budget.deletions.add(now, 1)
      return false
    }
    budget.deletions = new SlidingSum(minuteMs)
    budget.tokenRefusedUntil = now + (refuseTokenSeconds / 60) * minuteMs
    return true
  }

  primaryReply(token: Token | undefined, status = this.settings.status): Reply {
    const who =
      token === undefined
        ? '127.0.0.1. Authenticated requests get a higher rate limit.'
        : token.kind === 'workflow' || token.kind === 'installation'
          ? `installation. ${SUPPORT}`
          : 'user ID 583231.'
    return this.#limitReply(status, `API rate limit exceeded for ${who}`, '#about-primary-rate-limits')
  }

  secondaryReply(
    options: { status?: 403 | 429; retryAfter?: number | undefined; text?: LimitSettings['text'] } = {}
  ): Reply {
    const { status = this.settings.status, retryAfter, text = this.settings.text } = options
    const message =
      text === 'abuse'
        ? 'You have triggered an abuse detection mechanism. Please wait a few minutes before you try again.'
        : `You have exceeded a secondary rate limit. Please wait a few minutes before you try again. ${SUPPORT}`
    const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }
    return this.#limitReply(status, message, '#about-secondary-rate-limits', headers)
  }

  #primaryRefusal(budget: Budget, token: Token | undefined, counted: boolean): Reply | undefined {
    if (this.settings.primary === 'off' || !counted || budget.used < budget.limit) return undefined
    return this.primaryReply(token)
  }

  #secondaryRefusal(budget: Budget, method: string, now: number): Reply | undefined {
    const { secondary, pointsPerMinute, concurrent, contentPerMinute, minuteMs, blockMinutes, retryAfter } =
      this.settings
    if (secondary === 'off') return undefined
    const points = pointsOf(method)
    if (now >= budget.blockedUntil) {
      const tooMuch =
        budget.inFlight > concurrent ||
        budget.points.at(now) + points > pointsPerMinute ||
        (contentPerMinute !== 'off' && points > 1 && budget.content.at(now) + 1 > contentPerMinute)
      if (!tooMuch) {
        budget.points.add(now, points)
        if (points > 1) budget.content.add(now, 1)
        return undefined
      }
      budget.blockedUntil = now + blockMinutes * minuteMs
    }
    const left = Math.max(1, Math.ceil((budget.blockedUntil - now) / 1000))
    return this.secondaryReply({ retryAfter: retryAfter ? left : undefined })
  }

  #budget(token: Token | undefined, now: number): Budget {
    const key = budgetKey(token)
    const limit = primaryLimit(token, this.settings)
    let budget = this.#budgets.get(key)
    if (budget === undefined) {
      const minute = this.settings.minuteMs
      const sums = {
        points: new SlidingSum(minute),
        content: new SlidingSum(minute),
        deletions: new SlidingSum(minute)
      }
      budget = {
        limit,
        used: 0,
        resetAt: now + 60 * minute,
        blockedUntil: 0,
        inFlight: 0,
        tokenRefusedUntil: 0,
        ...sums
      }
      this.#budgets.set(key, budget)
    } else if (now >= budget.resetAt) {
      budget.used = 0
      budget.resetAt = now + 60 * this.settings.minuteMs
    }
    return budget
  }

  #limitReply(status: number, message: string, anchor: string, headers: Readonly<Record<string, string>> = {}): Reply {
    return jsonReply(status, { message, documentation_url: `${LIMITS_PAGE}${anchor}`, status: String(status) }, headers)
  }
}
