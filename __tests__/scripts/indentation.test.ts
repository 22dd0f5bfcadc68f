import { describe, expect, it } from '@jest/globals'
// @ts-expect-error: a script without types
import { withLessIndentation } from '../../scripts/indentation.mjs'

const less: (bundle: string) => string = withLessIndentation

describe('the bundle with less indentation', () => {
  it('begins lines with two blanks in place of each four', () => {
    const bundle = 'if (a) {\n    if (b)\n        c()\n    /**\n     * d\n     */\n  e()\n}\n'
    expect(less(bundle)).toBe('if (a) {\n  if (b)\n    c()\n  /**\n   * d\n   */\n  e()\n}\n')
  })

  it('leaves the lines of a text literal alone, and those within an expression in it', () => {
    const literal = ['const a = `b', '    c $', '{d(', '        e)}', '    f`;'].join('\n').replace('$\n', '$')
    expect(less(`${literal}\nif (a)\n    g()\n`)).toBe(`${literal}\nif (a)\n  g()\n`)
  })

  it('throws where the program would be another', () => {
    expect(() => less("const a = 'b\\\n    c'\n")).toThrow('Less indentation changed the program.')
  })
})
