import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { clip, number, plainJson, visible } from '../../../src/domain/visible.js'
import { htmlText, logText, markdownCell, markdownName, markdownTarget } from '../../../src/report/text/escape.js'
import { HOSTILE } from '../fixture.js'

describe('visible', () => {
  it('shows what has no shape by its code point, and nothing else differently', () => {
    expect(visible('a\nb\u202ec\u200bd\u001be\u2028f\ud800')).toBe(
      'a⟨U+000A⟩b⟨U+202E⟩c⟨U+200B⟩d⟨U+001B⟩e⟨U+2028⟩f⟨U+D800⟩'
    )
    expect(visible('שלום v1.0 😀 <b>')).toBe('שלום v1.0 😀 <b>')
  })
})

describe('clip', () => {
  it('says how much is missing and cuts no character in half', () => {
    expect(clip('short', 10)).toBe('short')
    expect(clip('x'.repeat(1300), 100)).toBe(`${'x'.repeat(100)}… (+1,200 characters)`)
    expect(clip('a😀b', 2)).toBe('a… (+3 characters)')
  })
})

describe('number', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [1234567, '1,234,567']
  ])('writes %d as %s', (value, text) => expect(number(value)).toBe(text))
})

describe('logText', () => {
  it('is one line in which the runner and a terminal find nothing to obey', () => {
    for (const name of HOSTILE) {
      const text = logText(name)
      expect(text).not.toMatch(/[\p{Cc}\u2028\u2029]|##\[/u)
      expect(text.trimStart()).not.toMatch(/^::/)
    }
  })
})

describe('htmlText', () => {
  it('holds for text and for quoted attributes', () => {
    for (const name of HOSTILE) expect(htmlText(name)).not.toMatch(/[<>"']|&(?!#\d+;)/)
  })
})

describe('markdownName and markdownCell', () => {
  it('write an ordinary name as code', () => {
    expect(markdownName('v1.2.3-rc.1')).toBe('`v1.2.3-rc.1`')
    expect(markdownName('@scope/name')).toBe('`@scope/name`')
  })

  it('write no border of a table cell and no line break, whatever the name', () => {
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 80 })), (name) => {
        for (const text of [markdownName(name), markdownCell(name)]) {
          expect(text).not.toMatch(/[|\r\n]/)
          expect(text.endsWith('\\')).toBe(false)
        }
      })
    )
  })

  it('write a sentence without anything that is markup', () => {
    for (const name of HOSTILE) {
      const bare = markdownCell(name).replaceAll('<!---->', '').replaceAll('<span>$</span>', '')
      expect(bare).not.toMatch(/[<>`*_~[\]|\\$]|&(?!#\d+;)/)
    }
  })

  it('keep a name as long as it may be, and count the rest', () => {
    expect(markdownName('x'.repeat(3000)).length).toBeLessThan(260)
  })
})

describe('markdownTarget', () => {
  it('takes web addresses only, and lets none end early', () => {
    expect(markdownTarget('https://github.com/a?b=c|d>e')).toBe('<https://github.com/a?b=c%7Cd%3Ee>')
    for (const address of ['javascript:alert(1)', 'data:text/html,x', 'no address', '']) {
      expect(markdownTarget(address)).toBeUndefined()
    }
  })
})

describe('plainJson', () => {
  it('is the same value, with nothing unseen in its text', () => {
    for (const indent of [undefined, 2]) {
      const text = plainJson(HOSTILE, indent)
      expect(JSON.parse(text)).toEqual(HOSTILE)
      expect(text).not.toMatch(/[^\P{C}\n]/u)
    }
  })
})
