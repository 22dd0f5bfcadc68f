import fc from 'fast-check'

/** How often each property is tried: a few hundred times in CI, as often as wanted with FUZZ_RUNS. */
export const runs = (usual: number): { readonly numRuns: number; readonly seed?: number } => ({
  numRuns: Number(process.env.FUZZ_RUNS ?? usual),
  ...(process.env.FUZZ_SEED !== undefined && { seed: Number(process.env.FUZZ_SEED) })
})

const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)

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
  '__proto__',
  'constructor',
  '::error::injected',
  '../../etc/passwd',
  '2026-13-45T99:99:99Z',
  'x'.repeat(5000),
  [],
  [null],
  [[]],
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

function replaced(value: unknown, [key, ...rest]: Path, change: (was: unknown) => unknown): unknown {
  if (key === undefined) return change(value)
  const entries = Object.entries(value as object).flatMap(([name, item]) => {
    const made = name === String(key) ? replaced(item, rest, change) : item
    return made === GONE ? [] : [[name, made] as const]
  })
  return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries)
}

const GONE = Symbol('gone')

/** A well-formed document in which some places are missing or hold something else. */
export function spoiled(document: unknown): fc.Arbitrary<unknown> {
  const paths = pathsOf(document)
  const change = fc.record({
    at: fc.nat(paths.length - 1),
    to: fc.oneof({ weight: 1, arbitrary: fc.constant<unknown>(GONE) }, { weight: 4, arbitrary: odd })
  })
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) =>
    changes.reduce<unknown>((made, { at, to }) => {
      const path = paths[at] ?? []
      try {
        return path.length === 0 && to === GONE ? null : replaced(made, path, () => to)
      } catch {
        return made
      }
    }, document)
  )
}

/** A text that was cut, torn apart or mixed with something else. */
export function torn(text: string): fc.Arbitrary<string> {
  const cut = fc.nat(text.length).map((at) => text.slice(0, at))
  const inserted = fc
    .tuple(fc.nat(text.length), fc.string({ unit: 'binary', maxLength: 20 }))
    .map(([at, more]) => text.slice(0, at) + more + text.slice(at))
  const without = fc
    .tuple(fc.nat(text.length), fc.nat(40))
    .map(([at, length]) => text.slice(0, at) + text.slice(at + length))
  const twice = fc.nat(text.length).map((at) => text.slice(at) + text)
  return fc.oneof(cut, inserted, without, twice)
}
