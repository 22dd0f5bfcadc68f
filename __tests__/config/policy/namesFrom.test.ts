import { describe, expect, it } from '@jest/globals'
import { readNames } from '../../../src/config/policy/namesFrom.js'

const read = (text: string) => readNames({ name: 'in-use.txt', text })
const digest = `sha256:${'0a'.repeat(32)}`

describe('a file of names in use', () => {
  it('takes one name, pattern or digest a line, with the reason behind it', () => {
    expect(read(`v1.2.3 # production\n${digest}   #staging\n/^v2\\.#?/\n\nmain\r\n`)).toEqual({
      listed: [
        { pattern: 'v1.2.3', reason: 'production' },
        { pattern: digest, reason: 'staging' },
        { pattern: '/^v2\\.#?/' },
        { pattern: 'main' }
      ],
      problems: []
    })
  })

  it('lets a reason on its own line speak for the lines below, up to the next one or an empty line', () => {
    expect(read('# cluster a\nv1\nv2 # its own\n# cluster b\nv3\n\nv4\n').listed).toEqual([
      { pattern: 'v1', reason: 'cluster a' },
      { pattern: 'v2', reason: 'its own' },
      { pattern: 'v3', reason: 'cluster b' },
      { pattern: 'v4' }
    ])
  })

  it('takes several names on a line, so that none is lost', () => {
    expect(read('v1, v2 # both').listed).toEqual([
      { pattern: 'v1', reason: 'both' },
      { pattern: 'v2', reason: 'both' }
    ])
  })

  it.each([
    ['an exclusion', 'v1\n  !v2', 'in-use.txt:2:3', 'has no exclusions'],
    ['an expression that does not parse', '/(/', 'in-use.txt:1:1', 'is no name, pattern or digest'],
    ['a short digest', 'v1\n\nsha256:abc # short', 'in-use.txt:3:1', 'is no name, pattern or digest']
  ])('refuses %s and says where', (_what, text, where, what) => {
    expect(read(text).problems).toEqual([expect.objectContaining({ where, what: expect.stringContaining(what) })])
  })

  it('quotes nothing of a line that it refuses: the file may be any of the workspace', () => {
    const { problems } = read('v1\n!SECRET\nextraheader = AUTHORIZATION: basic /SECRET(/\n/SECRET(/\nsha256:SECRET\n')
    expect(problems.map(({ where }) => where)).toEqual([2, 3, 4, 5].map((line) => `in-use.txt:${line}:1`))
    expect(JSON.stringify(problems)).not.toContain('SECRET')
  })

  it.each([
    ['too many lines', 'v\n'.repeat(50_001)],
    ['too much text', 'v'.repeat(8 * 1024 * 1024 + 1)]
  ])('refuses %s', (_what, text) => {
    expect(read(text)).toMatchObject({
      listed: [],
      problems: [{ what: 'the list is longer than 50000 lines or 8 MB.' }]
    })
  })

  it('takes fifty thousand lines', () => {
    expect(read(`${digest}\n`.repeat(49_999)).listed).toHaveLength(49_999)
  })
})
