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
  { unit: 'year', number: (time) => new Date(time).getUTCFullYear(), label: String }
]

/** In the finest unit that needs at most `most` places; what is older than these counts in the first. */
export function timeline(decisions: readonly Decision[], most: number): Timeline | undefined {
  let first = Number.POSITIVE_INFINITY
  let last = Number.NEGATIVE_INFINITY
  for (const { version } of decisions) {
    const time = timeOf(version)
    if (time === undefined || !(Math.abs(time) < 8.64e15)) continue
    first = Math.min(first, time)
    last = Math.max(last, time)
  }
  if (first > last) return undefined
  const fits = SCALES.find((scale) => scale.number(last) - scale.number(first) < most)
  const scale = fits ?? (SCALES[SCALES.length - 1] as Scale)
  const end = scale.number(last)
  const start = Math.max(scale.number(first), end - most + 1)
  const indexOf = (time: number | undefined): number | undefined => {
    if (time === undefined || !(Math.abs(time) < 8.64e15)) return undefined
    return Math.max(0, scale.number(time) - start)
  }
  const labels = Array.from({ length: end - start + 1 }, (_, i) => scale.label(start + i))
  const kept = labels.map(() => 0)
  const deleted = labels.map(() => 0)
  for (const { version, verdict } of decisions) {
    const at = indexOf(timeOf(version))
    if (at === undefined) continue
    const row = verdict === 'keep' ? kept : deleted
    row[at] = (row[at] ?? 0) + 1
  }
  return { unit: scale.unit, labels, kept, deleted }
}
