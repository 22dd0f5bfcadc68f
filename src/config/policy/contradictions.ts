import { isImage } from '../../domain/package.js'
import type { KeepItem, Policy, Rule } from '../../domain/policy.js'
import { branchProblem } from '../../pattern/branchNames.js'
import { compileRegex } from '../../pattern/patterns.js'
import { isPrereleaseLabel } from '../../pattern/scheme.js'
import { didYouMean } from '../nearest.js'
import { quote } from '../problem.js'
import type { Path } from './tree.js'

/** Keys that exclude each other, at the place of one of them. */
export interface Contradiction {
  /** In the spelling of the document. */
  readonly path: Path
  readonly what: string
  readonly remedy?: string
}

type ReportProblem = (path: Path, what: string, remedy?: string) => void

/** What else a rule may contradict, as far as it is known. */
interface KnownOfRun {
  readonly policy?: Pick<Policy, 'onEmpty' | 'minKeep'>
  /** The default branch of the workflow's repository. */
  readonly defaultBranch?: string | undefined
}

/** `rules`: those that can be read; `undefined` stands for one that cannot. */
export function contradictions(
  rules: readonly (Rule | undefined)[],
  { policy, defaultBranch }: KnownOfRun
): readonly Contradiction[] {
  const found: Contradiction[] = []
  const names = new Set<string>()
  const report: ReportProblem = (path, what, remedy) =>
    found.push({ path, what, ...(remedy !== undefined && { remedy }) })
  if (policy?.onEmpty === 'delete-package' && policy.minKeep > 1) {
    report(['min-keep'], '"on-empty: delete-package" does not go together with a larger "min-keep".')
  }
  rules.forEach((rule, index) => {
    if (rule === undefined) return
    if (names.has(rule.name)) report(['rules', index, 'name'], `another rule is named ${quote(rule.name)}.`)
    names.add(rule.name)
    const reportInRule: ReportProblem = (path, what, remedy) => report(['rules', index, ...path], what, remedy)
    checkBranch(rule, defaultBranch, reportInRule)
    checkRule(rule, reportInRule)
  })
  return found
}

function checkBranch(
  { match: { branch, names } }: Rule,
  defaultBranch: string | undefined,
  report: ReportProblem
): void {
  if (branch === undefined) return
  if (names !== undefined) report(['match', 'branch'], 'it does not go with "names".', 'Make two rules of it.')
  const problem = branchProblem(branch, defaultBranch)
  if (problem === undefined) return
  report(['match', 'branch'], `${quote(branch)}: ${problem}.`, 'To select such names, say so with "match".')
}

function checkRule(rule: Rule, report: ReportProblem): void {
  const { match, types } = rule
  for (const key of ['names', 'branch'] as const) {
    if (match[key] === undefined || match.versions === undefined) continue
    report(
      ['match', 'versions'],
      `"versions" names whole versions, so it does not go with "${key}".`,
      'Make two rules of it.'
    )
  }
  if (match.tagged === false) {
    if (match.branch !== undefined || match.names?.some((name) => !isDigest(name))) {
      report(['match', 'tagged'], 'untagged units have no names, so "tagged: false" does not go with names.')
    }
    if (match.prerelease !== undefined) {
      report(
        ['match', 'prerelease'],
        'untagged units have no version, so "tagged: false" does not go with "prerelease".'
      )
    }
    if (types !== undefined && !types.some(isImage)) {
      report(['match', 'tagged'], `only images can be untagged; the types here are ${types.join(', ')}.`)
    }
  }
  if (types !== undefined && !types.includes('container')) {
    const ofContainers = { state: match.state, 'artifact-type': match.artifactType, annotations: match.annotations }
    for (const [key, value] of Object.entries(ofContainers)) {
      if (value === undefined) continue
      report(['match', key], `only containers have "${key}"; the types here are ${types.join(', ')}.`)
    }
  }
  rule.keep.forEach((item, index) => {
    checkItem(rule, item, (path, what) => report(['keep', index, ...path], what))
  })
  checkVersionPattern(rule, report)
  checkGroups(rule, report)
}

function checkItem({ match }: Rule, item: KeepItem, report: ReportProblem): void {
  if (item.since !== undefined && item.within === undefined) report(['since'], '"since" needs "within".')
  if (item.last === 0 && Object.keys(item).length > 1) {
    report(['last'], '"last: 0" keeps nothing, so the other keys mean nothing.')
  }
  const prereleases = [match.prerelease, item.prerelease]
  if (prereleases.includes(false) && (prereleases.includes(true) || prereleases.includes('superseded'))) {
    report(['prerelease'], 'what the rule matches and what this item looks at exclude each other.')
  }
  if (item.since !== undefined && prereleases.includes(false)) {
    report(['since'], 'only prereleases are ever superseded, and these are releases.')
  }
  if (match.tagged === false) {
    const named = item.names?.some((name) => !isDigest(name)) ? 'names' : undefined
    for (const key of [named, 'prerelease', 'since', 'semver'] as const) {
      if (key === undefined || item[key] === undefined) continue
      report([key], `untagged units have no names or versions, so "${key}" means nothing.`)
    }
  }
}

/** Whether something in the rule looks at names as versions. Each would take a shared suffix for a prerelease label. */
function looksAtVersions({ match, keep }: Rule): boolean {
  return (
    match.prerelease !== undefined ||
    keep.some((item) => item.prerelease !== undefined || item.semver !== undefined || item.since !== undefined)
  )
}

function checkVersionPattern(rule: Rule, report: ReportProblem): void {
  if (rule.versionPattern === undefined) {
    const suffix = looksAtVersions(rule) ? sharedSuffix(rule.match.names ?? []) : undefined
    if (suffix === undefined) return
    report(
      ['match', 'names'],
      `names that end in ${quote(suffix)} would all be taken for prereleases.`,
      `Say in a policy which part of a name is its version, for example version-pattern: '(?<version>.+)${suffix}'.`
    )
  } else if (!groupsOf(rule.versionPattern).includes('version') && (looksAtVersions(rule) || rule.sort === 'version')) {
    report(
      ['version-pattern'],
      'the expression has no group named "version", which this rule looks at.',
      "Write the part that is the version as '(?<version>...)'."
    )
  }
}

function checkGroups(rule: Rule, report: ReportProblem): void {
  if (rule.groupBy.length === 0) return
  const expressions = (rule.match.names ?? []).filter((pattern) => pattern.startsWith('/'))
  const known = [rule.versionPattern ?? '', ...expressions].flatMap(groupsOf)
  for (const group of rule.groupBy.filter((each) => !known.includes(each))) {
    report(
      ['group-by'],
      `no expression of this rule captures ${quote(group)}.${didYouMean(group, known)}`,
      known.length > 0
        ? `The expressions capture: ${[...new Set(known)].join(', ')}.`
        : "A capture is written '(?<name>...)'."
    )
  }
}

/** Names of the groups that an expression captures. */
function groupsOf(expression: string): readonly string[] {
  const compiled = compileRegex(expression)
  return 'groups' in compiled ? compiled.groups : []
}

function isDigest(pattern: string): boolean {
  return /^!?sha256:/.test(pattern)
}

/** Longer endings are not variants, and a short text keeps the search short whatever the pattern. */
const LONGEST = 60

/**
 * A suffix such as `-alpine` that all names of one of the patterns share, if the pattern alone tells. By SemVer `1.2.3-alpine`
 * is a prerelease of 1.2.3, so a rule about prereleases would take variants of releases for them.
 */
function sharedSuffix(patterns: readonly string[]): string | undefined {
  return patterns
    .filter((pattern) => !/^(?:!|semver:|sha256:)/.test(pattern))
    .flatMap(endings)
    .find((ending) => /^.[A-Za-z]/.test(ending) && !isPrereleaseLabel(ending.slice(1)))
}

const GLOB_ENDING = /([-_])(?:([\w.]+)|\{([\w.,]+)\})$/
const REGEX_ENDING = /([-_])(?:((?:\w|\\\.)+)|\((?:\?(?::|<\w+>))?((?:[\w|]|\\\.)+)\))\$$/

/** The fixed endings of the names that fit, each from a `-` or `_` on; several for `-{a,b}` and `-(a|b)`. */
function endings(pattern: string): readonly string[] {
  const source = /^\/(.*)\/[a-z]*$/s.exec(pattern)?.[1]
  const ending = (source === undefined ? GLOB_ENDING : REGEX_ENDING).exec((source ?? pattern).slice(-LONGEST))
  if (ending === null) return []
  const [whole, separator = '', one, several] = ending
  const fixed = source === undefined && !/[*?\]}]/.test(pattern.slice(0, -whole.length))
  if (fixed) return []
  return (one === undefined ? (several ?? '').split(/[,|]/) : [one])
    .filter((word) => word !== '')
    .map((word) => `${separator}${word.replaceAll('\\.', '.')}`)
}
