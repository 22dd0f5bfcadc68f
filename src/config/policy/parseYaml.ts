import { Composer, type Document, isAlias, isMap, isScalar, isSeq, Lexer, Parser } from 'yaml'
import { sentence } from '../../domain/visible.js'
import { type Problem, quote } from '../problem.js'
import { type MapEntry, problemAt, type Source, type Span, type TreeNode } from './tree.js'

/** Bytes; a policy for fifty packages has some twenty thousand. */
export const LARGEST_DOCUMENT = 256 * 1024
/** A policy needs six; the composer recurses, and V8 aborts the process on some expressions near the end of its stack. */
const DEEPEST = 40
/** Parsing costs about linear time in tokens, and each faulty one costs an error with a stack. */
const MOST_TOKENS = 50_000
/** Nodes after aliases are followed. */
const MOST_NODES = 50_000
const MOST_ERRORS = 20

type ParsedYaml =
  | { readonly tree: TreeNode; readonly problems?: never }
  | { readonly problems: readonly Problem[]; readonly tree?: never }

/** One YAML 1.2 document as a tree with positions, or everything that is wrong with it. Bounded in time, memory and stack. */
export function parseYaml(source: Source): ParsedYaml {
  const { text } = source
  if (text.length > LARGEST_DOCUMENT || new TextEncoder().encode(text).length > LARGEST_DOCUMENT) {
    return failed(source, { start: 0, end: 0 }, 'the document is larger than 256 KB.')
  }
  const tokens = tokenize(source)
  if ('problems' in tokens) return tokens
  const composer = new Composer({ uniqueKeys: false, strict: true, schema: 'core', resolveKnownTags: false })
  const documents = [...composer.compose(tokens, true, text.length)]
  const [document] = documents
  if (document === undefined) return failed(source, { start: 0, end: 0 }, 'the document is empty.')
  const faults = [...document.errors, ...document.warnings].slice(0, MOST_ERRORS)
  if (faults.length > 0) {
    return {
      problems: faults.map((fault) =>
        problemAt(source, { start: fault.pos[0], end: fault.pos[1] }, { what: yamlMessage(fault) })
      )
    }
  }
  if (document.directives?.yaml.explicit === true) {
    return failed(source, { start: 0, end: 5 }, 'directives (lines that start with %) are not allowed here.')
  }
  return grow(source, document)
}

/** Tokens of the one document, checked for number and depth before anything recurses over them. */
function tokenize(source: Source): Parameters<Composer['compose']>[0] extends Iterable<infer T> ? T[] | Failed : never {
  const parser = new Parser()
  const tokens = []
  let lexemes = 0
  let documents = 0
  for (const lexeme of new Lexer().lex(source.text)) {
    lexemes += 1
    const here = { start: parser.offset, end: parser.offset + 1 }
    if (lexemes > MOST_TOKENS) return failed(source, here, `the document has more than ${MOST_TOKENS} tokens.`)
    for (const token of parser.next(lexeme)) {
      if (token.type === 'document') documents += 1
      tokens.push(token)
    }
    if (parser.stack.length > DEEPEST) return failed(source, here, `nested more than ${DEEPEST} levels deep.`)
    const open = parser.stack[0]?.type === 'document' ? 1 : 0
    if (documents + open > 1) {
      return failed(source, here, 'a second document starts here; a policy is one document.')
    }
  }
  for (const token of parser.end()) tokens.push(token)
  return tokens
}

type Failed = { readonly problems: readonly Problem[] }

function failed(source: Source, span: Span, what: string): Failed {
  return { problems: [problemAt(source, span, { what })] }
}

function yamlMessage(fault: { readonly code: string; readonly message: string }): string {
  const message = fault.message.replaceAll('\n', ' ')
  return fault.code === 'TAG_RESOLVE_FAILED'
    ? `tags such as ${quote(/!\S*/.exec(message)?.[0] ?? '!')} are not allowed here.`
    : `not valid YAML: ${sentence(message)}`
}

/** Composed nodes to a tree of plain data; recursion is bounded by the depth that was checked before. */
function grow(source: Source, document: Document.Parsed): ParsedYaml {
  const problems: Problem[] = []
  const anchors = new Map<string, { readonly tree: TreeNode; readonly size: number }>()
  let exhausted = false

  function fault(span: Span, what: string): undefined {
    if (problems.length < MOST_ERRORS) problems.push(problemAt(source, span, { what }))
  }

  /** The node and how many nodes it stands for; nothing where a problem was found. */
  function visit(node: unknown, budget: number): { tree: TreeNode; size: number } | undefined {
    if (exhausted) return undefined
    if (isAlias(node)) {
      const span = spanOf(node.range)
      const target = anchors.get(node.source)
      if (target === undefined) return fault(span, `the alias ${quote(node.source)} refers to itself or to nothing.`)
      if (target.size > budget) return exhaust(span)
      return target
    }
    if (isScalar(node)) {
      const span = spanOf(node.range)
      const { value } = node
      if (value !== null && typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
        return fault(span, 'only text, numbers, true, false and null are allowed here.')
      }
      return keep(node.anchor, { kind: 'scalar', span, value, written: node.source ?? String(value) }, 1)
    }
    if (isSeq(node)) {
      const items: TreeNode[] = []
      let size = 1
      for (const item of node.items) {
        const found = visit(item, budget - size)
        if (found === undefined) continue
        items.push(found.tree)
        size += found.size
        if (size > budget) return exhaust(spanOf(node.range))
      }
      return keep(node.anchor, { kind: 'list', span: spanOf(node.range), items }, size)
    }
    if (isMap(node)) {
      const entries: MapEntry[] = []
      const keys = new Set<string>()
      let size = 1
      for (const { key, value } of node.items) {
        const keySpan = isScalar(key) ? spanOf(key.range) : spanOf(node.range)
        if (!isScalar(key) || typeof key.value !== 'string') {
          const written = isScalar(key) ? ` ${quote(key.source ?? '')}` : ''
          fault(keySpan, `the key${written} is not plain text; put it in quotes.`)
          continue
        }
        if (keys.has(key.value)) fault(keySpan, `the key ${quote(key.value)} is there twice.`)
        keys.add(key.value)
        const found = value ? visit(value, budget - size) : { tree: nothing(keySpan), size: 1 }
        if (found === undefined) continue
        entries.push({ key: key.value, keySpan, value: found.tree })
        size += found.size
        if (size > budget) return exhaust(keySpan)
      }
      return keep(node.anchor, { kind: 'map', span: spanOf(node.range), entries }, size)
    }
    return undefined
  }

  function keep(anchor: string | undefined, tree: TreeNode, size: number): { tree: TreeNode; size: number } {
    if (anchor !== undefined) anchors.set(anchor, { tree, size })
    return { tree, size }
  }

  function exhaust(span: Span): undefined {
    exhausted = true
    return fault(span, `the document grows to more than ${MOST_NODES} values.`)
  }

  const root = visit(document.contents, MOST_NODES)
  if (problems.length > 0) return { problems }
  return root === undefined ? failed(source, { start: 0, end: 0 }, 'the document is empty.') : { tree: root.tree }
}

/** The value of a key without one, as in `keep:`. */
function nothing(span: Span): TreeNode {
  return { kind: 'scalar', span, value: null, written: '' }
}

function spanOf(range: readonly number[] | null | undefined): Span {
  const start = range?.[0] ?? 0
  return { start, end: Math.max(start, range?.[1] ?? start) }
}
