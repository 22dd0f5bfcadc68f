import type { Decision } from '../../domain/plan.js'
import { timeOf } from '../../domain/version.js'

/** Versions by the time of their last push, in UTC, without gaps; oldest first. */
export interface Timeline {
  readonly unit: 'day' | 'week' | 'month' | 'quarter' | 'year'
  readonly labels: readonly string[]
  readonly kept: readonly number[]
  readonly deleted: readonly number[]
}

interface Scale {
  readonly unit: Timeline['unit']
  /** Counts units since the epoch. */
  number(time: number): number
  label(number: number): string
}

const DAY = 86_400_000
const pad = (value: number): string => String(value).padStart(2, '0')
const month = (time: number): number => {
  const date = new Date(time)
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}

const YEARS: Scale = { unit: 'year', number: (time) => new Date(time).getUTCFullYear(), label: String }

const SCALES: readonly Scale[] = [
  {
    unit: 'day',
    number: (time) => Math.floor(time / DAY),
    label: (number) => new Date(number * DAY).toISOString().slice(0, 10)
  },
  {
    // Named by its Monday; the epoch was a Thursday.
    unit: 'week',
    number: (time) => Math.floor((Math.floor(time / DAY) + 3) / 7),
    label: (number) => new Date((number * 7 - 3) * DAY).toISOString().slice(0, 10)
  },
  { unit: 'month', number: month, label: (number) => `${Math.floor(number / 12)}-${pad((number % 12) + 1)}` },
  {
    unit: 'quarter',
    number: (time) => Math.floor(month(time) / 3),
    label: (number) => `${Math.floor(number / 4)} Q${(number % 4) + 1}`
  },
  YEARS
]

/** Takes the finest unit that needs at most `most` places; older versions count in the first place. */
export function timeline(decisions: readonly Decision[], most: number): Timeline | undefined {
  const pushes = decisions.flatMap(({ version, verdict }) => {
    const time = timeOf(version)
    // ECMAScript's time range.
    return time !== undefined && Math.abs(time) < 8.64e15 ? [{ time, verdict }] : []
  })
  if (pushes.length === 0) return undefined
  const first = pushes.reduce((least, { time }) => Math.min(least, time), Number.POSITIVE_INFINITY)
  const last = pushes.reduce((latest, { time }) => Math.max(latest, time), Number.NEGATIVE_INFINITY)
  const scale = SCALES.find((each) => each.number(last) - each.number(first) < most) ?? YEARS
  const end = scale.number(last)
  const start = Math.max(scale.number(first), end - most + 1)
  const labels = Array.from({ length: end - start + 1 }, (_, i) => scale.label(start + i))
  const kept = labels.map(() => 0)
  const deleted = labels.map(() => 0)
  for (const { time, verdict } of pushes) {
    const at = Math.max(0, scale.number(time) - start)
    const row = verdict === 'keep' ? kept : deleted
    row[at] = (row[at] ?? 0) + 1
  }
  return { unit: scale.unit, labels, kept, deleted }
}
