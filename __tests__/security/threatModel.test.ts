import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'

const page = readFileSync('docs/security.md', 'utf8')

/** A file in backticks, then the titles of its tests until the next file or the end of the line. */
const named = page.split('\n').flatMap((line) =>
  line
    .split(/(?=`__tests__\/)/)
    .slice(1)
    .map((part) => ({
      file: /^`([^`]+)`/.exec(part)?.[1] ?? '',
      titles: [...part.matchAll(/"([^"]+)"/g)].map(([, title]) => title ?? '')
    }))
)

describe('docs/security.md', () => {
  it.each(named)('names tests that are there: $file', ({ file, titles }) => {
    expect(existsSync(file)).toBe(true)
    const source = readFileSync(file, 'utf8')
    expect(titles.filter((title) => !source.includes(title))).toEqual([])
  })

  it('names a test in each of its threats', () => {
    const threats = page.slice(page.indexOf('## Threats'), page.indexOf('## What remains')).split('\n### ').slice(1)
    expect(threats.length).toBeGreaterThan(8)
    expect(threats.filter((threat) => !threat.includes('`__tests__/')).map((threat) => threat.split('\n')[0])).toEqual(
      []
    )
  })
})
