import type { ParsedVersion, VersionScheme } from './versionOrder.js'
import { compareNumberLists, normalizeNumber } from './versionParts.js'
import { rangeReader } from './versionRange.js'

interface CalendarVersion extends ParsedVersion {
  /** Without zeros at the end. */
  readonly numbers: readonly string[]
}

/** Numbers of any count, as in `2026.01.05`, `24.4` and `20260105`. Leading zeros say nothing, and neither do separators. */
const VERSION = /^v?(\d+(?:[._-]\d+)*)$/

export const calverScheme: VersionScheme = { parse, compare, range: rangeReader({ parse, compare }) }

function parse(text: string): CalendarVersion | undefined {
  const all = VERSION.exec(text)?.[1]?.split(/[._-]/).map(normalizeNumber)
  if (all === undefined) return undefined
  const numbers = all.slice(0, all.findLastIndex((number) => number !== '0') + 1)
  const [major = '0', minor = '0', ...rest] = numbers
  const patch = rest.join('.') || '0'
  return { text, prerelease: false, major, minor, patch, release: `${major}.${minor}.${patch}`, numbers }
}

function compare(a: CalendarVersion, b: CalendarVersion): number {
  return compareNumberLists(a.numbers, b.numbers)
}
