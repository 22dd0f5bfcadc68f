import { describe, expect, it } from '@jest/globals'
// @ts-expect-error: a script without types
import { withoutUnusedCode } from '../../scripts/unused-code.mjs'

const left: (bundle: string) => string = withoutUnusedCode

describe('the bundle without unused code', () => {
  it.each([
    ['a function', 'function unused() {\n  return 1\n}\n'],
    ['a class', 'class Unused extends Error {}\n'],
    ['a constant', 'const unused = { a: /x/, b: [1] }\n'],
    ['a constant that only an unused function reads', 'const a = 1\nfunction unused() {\n  return a\n}\n'],
    ['two functions that only call each other', 'function a() {\n  b()\n}\nfunction b() {\n  a()\n}\n'],
    ['a function with the comment before it', '// What it is for.\nfunction unused() {}\n']
  ])('lacks %s', (_, unused) => {
    expect(left(`console.log(1)\n${unused}console.log(2)\n`)).toBe('console.log(1)\nconsole.log(2)\n')
  })

  it.each([
    ['a function that is called', 'function used() {}\nused()\n'],
    ['a function that only a used function calls', 'function inner() {}\nfunction used() {\n  inner()\n}\nused()\n'],
    ['a constant whose value is made by a call', 'const effect = act()\n'],
    ['a class that does something when it is defined', 'class Acting {\n  static {\n    act()\n  }\n}\n'],
    ['one of two constants of a statement', 'const a = 1, b = 2\nconsole.log(b)\n'],
    ['a variable that is assigned', 'let used = 1\nused = 2\n']
  ])('has %s', (_, bundle) => {
    expect(left(bundle)).toBe(bundle)
  })

  const modules = (entry: string) => `var modules = ({

/***/ 1:
/***/ ((module) => {
module.exports.used = 1;
module.exports.other = 2;

/***/ }),

/***/ 2:
/***/ ((module, exports, __nccwpck_require__) => {
exports.third = __nccwpck_require__(1);

/***/ })

/***/ });
function __nccwpck_require__(id) { return modules[id] }
${entry}
`

  it('lacks modules that nothing loads, and exports that nothing names', () => {
    const bundle = left(modules('console.log(__nccwpck_require__(1).used)'))
    expect(bundle).toContain('module.exports.used = 1')
    expect(bundle).not.toContain('other')
    expect(bundle).not.toContain('/***/ 2:')
  })

  it.each([
    ['a property', 'console.log(__nccwpck_require__(1).other)'],
    ['a text', "console.log(__nccwpck_require__(1)['other'])"],
    ['a pattern', 'const { other } = __nccwpck_require__(1)\nconsole.log(other)']
  ])('has an export that is named as %s', (_, entry) => {
    expect(left(modules(entry))).toContain('module.exports.other = 2')
  })
})
