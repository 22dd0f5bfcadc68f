import type { Version } from '../../domain/version.js'
import { number } from '../../domain/visible.js'
import { markdownName } from './escape.js'
import { digestOf, shortDigest } from './naming.js'

/** Bytes as GitHub measures a summary: UTF-8. */
export function bytesOf(text: string): number {
  return Buffer.byteLength(text, 'utf8')
}

/** Markdown of at most so many bytes; empty where there is nothing to show. */
export type Block = (bytes: number) => string

/** The blocks that fit below each other, each within what those before it leave, and how many bytes are left then. */
export function fitting(blocks: readonly Block[], bytes: number): { readonly shown: string[]; readonly left: number } {
  const shown: string[] = []
  let left = bytes
  for (const block of blocks) {
    const text = block(left)
    const size = bytesOf(text) + 2
    if (text === '' || size > left) continue
    shown.push(text)
    left -= size
  }
  return { shown, left }
}

interface TableOptions {
  readonly title?: string
  readonly bytes?: number
  /** Rows that there are, where `rows` has only the first of them. */
  readonly total?: number
  readonly mostRows?: number
  /** Titles of the columns of numbers. */
  readonly numeric?: readonly string[]
  readonly rest: string
}

/**
 * A table of whole rows within `bytes`, below its title, and a line that counts those left out. Cells are markdown already.
 * `rest` says where those are.
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { title = '', bytes = Number.POSITIVE_INFINITY, total = rows.length, mostRows, numeric = [], rest }: TableOptions
): string {
  const lines = [
    `| ${head.join(' | ')} |`,
    `| ${head.map((column) => (numeric.includes(column) ? '---:' : '---')).join(' | ')} |`
  ]
  // The line that counts the rest needs room too.
  let left = bytes - bytesOf(title + lines.join('\n') + rest) - 60
  let shown = 0
  for (const row of rows.slice(0, mostRows)) {
    const line = `| ${row.join(' | ')} |`
    const size = bytesOf(line) + 1
    if (size > left) break
    lines.push(line)
    left -= size
    shown += 1
  }
  const missing = total - shown
  const more = missing === 0 ? '' : `\n\n… and ${number(missing)} more ${missing === 1 ? 'row' : 'rows'}: ${rest}`
  return title + (shown === 0 && missing > 0 ? more.trim() : `${lines.join('\n')}${more}`)
}

const MOST_NAMES = 5

/** The names of a version in a cell of a markdown table. */
export function namesCell(names: readonly string[]): string {
  if (names.length === 0) return '*untagged*'
  const shown = names.slice(0, MOST_NAMES).map((name) => markdownName(withShortDigests(name), 128))
  return names.length > MOST_NAMES ? `${shown.join(' ')} +${names.length - MOST_NAMES}` : shown.join(' ')
}

/** The short digest in a cell of a markdown table; empty for what has none. */
export function digestCell(version: Version | undefined): string {
  const digest = version && digestOf(version)
  return digest === undefined ? '' : `\`${shortDigest(digest)}\``
}

/** Twelve digits of each digest, in a digest-derived tag too: whole, it would take the width of the table. */
export function withShortDigests(text: string): string {
  return text.replace(/(sha256[-:][0-9a-f]{12})[0-9a-f]{52}/g, '$1…')
}
