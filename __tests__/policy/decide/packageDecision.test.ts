import { describe, expect, it } from '@jest/globals'
import type { Inventory } from '../../../src/domain/inventory.js'
import type { PackageType } from '../../../src/domain/package.js'
import { canDeleteAnything, decidePackage, openDigests } from '../../../src/policy/decide/packageDecision.js'
import { digestOf, policyOf } from '../../scenarios/selection/scenario.js'
import { attestation, entry, image, index, NOW, type Piece, packageOf, platform } from '../packageOf.js'

const drafted = (inventory: Inventory, text: string) =>
  decidePackage(inventory, policyOf(text, inventory.package.type), NOW)

describe('whether anything could be deleted, judged without manifests', () => {
  const may = (text: string, type: PackageType = 'container') => {
    const pieces: Record<string, Piece> =
      type === 'container' ? { a: { tags: ['v1'] }, b: { tags: ['v2'] } } : { '1.0.0': {}, '2.0.0': {} }
    return canDeleteAnything(drafted(packageOf(pieces, type), text))
  }
  const rule = (match: string, keep = '[]') => `rules: [{ name: r, match: ${match}, keep: ${keep} }]`

  it.each<[string, string, PackageType, boolean]>([
    ['a rule that keeps everything', rule(`{ names: ['*'] }`, '[{ last: 9 }]'), 'container', false],
    ['a rule that fits nothing', rule(`{ names: [none] }`), 'container', false],
    ['a rule that lets one go', rule(`{ names: ['*'] }`, '[{ last: 1 }]'), 'container', true],
    ['a rule about state, which only manifests tell', rule(`{ names: [none], state: [ghost] }`), 'container', true],
    ['a rule about artifact types', rule(`{ names: [none], artifact-type: [chart] }`), 'container', true],
    ['a rule about annotations', rule(`{ names: [none], annotations: { a: b } }`), 'container', true],
    [
      'untag, for only a manifest tells what one left',
      `partial-tags: untag\n${rule('{ names: [none] }')}`,
      'container',
      true
    ],
    ['untag where no tag can be taken', `partial-tags: untag\n${rule('{ names: [none] }')}`, 'npm', false],
    ['npm versions that go', rule(`{ names: ['*'] }`, '[{ last: 1 }]'), 'npm', true]
  ])('%s', (_what, text, type, expected) => {
    expect(may(text, type)).toBe(expected)
  })

  const hex = digestOf('v1').slice('sha256:'.length)
  it.each<[string, string, Piece, boolean]>([
    [
      'an unread fallback index where a rule owns untagged versions',
      '{ tagged: false }',
      { tags: ['x', `sha256-${hex}`] },
      true
    ],
    ['one where a rule owns everything', '{}', { tags: [`sha256-${hex}`] }, true],
    ['one where the rule owns only tagged versions', '{ tagged: true }', { tags: [`sha256-${hex}`] }, false],
    ['one where the rule owns only names', `{ names: ['*'] }`, { tags: [`sha256-${hex}`] }, false],
    ['one with names where the rule owns names', `{ names: ['*'] }`, { tags: ['x', `sha256-${hex}`] }, true],
    ['one where the rule owns only names of a branch', '{ branch: x }', { tags: [`sha256-${hex}`] }, false],
    ['one that was read', '{}', { tags: [`sha256-${hex}`], manifest: index() }, false],
    ['a longer tag', '{}', { tags: [`sha256-${hex}0`] }, false],
    ['a tag that only ends like it', '{}', { tags: [`x-sha256-${hex}`] }, false],
    ['no such tag', '{}', { tags: ['x'] }, false]
  ])('%s', (_what, match, piece, expected) => {
    const text = `rules: [{ name: n, match: { names: [none] }, keep: [] }, { name: r, match: ${match}, keep: [{ last: 9 }] }]`
    expect(canDeleteAnything(drafted(packageOf({ a: { tags: ['v1'], manifest: image() }, piece }), text))).toBe(
      expected
    )
  })

  it('one rule that looks inside among others is enough', () => {
    const text = `rules:\n  - { name: a, match: { names: [none] }, keep: [] }\n  - { name: b, match: { names: [none], state: [ghost] }, keep: [] }`
    expect(may(text)).toBe(true)
  })
})

describe('what must be read before a decision is final', () => {
  const ALL_BUT_MAIN = 'min-keep: 0\nrules: [{ name: all, match: { tagged: true }, keep: [{ names: [main] }] }]'
  const open = (pieces: Readonly<Record<string, Piece>>, text = ALL_BUT_MAIN): readonly string[] => {
    const digests = openDigests(drafted(packageOf({ main: { tags: ['main'], manifest: image() }, ...pieces }), text))
    return Object.keys(pieces).filter((label) => digests.includes(digestOf(label)))
  }
  const listed = (part: ReturnType<typeof entry>) => ({ v1: { tags: ['v1'], manifest: index(part) }, part: {} })
  const fallback = (of: string) => `sha256-${digestOf(of).slice('sha256:'.length)}`

  it('everything that is deleted is read, whatever an index calls it', () => {
    for (const part of [platform('part'), entry('part'), attestation('part', 'amd64')])
      expect(open(listed(part))).toEqual(['part'])
  })

  it('everything is read where annotations protect and anything is deleted', () => {
    const pieces = {
      ...listed(platform('part')),
      main2: { tags: ['main'], manifest: index(platform('other')) },
      other: {}
    }
    const annotations = "protect: { annotations: { keep: '*' } }"
    expect(open(pieces, `${annotations}\n${ALL_BUT_MAIN}`)).toEqual(['part', 'other'])
    expect(open(pieces)).toEqual(['part'])
    const { main2, other } = pieces
    expect(open({ main2, other }, `${annotations}\n${ALL_BUT_MAIN}`)).toEqual([])
  })

  it('manifests that were read already, or whose versions are kept anyway, are not read', () => {
    expect(open({ ...listed(entry('part')), part: { manifest: image() } })).toEqual([])
    expect(open({ main2: { tags: ['main'], manifest: index(entry('part')) }, part: {} })).toEqual([])
  })

  it('versions that delete-limit leaves to the next run are not read', () => {
    const pieces = {
      v1: { tags: ['v1'], daysAgo: 9, manifest: index(platform('old')) },
      v2: { tags: ['v2'], daysAgo: 8, manifest: index(platform('new')) },
      old: {},
      new: {}
    }
    expect(open(pieces, `delete-limit: 2\n${ALL_BUT_MAIN}`)).toEqual(['old'])
  })

  it('versions that a protection names by digest are read, and the entries of an untagged index among them', () => {
    const pieces = {
      x: { manifest: index(platform('part')) },
      part: {},
      y: { tags: ['main'], manifest: index(entry('z')) },
      z: {},
      w: { tags: ['main'], manifest: index(platform('amd64')) },
      amd64: {}
    }
    const names = ['x', 'z', 'w'].map((label) => `'${digestOf(label)}'`).join()
    expect(open(pieces, `protect: [${names}]\n${ALL_BUT_MAIN}`)).toEqual(['part', 'z'])
  })

  it('all entries of an index in a ring are read where anything is deleted', () => {
    const ring = { manifest: { ...index(entry('part'), platform('amd64')), subject: digestOf('part') } }
    const kept = { tags: ['main'], manifest: index(platform('amd64')) }
    const pieces = { part: { manifest: image() }, ring, kept, amd64: {} }
    expect(open({ ...pieces, v1: { tags: ['v1'], manifest: image() } })).toEqual(['amd64'])
    expect(open(pieces)).toEqual([])
  })

  it('versions that a hold names are read', () => {
    const inventory = packageOf({ main: { tags: ['main'], manifest: image() }, x: {}, y: {} })
    const held = { ...inventory, holds: new Map([[2, '2026-12-01']]) }
    expect(openDigests(drafted(held, ALL_BUT_MAIN))).toEqual([digestOf('x')])
  })

  it('the entries of an untagged index that alone keeps something are read', () => {
    const v1 = { tags: ['v1'], manifest: index(platform('amd64')) }
    const single = { manifest: index(platform('amd64'), attestation('att')) }
    expect(open({ v1, single, amd64: {}, att: {} })).toEqual(['amd64', 'att'])
    const image1 = { tags: ['v1'], manifest: image() }
    expect(open({ v1: image1, single: { manifest: index(platform('v1'), attestation('att')) }, att: {} })).toEqual([
      'att'
    ])
    const held = { tags: ['main'], manifest: index(platform('amd64')) }
    expect(open({ v1, single, held, amd64: {}, att: {} })).toEqual([])
  })

  it('entries of an untagged index are read where anything is deleted, whoever else lists them, unless one is called an image', () => {
    const v1 = { tags: ['v1'], manifest: image() }
    const replaced = { manifest: index(entry('bundle'), attestation('att')) }
    const kept = { tags: ['main'], manifest: index(entry('bundle'), attestation('att'), platform('amd64')) }
    const parts = { bundle: {}, att: {}, amd64: {} }
    expect(open({ v1, replaced, kept, ...parts })).toEqual(['bundle', 'att'])
    expect(open({ v1, replaced, bundle: {} })).toEqual(['bundle'])
    const untagged = { manifest: index(entry('bundle'), attestation('att'), platform('amd64')) }
    expect(open({ v1, untagged, kept, ...parts })).toEqual([])
    const isImage = { ...parts, att: { manifest: image() } }
    expect(open({ v1, replaced, kept, ...isImage })).toEqual([])
    const referrer = { ...parts, amd64: { manifest: { ...image(), subject: digestOf('v1') } } }
    expect(open({ v1, untagged, kept, ...referrer })).toEqual(['bundle', 'att'])
    const outer = { tags: ['main'], manifest: index(entry('inner'), entry('bundle'), attestation('att')) }
    expect(open({ v1, replaced, outer, inner: replaced, ...parts })).toEqual(['bundle', 'att'])
    const current = { tags: [fallback('v1')], manifest: index(entry('bundle')) }
    expect(open({ v1, current, kept, ...parts })).toEqual([])
    expect(open({ replaced, kept, ...parts })).toEqual([])
    const deleteUntagged = `${ALL_BUT_MAIN.slice(0, -1)}, { name: old, match: { tagged: false }, keep: [] }]`
    expect(open({ replaced, kept, ...parts }, deleteUntagged)).toEqual(['bundle', 'att'])
  })
})
