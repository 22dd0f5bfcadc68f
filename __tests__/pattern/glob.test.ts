import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { braceExpand } from 'minimatch'
import { checkGlob, compileGlob, countExpansions } from '../../src/pattern/glob.js'

describe('a glob on names', () => {
  it.each([
    ['pr-*', 'pr-7', true],
    ['pr-*', 'pr-', true],
    ['pr-*', 'xpr-7', false],
    ['rc-*', 'RC-1', false],
    ['1.1', '1x1', false],
    ['1.1', '1.10', false],
    ['*', '.hidden', true],
    ['?hidden', '.hidden', true],
    ['[.]hidden', '.hidden', true],
    ['*', '..', true],
    ['**', 'a/b', true],
    ['*', '', true],
    ['?', '', false],
    ['v?.*', 'v1.2', true],
    ['v?.*', 'v12.2', false],
    ['v[0-9].[!0]', 'v1.1', true],
    ['v[0-9].[!0]', 'v1.0', false],
    ['v[0-9].[^0]', 'v1.0', false],
    ['v{1,2}.*', 'v2.0', true],
    ['v{1,2}.*', 'v3.0', false],
    ['v{1..12}', 'v11', true],
    ['v{1..200}', 'v150', true],
    ['v{1..200}', 'v201', false],
    ['{a,b{c,d}}-x', 'bd-x', true],
    ['#*', '#1', true],
    ['a\\*', 'a*', true],
    ['a\\*', 'ab', false],
    ['a+b', 'a+b', true],
    ['a@b', 'a@b', true],
    ['https://*', 'https://example.org/a/b', true],
    ['application/*+json', 'application/vnd.x+json', true],
    ['C:\\\\x', 'C:\\x', true],
    ['😀?', '😀😀', true]
  ])('%s fits %s: %s', (glob, name, fits) => {
    expect(checkGlob(glob)).toBeUndefined()
    expect(compileGlob(glob, false)(name)).toBe(fits)
  })
})

describe('a glob on package names', () => {
  it.each([
    ['app', 'app', true],
    ['app-*', 'app-1', true],
    ['*', 'app/worker', false],
    ['app/*', 'app/worker', true],
    ['app/*', 'app/worker/arm', false],
    ['app/**', 'app/worker/arm', true],
    ['**', 'app/worker/arm', true],
    ['**/arm', 'app/worker/arm', true],
    ['**/arm', 'arm', true],
    ['a?b', 'a/b', false],
    ['*', '.github', true],
    ['App', 'app', false],
    ['!app', '!app', true],
    ['#app', '#app', true],
    ['{app,web}/*', 'web/x', true]
  ])('%s fits %s: %s', (glob, name, fits) => {
    expect(checkGlob(glob)).toBeUndefined()
    expect(compileGlob(glob, true)(name)).toBe(fits)
  })
})

describe('what could only ever fit nothing is refused', () => {
  it.each([
    ['a b', /spaces.*commas or line breaks/],
    ['a\tb', /spaces/],
    ["'v*'", /without quotes/],
    ['"v*"', /without quotes/],
    ['>=1.0.0', /semver:/],
    ['<2', /semver:/],
    ['~1.2', /semver:/],
    ['^v\\d', /between slashes/],
    ['v.*$', /between slashes/],
    ['$' + '{TAG}', /variable/],
    ['!(a)', /\{a,b\}/],
    ['+(a|b)', /\{a,b\}/],
    ['a|b', /\{a,b\}/],
    ['a,b', /commas/],
    ['{a', /not balanced/],
    ['a}', /not balanced/],
    ['{a}', /alternatives/],
    ['{}', /alternatives/],
    ['{1..9..2}', /without steps/],
    ['{a..Z}', /range/],
    ['[a', /not closed/],
    ['[]', /not closed/],
    ['keep[!]', /not closed/],
    ['[^]*', /not closed/],
    ['[{]', /cannot hold/],
    ['{[a,b],c}', /cannot hold/],
    ['{1..1001}', /more than 1000/],
    ['{1..99999999}', /more than 1000/],
    ['**/**/**/**/**/**', /\*\* more than 5/]
  ])('with the reason: %s', (glob, reason) => {
    expect(checkGlob(glob)).toMatch(reason)
  })
})

describe('brace expansions', () => {
  it('are counted as they are made', () => {
    const text = fc.constantFrom('', 'a', 'b*', '{1..3}', '{c..a}', '[x-z]')
    const { glob } = fc.letrec<{ glob: string; group: string }>((tie) => ({
      glob: fc.array(fc.oneof({ maxDepth: 3 }, text, tie('group')), { maxLength: 3 }).map((parts) => parts.join('')),
      group: fc.array(tie('glob'), { minLength: 2, maxLength: 3 }).map((alternatives) => `{${alternatives.join(',')}}`)
    }))
    // Behind a character: alone, an empty expansion is dropped, as shells do.
    fc.assert(
      fc.property(glob, (each) => {
        const count = countExpansions(each)
        if (typeof count === 'number' && count > 0 && count <= 1_000)
          expect([each, count]).toEqual([each, braceExpand(`=${each}`).length])
        else expect(count).toBeGreaterThan(1_000)
      }),
      { numRuns: 2_000 }
    )
  })

  it.each([
    ['{a,b}'.repeat(100), 'many in a row'],
    [`${'{a,'.repeat(200)}b${'}'.repeat(200)}${'{a,b}'.repeat(10)}`, 'nested, in a row'],
    ['{1..999999999999999}{1..999999999999999}'.repeat(20), 'ranges']
  ])('are not made to be counted: %#', (glob) => {
    expect(checkGlob(glob)).toMatch(/more than 1000/)
  })

  it('up to 1,000 are taken', () => {
    expect(checkGlob('{0..9}{0..9}{0..9}')).toBeUndefined()
    expect(compileGlob('{0..9}{0..9}{0..9}', false)('738')).toBe(true)
    expect(compileGlob('{0..9}x{0..9}x{0..9}', false)('7x3x8')).toBe(true)
    expect(compileGlob('{0..9}x{0..9}x{0..9}', false)('7x3x')).toBe(false)
    expect(checkGlob('{0..9}{0..9}{0..9}{0,1}')).toBeDefined()
  })
})

describe('hostile globs', () => {
  // Backtracking would try some 10^300 ways; that they end at all is the proof.
  it.each([
    [`${'*a'.repeat(300)}b`],
    [`${'*?'.repeat(300)}b`],
    [`${'*[a-c]'.repeat(120)}b`],
    [`${'{a,*a}'.repeat(9) + '*a'.repeat(200)}b`]
  ])('%.20s… ends', (glob) => {
    expect(checkGlob(glob)).toBeUndefined()
    expect(compileGlob(glob, false)('a'.repeat(2_000))).toBe(false)
  })

  it('with many ** end', () => {
    const glob = '**/a/**/a/**/a/**/a/**/b'
    expect(checkGlob(glob)).toBeUndefined()
    expect(compileGlob(glob, true)('a/'.repeat(100))).toBe(false)
  })
})
