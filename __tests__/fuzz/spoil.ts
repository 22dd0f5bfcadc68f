import fc from 'fast-check'

export const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme', maxLength: 200 })
)

/** The parts that patterns, durations and documents are made of, in any order. */
export const shards = (...parts: readonly string[]): fc.Arbitrary<string> =>
  fc
    .array(fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...parts) }, anyText), { maxLength: 12 })
    .map((all) => all.join(''))

const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)

/** What objects have without being given it. */
export const INHERITED = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length'] as const

/** What nobody expects in a field of JSON. */
const ODD: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  1e300,
  Number.MAX_SAFE_INTEGER + 1,
  '',
  ' ',
  '\u0000',
  '\ud800',
  ...INHERITED,
  '::error::injected',
  '../../etc/passwd',
  '2026-13-45T99:99:99Z',
  'x'.repeat(5000),
  [],
  [null],
  [[]],
  Array(2000).fill('x'),
  {},
  { length: 1e9 },
  JSON.parse('{"__proto__": {"polluted": true}}'),
  nested(500)
]

export const odd: fc.Arbitrary<unknown> = fc.oneof(fc.constantFrom(...ODD), fc.jsonValue({ maxDepth: 4 }))

type Path = readonly (string | number)[]

function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...path, key]))]
}

function leavesOf(value: unknown): readonly unknown[] {
  return typeof value !== 'object' || value === null ? [value] : Object.values(value).flatMap(leavesOf)
}

function replaced(value: unknown, [key, ...rest]: Path, change: (was: unknown) => unknown): unknown {
  if (key === undefined) return change(value)
  const entries = Object.entries(value as object).flatMap(([name, item]) => {
    const made = name === String(key) ? replaced(item, rest, change) : item
    return made === GONE ? [] : [[name, made] as const]
  })
  return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries)
}

const GONE = Symbol('gone')

/** What becomes of one place. `pick` chooses among what could stand there. */
interface Change {
  readonly at: number
  readonly kind: 'gone' | 'odd' | 'other' | 'alike' | 'grown'
  readonly pick: number
  readonly value: unknown
  readonly key: string
}

const change = (places: number): fc.Arbitrary<Change> =>
  fc.record({
    at: fc.nat(places - 1),
    kind: fc.constantFrom('gone', 'odd', 'odd', 'other', 'alike', 'alike', 'grown'),
    pick: fc.nat(1000),
    value: odd,
    key: fc.oneof(fc.constantFrom<string>(...INHERITED), fc.string({ maxLength: 8 }))
  })

/**
 * A well-formed document in which some places are missing, hold something else, what stands at any other place of it, or what
 * stands at another place of the same name; in which items are twice, and keys that nobody knows.
 */
export function spoiled(document: unknown): fc.Arbitrary<unknown> {
  const paths = pathsOf(document)
  const leaves = leavesOf(document)

  function changed(was: unknown, path: Path, { kind, pick, value, key }: Change): unknown {
    if (kind === 'gone') return GONE
    if (kind === 'odd') return value
    if (kind === 'other') return leaves[pick % leaves.length]
    if (kind === 'alike') {
      const places = paths.filter((other) => other.at(-1) === path.at(-1))
      return valueAt(document, places[pick % places.length] ?? path)
    }
    if (Array.isArray(was)) return pick % 3 === 0 ? was.toReversed() : [...was, was[pick % Math.max(1, was.length)]]
    if (typeof was !== 'object' || was === null) return was
    return Object.fromEntries([...Object.entries(was), [key, value] as const])
  }

  return fc.array(change(paths.length), { minLength: 1, maxLength: 3 }).map((all) =>
    all.reduce<unknown>((made, each) => {
      const path = paths[each.at] ?? []
      try {
        const result = replaced(made, path, (was) => changed(was, path, each))
        return result === GONE ? null : result
      } catch {
        return made
      }
    }, document)
  )
}

/** Every document in which one place holds what another place of the same name holds, or a little more than it held. */
export function exchanged(document: unknown): readonly unknown[] {
  const paths = pathsOf(document).filter((path) => path.length > 0)
  return paths.flatMap((path) => {
    const was = valueAt(document, path)
    const others = paths.filter((other) => other.at(-1) === path.at(-1)).map((other) => valueAt(document, other))
    const more = typeof was === 'string' ? [`${was}x`] : typeof was === 'number' ? [was + 1] : []
    return [...new Set([...others, ...more])].filter((to) => to !== was).map((to) => replaced(document, path, () => to))
  })
}

function valueAt(document: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], document)
}

/** A text that was cut (often where it could seem whole), torn apart, changed in place or mixed with something else. */
export function torn(text: string): fc.Arbitrary<string> {
  const ends = [...text.matchAll(/[\]},\n]/g)].map(({ index }) => index + 1)
  const cut = fc.oneof(fc.nat(text.length), fc.constantFrom(0, ...ends)).map((at) => text.slice(0, at))
  const inserted = fc
    .tuple(fc.nat(text.length), fc.string({ unit: 'binary', maxLength: 20 }))
    .map(([at, more]) => text.slice(0, at) + more + text.slice(at))
  const without = fc
    .tuple(fc.nat(text.length), fc.nat(40))
    .map(([at, length]) => text.slice(0, at) + text.slice(at + length))
  const twice = fc.nat(text.length).map((at) => text.slice(at) + text)
  const changed = fc
    .tuple(fc.nat(Math.max(0, text.length - 1)), fc.constantFrom(...'0123456789abcdefxyz"[]{},:- \n'.split('')))
    .map(([at, character]) => text.slice(0, at) + character + text.slice(at + 1))
  return fc.oneof(cut, inserted, without, twice, changed)
}
