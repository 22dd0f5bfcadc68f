import { describe, expect, it } from '@jest/globals'
// @ts-expect-error: a script without types
import { withoutUncalledCode } from '../../scripts/uncalled-code.mjs'

const left: (bundle: string, uncalled: Record<string, (name: string) => string>) => string = withoutUncalledCode

describe('the bundle without uncalled code', () => {
  it('has the given values in place of those of the constants, and nothing else changed', () => {
    const bundle = 'const one = load(1);\nfunction f() {\n  const two = { one };\n  return two.one;\n}\n'
    expect(left(bundle, { two: (name) => `'no ${name}'`, one: () => '{}' })).toBe(
      "const one = {};\nfunction f() {\n  const two = 'no two';\n  return two.one;\n}\n"
    )
  })

  it.each([
    ['a constant is missing', 'const other = 1', 'There is no constant one.'],
    ['two constants have the name', 'const one = 1\n{\n  const one = 2\n}', 'There are two constants one.']
  ])('is refused if %s', (_, bundle, message) => {
    expect(() => left(bundle, { one: () => '{}' })).toThrow(message)
  })
})
