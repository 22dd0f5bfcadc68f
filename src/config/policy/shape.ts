import type { ReaderCheck } from '../checks.js'
import { didYouMean } from '../nearest.js'
import { quote } from '../problem.js'
import type { MapNode, Span, TreeNode } from './tree.js'

export type JsonSchema = { readonly [key: string]: unknown }

/** Takes what is wrong at a place; `path` is as in `rules[0].keep[1].last`, empty for the document. */
export type Report = (span: Span, path: string, what: string, more?: { remedy?: string; check?: ReaderCheck }) => void

/**
 * One shape of data, told once: `schema` for editors, `read` for the action. They accept the same documents, but for what
 * `parsed` and `checked` refuse beyond the shape (`checks.ts`).
 */
export interface Shape<T> {
  readonly schema: JsonSchema
  /** `a list of ...`, for messages. */
  readonly expects: string
  /** Words that a scalar may be, for "did you mean". */
  readonly words: readonly string[]
  /** Whether a node is so much of this kind that what is wrong inside it is worth telling. */
  fits(node: TreeNode): boolean
  /** The value, or nothing after at least one report. */
  read(node: TreeNode, path: string, report: Report): T | undefined
}

/** The type that a shape reads. */
export type Read<S> = S extends Shape<infer T> ? T : never

export function unexpected(
  node: TreeNode,
  path: string,
  shape: Pick<Shape<unknown>, 'expects' | 'words'>,
  report: Report
): void {
  const found =
    node.kind === 'list'
      ? 'a list'
      : node.kind === 'map'
        ? 'an object'
        : node.value === null
          ? 'nothing'
          : quote(node.written)
  const asked = node.kind === 'scalar' && node.value !== null ? didYouMean(node.written, shape.words) : ''
  const unquoted = shape.expects.startsWith('text') && node.kind === 'scalar' && node.value !== null
  report(node.span, path, `expected ${shape.expects}, found ${found}.${asked}`, {
    ...(unquoted &&
      typeof node.value !== 'string' && { remedy: `To mean the text, put it in quotes: '${node.written}'` })
  })
}

/** The first of the shapes that reads the node. */
export function either<S extends readonly Shape<unknown>[]>(...shapes: S): Shape<Read<S[number]>> {
  const expects = alternatives(shapes.map((shape) => shape.expects))
  const words = shapes.flatMap((shape) => shape.words)
  return {
    schema: { anyOf: shapes.map((shape) => shape.schema) },
    expects,
    words,
    fits: (node) => shapes.some((shape) => shape.fits(node)),
    read(node, path, report) {
      const fitting = shapes.filter((shape) => shape.fits(node))
      for (const shape of fitting) {
        const reports: Parameters<Report>[] = []
        const value = shape.read(node, path, (...told) => reports.push(told))
        if (value !== undefined) return value as Read<S[number]>
        // What is wrong inside says more than "expected A or B".
        if (node.kind !== 'scalar' || reports.some(([, , , more]) => more?.check !== undefined)) {
          for (const told of reports) report(...told)
          return undefined
        }
      }
      unexpected(node, path, { expects, words }, report)
      return undefined
    }
  }
}

/** No list of a policy comes near it, and what is looked at pairwise stays cheap. */
const MOST_ITEMS = 1_000

export function list<T>(item: Shape<T>, minimum: 0 | 1, items: string): Shape<readonly T[]> {
  const expects = minimum === 0 ? `a list of ${items}` : `a list of at least one of ${items}`
  return {
    schema: { type: 'array', items: item.schema, ...(minimum > 0 && { minItems: minimum }), maxItems: MOST_ITEMS },
    expects,
    words: [],
    fits: (node) => node.kind === 'list',
    read(node, path, report) {
      if (node.kind !== 'list') {
        unexpected(node, path, this, report)
        return undefined
      }
      if (node.items.length < minimum || node.items.length > MOST_ITEMS) {
        const found =
          node.items.length === 0 ? 'an empty one' : `one of ${node.items.length}; at most ${MOST_ITEMS} are allowed`
        report(node.span, path, `expected ${expects}, found ${found}.`)
        return undefined
      }
      const values = node.items.map((child, index) => item.read(child, `${path}[${index}]`, report))
      return values.every((value) => value !== undefined) ? (values as T[]) : undefined
    }
  }
}

/** An object with any keys. */
export function record<T>(value: Shape<T>, expects: string): Shape<Readonly<Record<string, T>>> {
  return {
    schema: { type: 'object', additionalProperties: value.schema, minProperties: 1 },
    expects,
    words: [],
    fits: (node) => node.kind === 'map',
    read(node, path, report) {
      if (node.kind !== 'map' || node.entries.length === 0) {
        unexpected(node, path, this, report)
        return undefined
      }
      const read = node.entries.map(
        (entry) => [entry.key, value.read(entry.value, `${path}.${entry.key}`, report)] as const
      )
      return read.every(([, found]) => found !== undefined)
        ? (Object.fromEntries(read) as Record<string, T>)
        : undefined
    }
  }
}

/** Its words are for editors and documentation, in Markdown. */
export interface Key<T, Needed extends boolean> {
  readonly shape: Shape<T>
  readonly needed: Needed
  readonly description: string
  /** What holds without the key; a value that means the same stands in backticks. */
  readonly otherwise?: string
}

export function optional<T>(shape: Shape<T>, description: string, otherwise?: string): Key<T, false> {
  return { shape, needed: false, description, ...(otherwise !== undefined && { otherwise }) }
}

export function needed<T>(shape: Shape<T>, description: string): Key<T, true> {
  return { shape, needed: true, description }
}

export type Keys = Readonly<Record<string, Key<unknown, boolean>>>
type Values<K extends Keys> = {
  readonly [P in keyof K as K[P]['needed'] extends true ? P : never]: Read<K[P]['shape']>
} & {
  readonly [P in keyof K as K[P]['needed'] extends true ? never : P]?: Read<K[P]['shape']>
}

interface ObjectShape<K extends Keys> extends Shape<Values<K>> {
  readonly keys: K
}

/** An object with these keys and no others. */
export function object<K extends Keys>(keys: K, options: { minimum?: 1; expects?: string } = {}): ObjectShape<K> {
  const names = Object.keys(keys)
  const required = names.filter((name) => keys[name]?.needed)
  const expects = options.expects ?? `an object with ${required.length > 0 ? required.join(', ') : 'known keys'}`
  return {
    keys,
    schema: {
      type: 'object',
      properties: Object.fromEntries(
        Object.entries(keys).map(([name, key]) => [name, { description: described(key), ...key.shape.schema }])
      ),
      ...(required.length > 0 && { required }),
      ...(options.minimum && { minProperties: options.minimum }),
      additionalProperties: false
    },
    expects,
    words: [],
    fits: (node) => node.kind === 'map',
    read(node, path, report) {
      if (node.kind !== 'map') {
        unexpected(node, path, this, report)
        return undefined
      }
      const values: Record<string, unknown> = {}
      let good = true
      for (const { key, keySpan, value } of node.entries) {
        const known = Object.hasOwn(keys, key) ? keys[key] : undefined
        const read = known?.shape.read(value, path === '' ? key : `${path}.${key}`, report)
        if (known === undefined) report(keySpan, path, `unknown key ${quote(key)}.${didYouMean(key, names)}`)
        if (read === undefined) good = false
        else values[key] = read
      }
      for (const name of required.filter((name) => !node.entries.some((entry) => entry.key === name))) {
        report(head(node), path, `the key "${name}" is missing.`)
        good = false
      }
      if (options.minimum && node.entries.length === 0) {
        report(node.span, path, `expected ${expects}, found an empty object.`)
        good = false
      }
      return good ? (values as Values<K>) : undefined
    }
  }
}

function described({ description, otherwise }: Key<unknown, boolean>): string {
  return otherwise === undefined ? description : `${description} Default: ${otherwise}.`
}

/** Where a missing key is told: the first key of the map, not all its lines. */
function head(node: MapNode): Span {
  return node.entries[0]?.keySpan ?? node.span
}

/** Reads further than the shape: a value from what was written, or why it is none. */
export function parsed<T, U>(
  shape: Shape<T>,
  check: ReaderCheck,
  parse: (value: T) => { readonly value: U } | { readonly problem: string; readonly remedy?: string }
): Shape<U> {
  return {
    ...shape,
    read(node, path, report) {
      const read = shape.read(node, path, report)
      if (read === undefined) return undefined
      const result = parse(read)
      if ('value' in result) return result.value
      report(node.span, path, result.problem, { check, ...(result.remedy !== undefined && { remedy: result.remedy }) })
      return undefined
    }
  }
}

/** The same data in another form. */
export function mapped<T, U>(shape: Shape<T>, map: (value: T) => U): Shape<U> {
  return {
    ...shape,
    read(node, path, report) {
      const read = shape.read(node, path, report)
      return read === undefined ? undefined : map(read)
    }
  }
}

/** Looks at a whole that has the right shape; what it reports makes it unreadable. */
export function checked<T>(
  shape: Shape<T>,
  check: (value: T, node: TreeNode, path: string, report: Report) => void
): Shape<T> {
  return {
    ...shape,
    read(node, path, report) {
      const read = shape.read(node, path, report)
      if (read === undefined) return undefined
      let good = true
      check(read, node, path, (...told) => {
        good = false
        report(...told)
      })
      return good ? read : undefined
    }
  }
}

export function alternatives(options: readonly string[]): string {
  return options.length < 2 ? options.join('') : `${options.slice(0, -1).join(', ')} or ${options.at(-1)}`
}
