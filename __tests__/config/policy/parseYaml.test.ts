import { describe, expect, it } from '@jest/globals'
import { parseYaml } from '../../../src/config/policy/parseYaml.js'
import { nodeAt } from '../../../src/config/policy/tree.js'

const parse = (text: string) => parseYaml({ name: 'policy.yml', text })
const told = (text: string) => (parse(text).problems ?? []).map(({ where, what }) => `${where} ${what}`)

describe('parseYaml', () => {
  it('grows a tree that knows where each value stands', () => {
    const { tree } = parse('a: 1\nb:\n  - x\n  - "y"\n')
    if (tree === undefined) throw new Error('no tree')
    expect(nodeAt(tree, ['b', 1])).toEqual({ kind: 'scalar', span: { start: 18, end: 21 }, value: 'y', written: 'y' })
  })

  it('follows aliases, so that lists can be shared', () => {
    const { tree } = parse('a: &list [x, y]\nb: *list\n')
    if (tree === undefined) throw new Error('no tree')
    expect(nodeAt(tree, ['b'])).toBe(nodeAt(tree, ['a']))
  })

  it.each([
    ['a syntax error', 'a: [1, 2', 'policy.yml:1:9 not valid YAML'],
    ['a tab as indent', 'a:\n\tb: 1', 'policy.yml:2:1 not valid YAML'],
    ['a key that is there twice', 'a: 1\nb: 2\na: 3', 'policy.yml:3:1 the key "a" is there twice.'],
    ['a second document', 'a: 1\n---\nb: 2', 'policy.yml:2:1 a second document starts here'],
    ['a custom tag', 'a: !secret x', 'policy.yml:1:4 tags such as "!secret" are not allowed'],
    ['a tag that YAML 1.1 knew', 'a: !!binary aGk=', 'policy.yml:1:4 tags such as'],
    ['a directive', '%YAML 1.1\n---\na: yes', 'policy.yml:1:1 directives'],
    ['a key that is no text', '1: x', 'policy.yml:1:1 the key "1" is not plain text'],
    ['a key that is a list', '? [a]\n: x', 'policy.yml:1:1 the key is not plain text'],
    ['an alias to nothing', 'a: *b', 'policy.yml:1:4 '],
    ['an alias to itself', 'a: &a [*a]', 'policy.yml:1:8 the alias "a" refers to itself or to nothing'],
    ['an empty text', '', 'policy.yml:1:1 the document is empty'],
    ['comments only', '# nothing\n', 'policy.yml:1:1 the document is empty'],
    ['a null byte', 'a: "\0\u001b"\nb: [', 'policy.yml:2:5 not valid YAML']
  ])('refuses %s', (_what, text, expected) => {
    expect(told(text)[0]).toContain(expected)
  })

  it('tells all faults of the syntax, not only the first', () => {
    expect(told('a: !x 1\nb: !y 2\n')).toHaveLength(2)
  })
})
