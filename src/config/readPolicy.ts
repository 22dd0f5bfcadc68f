import type { Duration } from '../domain/duration.js'
import type { PackageType } from '../domain/package.js'
import type { Policy, Protection, Rule } from '../domain/policy.js'
import { checkPattern } from '../pattern/patterns.js'
import { schemeNamed } from '../pattern/scheme.js'
import { lint } from './lint.js'
import { readNames } from './namesFrom.js'
import { parseYaml } from './parseYaml.js'
import { type PolicyDocument, policyShape } from './policyDocument.js'
import type { Problem } from './problem.js'
import type { DocumentRule } from './ruleShape.js'
import { nodeAt, problemAt, type Source, type Span, type TreeNode } from './tree.js'

/** What a `names-from` names: its text, or why there is none. */
export type NamesFile = Source | { readonly problem: string }

export interface PolicyContext {
  /** Types of the run, for patterns and warnings in rules that name none; empty where not known. */
  readonly types: readonly PackageType[]
  /** Finds the file that `names-from` names. */
  namesFile(path: string): NamesFile
}

export interface ReadPolicy {
  readonly policy: Policy
  /** The key `owner`, which is no part of the policy proper. */
  readonly owner?: string
  /** Lint: what is allowed and probably not meant. */
  readonly notices: readonly string[]
}

/** More than anybody reads; each costs a look through the text for its line. */
const MOST_PROBLEMS = 100

/** A policy document as a policy, or everything that is wrong with it, each with file, line and column. */
export function readPolicy(
  source: Source,
  context: PolicyContext
): ReadPolicy | { readonly problems: readonly Problem[] } {
  const yaml = parseYaml(source)
  if (yaml.problems !== undefined) return yaml
  const { tree } = yaml
  const told: { readonly span: Span; readonly what: string; readonly more: Omit<Problem, 'where' | 'what'> }[] = []
  const document = policyShape.read(tree, '', (span, path, what, more = {}) => {
    told.push({ span, what: path === '' ? what : `${path}: ${what}`, more })
  })
  const problems = told
    .sort((a, b) => a.span.start - b.span.start)
    .slice(0, MOST_PROBLEMS)
    .map(({ span, what, more }) => problemAt(source, span, { what, ...more }))
  const listed = readNamesFrom(source, tree, context, problems)
  if (document === undefined) return { problems }
  const types = context.types.length > 0 ? context.types : document.rules.flatMap((rule) => rule.types ?? [])
  checkForTypes(source, tree, document, types, problems)
  if (problems.length > 0) return { problems }
  const notices = lint(document.rules, types).map(({ rule, key, what }) => {
    const { where } = problemAt(source, nodeAt(tree, 'rules', rule, key).span, { what })
    return `${where}: ${document.rules[rule]?.name ?? `rule ${rule + 1}`}: ${what}`
  })
  return {
    policy: normalize(document, listed),
    ...(document.owner !== undefined && { owner: document.owner }),
    notices
  }
}

/** The file that a document wants to be read beside it, if it is readable so far. */
export function namesFromPath(source: Source): string | undefined {
  const { tree } = parseYaml(source)
  return tree === undefined ? undefined : pathIn(tree)?.path
}

function pathIn(tree: TreeNode): { path: string; node: TreeNode } | undefined {
  const protect = nodeAt(tree, 'protect')
  if (protect === tree || protect.kind !== 'map') return undefined
  const node = nodeAt(protect, 'names-from')
  return node.kind === 'scalar' && typeof node.value === 'string' && node.value !== ''
    ? { path: node.value, node }
    : undefined
}

function readNamesFrom(
  source: Source,
  tree: TreeNode,
  context: PolicyContext,
  problems: Problem[]
): Protection['listed'] {
  const wanted = pathIn(tree)
  if (wanted === undefined) return []
  const file = context.namesFile(wanted.path)
  if ('problem' in file) {
    problems.push(problemAt(source, wanted.node.span, { what: `protect.names-from: ${file.problem}`, check: 'file' }))
    return []
  }
  const names = readNames(file)
  problems.push(...names.problems)
  return names.listed
}

/** Ranges and digests mean something only for some types, which patterns alone do not know. */
function checkForTypes(
  source: Source,
  tree: TreeNode,
  document: PolicyDocument,
  types: readonly PackageType[],
  problems: Problem[]
): void {
  function check(patterns: readonly string[] = [], of: readonly PackageType[], ...path: (string | number)[]): void {
    const named = path[0] === 'rules' ? document.rules[Number(path[1])]?.['version-scheme'] : undefined
    const scheme = named && schemeNamed(named)
    for (const pattern of patterns.filter((each) => /^!?(?:semver|sha256):/.test(each))) {
      const refusals = of.map((type) => ({ type, message: checkPattern(pattern, type, scheme)?.message }))
      const refusal = refusals.find(({ message }) => message !== undefined)
      // What protects, and a digest, may speak about one of several types; a range that one type misreads may not.
      const oneIsEnough = path[0] === 'protect' || !pattern.includes('semver:')
      if (refusal === undefined || (oneIsEnough && refusals.some(({ message }) => message === undefined))) continue
      const what = `${path.join('.')}: for ${refusal.type}: ${refusal.message}`
      problems.push(problemAt(source, nodeAt(tree, ...path).span, { what, check: 'pattern' }))
    }
  }
  check(document.protect?.names, types, 'protect', 'names')
  document.rules.forEach((rule, index) => {
    const of = rule.types ?? types
    check(rule.match.names, of, 'rules', index, 'match', 'names')
    for (const [position, item] of rule.keep.entries()) {
      check(item.names, of, 'rules', index, 'keep', position, 'names')
    }
  })
}

/** Only keys that are there: absent and undefined are not the same in a policy, which is hashed. */
function given<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: V }
}

const ONE_DAY: Duration = { text: '1d', months: 0, ms: 24 * 60 * 60 * 1000 }

function normalize(document: PolicyDocument, listed: Protection['listed']): Policy {
  const protect: Exclude<PolicyDocument['protect'], undefined> = document.protect ?? {}
  return {
    version: 1,
    timezone: document.timezone ?? 'UTC',
    timestamp: document.timestamp ?? 'updated_at',
    gracePeriod: document['grace-period'] ?? ONE_DAY,
    minKeep: document['min-keep'] ?? 1,
    ...given('maxDelete', document['max-delete']),
    ...given('deleteLimit', document['delete-limit']),
    partialTags: document['partial-tags'] ?? 'keep',
    onEmpty: document['on-empty'] ?? 'keep',
    protect: {
      names: protect.names ?? [],
      listed,
      distTags: protect['dist-tags'] ?? true,
      releases: protect.releases ?? false,
      branches: protect.branches ?? false,
      ...given('openPullRequests', protect['open-pull-requests'])
    },
    rules: document.rules.map((rule, index) => normalizeRule(rule, ruleName(document.rules, index)))
  }
}

/** `rule 2`, or the next such name that nobody has taken. */
function ruleName(rules: readonly DocumentRule[], index: number): string {
  const own = rules[index]?.name
  if (own !== undefined) return own
  let name = `rule ${index + 1}`
  while (rules.some((rule) => rule.name === name)) name += "'"
  return name
}

function normalizeRule(rule: DocumentRule, name: string): Rule {
  const { match } = rule
  return {
    name,
    ...given('packages', rule.packages),
    ...given('types', rule.types),
    match: {
      ...given('names', match.names),
      ...given('versions', match.versions),
      ...given('tagged', match.tagged),
      ...given('prerelease', match.prerelease),
      ...given('state', match.state),
      ...given('artifactType', match['artifact-type']),
      ...given('annotations', match.annotations)
    },
    ...given('versionPattern', rule['version-pattern']?.source),
    ...given('versionScheme', rule['version-scheme']),
    groupBy: rule['group-by'] ?? [],
    sort: rule.sort ?? 'time',
    relativeTo: rule['relative-to'] ?? 'now',
    countProtected: rule['count-protected'] ?? false,
    keep: rule.keep
  }
}
