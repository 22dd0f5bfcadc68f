import type { Reply } from '../server/exchange.js'
import type { LimitSettings } from '../server/limits.js'
import { registryError } from './context.js'

/** A bucket that refills at the allowed rate and holds a second's worth. */
class Bucket {
  readonly #perMinute: number
  readonly #perMs: number
  readonly #size: number
  #level: number
  #at = Date.now()

  constructor(perMinute: number, minuteMs: number) {
    this.#perMinute = perMinute
    this.#perMs = perMinute / minuteMs
    this.#size = Math.max(1, perMinute / 60)
    this.#level = this.#size
  }

  /** Milliseconds until there is room; 0 if there was, and it was taken. */
  take(): number {
    const now = Date.now()
    this.#level = Math.min(this.#size, this.#level + (now - this.#at) * this.#perMs)
    this.#at = now
    if (this.#level < 1) return (1 - this.#level) / this.#perMs
    this.#level -= 1
    return 0
  }

  get perMinute(): number {
    return this.#perMinute
  }
}

/** The registry's own limit: the wait stands in the text, as a Go duration. */
export class RegistryRate {
  readonly #reads: Bucket
  readonly #pushes: Bucket
  readonly #header: boolean

  constructor(settings: LimitSettings) {
    this.#reads = new Bucket(settings.registryReads, settings.minuteMs)
    this.#pushes = new Bucket(settings.registryPushes, settings.minuteMs)
    this.#header = settings.registryRetryAfter
  }

  refusal(method: string): Reply | undefined {
    const bucket = method === 'GET' || method === 'HEAD' ? this.#reads : this.#pushes
    const waitMs = bucket.take()
    return waitMs === 0 ? undefined : tooManyRequests(waitMs, bucket.perMinute, this.#header)
  }
}

/** The answer 429, as it was seen. */
export function tooManyRequests(waitMs: number, perMinute: number, header = false): Reply {
  const message = `retry-after: ${goDuration(waitMs)}, allowed: ${perMinute}/minute`
  const headers: Record<string, string> = header ? { 'retry-after': String(Math.ceil(waitMs / 1000)) } : {}
  return registryError(429, 'TOOMANYREQUESTS', message, headers)
}

function goDuration(ms: number): string {
  const rounded = (value: number) => String(Number(value.toFixed(6)))
  if (ms >= 1000) return `${rounded(ms / 1000)}s`
  return ms >= 1 ? `${rounded(ms)}ms` : `${rounded(ms * 1000)}µs`
}
