import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { mavenScheme } from '../../src/pattern/mavenScheme.js'
import type { ParsedVersion } from '../../src/pattern/versionOrder.js'
import { fits } from './ranges.js'

/** Two versions, and the sign of comparing them in Maven 3.9.11 and in 4.0.0-rc-6. */
const pairs = readFileSync(join(import.meta.dirname, '__fixtures__/maven.tsv'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split('\t'))

function differences(column: number, compare: (a: ParsedVersion, b: ParsedVersion) => number): readonly unknown[] {
  return pairs.flatMap(([first = '', second = '', ...signs]) => {
    const [a, b] = [mavenScheme.parse(first), mavenScheme.parse(second)]
    if (a === undefined || b === undefined) return [[first, second, 'not a version']]
    const sign = Math.sign(compare(a, b)) + 0
    return String(sign) === signs[column] ? [] : [[first, second, sign]]
  })
}

describe("Maven's order", () => {
  it('is that of Maven 3.9.11', () => {
    expect(pairs).toHaveLength(3701)
    expect(differences(0, mavenScheme.compare)).toEqual([])
  })

  it('knows the other order of Maven 4.0', () => {
    expect(differences(1, (a, b) => mavenScheme.compareOtherwise?.(a, b) ?? Number.NaN)).toEqual([])
  })

  it('lets a range select only what both orders have in it, and keep what one has', () => {
    const version = mavenScheme.parse('11.1-atlassian-1')
    const selectedOrKept = (range: string) => [false, true].map((kept) => fits(mavenScheme, version, range, kept))
    // 3.9.11 has it before, 4.0 behind.
    expect(selectedOrKept('<11.1-atlassian.1')).toEqual([false, true])
    expect(selectedOrKept('>11.1-atlassian.1')).toEqual([false, true])
    expect(selectedOrKept('<11.2')).toEqual([true, true])
    expect(selectedOrKept('>11.2')).toEqual([false, false])
  })

  it('has one release for versions of one rank, and two for others', () => {
    const parsed = pairs.flatMap(([first = '', second = '']) => [[mavenScheme.parse(first), mavenScheme.parse(second)]])
    const wrong = parsed.filter(
      ([a, b]) =>
        a && b && !a.prerelease && !b.prerelease && (mavenScheme.compare(a, b) === 0) !== (a.release === b.release)
    )
    expect(wrong.map(([a, b]) => [a?.text, b?.text, a?.release, b?.release])).toEqual([])
  })
})
