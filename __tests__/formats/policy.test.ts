import { describe, expect, it } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { parse } from 'valibot'
import { renderSchema } from '../../scripts/configDocs.js'
import { readPolicy } from '../../src/config/policy/readPolicy.js'
import { policyHash } from '../../src/domain/policy.js'
import { policyDocument, policySchema, savedPolicySchema } from '../../src/formats/policy.js'

const fitsSchema = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(JSON.parse(renderSchema()))

function read(document: unknown) {
  const source = { name: 'policy.yml', text: JSON.stringify(document) }
  return readPolicy(source, { types: [], namesFile: () => ({ name: 'in-use.txt', text: 'v1.0.0 # production\n' }) })
}

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`
const pattern = fc.constantFrom('v*', '!v1*', 'semver:>=1 <2', digest, 'a, b', 'main')
const patterns = fc.oneof(pattern, fc.array(pattern, { minLength: 1, maxLength: 3 }))
const duration = fc.constantFrom('7d', '12h', '6mo', '1y6mo', '30 days')
const count = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constant('all' as const))
const prerelease = fc.constantFrom(true, false, 'superseded')
const some = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }, requiredKeys: (keyof T)[] = []) =>
  fc.record(model, { requiredKeys } as never)
const types = fc.subarray(['container', 'npm', 'maven'], { minLength: 1 })

const keepItem = some({
  names: patterns,
  prerelease,
  within: duration,
  since: fc.constant('superseded'),
  last: fc.nat(20),
  daily: count,
  weekly: count,
  yearly: count,
  semver: some({ majors: count, minors: count, patches: count, prereleases: fc.oneof(fc.nat(3), fc.constant('all')) })
}).filter((item) => Object.keys(item as object).length > 0)

const rule = some(
  {
    name: fc.constantFrom('releases', 'nightlies', 'a b', 'ä'),
    packages: patterns,
    types: fc.oneof(fc.constant('npm'), types),
    match: some({
      names: patterns,
      branch: fc.constantFrom('fix-1', 'feature/x,y', '42/merge'),
      versions: fc.array(fc.constantFrom(12, '34', digest), { minLength: 1, maxLength: 3 }),
      tagged: fc.boolean(),
      prerelease,
      state: fc.oneof(fc.constant('orphan'), fc.subarray(['complete', 'ghost'], { minLength: 1 })),
      'artifact-type': patterns,
      annotations: fc.dictionary(fc.constantFrom('a', 'org.x.y', 'toString'), fc.constant('v*'), { minKeys: 1 })
    }),
    'version-scheme': fc.constantFrom('semver', 'maven', 'rubygems', 'nuget', 'calver'),
    'version-pattern': fc.constantFrom('(?<version>\\d+\\.\\d+)-(?<variant>alpine)'),
    'group-by': fc.oneof(fc.constant('pr'), fc.constant(['variant', 'pr'])),
    sort: fc.constantFrom('time', 'version'),
    'relative-to': fc.constantFrom('now', 'newest'),
    'count-protected': fc.boolean(),
    keep: fc.array(keepItem, { maxLength: 3 })
  },
  ['match', 'keep']
)

const policy = some(
  {
    version: fc.constant(1),
    timezone: fc.constantFrom('UTC', 'Europe/Berlin'),
    owner: fc.constantFrom('octo-org', 'mona_corp'),
    timestamp: fc.constantFrom('updated_at', 'created_at'),
    'grace-period': duration,
    'min-keep': fc.nat(9),
    'max-delete': fc.constantFrom(0, 50, '0%', '25%', '100%'),
    'delete-limit': fc.integer({ min: 1, max: 900 }),
    'partial-tags': fc.constantFrom('keep', 'untag'),
    'on-empty': fc.constantFrom('keep', 'delete-package'),
    'unreadable-is-empty': fc.constantFrom(digest, [digest]),
    protect: fc.oneof(
      patterns,
      some({
        names: patterns,
        'names-from': fc.constant('in-use.txt'),
        references: fc.constantFrom('deploy/**', ['a.yml', 'b/*.json']),
        'dist-tags': fc.oneof(fc.boolean(), patterns),
        releases: fc.boolean(),
        'git-tags': fc.boolean(),
        branches: fc.constantFrom<unknown>(true, false, '{branch}-*', ['{branch}', 'x-{branch}']),
        'open-pull-requests': fc.constant('pr-{number}*'),
        deployments: some({ environments: fc.constant(['production']), names: fc.constantFrom('{sha}', ['{ref}']) }, [
          'environments'
        ]),
        annotations: fc.constant({ 'org.example.hold': '*' })
      })
    ),
    rules: fc.array(rule, { minLength: 1, maxLength: 2 })
  },
  ['version', 'rules']
)

/** Values that are right somewhere and wrong elsewhere, or nowhere right. */
const anything: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    null,
    true,
    false,
    0,
    1,
    -1,
    1.5,
    1e300,
    2 ** 53,
    '',
    ' ',
    'all',
    'keep',
    'v*',
    '25%',
    '101%',
    '7d',
    'x'
  ),
  fc.constantFrom(
    [],
    {},
    [[]],
    [{}],
    [null],
    ['v*', 1],
    [''],
    { names: ['v*'] },
    { last: 1 },
    { length: 1 },
    { a: 'v*' }
  ),
  keepItem,
  rule,
  fc.jsonValue({ maxDepth: 2 })
)
const strangeKey = fc.constantFrom(
  'keeep',
  'Names',
  '',
  '0',
  'toString',
  'constructor',
  'hasOwnProperty',
  'last',
  'names'
)

interface Change {
  readonly at: number
  readonly how: 'replace' | 'remove' | 'add'
  readonly key: string
  readonly value: unknown
}
const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(),
  how: fc.constantFrom('replace', 'remove', 'add'),
  key: strangeKey,
  value: anything
})

/** A copy with something changed at one of its places. */
function changed(document: unknown, { at, how, key, value }: Change): unknown {
  const copy = structuredClone(document)
  const places: { holder: Record<string, unknown>; key: string }[] = []
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    for (const [each, child] of Object.entries(node)) {
      places.push({ holder: node as Record<string, unknown>, key: each })
      visit(child)
    }
  }
  visit(copy)
  const place = places[at % places.length]
  if (place === undefined) return copy
  if (how === 'remove') delete place.holder[place.key]
  else if (how === 'add') place.holder[Array.isArray(place.holder) ? place.holder.length : key] = value
  else place.holder[place.key] = value
  return JSON.parse(JSON.stringify(copy))
}

describe('the published schema', () => {
  it('takes every document that is built from the language', () => {
    fc.assert(
      fc.property(policy, (document) => fitsSchema(document)),
      { numRuns: 200 }
    )
  })

  it('takes every document that the reader takes', () => {
    fc.assert(
      fc.property(policy, fc.array(change, { maxLength: 2 }), (document, changes) => {
        const made = changes.reduce(changed, document as unknown)
        return 'problems' in read(made) || fitsSchema(made)
      }),
      { numRuns: 300 }
    )
  })

  const rules = [{ match: {}, keep: [] }]
  it.each<[string, unknown]>([
    ['an unknown key', { version: 1, ruls: [], rules }],
    ['an unknown key in a rule', { version: 1, rules: [{ ...rules[0], keeep: [] }] }],
    ['an empty keep item', { version: 1, rules: [{ match: {}, keep: [{}] }] }],
    ['a rule without match', { version: 1, rules: [{ keep: [] }] }],
    ['names without a name', { version: 1, rules: [{ match: { names: [] }, keep: [] }] }],
    ['a list for an object', { version: 1, rules: [{ match: [], keep: [] }] }],
    ['a bucket of none', { version: 1, rules: [{ match: {}, keep: [{ daily: 0 }] }] }],
    ['no rules', { version: 1, rules: [] }]
  ])('refuses %s, as the reader does', (_what, document) => {
    expect(fitsSchema(document)).toBe(false)
    expect(read(document)).toHaveProperty('problems')
  })
})

describe('a policy in a plan file', () => {
  it('is read back as the same policy', () => {
    fc.assert(
      fc.property(policy, (document) => {
        const first = parse(policySchema, document).policy
        const again = parse(savedPolicySchema, JSON.parse(JSON.stringify(policyDocument(first))))
        expect(again).toEqual(first)
        expect(policyHash(again)).toBe(policyHash(first))
      }),
      { numRuns: 200 }
    )
  })
})
