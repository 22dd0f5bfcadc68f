import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { digestTagSubject, isDigestTag, isFallbackTag, splitPatterns } from '../../src/pattern/names.js'

describe('splitPatterns', () => {
  const cases: [string, string, string[]][] = [
    ['commas with and without blanks', 'a, b,c ,\td', ['a', 'b', 'c', 'd']],
    ['lines of every system', 'a\nb\r\nc', ['a', 'b', 'c']],
    ['commas in braces stay', 'v{1,2}.*, app-{a,{b,c}}', ['v{1,2}.*', 'app-{a,{b,c}}']],
    ['empty items are dropped', ',a,, b,\n\n , \n', ['a', 'b']],
    ['a comment takes the whole line', '# a, b\n  # c\nd', ['d']],
    ['a # inside of a line is no comment', 'a#b', ['a#b']],
    ['a line that starts with / is one regular expression', '/^pr-\\d{1,3},x$/', ['/^pr-\\d{1,3},x$/']],
    ['so is its exclusion', '  !/[a,b]/  ', ['!/[a,b]/']],
    ['such a line takes nothing else in', '/^a/, b', ['/^a/, b']],
    ['a regular expression without comma may stand in a list', 'v*, /^x$/', ['v*', '/^x$/']],
    ['a brace too many does not swallow commas', 'a}, b', ['a}', 'b']],
    ['nothing', '', []]
  ]
  it.each(cases)('splits %s', (_title, text, items) => {
    expect(splitPatterns(text)).toEqual(items)
  })

  it('gives back what was joined', () => {
    const item = fc.stringMatching(/^[a-z0-9*?.-]{1,8}(\{[a-z]{1,3},[a-z]{1,3}\})?$/)
    fc.assert(
      fc.property(fc.array(item), fc.constantFrom(',', ' , ', '\n', '\r\n  '), (items, separator) => {
        expect(splitPatterns(items.join(separator))).toEqual(items)
      })
    )
  })
})

describe('digest-derived tags', () => {
  const hex = '0123456789abcdef'.repeat(4)
  const tags: [string, string | undefined][] = [
    [`sha256-${hex}`, 'referrers'],
    [`sha256-${hex}.sig`, 'sig'],
    [`sha256-${hex}.att`, 'att'],
    [`sha256-${hex}.sbom`, 'sbom'],
    [`sha256-${hex}.cosign.bundle`, 'cosign.bundle'],
    [`my-prefix-sha256-${hex}.sig`, 'sig'],
    [`prefixsha256-${hex}.att`, 'att'],
    [`prefix-sha256-${hex}`, undefined],
    [`sha256-${hex}-x`, undefined],
    [`sha256-${hex}.`, undefined],
    [`sha256-${hex.slice(1)}`, undefined],
    [`sha256-${hex}0.sig`, undefined],
    [`sha256-${hex.toUpperCase()}`, undefined],
    ['sha-1a2b3c4', undefined],
    ['sha256-short.sig', undefined],
    ['v1.0.0', undefined]
  ]
  it.each(tags)('%s is %s', (tag, kind) => {
    expect(isFallbackTag(tag)).toBe(kind === 'referrers')
    expect(isDigestTag(tag)).toBe(kind !== undefined)
    expect(digestTagSubject(tag)).toBe(kind === undefined ? undefined : `sha256:${hex}`)
  })
})
