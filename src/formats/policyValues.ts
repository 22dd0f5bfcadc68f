import * as v from 'valibot'
import { DIGEST } from '../domain/manifest.js'
import { parseDuration } from '../pattern/duration.js'
import { splitPatterns } from '../pattern/names.js'
import { checkPattern, compileRegex } from '../pattern/patterns.js'

// A message that begins with "expected" is part of a sentence: the code that shows it adds the value. Other messages are whole sentences.

/** An object with these keys and no others, read as one with keys in camel case. */
export function object<const E extends v.ObjectEntries>(entries: E, what: string) {
  return v.pipe(
    plainObject(v.strictObject(entries, `expected ${what}`)),
    v.transform((read) => camelKeys(read))
  )
}

/** Refuses lists, which are objects to valibot. */
export function plainObject<S extends v.GenericSchema>(schema: S): S {
  return {
    ...schema,
    '~run': (dataset, config) =>
      schema['~run'](Array.isArray(dataset.value) ? { ...dataset, value: null } : dataset, config)
  }
}

type Camel<K> = K extends `${infer A}-${infer B}` ? `${A}${Capitalize<Camel<B>>}` : K
type CamelKeys<T> = { readonly [K in keyof T as Camel<K>]: T[K] }

function camelKeys<T extends object>(read: T): CamelKeys<T> {
  const camel = (key: string): string => key.replaceAll(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase())
  return Object.fromEntries(Object.entries(read).map(([key, value]) => [camel(key), value])) as CamelKeys<T>
}

/** Describes a key for editors and documentation, in Markdown; `otherwise`: its default. */
export function key<S extends v.GenericSchema>(schema: S, text: string, otherwise?: string): S {
  const whole = otherwise === undefined ? text : `${text} Default: ${otherwise}.`
  return v.pipe(schema, v.description(whole)) as unknown as S
}

export const flag = v.boolean('expected true or false')

/** One of these words. */
export function choice<const T extends readonly string[]>(options: T) {
  return v.picklist(options, `expected ${alternatives(options)}`)
}

/** `a, b or c` */
export function alternatives(options: readonly string[]): string {
  return options.length < 2 ? options.join('') : `${options.slice(0, -1).join(', ')} or ${options.at(-1)}`
}

/** JavaScript and JSON schema agree on integers up to it. */
const LARGEST_INTEGER = Number.MAX_SAFE_INTEGER

/** A whole number of at least `minimum`. `what` stands behind "expected". */
export function count(minimum: number, what = `a whole number of at least ${minimum}`) {
  const expected = `expected ${what}`
  return v.pipe(
    v.number(expected),
    v.integer(expected),
    v.minValue(minimum, expected),
    v.maxValue(LARGEST_INTEGER, expected)
  )
}

/** Such a number, or `all`. */
export function countOrAll(minimum: number) {
  const what = `a whole number of at least ${minimum} or all`
  return v.union([count(minimum, what), v.literal('all', `expected ${what}`)])
}

/** Text that is not empty, and fits the expression where one is given (of JSON schema, so without flags). */
export function text(what: string, expression?: RegExp): v.GenericSchema<string> {
  const expected = `expected ${what}`
  const some = v.pipe(v.string(expected), v.nonEmpty(expected))
  return expression === undefined ? some : v.pipe(some, v.regex(expression, expected))
}

/** No list of a policy comes near it, and lists are compared pairwise. */
const MOST_ITEMS = 1_000

/** A list of at least `minimum` such items. */
export function list<const S extends v.GenericSchema>(item: S, items: string, minimum: 0 | 1 = 1) {
  const expected = minimum === 0 ? `expected a list of ${items}` : `expected a list of at least one of ${items}`
  return v.pipe(v.array(item, expected), v.minLength(minimum, expected), v.maxLength(MOST_ITEMS, expected))
}

/** A list, or a single item for short. */
export function oneOrMore<const S extends v.GenericSchema>(item: S, items: string) {
  return v.union([
    v.pipe(
      item,
      v.transform((read) => [read] as const)
    ),
    list(item, items)
  ])
}

/** A text that `parse` turns into a value, or refuses with a problem. */
export function parsed<T>(
  what: string,
  parse: (written: string) => { readonly value: T } | { readonly problem: string }
) {
  return v.pipe(
    v.string(`expected ${what}`),
    v.rawTransform<string, T>(({ dataset, addIssue, NEVER }) => {
      const result = parse(dataset.value)
      if ('value' in result) return result.value
      addIssue({ message: result.problem })
      return NEVER
    })
  )
}

/** More is a file of names, which `names-from` reads. */
const MOST_PATTERNS = 1_000
const TOO_MANY = `there are more than ${MOST_PATTERNS} patterns in one list.`

function readPatterns(written: string): { readonly value: readonly string[] } | { readonly problem: string } {
  const value = splitPatterns(written)
  if (value.length > MOST_PATTERNS) return { problem: TOO_MANY }
  if (value.length === 0) return { problem: 'it contains no pattern: spaces and comments (#) do not count.' }
  const problem = value.map(problemOf).find((each) => each !== undefined)
  return problem === undefined ? { value } : { problem }
}

/** No name of a version begins as a range or a regular expression does. */
function problemOf(written: string): string | undefined {
  const [, mark = '', rest] = /^(!?)\s*([<>=~^].*)$/.exec(written) ?? []
  if (rest === undefined) return checkPattern(written)
  const refused = `Pattern “${written}” is refused:`
  if (/^\^(?!v?\d)/.test(rest)) {
    return `${refused} a regular expression stands between slashes, so write ${mark}/${rest.replaceAll('/', '\\/')}/.`
  }
  return `${refused} a range of versions begins with semver:, so write ${mark}semver:${rest}. Bounds that must all hold stand in one range, with a space between them.`
}

const pattern = parsed('a pattern', readPatterns)

/** Patterns, in a list or in one text; each text may hold several, as the inputs do. */
export const patterns = v.pipe(
  v.union([pattern, list(pattern, 'patterns')]),
  v.transform((read): readonly string[] => read.flat()),
  v.maxLength(MOST_PATTERNS, TOO_MANY)
)

export const onePattern = parsed('a pattern', (written) => {
  const read = readPatterns(written)
  if ('problem' in read) return read
  const [value, ...more] = read.value
  return value === undefined || more.length > 0 || value.startsWith('!')
    ? { problem: 'expected one pattern without exclusions' }
    : { value }
})

/** One pattern with at least one of these placeholders in it, such as `pr-{number}*`. */
export function template(placeholders: readonly string[], example: string) {
  const words = alternatives(placeholders.map((each) => `{${each}}`))
  return parsed(`a pattern with ${words} in it`, (written) => {
    const filled = placeholders.reduce((all, each) => all.replaceAll(`{${each}}`, '1'), written)
    const [first, ...more] = splitPatterns(filled)
    if (filled === written || first === undefined || more.length > 0 || first.startsWith('!')) {
      return { problem: `it is not one pattern with ${words} in it. Write for example '${example}'.` }
    }
    const problem = checkPattern(first)
    return problem === undefined ? { value: written.trim() } : { problem }
  })
}

export const duration = parsed('a length of time such as 7d', (written) => {
  const read = parseDuration(written)
  return 'problem' in read ? { problem: `${read.problem}.` } : { value: read }
})

export const expression = parsed('a regular expression', (source) => {
  if (/^\/.*\/[a-z]*$/s.test(source)) {
    return { problem: 'it is written with slashes. Leave out the slashes and the flags.' }
  }
  const read = compileRegex(source)
  return 'problem' in read ? { problem: `it is refused: ${read.problem}.` } : { value: source }
})

export const digest = text('a digest such as sha256:0123…', DIGEST)
