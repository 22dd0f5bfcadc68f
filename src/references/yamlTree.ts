import { CST, Lexer, LineCounter, Parser } from 'yaml'

/** YAML as it is written: a number is kept as text, so that `1.10` is not 1.1. */
export type YamlNode =
  | YamlMap
  | { readonly kind: 'list'; readonly items: readonly YamlNode[] }
  | { readonly kind: 'text'; readonly text: string }

interface YamlMap {
  readonly kind: 'map'
  readonly entries: ReadonlyMap<string, YamlEntry>
}

export interface YamlEntry {
  readonly value: YamlNode
  /** The line of the key, from 1. */
  readonly line: number
}

/** Stands for a template, `{{ ... }}`; no file holds it. */
export const TEMPLATED = '\ue000'

/** Nobody nests deeper, and whatever reads the tree recurses. */
const DEEPEST = 64
/** Entries of a merged map (`<<: *base`), which is copied at each place. */
const MOST_MERGED = 100

/**
 * The documents of a file, as far as they can be read: a part that does not parse is left out. A template counts as text, and
 * is dropped if it has a line to itself, so that most charts parse. `firstLine`: of the text in its file.
 */
export function readYamlTree(text: string, firstLine = 1): readonly YamlNode[] {
  const lines = new LineCounter()
  lines.addNewLine(0)
  const parser = new Parser(lines.addNewLine)
  const documents: YamlNode[] = []
  const take = (token: CST.Token): void => {
    if (token.type !== 'document' || token.value === undefined) return
    documents.push(
      grow(token.value, { lineOf: (offset) => lines.linePos(offset).line + firstLine - 1, anchors: new Map() })
    )
  }
  for (const lexeme of new Lexer().lex(withoutTemplates(text))) {
    for (const token of parser.next(lexeme)) take(token)
    if (parser.stack.length > DEEPEST) return documents
  }
  for (const token of parser.end()) take(token)
  return documents
}

function withoutTemplates(text: string): string {
  const parts: string[] = []
  let done = 0
  for (let open = text.indexOf('{{'); open !== -1; open = text.indexOf('{{', done)) {
    const close = text.indexOf('}}', open)
    if (close === -1) break
    const before = text.slice(done, open)
    const isAlone =
      /^[ \t]*$/.test(before.slice(before.lastIndexOf('\n') + 1)) &&
      /^[ \t]*(?:\r?\n|$)/.test(text.slice(close + 2, close + 100))
    parts.push(before, text.slice(open, close + 2).replace(/[^\n]/g, isAlone ? ' ' : TEMPLATED))
    done = close + 2
  }
  return parts.join('') + text.slice(done)
}

interface Growing {
  lineOf(offset: number): number
  readonly anchors: Map<string, YamlNode>
}

const NOTHING: YamlNode = { kind: 'text', text: '' }

function grow(token: CST.Token | null | undefined, growing: Growing): YamlNode {
  switch (token?.type) {
    case 'block-map':
      return growMap(token.items, growing)
    case 'flow-collection':
      return token.start.source === '{' ? growMap(token.items, growing) : growList(token.items, growing)
    case 'block-seq':
      return growList(token.items, growing)
    case 'alias': {
      // A collection was read at its anchor; reading it again at each alias could take forever.
      const node = growing.anchors.get(token.source.slice(1))
      return node?.kind === 'text' ? node : NOTHING
    }
    case 'scalar':
    case 'single-quoted-scalar':
    case 'double-quoted-scalar':
    case 'block-scalar':
      return { kind: 'text', text: CST.resolveAsScalar(token, false, () => {}).value }
    default:
      return NOTHING
  }
}

function growList(items: readonly CST.CollectionItem[], growing: Growing): YamlNode {
  // In a flow list, `[a: 1]` is a map of one entry.
  return {
    kind: 'list',
    items: items.map((item) =>
      item.sep === undefined ? growItem(item.key ?? item.value, item.start, growing) : growMap([item], growing)
    )
  }
}

function growItem(token: CST.Token | null | undefined, before: readonly CST.SourceToken[], growing: Growing): YamlNode {
  const node = grow(token, growing)
  const anchor = before.find(({ type }) => type === 'anchor')
  if (anchor !== undefined) growing.anchors.set(anchor.source.slice(1), node)
  return node
}

function growMap(items: readonly CST.CollectionItem[], growing: Growing): YamlNode {
  const entries = new Map<string, YamlEntry>()
  const merged = new Map<string, YamlEntry>()
  for (const { key, sep, value } of items) {
    const name = grow(key, growing)
    if (name.kind !== 'text' || key == null) continue
    const bases = name.text === '<<' ? mergedMaps(value, growing) : []
    for (const base of bases) for (const [inherited, entry] of base) merged.set(inherited, entry)
    if (bases.length === 0)
      entries.set(name.text, { value: growItem(value, sep ?? [], growing), line: growing.lineOf(key.offset) })
  }
  return { kind: 'map', entries: merged.size === 0 ? entries : new Map([...merged, ...entries]) }
}

/** The maps that `<<: *base` or `<<: [*first, *second]` merges, the one that wins last. */
function mergedMaps(value: CST.Token | null | undefined, { anchors }: Growing): readonly YamlMap['entries'][] {
  const tokens = value?.type === 'flow-collection' ? value.items.map((item) => item.value ?? item.key) : [value]
  return tokens
    .map((token) => (token?.type === 'alias' ? anchors.get(token.source.slice(1)) : undefined))
    .flatMap((base) => (base?.kind === 'map' && base.entries.size <= MOST_MERGED ? [base.entries] : []))
    .reverse()
}

/** The text of a scalar; `undefined` for a map, a list or nothing. */
export function textOf(node: YamlNode | undefined): string | undefined {
  return node?.kind === 'text' ? node.text : undefined
}
