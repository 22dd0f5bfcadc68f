import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { parseDocument } from 'yaml'
import { type FlatRetention, policyTextOf } from '../../../src/config/policy/policyFromInputs.js'

const nothing: FlatRetention = {
  keepLatest: true,
  deleteUntagged: false,
  gracePeriod: '1d',
  minKeep: 1,
  partialTags: 'keep'
}

const documentOf = (flat: Partial<FlatRetention>) => parseDocument(policyTextOf({ ...nothing, ...flat })).toJS()
const rulesOf = (flat: Partial<FlatRetention>) => documentOf(flat).rules

describe('the document that flat inputs stand for', () => {
  it('keeps everything but what `keep` excludes, although `latest` joins the list', () => {
    expect(documentOf({ keepLast: 1, keep: ['!pr-*'] }).protect.names).toEqual(['*', '!pr-*', 'latest'])
    expect(documentOf({ keepLast: 1, keep: ['v*', '!v0'] }).protect.names).toEqual(['v*', '!v0', 'latest'])
  })

  it('is one that people can read', () => {
    const flat = {
      ...nothing,
      match: ['pr-*', '!pr-1'],
      matchPrerelease: 'superseded' as const,
      keep: ['v*', "it's"],
      keepLast: 5,
      keepWithin: '30d',
      deleteUntagged: true,
      maxDelete: '25%',
      deleteLimit: 800
    }
    expect(policyTextOf(flat)).toBe(`version: 1
grace-period: '1d'
min-keep: 1
max-delete: 25%
delete-limit: 800
partial-tags: keep
protect:
  names: ['v*', 'it''s', 'latest']
  dist-tags: true
rules:
  - name: inputs
    match: { names: ['pr-*', '!pr-1'], prerelease: superseded }
    keep: [ { last: 5 }, { within: '30d' } ]
  - name: untagged
    match: { tagged: false }
    keep: [ { within: '30d' } ]
`)
  })

  it.each<[string, Partial<FlatRetention>, unknown]>([
    ['match alone', { match: ['a'] }, [{ name: 'inputs', match: { names: ['a'] }, keep: [] }]],
    ['keep-last alone', { keepLast: 0 }, [{ name: 'inputs', match: { tagged: true }, keep: [{ last: 0 }] }]],
    [
      'keep-within alone',
      { keepWithin: '7d' },
      [{ name: 'inputs', match: { tagged: true }, keep: [{ within: '7d' }] }]
    ],
    [
      'match-prerelease alone',
      { matchPrerelease: false },
      [{ name: 'inputs', match: { tagged: true, prerelease: false }, keep: [] }]
    ],
    ['delete-untagged alone', { deleteUntagged: true }, [{ name: 'untagged', match: { tagged: false }, keep: [] }]],
    [
      'version-ids',
      { versionIds: ['12', 'sha256:ab'] },
      [{ name: 'listed', match: { versions: [12, 'sha256:ab'] }, keep: [] }]
    ]
  ])('has the rules of %s', (_what, flat, rules) => {
    expect(rulesOf(flat)).toEqual(rules)
  })

  it.each<[string, Partial<FlatRetention>, unknown]>([
    ['latest and dist-tags', {}, { names: ['latest'], 'dist-tags': true }],
    ['neither without keep-latest', { keepLatest: false }, { 'dist-tags': false }],
    ['what keep says', { keep: ['a'], keepLatest: false }, { names: ['a'], 'dist-tags': false }]
  ])('protects %s', (_what, flat, protect) => {
    expect(documentOf(flat).protect).toEqual(protect)
  })

  it('reads back as exactly what was given, whatever is in it', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', minLength: 1 }), { minLength: 1, maxLength: 4 }), (match) => {
        expect(rulesOf({ match })[0].match.names).toEqual(match)
      }),
      { numRuns: 2000 }
    )
  })
})
