import { compileRegex } from '../../pattern/patterns.js'
import { didYouMean } from '../nearest.js'
import { quote } from '../problem.js'
import type { DocumentKeepItem, DocumentRule } from './ruleShape.js'
import type { Report } from './shape.js'
import { sharedSuffix } from './sharedSuffix.js'
import { nodeAt, type Span, type TreeNode } from './tree.js'

/** What is wrong in how the keys of one rule go together. */
export function contradictions(rule: DocumentRule, node: TreeNode, path: string, report: Report): void {
  const at = (...steps: readonly (string | number)[]): Span => nodeAt(node, ...steps).span
  const contradict = (span: Span, what: string, remedy?: string): void =>
    report(span, path, what, { check: 'contradiction', ...(remedy !== undefined && { remedy }) })

  const { match, types } = rule
  if (match.names !== undefined && match.versions !== undefined) {
    contradict(
      at('match', 'versions'),
      '"versions" names whole versions, so it does not go with "names".',
      'Make two rules of it.'
    )
  }
  if (match.tagged === false) {
    if (match.names?.some((name) => !isDigest(name))) {
      contradict(at('match', 'tagged'), 'untagged units have no names, so "tagged: false" does not go with "names".')
    }
    if (match.prerelease !== undefined) {
      contradict(
        at('match', 'prerelease'),
        'untagged units have no version, so "tagged: false" does not go with "prerelease".'
      )
    }
    if (types !== undefined && !types.includes('container') && !types.includes('docker')) {
      contradict(at('match', 'tagged'), `only images can be untagged; the types here are ${types.join(', ')}.`)
    }
  }
  if (types !== undefined && !types.includes('container')) {
    for (const key of ['state', 'artifact-type', 'annotations'] as const) {
      if (match[key] !== undefined) {
        contradict(at('match', key), `only containers have "${key}"; the types here are ${types.join(', ')}.`)
      }
    }
  }
  rule.keep.forEach((item, index) => {
    checkItem(rule, item, (what, key) =>
      contradict(at('keep', index, ...(key ? [key] : [])), `keep[${index}]: ${what}`)
    )
  })
  checkVersionPattern(rule, at, path, report)
  checkGroups(rule, at, path, report)
}

function checkItem(rule: DocumentRule, item: DocumentKeepItem, contradict: (what: string, key?: string) => void): void {
  const { match } = rule
  if (item.since !== undefined && item.within === undefined) contradict('"since" needs "within".', 'since')
  if (item.last === 0 && Object.keys(item).length > 1) {
    contradict('"last: 0" keeps nothing, so the other keys mean nothing.', 'last')
  }
  const asked = [match.prerelease, item.prerelease]
  if (asked.includes(false) && (asked.includes(true) || asked.includes('superseded'))) {
    contradict('what the rule matches and what this item looks at exclude each other.', 'prerelease')
  }
  if (item.since !== undefined && asked.includes(false)) {
    contradict('only prereleases are ever superseded, and these are releases.', 'since')
  }
  if (match.tagged === false) {
    const named = item.names?.some((name) => !isDigest(name)) ? 'names' : undefined
    for (const key of [named, 'prerelease', 'since', 'semver'] as const) {
      if (key !== undefined && item[key] !== undefined)
        contradict(`untagged units have no names or versions, so "${key}" means nothing.`, key)
    }
  }
}

/** Whether something in the rule looks at names as versions. Each would take a shared suffix for a prerelease label. */
function looksAtVersions(rule: DocumentRule): boolean {
  return (
    rule.match.prerelease !== undefined ||
    rule.keep.some((item) => item.prerelease !== undefined || item.semver !== undefined || item.since !== undefined)
  )
}

function checkVersionPattern(
  rule: DocumentRule,
  at: (...steps: readonly string[]) => Span,
  path: string,
  report: Report
): void {
  const expression = rule['version-pattern']
  if (expression === undefined) {
    const suffix = looksAtVersions(rule) ? sharedSuffix(rule.match.names ?? []) : undefined
    if (suffix === undefined) return
    report(at('match', 'names'), path, `names that end in ${quote(suffix)} would all be taken for prereleases.`, {
      check: 'shared-suffix',
      remedy: `Say in a policy what of a name is its version, for example version-pattern: '(?<version>.+)${suffix}'.`
    })
  } else if (!expression.groups.includes('version') && (looksAtVersions(rule) || rule.sort === 'version')) {
    report(at('version-pattern'), path, 'the expression has no group named "version", which this rule looks at.', {
      check: 'capture',
      remedy: "Write the part that is the version as '(?<version>...)'."
    })
  }
}

function checkGroups(
  rule: DocumentRule,
  at: (...steps: readonly string[]) => Span,
  path: string,
  report: Report
): void {
  const groups = rule['group-by'] ?? []
  if (groups.length === 0) return
  const known = [...(rule['version-pattern']?.groups ?? []), ...(rule.match.names ?? []).flatMap(groupsOf)]
  for (const group of groups.filter((each) => !known.includes(each))) {
    report(at('group-by'), path, `no expression of this rule captures ${quote(group)}.${didYouMean(group, known)}`, {
      check: 'capture',
      remedy:
        known.length > 0 ? `Captured are: ${[...new Set(known)].join(', ')}.` : "A capture is written '(?<name>...)'."
    })
  }
}

/** Names of the groups that a pattern captures; exclusions capture nothing. */
function groupsOf(pattern: string): readonly string[] {
  const source = /^\/(.*)\/[a-z]*$/s.exec(pattern)?.[1]
  const compiled = source === undefined ? undefined : compileRegex(source)
  return compiled !== undefined && 'groups' in compiled ? compiled.groups : []
}

function isDigest(pattern: string): boolean {
  return /^!?sha256:/.test(pattern)
}

export function duplicateRules(rules: readonly DocumentRule[], node: TreeNode, path: string, report: Report): void {
  const seen = new Set<string>()
  rules.forEach(({ name }, index) => {
    if (name === undefined) return
    if (seen.has(name)) {
      report(nodeAt(node, index, 'name').span, `${path}[${index}].name`, `another rule is named ${quote(name)}.`, {
        check: 'duplicate-rule'
      })
    }
    seen.add(name)
  })
}
