import { describe, expect, it } from '@jest/globals'
import { quote, renderProblems } from '../../src/config/problem.js'

describe('renderProblems', () => {
  it('says where, what and why, shows the place, and says what to do', () => {
    const problems = [
      { where: 'input keep-last', what: 'expected a whole number of at least 0, found "x".' },
      {
        where: 'policy.yml:2:3',
        what: 'unknown key "a".',
        excerpt: '    2 |   a: 1\n      |   ^',
        remedy: 'Leave it out.'
      }
    ]
    expect(
      renderProblems(problems)
    ).toBe(`2 problems in the configuration; nothing was requested and nothing was changed.
- input keep-last: expected a whole number of at least 0, found "x".
- policy.yml:2:3: unknown key "a".
    2 |   a: 1
      |   ^
    Leave it out.`)
  })

  it('counts what it does not show', () => {
    const text = renderProblems(Array.from({ length: 60 }, (_, index) => ({ where: 'inputs', what: `${index}` })))
    expect(text.split('\n')).toHaveLength(52)
    expect(text).toMatch(/^60 problems[\s\S]*- and 10 more$/)
  })
})

describe('what a stranger wrote', () => {
  it('is shortened and shown as text', () => {
    expect(quote(`a\n::error::${'x'.repeat(100)}`)).toBe(`"a⟨U+000A⟩::error::${'x'.repeat(49)}…"`)
    expect(quote('\u202e\u2028\ud800 ä 😀')).toBe('"⟨U+202E⟩⟨U+2028⟩⟨U+D800⟩ ä 😀"')
  })
})
