import type { Bucket, Duration } from '../domain/policy.js'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Whether the name is in the IANA time zone database. Plain offsets are refused: whether they work depends on the runtime. */
export function isTimezone(name: string): boolean {
  // The default. Node would load its time zones for the answer, a tenth of the start.
  if (name === 'UTC') return true
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/**
 * `base` less the duration, milliseconds: first its months, by the calendar of the time zone and never past the end of a
 * month (31 March less a month is 28 or 29 February), then the rest exactly. A local time that a clock change skips or
 * repeats is taken at its earliest, which keeps most.
 */
export function subtractDuration(base: number, duration: Duration, timezone: string): number {
  return (duration.months === 0 ? base : subtractMonths(base, duration.months, timezone)) - duration.ms
}

function subtractMonths(base: number, months: number, timezone: string): number {
  const local = new Date(base + offsetAt(base, timezone))
  const month = local.getUTCMonth() - months
  const day = Math.min(local.getUTCDate(), daysInMonth(local.getUTCFullYear(), month))
  const midnight = new Date(local).setUTCHours(0, 0, 0, 0)
  return earliest(Date.UTC(local.getUTCFullYear(), month, day) + local.getTime() - midnight, timezone)
}

/** `month` counts from 0 and may lie outside of the year. */
function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
}

/** The first moment at which clocks show the local time; of a skipped one, as if they had changed already. */
function earliest(local: number, timezone: string): number {
  const moments = [local - DAY, local + DAY].map((near) => local - offsetAt(near, timezone))
  const shown = moments.filter((moment) => moment + offsetAt(moment, timezone) === local)
  return (shown.length > 0 ? shown : moments).reduce((a, b) => Math.min(a, b))
}

type Key = (local: Date, offset: number) => string

const KEYS: Readonly<Record<Bucket, Key>> = {
  // With the offset, so that the hour that a clock change repeats is two buckets.
  hourly: (local, offset) => `${day(local)}T${pad(local.getUTCHours())}${offset === 0 ? 'Z' : offsetText(offset)}`,
  daily: day,
  weekly: (local) => {
    const thursday = new Date(local.getTime() + (3 - ((local.getUTCDay() + 6) % 7)) * DAY)
    const year = thursday.getUTCFullYear()
    const week = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * DAY)) + 1
    return `${year}-W${pad(week)}`
  },
  monthly: (local) => `${local.getUTCFullYear()}-${pad(local.getUTCMonth() + 1)}`,
  quarterly: (local) => `${local.getUTCFullYear()}-Q${Math.floor(local.getUTCMonth() / 3) + 1}`,
  yearly: (local) => `${local.getUTCFullYear()}`
}

/**
 * Names the calendar period that holds the time: `2026-11-22T10+01:00`, `2026-11-22`, `2026-W47` (ISO 8601), `2026-11`,
 * `2026-Q4`, `2026`.
 */
export function bucketKey(time: number, bucket: Bucket, timezone: string): string {
  const offset = offsetAt(time, timezone)
  return KEYS[bucket](new Date(time + offset), offset)
}

function day(local: Date): string {
  return `${local.getUTCFullYear()}-${pad(local.getUTCMonth() + 1)}-${pad(local.getUTCDate())}`
}

function pad(number: number): string {
  return number < 10 ? `0${number}` : `${number}`
}

function offsetText(offset: number): string {
  const minutes = Math.abs(offset) / MINUTE
  return `${offset < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}:${pad(Math.floor(minutes % 60))}`
}

/** Clocks change at whole quarters of an hour, UTC, in every zone since 1972. */
const QUARTER = 15 * MINUTE
const MAX_KNOWN = 100_000

interface Zone {
  readonly format: Intl.DateTimeFormat
  /** By the quarter that a time lies in; asking Intl takes microseconds, and a plan asks hundreds of thousands of times. */
  readonly quarters: Map<number, number>
  /** By day (UTC); `undefined` where clocks change. */
  readonly days: Map<number, number | undefined>
}

const zones = new Map<string, Zone>()

/** How far local time is ahead of UTC, in milliseconds. */
function offsetAt(time: number, timezone: string): number {
  if (timezone === 'UTC') return 0
  const zone = zoneOf(timezone)
  return dayOffset(zone, Math.floor(time / DAY)) ?? quarterOffset(zone, Math.floor(time / QUARTER))
}

/** No zone changes its clocks twice in a day, so what holds at both ends holds in between. */
function dayOffset(zone: Zone, day: number): number | undefined {
  if (zone.days.has(day)) return zone.days.get(day)
  if (zone.days.size >= MAX_KNOWN) zone.days.clear()
  const start = quarterOffset(zone, (day * DAY) / QUARTER)
  const offset = start === quarterOffset(zone, ((day + 1) * DAY) / QUARTER) ? start : undefined
  zone.days.set(day, offset)
  return offset
}

function quarterOffset(zone: Zone, quarter: number): number {
  const known = zone.quarters.get(quarter)
  if (known !== undefined) return known
  if (zone.quarters.size >= MAX_KNOWN) zone.quarters.clear()
  const time = quarter * QUARTER
  const offset = localTime(zone.format, time) - time
  zone.quarters.set(quarter, offset)
  return offset
}

function zoneOf(timezone: string): Zone {
  const known = zones.get(timezone)
  if (known !== undefined) return known
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric'
  })
  const zone: Zone = { format, quarters: new Map(), days: new Map() }
  zones.set(timezone, zone)
  return zone
}

/** What clocks show at the time, as if it were UTC. */
function localTime(format: Intl.DateTimeFormat, time: number): number {
  const parts = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]))
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second)
}
