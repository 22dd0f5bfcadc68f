import { buckets } from './buckets.js'
import type { KeepRule } from './candidate.js'
import { last } from './last.js'
import { semverLines } from './semverLines.js'

/** Everything that can count, in the order in which it gives its reason. */
export const KEEP_RULES: readonly KeepRule[] = [last, ...buckets, semverLines]
