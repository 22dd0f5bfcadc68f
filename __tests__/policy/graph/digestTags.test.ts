import { describe, expect, it } from '@jest/globals'
import type { Manifest } from '../../../src/domain/manifest.js'
import { readTags, type TagReading } from '../../../src/policy/graph/digestTags.js'
import { digestOf } from '../../scenarios/selection/scenario.js'
import { image, index, packageOf } from '../packageOf.js'

const of = (label: string): string => digestOf(label).replace(':', '-')
const UNKNOWN: Partial<Manifest> = { kind: 'unknown' }

describe('what a tag with a digest in it is', () => {
  it.each<[string, string, Partial<Manifest> | undefined, Partial<TagReading>]>([
    ['a name without a digest', 'v1', image(), { names: ['v1'] }],
    ['made of the own digest', of('it'), image(), { ofOwnDigest: [of('it')] }],
    ['the same with a suffix', `${of('it')}.imgpkg`, image(), { ofOwnDigest: [`${of('it')}.imgpkg`] }],
    ['a name that holds the own digest', `build-${of('it')}`, image(), { names: [`build-${of('it')}`] }],
    ['a signature', `${of('gone')}.sig`, image(), { subjects: ['gone'], kind: 'sig' }],
    ['an attestation under a prefix', `x-${of('here')}.att`, image(), { subjects: ['here'], kind: 'att' }],
    ['a fallback tag on an index', of('gone'), index(), { subjects: ['gone'], kind: 'referrers' }],
    ['a name if it is on an image', of('gone'), image(), { names: [of('gone')] }],
    ['a reference if the image that it names is here', of('here'), image(), { subjects: ['here'], kind: 'referrer' }],
    ['a name if nobody read what it is on', of('here'), undefined, { names: [of('here')] }],
    ['a name if nobody knows what it is on', of('here'), UNKNOWN, { names: [of('here')] }],
    ['a reference by another suffix', `${of('here')}.foo_1-2`, image(), { subjects: ['here'], kind: 'foo_1-2' }],
    ['a reference by the last suffix', `${of('here')}.tar.x`, image(), { subjects: ['here'], kind: 'x' }],
    ['a reference with text around it', `a-${of('here')}-b`, image(), { subjects: ['here'], kind: 'referrer' }],
    ['a name if only a gone version is in it', `a-${of('gone')}-b`, image(), { names: [`a-${of('gone')}-b`] }]
  ])('%s', (_what, tag, manifest, expected) => {
    const inventory = packageOf({ it: { tags: [tag], ...(manifest && { manifest }) }, here: {} })
    const [it] = inventory.versions
    const present = new Set(inventory.versions.map(({ name }) => name))
    const found = it && readTags(it, inventory.manifests.get(it.name), (digest) => present.has(digest))
    const { names = [], ofOwnDigest = [], subjects = [], kind } = expected
    expect(found).toEqual({ names, ofOwnDigest, subjects: subjects.map(digestOf), kind })
  })
})
