import type { Duration } from '../domain/policy.js'

const SECOND = 1_000
const DAY = 24 * 60 * 60 * SECOND

type TimeUnit = { readonly ms: number } | { readonly months: number }

/** `d` and `w` are multiples of 24 hours; months and years depend on the calendar. */
const UNITS: readonly (readonly [TimeUnit, ...string[]])[] = [
  [{ ms: SECOND }, 's', 'sec', 'secs', 'second', 'seconds'],
  [{ ms: 60 * SECOND }, 'min', 'mins', 'minute', 'minutes'],
  [{ ms: 60 * 60 * SECOND }, 'h', 'hr', 'hrs', 'hour', 'hours'],
  [{ ms: DAY }, 'd', 'day', 'days'],
  [{ ms: 7 * DAY }, 'w', 'week', 'weeks'],
  [{ months: 1 }, 'mo', 'month', 'months'],
  [{ months: 12 }, 'y', 'yr', 'yrs', 'year', 'years']
]
const UNIT_OF: ReadonlyMap<string, TimeUnit> = new Map(
  UNITS.flatMap(([unit, ...words]) => words.map((word) => [word, unit]))
)

/** Beyond any date of interest, and far from where dates end. */
const MAX_YEARS = 1_000
const EXAMPLES = 'write a whole number and a unit, such as 45s, 30min, 12h, 7d, 2w, 6mo, 1y or 1y6mo'

/** `7d`, `1y6mo`, `30 days`, `1 year 6 months`; case does not matter. Each unit once. */
export function parseDuration(text: string): Duration | { readonly problem: string } {
  const plain = text.trim().toLowerCase()
  if (!/^(?:\d{1,15} *[a-z]+ *)+$/.test(plain)) return { problem: `“${text}” is not a duration: ${EXAMPLES}` }
  let months = 0
  let ms = 0
  const seen = new Set<TimeUnit>()
  for (const [, digits = '', word = ''] of plain.matchAll(/(\d+) *([a-z]+)/g)) {
    const unit = UNIT_OF.get(word)
    if (word === 'm') {
      return {
        problem: `“${text}”: m is minutes to some tools and months to others: write ${digits}min or ${digits}mo`
      }
    }
    if (unit === undefined) return { problem: `“${text}”: ${word} is not a unit of time: ${EXAMPLES}` }
    if (seen.has(unit)) return { problem: `“${text}” uses one unit twice: add the two numbers` }
    seen.add(unit)
    if ('ms' in unit) ms += Number(digits) * unit.ms
    else months += Number(digits) * unit.months
  }
  if (months / 12 + ms / (365 * DAY) > MAX_YEARS)
    return { problem: `“${text}” is longer than ${MAX_YEARS} years: leave the limit out to keep everything` }
  return { text: text.trim(), months, ms }
}
