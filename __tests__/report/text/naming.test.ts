import { describe, expect, it } from '@jest/globals'
import type { Version } from '../../../src/domain/version.js'
import { labelOf, labelWithDigest, versionText } from '../../../src/report/text/naming.js'

const HEX = '0123456789ab'.padEnd(64, 'c')
const image = (tags: readonly string[]): Version => ({ id: 12, name: `sha256:${HEX}`, tags })

describe('the label of a version', () => {
  it('is its tags, else its version string, else its short digest', () => {
    expect(labelOf(image(['1.2.3', 'latest']))).toBe('1.2.3, latest')
    expect(labelOf({ id: 1, name: '1.2.3', tags: [] })).toBe('1.2.3')
    expect(labelOf(image([]))).toBe('untagged 0123456789ab')
  })

  it('has the beginning of many tags, and says how much is missing', () => {
    const tags = Array.from({ length: 100 }, (_, n) => `tag-${n}`)
    expect(labelOf(image(tags))).toHaveLength(200 + '… (+588 characters)'.length)
  })

  it('names a digest once where it is shown with it', () => {
    expect(labelWithDigest(image(['1.2.3']))).toBe('1.2.3 0123456789ab')
    expect(labelWithDigest(image([]))).toBe('untagged 0123456789ab')
    expect(labelWithDigest({ id: 1, name: '1.2.3', tags: [] })).toBe('1.2.3')
  })

  it('stands before the id in a sentence', () => {
    expect(versionText(image(['latest']))).toBe('latest (version 12)')
  })
})
