import { visible } from '../../domain/visible.js'
import type { Problem } from '../problem.js'

/** A text that somebody wrote, and what to call it in a message: a file name, or `policy` for the input. */
export interface Source {
  readonly name: string
  readonly text: string
}

/** Offsets into the text of the source, end exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}

export interface ScalarNode {
  readonly kind: 'scalar'
  readonly span: Span
  readonly value: string | number | boolean | null
  /** As it stands in the text, without quotes. */
  readonly written: string
}

export interface ListNode {
  readonly kind: 'list'
  readonly span: Span
  readonly items: readonly TreeNode[]
}

export interface MapNode {
  readonly kind: 'map'
  readonly span: Span
  readonly entries: readonly MapEntry[]
}

export interface MapEntry {
  readonly key: string
  readonly keySpan: Span
  readonly value: TreeNode
}

/** A document as data that knows where in the text it stands. Nodes may be shared: an alias is its anchor's node. */
export type TreeNode = ScalarNode | ListNode | MapNode

/** Keys and places in lists, from the root of a document. */
export type Path = readonly (string | number)[]

/** The node under `path`, or the last one on the way that exists. */
export function nodeAt(node: TreeNode, path: Path): TreeNode {
  let current = node
  for (const step of path) {
    const next: TreeNode | undefined =
      current.kind === 'map'
        ? current.entries.find((entry) => entry.key === step)?.value
        : current.kind === 'list' && typeof step === 'number'
          ? current.items[step]
          : undefined
    if (next === undefined) return current
    current = next
  }
  return current
}

const SHOWN_COLUMNS = 100
const LONGEST_SENTENCE = 400

/** A problem at a place in a source: line and column count from 1, the excerpt shows the line with a caret. */
export function problemAt(source: Source, span: Span, problem: Omit<Problem, 'where' | 'excerpt'>): Problem {
  const { line, column, text } = lineAt(source.text, span.start)
  const width = Math.max(1, Math.min(span.end - span.start, text.length - column + 1))
  // A long line is shown from a little before the place.
  const from = column > SHOWN_COLUMNS - 20 ? column - 20 : 0
  const shown = text.slice(from, from + SHOWN_COLUMNS)
  const before = withoutTabs(shown.slice(0, column - 1 - from))
  const marked = withoutTabs(shown.slice(column - 1 - from, column - 1 - from + width))
  const rest = withoutTabs(shown.slice(column - 1 - from + width))
  const gutter = String(line).padStart(5)
  return {
    where: `${visible(source.name)}:${line}:${column}`,
    excerpt: `${gutter} | ${before}${marked}${rest}\n${' '.repeat(gutter.length)} | ${' '.repeat(before.length)}${'^'.repeat(Math.max(1, marked.length))}`,
    ...problem,
    what: brief(problem.what)
  }
}

/** A sentence that may quote what a stranger wrote. */
function brief(sentence: string): string {
  return visible(sentence.length > LONGEST_SENTENCE ? `${sentence.slice(0, LONGEST_SENTENCE)}…` : sentence)
}

const withoutTabs = (text: string): string => visible(text.replaceAll('\t', ' '))

function lineAt(text: string, offset: number): { line: number; column: number; text: string } {
  let line = 1
  let start = 0
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1
    start = at + 1
  }
  const next = text.indexOf('\n', start)
  const end = next === -1 ? text.length : next
  return { line, column: Math.min(offset, text.length) - start + 1, text: text.slice(start, end).replace(/\r$/, '') }
}
