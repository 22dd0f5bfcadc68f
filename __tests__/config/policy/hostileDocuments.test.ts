import { describe, expect, it } from '@jest/globals'
import { LARGEST_DOCUMENT } from '../../../src/config/policy/parseYaml.js'
import { readPolicy } from '../../../src/config/policy/readPolicy.js'
import { renderProblems } from '../../../src/config/problem.js'

function refusals(text: string) {
  const read = readPolicy({ name: 'policy.yml', text }, { types: [], namesFile: () => ({ problem: 'there is none' }) })
  return 'problems' in read ? read.problems : []
}

const size = LARGEST_DOCUMENT
const fill = (text: string) => text.repeat(Math.floor(size / text.length))

describe('a hostile document', () => {
  it.each([
    ['one byte over the limit', ' '.repeat(size + 1)],
    ['over the limit in bytes, not in characters', 'ä'.repeat(size / 2 + 1)],
    ['open brackets without end', fill('[')],
    ['as many brackets closed as open', '['.repeat(size / 2) + ']'.repeat(size / 2)],
    ['maps in maps', fill('{a: ')],
    ['dashes without end', fill('- ')],
    ['keys without end', fill('? ')],
    ['indentation that grows', Array.from({ length: 700 }, (_, level) => `${' '.repeat(level)}a:`).join('\n')],
    ['aliases that explode', bomb(9, 9)],
    ['aliases that explode in keys', bomb(9, 9).replaceAll('[', '{a: [').replaceAll(']', ']}')],
    ['documents without end', fill('---\n')],
    ['closing brackets only', fill(']')],
    ['quotes only', fill('"')],
    ['tags only', fill('! ')],
    ['anchors only', fill('&a ')],
    ['aliases only', fill('*a\n')],
    ['directives only', fill('%a\n')],
    ['keys that are there again and again', fill('a: 1\n')],
    ['items without end', fill('- a\n')],
    ['empty lines only', fill('\n')],
    ['null bytes only', fill('\0')],
    ['a pattern that is as long as the document', `version: 1\nprotect: '${'*-'.repeat(size / 2 - 20)}'\nrules: []`],
    ['an expression of open groups', `version: 1\nprotect: '/${'('.repeat(size - 40)}/'\nrules: []`],
    ['an expression that backtracks', `version: 1\nprotect: '/^(?=(a+)+$)/'\nrules: []`],
    ['a duration without end', `version: 1\ngrace-period: ${'1d'.repeat(size / 2 - 20)}\nrules: []`],
    ['braces that explode', `version: 1\nprotect: '${'{a,b}'.repeat(40)}'\nrules: []`],
    ['ranges without end', `version: 1\nprotect: 'semver:${'>1 '.repeat(80_000)}'\nrules: []`],
    ['wrong types everywhere', `version: []\nrules:\n${'- [{}]\n'.repeat(7_000)}`],
    ['patterns without end', `version: 1\nprotect: |\n${'  /x/\n'.repeat(30_000)}`],
    ['rules without end', `version: 1\nrules:\n${'- {match: {}, keep: [{}]}\n'.repeat(4_000)}`],
    [
      'names that share endings',
      `version: 1\nrules: [{match: {prerelease: true, names: '${'*_'.repeat(100_000)}'}, keep: []}]`
    ]
  ])('ends in problems that can be read: %s', (_what, text) => {
    const problems = refusals(text)
    expect(problems.length).toBeGreaterThan(0)
    expect(renderProblems(problems).length).toBeLessThan(60_000)
    for (const { what, excerpt } of problems) expect(what.length + (excerpt?.length ?? 0)).toBeLessThan(3000)
  })

  it('is refused with the files that it names, if what they refer to has no end', () => {
    const parts = Array.from(
      { length: 460 },
      (_, i) => `repository${'-'.repeat(i)}: acme/r${i}\ntag${'-'.repeat(i)}: v${i}`
    )
    const file = { name: 'values.yaml', text: parts.join('\n') }
    const read = readPolicy(
      { name: 'policy.yml', text: 'version: 1\nprotect: { references: values.yaml }\nrules: []' },
      { types: [], namesFile: () => ({ problem: 'there is none' }), referringFiles: () => [file] }
    )
    const problems = 'problems' in read ? read.problems.map(({ what }) => what) : []
    expect(problems).toContain(
      'protect.references: its files hold more names and references than a plan can hold (50000).'
    )
  })
})

/** Lists of aliases to lists of aliases: `width` to the power of `depth` values. */
function bomb(width: number, depth: number): string {
  const lists = Array.from({ length: depth }, (_, level) => {
    const items = level === 0 ? 'x' : `*l${level - 1}`
    return `k${level}: &l${level} [${Array(width).fill(items).join(', ')}]`
  })
  return lists.join('\n')
}
