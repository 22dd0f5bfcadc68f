import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { parse, parseDocument } from 'yaml'
import { renderSchema } from '../../scripts/configDocs.js'
import { readPolicy } from '../../src/config/policy/readPolicy.js'
import type { Policy } from '../../src/domain/policy.js'
import { plan } from '../../src/policy/plan/plan.js'
import { snippetsOf } from './markdown.js'

const PAGE = readFileSync('docs/policies.md', 'utf8')

type Path = readonly (string | number)[]

/** By what stands above the lists: where in a document their keys stand. */
const PLACES: Readonly<Record<string, Path>> = {
  'the document': [],
  protect: ['protect'],
  deployments: ['protect', 'deployments'],
  'a rule': ['rules', 0],
  match: ['rules', 0, 'match'],
  'a keep item': ['rules', 0, 'keep', 0],
  semver: ['rules', 0, 'keep', 0, 'semver']
}

interface Row {
  readonly table: string
  readonly keys: readonly string[]
  readonly default: string
}

const rows = [...PAGE.matchAll(/^Keys of `?([\w ]+)`?.*:\n\n((?:- .*\n)+)/gm)].flatMap(([, table = '', lines = '']) =>
  [...lines.matchAll(/^- (.*?): (.*)$/gm)].map(
    ([, cell = '', text = '']): Row => ({
      table,
      keys: [...cell.matchAll(/`([^`]+)`/g)].map(([, key = '']) => key),
      default: / (?:Default: (.*)|(Required))\.$/.exec(text)?.slice(1).join('') ?? ''
    })
  )
)

/** The keys of each object that the schema has. */
function objectsOf(schema: unknown): readonly (readonly string[])[] {
  if (typeof schema !== 'object' || schema === null) return []
  const own = 'properties' in schema ? [Object.keys(schema.properties as object)] : []
  return [...own, ...Object.values(schema).flatMap(objectsOf)]
}

/** Where in a document a key of the schema may stand, as `rules.match.names`. */
function placesOf(schema: unknown, place: string): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return []
  return Object.entries(schema).flatMap(([word, value]) =>
    word === 'properties'
      ? Object.entries(value as object).flatMap(([key, inner]) => below(place, key, inner, placesOf))
      : placesOf(value, place)
  )
}

/** Where the keys of a document stand. */
function keysIn(value: unknown, place: string): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((each) => keysIn(each, place))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => below(place, key, inner, keysIn))
}

function below(place: string, key: string, value: unknown, walk: typeof keysIn): readonly string[] {
  const own = place === '' ? key : `${place}.${key}`
  return [own, ...walk(value, own)]
}

/** Every policy that the tests run as it is printed: in `recipes.test.ts` and `policies.test.ts`. */
function printedPolicies(): readonly unknown[] {
  const files = readdirSync('docs/recipes', { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.ya?ml$/.test(name)
  )
  const recipes = files.map((name) => readFileSync(`docs/recipes/${name}`, 'utf8'))
  const inline = recipes.flatMap((text) =>
    [...text.matchAll(/^( +)policy: \|\n((?:\1 .*\n)+)/gm)].map(([, , policy = '']) => policy)
  )
  const examples = snippetsOf('docs/policies.md').map(({ text }) => text)
  return [...recipes, ...inline, ...examples]
    .map((text): unknown => parse(text))
    .filter((each) => Object.hasOwn(Object(each), 'rules'))
}

it('each key of the schema stands in a recipe or in a worked example', () => {
  const used = new Set(printedPolicies().flatMap((policy) => keysIn(policy, '')))
  const places = new Set(placesOf(JSON.parse(renderSchema()), ''))
  expect([...places].filter((place) => !used.has(place))).toEqual([])
  expect(places.size).toBeGreaterThan(50)
})

describe('the lists of keys', () => {
  it('hold every key of the schema, and no other', () => {
    const told = Object.keys(PLACES).map((place) =>
      rows.filter(({ table }) => table === place).flatMap(({ keys }) => keys)
    )
    const sorted = (objects: readonly (readonly string[])[]) => objects.map((keys) => [...keys].sort().join()).sort()
    expect(sorted(told)).toEqual(sorted(objectsOf(JSON.parse(renderSchema()))))
  })

  it.each(
    rows.flatMap(({ table, keys, default: value }) => {
      const [, written] = /^`([^`]+)`$/.exec(value) ?? []
      return written === undefined ? [] : keys.map((key) => [table, key, written] as const)
    })
  )('of %s: without %s it is as with %s', (table, key, value) => {
    const written = parseDocument(BASE)
    written.setIn([...(PLACES[table] ?? []), key], parse(value))
    expect(written.toString()).not.toBe(BASE)
    expect(outcome(written.toString())).toEqual(outcome(BASE))
  })

  it('say what holds without a key that a policy has a value for all the same', () => {
    const { policy } = outcome(BASE)
    const values = { 'the document': policy, protect: policy.protect, 'a rule': policy.rules[0] ?? {} }
    const filled = Object.entries(values).flatMap(([table, object]) =>
      Object.entries(object)
        .filter(([, value]) => typeof value !== 'object' || 'text' in value)
        .map(([name]) => `${table}: ${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`)
    )
    const told = rows
      .filter((row) => row.default !== '')
      .flatMap(({ table, keys }) => keys.map((key) => `${table}: ${key}`))
    expect(told).toEqual(expect.arrayContaining(filled))
    expect(filled).toContain('the document: grace-period')
  })
})

const BASE = `version: 1
rules:
  - match: { names: ["v*"] }
    keep:
      - semver: {}
`

/** The policy but for `semver`, whose defaults are the engine's, and what becomes of each of some releases. */
function outcome(text: string): { readonly policy: Policy; readonly verdicts: readonly string[] } {
  const read = readPolicy({ name: 'policy', text }, { types: ['npm'], namesFile: () => ({ problem: 'none' }) })
  if ('problems' in read) throw new Error(read.problems.map(({ what }) => what).join(' '))
  const { policy } = read
  const names = [1, 2, 3].flatMap((major) =>
    [0, 1, 2].flatMap((minor) => [0, 1, 2].map((p) => `v${major}.${minor}.${p}`))
  )
  const versions = [...names, 'v4.0.0-rc.1', 'v4.0.0-rc.2'].map((name, i) => {
    const at = Date.UTC(2026, 0, 1 + i)
    return { id: i + 1, name, tags: [], createdAt: at, updatedAt: at }
  })
  const info = { owner: 'octo-org', type: 'npm', name: 'app', id: 1, visibility: 'private', htmlUrl: '' } as const
  const inventory = { package: info, versions, manifests: new Map(), inUse: {}, gaps: [] }
  const { packages } = plan([inventory], policy, Date.UTC(2026, 10, 22), 'octo-org')
  return {
    policy: { ...policy, rules: policy.rules.map((rule) => ({ ...rule, keep: [] })) },
    verdicts: packages.flatMap(({ decisions }) => decisions.map(({ version, verdict }) => `${version.name} ${verdict}`))
  }
}
