import type { Reason } from '../../domain/plan.js'
import { BUCKETS, type Bucket, type KeepItem } from '../../domain/policy.js'
import { bucketKey } from '../../pattern/calendar.js'
import type { Candidate, KeepRule, Picks } from './candidate.js'
import { semverLines } from './semverLines.js'

/** The newest N of the list. */
const last: KeepRule = {
  key: 'last',
  pick(item, narrowed): Picks {
    const of = item.last ?? 0
    return new Map(narrowed.slice(0, of).map((candidate, i) => [candidate, { code: 'last', rank: i + 1, of }]))
  }
}

/** The newest of each of the last N hours, days, weeks, ... that have any (restic's `--keep-daily` and kin). */
const buckets: readonly KeepRule[] = BUCKETS.map((bucket) => ({
  key: bucket,
  pick: (item, narrowed, group) => pickBuckets(bucket, item[bucket] ?? 0, narrowed, group.timezone)
}))

/** All counters, in the order in which they give their reasons. */
export const KEEP_RULES: readonly KeepRule[] = [last, ...buckets, semverLines]

/** Whether a place among others decides what it keeps. */
export const counts = (item: KeepItem): boolean => KEEP_RULES.some(({ key }) => item[key] !== undefined)

function pickBuckets(bucket: Bucket, count: number | 'all', narrowed: readonly Candidate[], timezone: string): Picks {
  const picks = new Map<Candidate, Reason>()
  const seen = new Set<string>()
  // By time, whatever order `last` counts in: the newest unit of a bucket represents it.
  for (const candidate of narrowed.toSorted((a, b) => b.time - a.time)) {
    if (seen.size === count) break
    const key = bucketKey(candidate.time, bucket, timezone)
    if (seen.has(key)) continue
    seen.add(key)
    picks.set(candidate, {
      code: bucket,
      period: key,
      rank: seen.size,
      ...(count !== 'all' && { of: count })
    })
  }
  return picks
}
