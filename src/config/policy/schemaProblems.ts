import { type BaseIssue, type GenericSchema, safeParse } from 'valibot'
import { alternatives } from '../../formats/policyValues.js'
import { didYouMean } from '../nearest.js'
import { quote } from '../problem.js'
import { nodeAt, type Path, type ScalarNode, type Span, type TreeNode } from './tree.js'

/** A mistake at a place of a document. */
export interface Fault {
  readonly path: Path
  readonly span: Span
  readonly what: string
  readonly remedy?: string
}

/** The document as a schema reads it, or everything that is wrong with it, each at its place in the text. */
export function readBySchema<T>(
  schema: GenericSchema<unknown, T>,
  tree: TreeNode
): { readonly value: T } | { readonly faults: readonly Fault[] } {
  const unknown = unknownKeys(schema, tree, [])
  const read = safeParse(schema, dataOf(tree))
  if (read.success && unknown.length === 0) return { value: read.output }
  const faults = [...unknown, ...(read.issues ?? []).flatMap((issue) => faultsOf(issue, tree, []))]
  if (faults.length === 0) throw new Error('a document was refused without a reason')
  return { faults }
}

/** `rules[0].keep[1].last: `, or nothing for the document itself. */
export function before(path: Path): string {
  const text = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('')
  return text === '' ? '' : `${text.replace(/^\./, '')}: `
}

/** Data as a document without a text. */
export function treeOf(data: unknown): TreeNode {
  const span = { start: 0, end: 0 }
  if (Array.isArray(data)) return { kind: 'list', span, items: data.map(treeOf) }
  if (typeof data === 'object' && data !== null) {
    const entries = Object.entries(data).map(([key, value]) => ({ key, keySpan: span, value: treeOf(value) }))
    return { kind: 'map', span, entries }
  }
  return { kind: 'scalar', span, value: data as ScalarNode['value'], written: String(data) }
}

function dataOf(node: TreeNode): unknown {
  if (node.kind === 'scalar') return node.value
  if (node.kind === 'list') return node.items.map(dataOf)
  return Object.fromEntries(node.entries.map(({ key, value }) => [key, dataOf(value)]))
}

function faultsOf(issue: BaseIssue<unknown>, tree: TreeNode, above: Path): readonly Fault[] {
  const path = [...above, ...(issue.path ?? []).map(({ key }) => key as string | number)]
  if (issue.path?.at(-1)?.origin === 'key') {
    // `unknownKeys` finds all of them; the schema reports one.
    return issue.expected === 'never' ? [] : [missingKey(tree, path)]
  }
  // A problem inside one alternative says more than "expected A or B".
  const inside = alternativesOf(issue).filter((each) => each.path !== undefined || !isExpectation(each.message))
  if (inside.length > 0 && issue.type === 'union') return inside.flatMap((each) => faultsOf(each, tree, path))
  const node = nodeAt(tree, path)
  const at = { path, span: node.span }
  const messages = alternativesOf(issue).map(({ message }) => message)
  const expected = alternatives([...new Set(messages.map((message) => message.replace(EXPECTED, '')))])
  if (!messages.some(isExpectation)) return [{ ...at, what: `${foundText(node, issue.message)}${issue.message}` }]
  const words = alternativesOf(issue).flatMap(wordsOf)
  const found = foundOf(node, issue)
  const meant = node.kind === 'scalar' && node.value !== null ? didYouMean(node.written, words) : ''
  const unquoted = node.kind === 'scalar' && node.value !== null && typeof node.value !== 'string'
  return [
    {
      ...at,
      what: `expected ${expected}, found ${found}.${meant}`,
      ...(unquoted &&
        expected.includes('pattern') && { remedy: `Put it in quotes to mean the text: '${node.written}'` })
    }
  ]
}

/** What each alternative of a union says, of unions in it too; of anything else the issue itself. */
function alternativesOf(issue: BaseIssue<unknown>): readonly BaseIssue<unknown>[] {
  const isUnion = issue.type === 'union' && issue.issues !== undefined
  return isUnion ? issue.issues.flatMap((each) => (each.path === undefined ? alternativesOf(each) : [each])) : [issue]
}

const EXPECTED = /^expected /
const isExpectation = (message: string): boolean => EXPECTED.test(message)

/** A whole sentence about a text speaks of "it", or quotes it. */
function foundText(node: TreeNode, sentence: string): string {
  return node.kind === 'scalar' && !sentence.includes('“') ? `${quote(node.written)}: ` : ''
}

function foundOf(node: TreeNode, { type }: BaseIssue<unknown>): string {
  if (node.kind === 'scalar') return node.value === null ? 'nothing' : quote(node.written)
  const length = node.kind === 'list' ? node.items.length : node.entries.length
  const kind = node.kind === 'list' ? 'list' : 'object'
  if (length === 0 && /^min_/.test(type)) return `an empty ${kind}`
  return /^max_/.test(type) ? `one of ${length}` : `${kind === 'list' ? 'a' : 'an'} ${kind}`
}

/** The words that a scalar may be, as the schema spells them in quotes. */
function wordsOf({ expected }: BaseIssue<unknown>): readonly string[] {
  if (expected === 'boolean') return ['true', 'false']
  return [...(expected ?? '').matchAll(/"([^"]*)"/g)].map(([, word = '']) => word)
}

/** The problem stands at the first key of the map, not on all its lines. */
function missingKey(tree: TreeNode, path: Path): Fault {
  const above = path.slice(0, -1)
  const node = nodeAt(tree, above)
  const span = (node.kind === 'map' ? node.entries[0]?.keySpan : undefined) ?? node.span
  return { path: above, span, what: `the key "${path.at(-1)}" is missing.` }
}

/** The parts of a schema that say what keys are known below. */
interface SchemaParts {
  readonly type: string
  readonly entries?: Readonly<Record<string, SchemaParts>>
  readonly item?: SchemaParts
  readonly wrapped?: SchemaParts
  readonly options?: readonly SchemaParts[]
}

/** Keys that valibot ignores, as every object has them. */
const PASSED_OVER = ['__proto__', 'prototype', 'constructor']

function unknownKeys(schema: SchemaParts, node: TreeNode, path: Path): readonly Fault[] {
  const { wrapped, options, item, entries } = schema
  if (wrapped !== undefined) return unknownKeys(wrapped, node, path)
  if (schema.type === 'union') return (options ?? []).flatMap((option) => unknownKeys(option, node, path))
  if (node.kind === 'list' && item !== undefined) {
    return node.items.flatMap((child, index) => unknownKeys(item, child, [...path, index]))
  }
  if (node.kind !== 'map') return []
  const names = Object.keys(entries ?? {})
  return node.entries.flatMap(({ key, keySpan: span, value }): readonly Fault[] => {
    const known = entries !== undefined && Object.hasOwn(entries, key) ? entries[key] : undefined
    if (known !== undefined) return unknownKeys(known, value, [...path, key])
    const refused = entries !== undefined || (schema.type === 'record' && PASSED_OVER.includes(key))
    return refused ? [{ path, span, what: `unknown key ${quote(key)}.${didYouMean(key, names)}` }] : []
  })
}
