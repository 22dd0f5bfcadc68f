import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { parse, stringify } from 'yaml'
import { documentOf, type FlatRetention, policyFromInputs } from '../../../src/config/inputs/policyFromInputs.js'

const nothing: FlatRetention = { keepLatest: true, deleteUntagged: false, settings: {} }

function policyOf(flat: Partial<FlatRetention>) {
  const refused: string[] = []
  const read = policyFromInputs({ ...nothing, ...flat }, { listed: [], types: ['container'] }, (name, what) => {
    refused.push(`${name}: ${what}`)
    return undefined
  })
  if (read === undefined) throw new Error(refused.join('\n'))
  return read
}

const rulesOf = (flat: Partial<FlatRetention>) => documentOf({ ...nothing, ...flat }).rules

describe('the policy that flat inputs stand for', () => {
  it('keeps everything but what `keep` excludes, although `latest` joins the list', () => {
    const namesOf = (keep: readonly string[]) => policyOf({ match: ['*'], keep }).policy.protect.names
    expect(namesOf(['!pr-*'])).toEqual(['*', '!pr-*', 'latest'])
    expect(namesOf(['v*', '!v0'])).toEqual(['v*', '!v0', 'latest'])
  })

  it('is shown as a document that people can read', () => {
    const { text } = policyOf({
      match: ['pr-*', '!pr-1'],
      matchPrerelease: 'superseded',
      keep: ['v*', '10'],
      keepLast: 5,
      keepLastUntagged: 2,
      keepWithin: '30d',
      deleteUntagged: true,
      settings: { 'min-keep': 3, 'max-delete': '25%', 'delete-limit': 800, 'partial-tags': undefined }
    })
    expect(text).toBe(`version: 1
min-keep: 3
max-delete: 25%
delete-limit: 800
protect:
  names:
    - v*
    - "10"
    - latest
rules:
  - name: inputs
    match:
      names:
        - pr-*
        - "!pr-1"
      prerelease: superseded
    keep:
      - last: 5
      - within: 30d
  - name: untagged
    match:
      tagged: false
    keep:
      - last: 2
      - within: 30d
`)
  })

  it.each<[string, Partial<FlatRetention>, unknown]>([
    ['match', { match: ['a'] }, [{ name: 'inputs', match: { names: ['a'] }, keep: [] }]],
    [
      'match and keep-last',
      { match: ['a'], keepLast: 0 },
      [{ name: 'inputs', match: { names: ['a'] }, keep: [{ last: 0 }] }]
    ],
    ['match-branch', { matchBranch: 'a,b' }, [{ name: 'inputs', match: { branch: 'a,b' }, keep: [] }]],
    [
      'match-prerelease, of names alone',
      { matchPrerelease: false },
      [{ name: 'inputs', match: { tagged: true, prerelease: false }, keep: [] }]
    ],
    ['delete-untagged', { deleteUntagged: true }, [{ name: 'untagged', match: { tagged: false }, keep: [] }]],
    [
      'delete-untagged and keep-within, which selects no name',
      { deleteUntagged: true, keepWithin: '7d' },
      [{ name: 'untagged', match: { tagged: false }, keep: [{ within: '7d' }] }]
    ],
    [
      'match, delete-untagged and keep-last, which counts no untagged image',
      { match: ['*'], deleteUntagged: true, keepLast: 1 },
      [
        { name: 'inputs', match: { names: ['*'] }, keep: [{ last: 1 }] },
        { name: 'untagged', match: { tagged: false }, keep: [] }
      ]
    ],
    [
      'version-ids',
      { versionIds: ['12', 'sha256:ab'] },
      [{ name: 'listed', match: { versions: ['12', 'sha256:ab'] }, keep: [] }]
    ]
  ])('has the rules of %s', (_what, flat, rules) => {
    expect(rulesOf(flat)).toEqual(rules)
  })

  it.each<[string, Partial<FlatRetention>, object]>([
    ['latest and dist-tags', {}, { names: ['latest'], distTags: true }],
    ['neither without keep-latest', { keepLatest: false }, { names: [], distTags: false }],
    ['what keep says', { keep: ['a'], keepLatest: false }, { names: ['a'], distTags: false }]
  ])('protects %s', (_what, flat, protect) => {
    expect(policyOf({ match: ['*'], ...flat }).policy.protect).toMatchObject(protect)
  })

  it('is shown as text that reads back as exactly what was given, whatever is in it', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', minLength: 1 }), { minLength: 1, maxLength: 4 }), (match) => {
        const document = documentOf({ ...nothing, match })
        expect(parse(stringify(document, { lineWidth: 0 }))).toEqual(document)
      }),
      { numRuns: 1000 }
    )
  })
})
