import { describe, expect, it } from '@jest/globals'
import type { Inventory } from '../../../src/domain/inventory.js'
import type { PackageType } from '../../../src/domain/package.js'
import { canDeleteAnything, decidePackage, unresolvedDigests } from '../../../src/policy/decide/packageDecision.js'
import { digestOf, policyOf } from '../../scenarios/selection/scenario.js'
import { attestation, entry, image, index, NOW, type Piece, packageOf, platform } from '../packageOf.js'

const drafted = (inventory: Inventory, text: string) =>
  decidePackage(inventory, policyOf(text, inventory.package.type), NOW)

describe('whether anything could go, seen without manifests', () => {
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

  it('one rule that looks inside among others is enough', () => {
    const text = `rules:\n  - { name: a, match: { names: [none] }, keep: [] }\n  - { name: b, match: { names: [none], state: [ghost] }, keep: [] }`
    expect(may(text)).toBe(true)
  })
})

describe('what must be read before it goes', () => {
  const ALL_BUT_MAIN = 'min-keep: 0\nrules: [{ name: all, match: {}, keep: [{ names: [main] }] }]'
  const doubts = (pieces: Readonly<Record<string, Piece>>, text = ALL_BUT_MAIN): readonly string[] => {
    const digests = unresolvedDigests(
      drafted(packageOf({ main: { tags: ['main'], manifest: image() }, ...pieces }), text)
    )
    return Object.keys(pieces).filter((label) => digests.includes(digestOf(label)))
  }
  const listed = (part: ReturnType<typeof entry>) => ({ v1: { tags: ['v1'], manifest: index(part) }, part: {} })

  it('not an image with a platform that its index lists: it refers to nothing', () => {
    expect(doubts(listed(platform('part')))).toEqual([])
  })

  it('what an index lists without saying for which platform: it may be an artifact that refers to something', () => {
    expect(doubts(listed(entry('part')))).toEqual(['part'])
    expect(doubts(listed(entry('part', { platform: 'linux/amd64', artifactType: 'sbom' })))).toEqual(['part'])
  })

  it('not what was read already', () => {
    expect(doubts({ ...listed(entry('part')), part: { manifest: image() } })).toEqual([])
  })

  it('not what stays anyway', () => {
    expect(
      doubts(
        { ...listed(entry('part')), v1: { tags: ['main2'], manifest: index(entry('part')) } },
        `
min-keep: 0
rules: [{ name: v, match: { names: ['v*'] }, keep: [] }]`
      )
    ).toEqual([])
  })

  it('not what the index behind a fallback tag lists: it refers to what the tag says', () => {
    const bundle = entry('part', { artifactType: 'bundle' })
    const fallback = { tags: [`sha256-${digestOf('v1').slice('sha256:'.length)}`], manifest: index(bundle) }
    const signed = { v1: { tags: ['v1'], manifest: image() }, fallback, part: {} }
    expect(doubts(signed)).toEqual([])
    expect(doubts({ ...signed, v2: { tags: ['v2'], manifest: index(bundle) } })).toEqual(['part'])
  })

  describe('an attestation', () => {
    it('not where its image goes in any case with the same index', () => {
      expect(
        doubts({
          v1: { tags: ['v1'], manifest: index(platform('amd64'), attestation('part', 'amd64')) },
          amd64: {},
          part: {}
        })
      ).toEqual([])
    })

    it('where its image has a name of its own', () => {
      const v1 = { tags: ['v1'], manifest: index(platform('amd64'), attestation('part', 'amd64')) }
      expect(doubts({ v1, amd64: { tags: ['v1-amd64'], manifest: image() }, part: {} })).toEqual(['part'])
    })

    it('where its image belongs to another index too', () => {
      const v1 = { tags: ['v1'], manifest: index(platform('amd64'), attestation('part', 'amd64')) }
      const v2 = { tags: ['v2'], manifest: index(platform('amd64')) }
      expect(doubts({ v1, v2, amd64: {}, part: {} })).toEqual(['part'])
    })

    it('not where its image is gone, or nobody says which it is', () => {
      expect(doubts(listed(attestation('part', 'gone')))).toEqual([])
      expect(doubts(listed(attestation('part')))).toEqual([])
      expect(doubts(listed(entry('part', { platform: 'unknown/unknown' })))).toEqual([])
    })
  })

  it('a tagged image that an index lists where a rule asks what it is, once', () => {
    const pieces = { v1: { tags: ['v1'], manifest: index(platform('amd64')) }, amd64: { tags: ['amd64'] } }
    const states = 'rules: [{ name: s, match: { names: [none], state: [ghost] }, keep: [] }]'
    expect(doubts(pieces, states)).toEqual(['amd64'])
    expect(doubts(pieces)).toEqual([])
    const charts = `min-keep: 0\nrules: [{ name: s, match: { state: [complete] }, keep: [{ names: [main] }] }]`
    const inventory = packageOf({
      v1: { tags: ['v1'], manifest: index(entry('part')) },
      part: { tags: ['part'] },
      main: { tags: ['main'] }
    })
    expect(unresolvedDigests(drafted(inventory, charts))).toEqual([digestOf('part')])
  })
})
