import type { Reason } from '../../domain/plan.js'
import { BUCKETS, type Bucket } from '../../domain/policy.js'
import { bucketKey } from '../../pattern/calendar.js'
import type { Candidate, KeepRule, Picks } from './candidate.js'

/** The newest of each of the last N hours, days, weeks, ... that have any (restic's `--keep-daily` and kin). */
export const buckets: readonly KeepRule[] = BUCKETS.map((bucket) => ({
  key: bucket,
  pick: (item, narrowed, group) => pickBuckets(bucket, item[bucket] ?? 0, narrowed, group.timezone)
}))

function pickBuckets(bucket: Bucket, count: number | 'all', narrowed: readonly Candidate[], timezone: string): Picks {
  const picks = new Map<Candidate, Reason>()
  const limit = count === 'all' ? Number.POSITIVE_INFINITY : count
  const seen = new Set<string>()
  // By time, whatever order `last` counts in: the newest unit of a bucket represents it.
  for (const candidate of narrowed.toSorted((a, b) => b.time - a.time)) {
    if (seen.size >= limit) break
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
