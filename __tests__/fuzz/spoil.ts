import fc from 'fast-check'

/** How often each property is tried: a few hundred times in CI, as often as wanted with FUZZ_RUNS. */
export const runs = (usual: number): { readonly numRuns: number; readonly seed?: number } => ({
  numRuns: Number(process.env.FUZZ_RUNS ?? usual),
  ...(process.env.FUZZ_SEED !== undefined && { seed: Number(process.env.FUZZ_SEED) })
})

/** For `jest.setTimeout`: a long search needs more than a test is given. */
export const patience = Number(process.env.FUZZ_TIMEOUT ?? 120_000)

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

type Change = (was: unknown) => unknown

/** A list with an item twice, or the other way round; an object with one key more. */
function grown(was: unknown, { at, key, value }: { at: number; key: string; value: unknown }): unknown {
  if (Array.isArray(was)) return at % 3 === 0 ? was.toReversed() : [...was, was[at % Math.max(1, was.length)]]
  if (typeof was !== 'object' || was === null) return was
  return Object.fromEntries([...Object.entries(was), [key, value] as const])
}

/**
 * A well-formed document in which some places are missing, hold something else, or what stands at another place of it; in
 * which items are twice, and keys that nobody knows.
 */
export function spoiled(document: unknown): fc.Arbitrary<unknown> {
  const paths = pathsOf(document)
  const change: fc.Arbitrary<Change> = fc.oneof(
    { weight: 2, arbitrary: fc.constant<Change>(() => GONE) },
    {
      weight: 6,
      arbitrary: odd.map(
        (to): Change =>
          () =>
            to
      )
    },
    {
      weight: 4,
      arbitrary: fc.constantFrom(...leavesOf(document)).map(
        (to): Change =>
          () =>
            to
      )
    },
    {
      weight: 3,
      arbitrary: fc
        .record({
          at: fc.nat(50),
          key: fc.oneof(fc.constantFrom<string>(...INHERITED), fc.string({ maxLength: 8 })),
          value: odd
        })
        .map(
          (more): Change =>
            (was) =>
              grown(was, more)
        )
    }
  )
  const changes = fc.array(fc.record({ at: fc.nat(paths.length - 1), change }), { minLength: 1, maxLength: 3 })
  return changes.map((all) =>
    all.reduce<unknown>((made, { at, change: to }) => {
      try {
        const result = replaced(made, paths[at] ?? [], to)
        return result === GONE ? null : result
      } catch {
        return made
      }
    }, document)
  )
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
