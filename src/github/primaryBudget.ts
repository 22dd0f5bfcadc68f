import { untilReset } from './retryDecision.js'

interface Known {
  /** As the header gives it. */
  readonly reset: string
  /** Milliseconds since the epoch, by the runner's clock. */
  readonly resetAt: number
  /** Requests that are left of this hour. */
  readonly remaining: number
  /** Requests of a whole hour. */
  readonly limit: number
}

/**
 * What the `x-ratelimit-*` headers say is left of the hour. Answers may lack them (GitHub Enterprise Server with limits
 * off) and arrive in any order; then nothing is known, or the smallest number of the same hour counts.
 */
export class PrimaryBudget {
  private known: Known | undefined

  learn(headers: Readonly<Record<string, string>>, now: number): void {
    const {
      'x-ratelimit-remaining': text = '',
      'x-ratelimit-reset': reset = '',
      'x-ratelimit-limit': limit = ''
    } = headers
    const wait = untilReset(headers, now)
    if (!/^\d+$/.test(text) || wait === undefined) return
    const remaining = Number(text)
    const known = this.left(now)
    if (known !== undefined && Number(reset) < Number(known.reset)) return
    if (known !== undefined && reset === known.reset && remaining >= known.remaining) return
    this.known = { reset, resetAt: now + wait, remaining, limit: /^\d+$/.test(limit) ? Number(limit) : remaining }
  }

  /** What may still be sent in this hour, and from when on how much in the next; `undefined` where the server does not say. */
  left(now: number): Known | undefined {
    if (this.known !== undefined && now >= this.known.resetAt) this.known = undefined
    return this.known
  }
}
