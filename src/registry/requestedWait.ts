import type { HttpResponse } from '../http/transport.js'

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000
}
const GO_DURATION = /^(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h)/
const IN_MESSAGE = /retry[- ]after:?\s*([0-9.a-zµμ]+)/i

/**
 * Milliseconds (whole, at least 1) that a registry asks to wait: the longer of `Retry-After` (seconds or an HTTP date)
 * and the Go duration that ghcr.io writes into the message: `toomanyrequests: retry-after: 1.16676ms, allowed: 44000/minute`.
 * `undefined` where it says neither.
 */
export function requestedWait(response: HttpResponse, now: number): number | undefined {
  const header = response.headers['retry-after']
  const byHeader = header === undefined ? undefined : headerWait(header.trim(), now)
  const byMessage = messageWait(beginning(response))
  if (byHeader === undefined && byMessage === undefined) return undefined
  return Math.ceil(Math.max(byHeader ?? 1, byMessage ?? 1, 1))
}

/** Milliseconds of `1h2m3.5s`, `10.3ms`, `250µs`; a bare number is seconds. `undefined`: not a duration. */
export function parseGoDuration(text: string): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000
  let rest = text
  let ms = 0
  while (rest !== '') {
    const part = GO_DURATION.exec(rest)?.[0]
    if (part === undefined) return undefined
    const number = Number.parseFloat(part)
    const unit = UNIT_MS[part.replace(/^[\d.]+/, '')]
    if (unit === undefined) return undefined
    ms += number * unit
    rest = rest.slice(part.length)
  }
  return text === '' ? undefined : ms
}

/** The rate that a refusal names (`allowed: 44000/minute`), if it does. */
export function allowedPerMinute(response: HttpResponse): number | undefined {
  const allowed = Number(/allowed:\s*(\d{1,9})\/minute/i.exec(beginning(response))?.[1])
  return allowed > 0 ? allowed : undefined
}

const beginning = (response: HttpResponse): string => new TextDecoder().decode(response.body.subarray(0, 4096))

function headerWait(header: string, now: number): number | undefined {
  if (/^\d+$/.test(header)) return Number(header) * 1000
  const date = Date.parse(header)
  if (Number.isNaN(date)) return parseGoDuration(header)
  return date < now ? undefined : date - now
}

function messageWait(text: string): number | undefined {
  const duration = IN_MESSAGE.exec(text)?.[1]
  return duration === undefined ? undefined : parseGoDuration(duration.replace(/\.$/, ''))
}
