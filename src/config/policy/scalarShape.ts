import { alternatives, type JsonSchema, type Shape, unexpected } from './shape.js'
import type { ScalarNode } from './tree.js'

function scalar<T>(
  schema: JsonSchema,
  expects: string,
  accept: (node: ScalarNode) => T | undefined,
  fits: (node: ScalarNode) => boolean,
  words: readonly string[] = []
): Shape<T> {
  return {
    schema,
    expects,
    words,
    fits: (node) => node.kind === 'scalar' && fits(node),
    read(node, path, report) {
      const value = node.kind === 'scalar' ? accept(node) : undefined
      if (value === undefined) unexpected(node, path, this, report)
      return value
    }
  }
}

const isText = (node: ScalarNode): boolean => typeof node.value === 'string'

/** Text that is not empty, and fits `pattern` (a JSON-schema expression, so without flags) where one is given. */
export function text(expects = 'text', pattern?: RegExp): Shape<string> {
  return scalar(
    { type: 'string', minLength: 1, ...(pattern && { pattern: pattern.source }) },
    expects,
    ({ value }) =>
      typeof value === 'string' && value.length > 0 && (pattern === undefined || pattern.test(value))
        ? value
        : undefined,
    isText
  )
}

/** Larger numbers are no counts; JavaScript and JSON schema agree on all below. */
const LARGEST_INTEGER = Number.MAX_SAFE_INTEGER

export function integer(minimum: number): Shape<number> {
  return scalar(
    { type: 'integer', minimum, maximum: LARGEST_INTEGER },
    `a whole number of at least ${minimum}`,
    ({ value }) =>
      typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= LARGEST_INTEGER
        ? value
        : undefined,
    ({ value }) => typeof value === 'number'
  )
}

export function flag(): Shape<boolean> {
  return scalar(
    { type: 'boolean' },
    'true or false',
    ({ value }) => (typeof value === 'boolean' ? value : undefined),
    ({ value }) => typeof value === 'boolean',
    ['true', 'false']
  )
}

export function choice<const T extends string | number>(options: readonly T[]): Shape<T> {
  return scalar(
    options.length === 1 ? { const: options[0] } : { enum: options },
    alternatives(options.map(String)),
    ({ value }) => options.find((option) => option === value),
    ({ value }) => typeof value === typeof options[0],
    options.map(String)
  )
}
