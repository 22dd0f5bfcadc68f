import { grouped } from '../../domain/grouped.js'
import type { PackagePlan } from '../../domain/plan.js'
import { counted, number } from '../../domain/visible.js'

const MOST_PATTERNS = 5

/**
 * `118 of 120 matched versions are held by tags that no rule owns: sha-* (118).`; empty if no version is. A version is matched
 * if a rule owns one of its names. Patterns are data: escape the sentence.
 */
export function heldText(plan: PackagePlan | undefined): readonly string[] {
  // Members are held with their unit, and no rule owns a name of theirs.
  const matched = (plan?.decisions ?? []).filter((decision) => decision.matched === true)
  const held = matched.flatMap(({ unowned }) => (unowned === undefined ? [] : [unowned]))
  if (held.length === 0) return []
  const tags = byPattern(held.flat())
  const shown = tags.slice(0, MOST_PATTERNS).map(({ pattern, count }) => `${pattern} (${number(count)})`)
  const more = tags.length > MOST_PATTERNS ? [`and ${counted(tags.length - MOST_PATTERNS, 'other')}`] : []
  const verb = held.length === 1 ? 'is' : 'are'
  const text = `${number(held.length)} of ${counted(matched.length, 'matched version')} ${verb} held by tags that no rule owns`
  return [`${text}: ${[...shown, ...more].join(', ')}.`]
}

/** Tags by what they have in common, most frequent first: `sha-*` to 118. */
function byPattern(tags: readonly string[]): readonly { readonly pattern: string; readonly count: number }[] {
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
