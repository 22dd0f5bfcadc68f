import { grouped } from '../../domain/grouped.js'
import type { PackagePlan } from '../../domain/plan.js'
import { counted, number } from '../../domain/visible.js'

const MOST_PATTERNS = 5

/** Versions that a rule would delete and that only tags which no rule owns keep. */
export interface HeldByTags {
  readonly versions: number
  /** Versions of which a rule owns at least one name. */
  readonly matched: number
  /** Tags by what they have in common, most frequent first: `sha-*` to 118. */
  readonly tags: readonly { readonly pattern: string; readonly count: number }[]
}

export function heldByTags(plan: PackagePlan): HeldByTags | undefined {
  let matched = 0
  let versions = 0
  const tags: string[] = []
  for (const decision of plan.decisions) {
    // Members are held with their unit, and no rule owns a name of theirs.
    if (decision.matched !== true) continue
    matched += 1
    if (decision.unowned === undefined) continue
    versions += 1
    for (const tag of decision.unowned) tags.push(tag)
  }
  return versions === 0 ? undefined : { versions, matched, tags: byPattern(tags) }
}

/** `118 of 120 matched versions are held by tags that no rule owns: sha-* (118).` Patterns are data: escape the sentence. */
export function heldText({ versions, matched, tags }: HeldByTags): string {
  const shown = tags.slice(0, MOST_PATTERNS).map(({ pattern, count }) => `${pattern} (${number(count)})`)
  const more = tags.length > MOST_PATTERNS ? [`and ${counted(tags.length - MOST_PATTERNS, 'other')}`] : []
  const verb = versions === 1 ? 'is' : 'are'
  return `${number(versions)} of ${counted(matched, 'matched version')} ${verb} held by tags that no rule owns: ${[...shown, ...more].join(', ')}.`
}

function byPattern(tags: readonly string[]): HeldByTags['tags'] {
  return [...grouped(tags, commonPattern)]
    .map(([pattern, group]) => ({
      pattern: new Set(group).size === 1 ? (group[0] ?? pattern) : pattern,
      count: group.length
    }))
    .sort((a, b) => b.count - a.count || (a.pattern < b.pattern ? -1 : 1))
}

/** Everything up to the first separator, or the letters before the first digit: what tags of one kind share. */
function commonPattern(tag: string): string {
  const prefix = /^[^-_.]+[-_.](?=.)/.exec(tag)?.[0] ?? /^[a-z]+(?=\d)/i.exec(tag)?.[0]
  return prefix === undefined ? tag : `${prefix}*`
}
