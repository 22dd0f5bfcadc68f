import type { PackageType } from '../../domain/package.js'
import type { Policy, Protection, Rule } from '../../domain/policy.js'
import { MOST_LISTED, type PolicyScope, policySchema } from '../../formats/policy.js'
import { ruleSchema } from '../../formats/policyRule.js'
import type { TextFile } from '../../references/findReferences.js'
import type { Problem } from '../problem.js'
import { type Contradiction, contradictions } from './contradictions.js'
import { lint } from './lint.js'
import { readNames, readReferences } from './listedFiles.js'
import { parseYaml } from './parseYaml.js'
import { before, type Fault, readBySchema } from './schemaProblems.js'
import { nodeAt, problemAt, type Source, type TreeNode } from './tree.js'
import { wrongForTypes } from './wrongForTypes.js'

/** A file that `names-from` names: its text, or why it has none. */
export type NamesFile = Source | { readonly problem: string }

/** The files that a glob of `references` fits, or why it fits none. */
export type FoundFiles = readonly TextFile[] | { readonly problem: string }

export interface PolicyContext {
  /** Types of the run, for patterns and warnings in rules that name none; empty where not known. */
  readonly types: readonly PackageType[]
  /** The default branch of the workflow's repository, where it is known. */
  readonly defaultBranch?: string | undefined
  /** Finds a file that `names-from` names. */
  namesFile(path: string): NamesFile
  /** Finds the files that a glob of `references` fits. */
  referringFiles?(glob: string): FoundFiles
}

export interface ReadPolicy extends PolicyScope {
  readonly policy: Policy
  /** Keys that are allowed and probably not meant. */
  readonly notices: readonly string[]
}

/** Nobody reads more, and each problem costs a search through the text for its line. */
const MOST_PROBLEMS = 100

/** A policy document as a policy, or everything that is wrong with it, each with file, line and column. */
export function readPolicy(
  source: Source,
  context: PolicyContext
): ReadPolicy | { readonly problems: readonly Problem[] } {
  const yaml = parseYaml(source)
  if (yaml.problems !== undefined) return yaml
  const { tree } = yaml
  const { defaultBranch } = context
  const read = readBySchema(policySchema, tree)
  const { listed, problems: inFiles } = readFiles(source, tree, context)
  const faultOf = (found: Contradiction): Fault => ({ ...found, span: nodeAt(tree, found.path).span })
  if ('faults' in read) {
    const faults = [...read.faults, ...contradictions(readableRules(tree), { defaultBranch }).map(faultOf)]
    return { problems: [...placed(faults, source), ...inFiles] }
  }
  const { policy, ...scope } = read.value
  const types = typesOf(policy, context.types)
  const faults = [...contradictions(policy.rules, { policy, defaultBranch }), ...wrongForTypes(policy, types)].map(
    faultOf
  )
  if (faults.length + inFiles.length > 0) return { problems: [...placed(faults, source), ...inFiles] }
  const notices = lint(policy.rules, types).map(({ rule, key, what }) => {
    const { where } = problemAt(source, nodeAt(tree, ['rules', rule, key]).span, { what })
    return `${where}: ${policy.rules[rule]?.name}: ${what}`
  })
  return {
    policy: { ...policy, protect: { ...policy.protect, listed } },
    ...scope,
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

/** The rules that can be read, so that a problem in one rule does not hide problems in others. */
function readableRules(tree: TreeNode): readonly (Rule | undefined)[] {
  const rules = nodeAt(tree, ['rules'])
  if (rules.kind !== 'list') return []
  return rules.items.map((node, index) => {
    const read = readBySchema(ruleSchema, node)
    return 'value' in read ? { name: `the rule at ${index}`, groupBy: [], ...read.value } : undefined
  })
}

/** The types of the run, else those that the rules name. */
export function typesOf(policy: Policy, types: readonly PackageType[]): readonly PackageType[] {
  return types.length > 0 ? types : policy.rules.flatMap((rule) => rule.types ?? [])
}

/** The paths and the globs of files that a document wants to be read beside it, if it is readable so far. */
export function filesBeside(source: Source): { readonly paths: readonly string[]; readonly globs: readonly string[] } {
  const { tree } = parseYaml(source)
  const texts = (key: FileKey) => (tree === undefined ? [] : filesIn(tree, key).map(({ text }) => text))
  return { paths: texts('names-from'), globs: texts('references') }
}

type FileKey = 'names-from' | 'references'

function filesIn(tree: TreeNode, key: FileKey): readonly { readonly text: string; readonly node: TreeNode }[] {
  const protect = nodeAt(tree, ['protect'])
  const node = nodeAt(protect, [key])
  if (protect === tree || node === protect) return []
  return (node.kind === 'list' ? node.items : [node]).flatMap((item) =>
    item.kind === 'scalar' && typeof item.value === 'string' && item.value !== ''
      ? [{ text: item.value, node: item }]
      : []
  )
}

function readFiles(
  source: Source,
  tree: TreeNode,
  context: PolicyContext
): { readonly listed: Protection['listed']; readonly problems: readonly Problem[] } {
  const fault = (key: FileKey, node: TreeNode, what: string): Problem =>
    problemAt(source, node.span, { what: `protect.${key}: ${what}` })
  const names = filesIn(tree, 'names-from').map(({ text, node }) => {
    const file = context.namesFile(text)
    return 'problem' in file ? { listed: [], problems: [fault('names-from', node, file.problem)] } : readNames(file)
  })
  const found = filesIn(tree, 'references').map(({ text, node }) => ({
    node,
    files: context.referringFiles?.(text) ?? { problem: 'no files can be read here.' }
  }))
  const files = new Map(
    found.flatMap((each) => ('problem' in each.files ? [] : each.files.map((file) => [file.name, file])))
  )
  const references = readReferences([...files.values()])
  const listed = [...names.flatMap((each) => each.listed), ...(references ?? [])]
  const problems = [
    ...names.flatMap((each) => each.problems),
    ...found.flatMap(({ node, files }) => ('problem' in files ? [fault('references', node, files.problem)] : []))
  ]
  // `apply` must be able to read them all from the saved plan.
  if (references !== undefined && listed.length <= MOST_LISTED) return { listed, problems }
  const what = `its files hold more names and references than a plan can hold (${MOST_LISTED}).`
  return { listed: [], problems: [...problems, fault('references', nodeAt(tree, ['protect']), what)] }
}
