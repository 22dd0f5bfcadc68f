import { isImage, type PackageType } from '../../domain/package.js'
import type { Rule } from '../../domain/policy.js'
import { quote } from '../problem.js'

/** Something that is allowed and probably not meant; `rule` is the index of the rule. */
export interface Lint {
  readonly rule: number
  readonly key: 'match' | 'version-pattern'
  readonly what: string
}

/** `types`: those of the run, for rules that name none. */
export function lint(rules: readonly Rule[], types: readonly PackageType[]): readonly Lint[] {
  return rules.flatMap((rule, index) => {
    const lints: Lint[] = []
    const owner = rules.slice(0, index).findIndex((earlier) => covers(earlier, rule))
    if (owner !== -1) {
      const what = `it can never own anything: ${label(rules, owner)} before it owns all that it matches.`
      lints.push({ rule: index, key: 'match', what })
    }
    const names = rule.match.names ?? []
    const patterns = [...names, ...rule.keep.flatMap((item) => item.names ?? [])]
    for (const pattern of patterns.filter((each) => /^!?\//.test(each) && hasBareDot(each))) {
      lints.push({ rule: index, key: 'match', what: bareDot(pattern) })
    }
    const expression = rule.versionPattern
    if (expression !== undefined && hasBareDot(expression)) {
      lints.push({ rule: index, key: 'version-pattern', what: bareDot(expression) })
    }
    if ((rule.types ?? types).every(isImage)) {
      for (const pattern of names.filter((name) => FLOATING.test(name))) {
        const what = `${quote(pattern)} is a floating tag; on an image that carries a full version of that line too it has no vote.`
        lints.push({ rule: index, key: 'match', what })
      }
    }
    return lints
  })
}

const FLOATING = /^v?(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*))?$/

function label(rules: readonly Rule[], index: number): string {
  const name = rules[index]?.name ?? ''
  return /^rule \d/.test(name) ? name : `the rule ${quote(name)}`
}

function bareDot(expression: string): string {
  return `in ${quote(expression)} a dot between digits fits any character, so 1.2 fits 1x2 too; write it as \\.`
}

/** A dot that is not escaped between two things that stand for digits; classes count as digits if they hold only such. */
function hasBareDot(expression: string): boolean {
  const plain = expression
    .replace(/\[[^\]\\]*\]/g, (set) => (/^\[[\d-]+\]$/.test(set) ? '0' : '_'))
    .replace(/\\d/g, '0')
    .replace(/\\./g, '_')
  return /\d(?:[+*?]|\{[\d,]{1,9}\})?\)?\.\(?(?:\?(?::|<\w{1,40}>))?\d/.test(plain)
}

/** Whether `earlier` provably matches everything that `later` could match. */
function covers(earlier: Rule, later: Rule): boolean {
  const a = earlier.match
  const b = later.match
  const looksAtPrerelease = [a.names, b.names].some((names) => names?.some((name) => /^!?semver:/.test(name)))
  const sameVersions = earlier.versionPattern === later.versionPattern && earlier.versionScheme === later.versionScheme
  return (
    containsPatterns(earlier.packages, later.packages, ['**']) &&
    containsAll(earlier.types, later.types) &&
    containsTagged(earlier, later) &&
    (universal(a.names) || containsPatterns(a.names, b.names, [])) &&
    containsAll(a.versions, b.versions) &&
    (a.branch === undefined || a.branch === b.branch) &&
    (a.prerelease === undefined || (a.prerelease === b.prerelease && sameVersions)) &&
    (!looksAtPrerelease || universal(a.names) || (a.prerelease === b.prerelease && sameVersions)) &&
    containsAll(a.state, b.state) &&
    containsPatterns(a.artifactType, b.artifactType, []) &&
    containsAnnotations(a.annotations, b.annotations)
  )
}

/** Compares `tagged`. `names` alone means tagged, but a digest in it reaches untagged units too. */
function containsTagged(earlier: Rule, later: Rule): boolean {
  const a = taggedOf(earlier)
  return a === undefined || a === taggedOf(later)
}

function taggedOf({ match }: Rule): boolean | 'digests' | undefined {
  if (match.tagged !== undefined) return match.tagged
  if (match.branch !== undefined) return true
  if (match.names === undefined) return undefined
  return match.names.some((name) => name.startsWith('sha256:')) ? 'digests' : true
}

function universal(names: readonly string[] | undefined): boolean {
  return names === undefined || (names.length === 1 && (names[0] === '*' || names[0] === '**'))
}

/** A list that is absent contains everything. */
function containsAll<T>(a: readonly T[] | undefined, b: readonly T[] | undefined): boolean {
  if (a === undefined) return true
  const all = new Set(a)
  return b?.every((each) => all.has(each)) ?? false
}

function containsPatterns(
  a: readonly string[] | undefined,
  b: readonly string[] | undefined,
  everything: readonly string[]
): boolean {
  if (a === undefined) return true
  const [included, excluded] = sides(a)
  const [otherIncluded, otherExcluded] = sides(b ?? [])
  const all = included.length === 0 || included.some((pattern) => everything.includes(pattern))
  return (
    containsAll(otherExcluded, excluded) && (all || (otherIncluded.length > 0 && containsAll(included, otherIncluded)))
  )
}

function sides(patterns: readonly string[]): readonly [readonly string[], readonly string[]] {
  return [patterns.filter((each) => !each.startsWith('!')), patterns.filter((each) => each.startsWith('!'))]
}

function containsAnnotations(
  a: Readonly<Record<string, string>> | undefined,
  b: Readonly<Record<string, string>> | undefined
): boolean {
  return a === undefined || (b !== undefined && Object.entries(a).every(([key, pattern]) => b[key] === pattern))
}
