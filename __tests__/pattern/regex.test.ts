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

describe('what is accepted means what JavaScript means by it', () => {
  const character = fc.constantFrom(
    'a',
    'b',
    'K',
    '1',
    '-',
    '_',
    '/',
    ' ',
    'é',
    '\\.',
    '\\-',
    '\\/',
    '\\x41',
    '\\u0062',
    '\\t'
  )
  const set = fc.constantFrom('.', '\\d', '\\D', '\\w', '\\W', '\\s', '\\S')
  const member = fc.oneof(
    character,
    set,
    fc.constantFrom('a-c', '0-9', 'A-Z', '\\x41-K', '^', '.', '*', '$', '[', '\\]', '\\b')
  )
  const characterClass = fc
    .tuple(fc.constantFrom('', '', '^'), fc.array(member, { minLength: 1, maxLength: 3 }))
    .map(([negation, members]) => `[${negation}${members.join('')}]`)
  const quantifier = fc.constantFrom('', '', '', '*', '+', '?', '*?', '+?', '??', '{2}', '{1,2}', '{0,2}?', '{1,}')
  const { source } = fc.letrec<{ source: string; alternative: string; term: string; atom: string }>((tie) => ({
    source: fc.array(tie('alternative'), { minLength: 1, maxLength: 2 }).map((alternatives) => alternatives.join('|')),
    alternative: fc.array(tie('term'), { maxLength: 3 }).map((terms) => terms.join('')),
    term: fc.oneof(
      { weight: 5, arbitrary: fc.tuple(tie('atom'), quantifier).map((parts) => parts.join('')) },
      { weight: 1, arbitrary: fc.constantFrom('^', '$', '\\b', '\\B') }
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
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', 'c', 'A', 'k', '1', '-', '_', '.', '/', ' ', '\n', 'é', 'É', '😀'),
    maxLength: 7
  })
  const flags = fc.constantFrom('', 'i', 'u', 'iu')

  it('on random expressions and texts', () => {
    let accepted = 0
    fc.assert(
      fc.property(source, flags, fc.array(text, { minLength: 1, maxLength: 4 }), (expression, given, texts) => {
        const regex = compileExpression(expression, given)
        if ('problem' in regex) return
        accepted += 1
        // Some of what JavaScript takes it refuses with flag u, `[\w-.]` and `\-`; without u it reads 😀 as two characters.
        const modern = isValid(expression, unicode(given))
        const wanted = modern ? unicode(given) : given.replace('u', '')
        // V8 lets \B match between the halves of 😀, which ECMA-262 does not.
        const plain = !modern || expression.includes('\\B')
        const readable = texts.filter((each) => !plain || !each.includes('😀'))
        for (const each of readable) expect([each, regex.exec(each)]).toEqual([each, native(expression, wanted, each)])
      }),
      { numRuns: 4_000 }
    )
    expect(accepted).toBeGreaterThan(1_000)
  })

  it('and nothing is accepted that JavaScript refuses', () => {
    const piece = fc.constantFrom(
      'a',
      '(',
      ')',
      '(?:',
      '(?<n>',
      '[',
      ']',
      '{',
      '}',
      '1',
      ',',
      '*',
      '+',
      '?',
      '|',
      '^',
      '$',
      '\\',
      '-',
      'x',
      '.'
    )
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 8 }), (pieces) => {
        const expression = pieces.join('')
        if (!('problem' in compileExpression(expression, '')))
          expect([expression, isValid(expression, '')]).toEqual([expression, true])
      }),
      { numRuns: 4_000 }
    )
  })

  function unicode(given: string): string {
    return given.includes('u') ? given : `${given}u`
  }

  function isValid(expression: string, given: string): boolean {
    try {
      new RegExp(expression, given)
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
    ['^a.b$', '', 'a\u2028b', undefined],
    ['^\\s$', '', '\u00a0', {}],
    ['^[^\\W]$', 'iu', 'k', {}],
    ['^\\W$', 'iu', 's', undefined],
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

describe('what is refused says why', () => {
  it.each([
    ['(?=a)b', '', /lookahead .* linear time.*second pattern/],
    ['^(?!v)', '', /lookahead/],
    ['(?<=a)b', '', /lookbehind/],
    ['(?<!a)b', '', /lookbehind/],
    ['(a)\\1', '', /reference to an earlier group/],
    ['(?<n>a)\\k<n>', '', /reference to an earlier group/],
    ['(?P<n>a)', '', /write \(\?<name>/],
    ['(?i:a)', '', /must be followed by/],
    ['(?<1n>a)', '', /“1n” is no name/],
    ['(?<n>a)(?<n>b)', '', /twice/],
    ['(?<n>a)+', '', /last round only/],
    ['(?:(?<n>a)|b){2}', '', /last round only/],
    ['(?<n>(a|b*)*)', '', /may be empty/],
    ['\\p{L}', 'u', /version of Unicode/],
    ['\\y', '', /leave the backslash out/],
    ['a{1001}', '', /more than 1000/],
    ['(a{100}){100}', '', /too much work/],
    ['((((a{9}){9}){9}){9}){9}', '', /too much work/],
    ['a{3,2}', '', /at least 3 and at most 2/],
    ['a**', '', /second quantifier/],
    ['^*', '', /cannot be repeated/],
    ['*.1', '', /nothing to repeat/],
    ['a{', '', /stands alone/],
    ['[a', '', /not closed/],
    ['a\\', '', /ends too early/],
    ['(a', '', /not closed/],
    ['a)', '', /closes nothing/],
    ['[b-a]', '', /backwards/],
    ['[]', '', /fits nothing/],
    ['[^]', '', /any character/],
    ['\\ud83d', '', /names no character/],
    ['\\u{63}', 'u', /names no character/],
    ['\\xZZ', '', /names no character/],
    ['', '', /empty/],
    ['a', 'g', /“g”/],
    ['a', 'ii', /“ii”/]
  ])('/%s/%s', (expression, given, reason) => {
    const regex = compileExpression(expression, given)
    expect('problem' in regex ? regex.problem : 'accepted').toMatch(reason)
  })
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

  it('of great depth are read or refused, not thrown out of', () => {
    expect(compiled(`${'('.repeat(400)}a${')'.repeat(400)}`).exec('a')).toEqual({})
    expect(compileExpression('('.repeat(900), '')).toHaveProperty('problem')
  })
})
