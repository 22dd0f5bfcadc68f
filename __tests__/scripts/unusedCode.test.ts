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
exports.third = __nccwpck_require__(1).used;

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

  it.each([
    ['a member', 'console.log(__nccwpck_require__(1).used, another.other)'],
    ['a constant', 'const one = __nccwpck_require__(1)\nconsole.log(one.used, another.other)'],
    ['a pattern', 'const { used } = __nccwpck_require__(1)\nconsole.log(used, another.other)']
  ])('lacks an export whose name is read from other objects, where the module is read as %s', (_, entry) => {
    expect(left(modules(entry))).not.toContain('module.exports.other')
  })

  it.each([
    ['as an argument', 'console.log(__nccwpck_require__(1), another.other)'],
    ['as a value', 'const one = __nccwpck_require__(1)\nconst two = one\nconsole.log(two.other)'],
    [
      'with what else a pattern leaves',
      'const { used, ...rest } = __nccwpck_require__(1)\nconsole.log(used, rest.other)'
    ],
    ['in a variable that is assigned', 'let one = another\none = __nccwpck_require__(1)\nconsole.log(one.other)']
  ])('has the exports of a module that is passed on %s', (_, entry) => {
    expect(left(modules(entry))).toContain('module.exports.other = 2')
  })

  it('has the exports of a module that passes itself on', () => {
    const bundle = modules('console.log(__nccwpck_require__(1).used.other)')
    const passing = bundle.replace('module.exports.used = 1;', 'module.exports.used = self(module.exports);')
    expect(left(passing)).toContain('module.exports.other = 2')
  })

  it('has an export that only its own module reads', () => {
    const bundle = modules('console.log(__nccwpck_require__(1).used())')
    const reading = bundle
      .replace('used = 1;', 'used = () => exports.other;')
      .replace('((module) =>', '((module, exports) =>')
    expect(left(reading)).toContain('module.exports.other = 2')
  })

  it("lacks what loads a module of Node's that nothing uses", () => {
    expect(left('console.log(1)\nconst unused = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("os");\n')).toBe(
      'console.log(1)\n'
    )
  })
})
