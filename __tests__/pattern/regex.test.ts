import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { compileExpression, type NamedRegex } from '../../src/pattern/regex.js'

function compiled(source: string, flags = ''): NamedRegex {
  const regex = compileExpression(source, flags)
  if ('problem' in regex) throw new Error(`/${source}/${flags}: ${regex.problem}`)
  return regex
}

/** What JavaScript finds, with a group that took no part as ''. */
function native(source: string, flags: string, text: string): Readonly<Record<string, string>> | undefined {
  const match = new RegExp(source, flags).exec(text)
  if (match === null) return undefined
  return Object.fromEntries(Object.entries(match.groups ?? {}).map(([name, value]) => [name, value ?? '']))
}

describe('what RE2 and JavaScript both take means the same for names', () => {
  const character = fc.constantFrom('a', 'b', 'K', 's', '1', '-', '_', '/', '\\.', '\\-', '\\/', '\\x41')
  const set = fc.constantFrom('.', '\\d', '\\D', '\\w', '\\W', '\\s', '\\S')
  const member = fc.oneof(
    character,
    set,
    fc.constantFrom('a-c', '0-9', 'A-Z', '\\x41-K', '^', '.', '*', '$', '[', ']', '\\]', '-')
  )
  const characterClass = fc
    .tuple(fc.constantFrom('', '', '^'), fc.array(member, { maxLength: 3 }))
    .map(([negation, members]) => `[${negation}${members.join('')}]`)
  const quantifier = fc.constantFrom(
    '',
    '',
    '',
    '*',
    '+',
    '?',
    '*?',
    '+?',
    '??',
    '{2}',
    '{1,2}',
    '{0,2}?',
    '{1,}',
    '{,2}'
  )
  const { source } = fc.letrec<{ source: string; alternative: string; term: string; atom: string }>((tie) => ({
    source: fc.array(tie('alternative'), { minLength: 1, maxLength: 2 }).map((alternatives) => alternatives.join('|')),
    alternative: fc.array(tie('term'), { maxLength: 3 }).map((terms) => terms.join('')),
    term: fc.oneof(
      { weight: 5, arbitrary: fc.tuple(tie('atom'), quantifier).map((parts) => parts.join('')) },
      { weight: 1, arbitrary: fc.constantFrom('^', '$', '\\b', '\\B', '\\1', '(?=a)', '(?!a)') }
    ),
    atom: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      character,
      set,
      characterClass,
      tie('source').map((inner) => `(?:${inner})`),
      tie('source').map((inner) => `(${inner})`),
      tie('source').map((inner) => `(?<one>${inner})`)
    )
  }))
  /** All characters that a tag or a version holds. */
  const name = fc.string({
    unit: fc.constantFrom('a', 'b', 'c', 'A', 'k', 'S', '1', '-', '_', '.', '/', '+'),
    maxLength: 7
  })

  it('on random expressions and names', () => {
    let accepted = 0
    fc.assert(
      fc.property(source, fc.constantFrom('', 'i'), fc.array(name, { minLength: 3 }), (expression, flags, names) => {
        const regex = compileExpression(expression, flags)
        // RE2 alone reads `[[:alpha:]]` and `[]a]`, which nobody writes for JavaScript.
        if ('problem' in regex || !isValid(expression, flags)) return
        accepted += 1
        for (const each of names) {
          const fits = regex.exec(each) !== undefined
          expect([expression, flags, each, fits]).toEqual([
            expression,
            flags,
            each,
            new RegExp(expression, flags).test(each)
          ])
        }
      }),
      { numRuns: 4_000 }
    )
    expect(accepted).toBeGreaterThan(100)
  })

  function isValid(expression: string, flags: string): boolean {
    try {
      new RegExp(expression, flags)
      return true
    } catch {
      return false
    }
  }

  it.each([
    ['^pr-(?<pr>\\d+)(-[0-9a-f]{7,40})?$', '', 'pr-7-abcdef0', { pr: '7' }],
    ['^pr-(?<pr>\\d+)$', '', 'pr-7\n', undefined],
    [
      '(?<version>\\d+\\.\\d+\\.\\d+)-(?<variant>alpine|slim)',
      '',
      'v1.2.3-slim',
      { version: '1.2.3', variant: 'slim' }
    ],
    ['^(?<major>\\d+)(?<rest>-.*)?$', '', '12', { major: '12', rest: '' }],
    ['1.1', '', '1x1', {}],
    ['^rc-', '', 'RC-1', undefined],
    ['^rc-', 'i', 'RC-1', {}],
    ['[\\w-.]+$', '', 'a-b.c', {}],
    ['^.$', 'u', '😀', {}],
    ['^a\\/b$', '', 'a/b', {}]
  ])('/%s/%s on %j', (expression, given, name, captures) => {
    expect(compiled(expression, given).exec(name)).toEqual(captures)
    expect(native(expression, given, name)).toEqual(captures)
  })

  it('names its groups in order', () => {
    expect(compiled('(?<b>x)(y)(?<a>z)').groups).toEqual(['b', 'a'])
  })
})

describe('RE2 syntax', () => {
  it.each([
    ['(?P<n>a)', 'a'],
    ['(?i)^V', 'v1'],
    ['(?i:v)1', 'V1'],
    ['\\Av1\\z', 'v1'],
    ['^[[:alpha:]]+$', 'abc'],
    ['^\\pL$', 'é'],
    ['^(?:(?<n>a)|b)+$', 'ab']
  ])('is taken: /%s/ fits %s', (expression, name) => {
    expect(compiled(expression).exec(name)).toBeDefined()
  })

  it.each([
    ['(?=a)b', '', /^lookahead and lookbehind are not RE2 syntax.*second pattern/],
    ['^(?!v)', '', /^lookahead/],
    ['(?<=a)b', '', /^lookahead/],
    ['(?<!a)b', '', /^lookahead/],
    ['(a)\\1', '', /^a reference to an earlier group/],
    ['(?<n>a)\\k<n>', '', /^a reference to an earlier group/],
    ['a[]', '', /^\[\] and \[\^\]/],
    ['[^]b]', '', /^\[\] and \[\^\]/],
    ['ſ', 'i', /^with flag i/],
    ['\\b\u212a', 'iu', /^with flag i/],
    ['(?<é>a)', '', /not RE2 syntax: invalid named capture/],
    ['(?<n>a)(?<n>b)', '', /not RE2 syntax: duplicate/],
    ['\\u0041', '', /not RE2 syntax: invalid escape sequence: `\\u`/],
    ['a{1001}', '', /not RE2 syntax: invalid repeat count/],
    ['a{1000}b{1000}c{1000}', '', /too much work/],
    ['(((a{9}){9}){9}){9}', '', /not RE2 syntax: invalid repeat count/],
    ['a{3,2}', '', /not RE2 syntax/],
    ['a**', '', /not RE2 syntax/],
    ['*.1', '', /not RE2 syntax/],
    ['[a', '', /not RE2 syntax/],
    ['a\\', '', /not RE2 syntax/],
    ['(a', '', /not RE2 syntax/],
    ['a)', '', /not RE2 syntax/],
    ['[b-a]', '', /not RE2 syntax/],
    ['', '', /empty/],
    ['a', 'g', /“g”/],
    ['a', 'ii', /“ii”/]
  ])('is refused with the reason: /%s/%s', (expression, given, reason) => {
    const regex = compileExpression(expression, given)
    expect('problem' in regex ? regex.problem : 'accepted').toMatch(reason)
  })

  it.each(['\\(?=a', '\\\\d', '[[]', '\\[\\]', '[\\]]', '[(?=]', '[^\\]]', 'ſ'])(
    'does not refuse /%s/, which only looks like something that it refuses',
    (expression) => {
      expect(compileExpression(expression, '')).toHaveProperty('groups')
    }
  )
})

describe('hostile expressions', () => {
  // A backtracking engine needs 2^5000 steps for these; that they end at all is the proof.
  it.each(['^(a+)+$', '^(a|aa)+$', '^(a|a)*$', '^(.*a){20}$', '(x+x+)+y', '^(([a-z])+.)+[A-Z]([a-z])+$'])(
    '%s ends',
    (expression) => {
      const regex = compiled(expression)
      expect(regex.exec(`${'a'.repeat(5_000)}!`)).toBeUndefined()
      expect(regex.exec(`${'x'.repeat(5_000)}!`)).toBeUndefined()
    }
  )

  it.each(['[^a]', '[a]', '\\[', '[[]', '(?:a)'])('%s many times over is read', (part) => {
    expect(compileExpression(part.repeat(150), '')).toHaveProperty('groups')
  })

  it('of great depth are read or refused, not thrown out of', () => {
    expect(compiled(`${'('.repeat(400)}a${')'.repeat(400)}`).exec('a')).toEqual({})
    expect(compileExpression('('.repeat(900), '')).toHaveProperty('problem')
  })
})
