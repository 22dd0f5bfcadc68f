import { describe, expect, it } from '@jest/globals'
import { digestTag, tagged } from '../../../simulator/images/manifest.js'
import { singleImage } from '../../../simulator/images/singleImage.js'
import { containerPackage } from './containerPackage.js'

/** Inputs that went wrong in public, and the right end. All versions are 60 days old unless said. */
describe('inputs that went wrong elsewhere', () => {
  it('match: * and keep-last: 1: the old release is deleted, floating tags and all', async () => {
    const app = containerPackage()
    const old = app.push(70, singleImage('old', { tags: ['1.2.3', '1.2', '1'] }))
    const fresh = app.push(60, singleImage('new', { tags: ['1.2.4'] }))
    const after = await app.prune({ match: '*', 'keep-last': '1' })
    expect(after.fateOf(old)).toBe('gone')
    expect(after.fateOf(fresh)).toBe('kept')
  })

  it('a regular expression that owns 43.20260703.1 alone keeps the image that is 43, too', async () => {
    const app = containerPackage()
    const image = app.push(150, singleImage('build', { tags: ['43', '43.20260703.1'] }))
    app.push(60, singleImage('other', { tags: ['main'] }))
    const after = await app.prune({ match: '/\\.\\d{8}\\.\\d+$/', 'keep-within': '90d' })
    expect(after.fateOf(image)).toBe('kept')
    expect(after.about(image[0]!).reasons[0]).toMatchObject({ code: 'no-rule', name: '43' })
  })

  it('a floating tag that no rule owns holds the image, and one that another rule owns votes there', async () => {
    const app = containerPackage()
    const held = app.push(70, singleImage('held', { tags: ['v1.2.3', 'v1'] }))
    const voted = app.push(60, singleImage('voted', { tags: ['2.0.0', '2'] }))
    app.push(50, singleImage('other', { tags: ['main'] }))
    const policy = `version: 1
rules:
  - { name: full, match: { names: ['v*.*.*', '?.?.?'] }, keep: [] }
  - { name: major, match: { names: ['?'] }, keep: [ { last: 1 } ] }`
    const after = await app.prune({ policy })
    expect(after.about(held[0]!).reasons[0]).toMatchObject({ code: 'no-rule', name: 'v1' })
    expect(after.about(voted[0]!).reasons[0]).toMatchObject({ code: 'last', name: '2', rule: 'major' })
    expect(after.fateOf([...held, ...voted])).toBe('kept')
  })

  it('a range owns a floating tag through its full version', async () => {
    const app = containerPackage()
    const old = app.push(70, singleImage('old', { tags: ['1.2.3', '1'] }))
    app.push(60, singleImage('new', { tags: ['2.0.0', '2'] }))
    const after = await app.prune({ match: 'semver:<2' })
    expect(after.fateOf(old)).toBe('gone')
    const excluded = containerPackage()
    const kept = excluded.push(70, singleImage('old', { tags: ['1.2.3', '1'] }))
    excluded.push(60, singleImage('new', { tags: ['2.0.0', '2'] }))
    const next = await excluded.prune({ match: 'semver:<2, !1' })
    expect(next.fateOf(kept)).toBe('kept')
  })

  it('delete-untagged keeps an image whose only tag is its own digest, beside v1', async () => {
    const app = containerPackage()
    const image = singleImage('copied')
    const both = [
      ...app.push(60, tagged(image, [digestTag(image.digest)])),
      ...app.push(60, singleImage('release', { tags: ['v1'] }))
    ]
    const after = await app.prune({ 'delete-untagged': 'true' })
    expect(after.fateOf(both)).toBe('kept')
  })
})
