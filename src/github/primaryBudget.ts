import { untilReset } from './decide.js'

/**
 * What the `x-ratelimit-*` headers say is left of the hour. Answers may lack them (GitHub Enterprise Server with limits
 * off) and arrive in any order; then nothing is known, or the smallest number of the same hour counts.
 */
export class PrimaryBudget {
  private known: { readonly reset: string; readonly resetAt: number; readonly remaining: number } | undefined

  learn(headers: Readonly<Record<string, string>>, now: number): void {
    const { 'x-ratelimit-remaining': text = '', 'x-ratelimit-reset': reset = '' } = headers
    const wait = untilReset(headers, now)
    if (!/^\d+$/.test(text) || wait === undefined) return
    const remaining = Number(text)
    const known = this.current(now)
    if (known !== undefined && Number(reset) < Number(known.reset)) return
    if (known !== undefined && reset === known.reset && remaining >= known.remaining) return
    this.known = { reset, resetAt: now + wait, remaining }
  }

  /** Requests that may still be sent, and when there are more; `undefined` where the server does not say. */
  left(now: number): { readonly requests: number; readonly resetAt: number } | undefined {
    const known = this.current(now)
    return known && { requests: known.remaining, resetAt: known.resetAt }
  }

  private current(now: number): typeof this.known {
    if (this.known !== undefined && now >= this.known.resetAt) this.known = undefined
    return this.known
  }
}
