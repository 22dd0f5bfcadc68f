const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000
}
const SPAN = /^(\d+(?:\.\d+)?)([smhdw])$/
const ISO = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?Z)?$/

export function isSpan(value: unknown): value is string {
  return typeof value === 'string' && SPAN.test(value)
}

export function isTime(value: unknown): value is string {
  return isSpan(value) || (typeof value === 'string' && ISO.test(value) && !Number.isNaN(Date.parse(value)))
}

/** Milliseconds in `90m`, `6h`, `3d`, `2w`. */
export function spanMs(span: string): number {
  const [, amount, unit = ''] = SPAN.exec(span) ?? []
  const size = UNITS[unit]
  if (amount === undefined || size === undefined) throw new Error(`"${span}" is no length of time`)
  return Number(amount) * size
}

/** Milliseconds since the epoch of an age before `now`, or of an ISO time. */
export function timeMs(time: string, now: number): number {
  return isSpan(time) ? now - spanMs(time) : Date.parse(time)
}
