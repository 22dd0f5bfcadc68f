import type { PackageType } from '../../domain/package.js'
import type { Policy, Protection, Rule } from '../../domain/policy.js'
import { policySchema } from '../../formats/policy.js'
import { ruleSchema } from '../../formats/policyRule.js'
import type { Problem } from '../problem.js'
import { type Contradiction, contradictions } from './contradictions.js'
import { lint } from './lint.js'
import { readNames } from './namesFrom.js'
import { parseYaml } from './parseYaml.js'
import { before, type Fault, readBySchema } from './schemaProblems.js'
import { nodeAt, problemAt, type Source, type TreeNode } from './tree.js'
import { wrongForTypes } from './wrongForTypes.js'

/** What a `names-from` names: its text, or why there is none. */
export type NamesFile = Source | { readonly problem: string }

export interface PolicyContext {
  /** Types of the run, for patterns and warnings in rules that name none; empty where not known. */
  readonly types: readonly PackageType[]
  /** Finds a file that `names-from` names. */
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
  const read = readBySchema(policySchema, tree)
  const { listed, problems: inFiles } = readFiles(source, tree, context)
  const faultOf = (found: Contradiction): Fault => ({ ...found, span: nodeAt(tree, ...found.path).span })
  if ('faults' in read) {
    const faults = [...read.faults, ...contradictions(readableRules(tree)).map(faultOf)]
    return { problems: [...placed(faults, source), ...inFiles] }
  }
  const { policy, owner } = read.value
  const types = typesOf(policy, context.types)
  const faults = [...contradictions(policy.rules, policy), ...wrongForTypes(policy, types)].map(faultOf)
  if (faults.length + inFiles.length > 0) return { problems: [...placed(faults, source), ...inFiles] }
  const notices = lint(policy.rules, types).map(({ rule, key, what }) => {
    const { where } = problemAt(source, nodeAt(tree, 'rules', rule, key).span, { what })
    return `${where}: ${policy.rules[rule]?.name}: ${what}`
  })
  return {
    policy: { ...policy, protect: { ...policy.protect, listed } },
    ...(owner !== undefined && { owner }),
    notices
  }
}

/** In the order of the document. */
function placed(faults: readonly Fault[], source: Source): readonly Problem[] {
  return [...faults]
    .sort((a, b) => a.span.start - b.span.start)
    .slice(0, MOST_PROBLEMS)
    .map(({ path, span, what, ...more }) => problemAt(source, span, { what: before(path) + what, ...more }))
}

/** So that what is wrong in one rule does not hide what is wrong in another. */
function readableRules(tree: TreeNode): readonly (Rule | undefined)[] {
  const rules = nodeAt(tree, 'rules')
  if (rules.kind !== 'list') return []
  return rules.items.map((node, index) => {
    const read = readBySchema(ruleSchema, node)
    return 'value' in read ? { name: `the rule at ${index}`, groupBy: [], ...read.value } : undefined
  })
}

/** Those of the run, else those that the rules name. */
export function typesOf(policy: Policy, types: readonly PackageType[]): readonly PackageType[] {
  return types.length > 0 ? types : policy.rules.flatMap((rule) => rule.types ?? [])
}

/** The files that a document wants to be read beside it, if it is readable so far. */
export function namesFromPaths(source: Source): readonly string[] {
  const { tree } = parseYaml(source)
  return tree === undefined ? [] : filesIn(tree).map(({ path }) => path)
}

function filesIn(tree: TreeNode): readonly { readonly path: string; readonly node: TreeNode }[] {
  const protect = nodeAt(tree, 'protect')
  const node = nodeAt(protect, 'names-from')
  if (protect === tree || node === protect) return []
  return (node.kind === 'list' ? node.items : [node]).flatMap((item) =>
    item.kind === 'scalar' && typeof item.value === 'string' && item.value !== ''
      ? [{ path: item.value, node: item }]
      : []
  )
}

function readFiles(
  source: Source,
  tree: TreeNode,
  context: PolicyContext
): { readonly listed: Protection['listed']; readonly problems: readonly Problem[] } {
  const read = filesIn(tree).map(({ path, node }) => {
    const file = context.namesFile(path)
    if (!('problem' in file)) return readNames(file)
    return { listed: [], problems: [problemAt(source, node.span, { what: `protect.names-from: ${file.problem}` })] }
  })
  return { listed: read.flatMap(({ listed }) => listed), problems: read.flatMap(({ problems }) => problems) }
}
