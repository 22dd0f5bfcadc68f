import type { ParsedVersion, VersionScheme } from './versionOrder.js'
import { compareNumberLists, compareText, firstLabel, normalizeNumber } from './versionParts.js'
import { rangeReader } from './versionRange.js'

interface NugetVersion extends ParsedVersion {
  /** Always four. */
  readonly numbers: readonly string[]
  readonly identifiers: readonly string[]
}

/**
 * NuGet's versions (learn.microsoft.com/nuget/concepts/package-versioning): one to four numbers, leading zeros dropped,
 * `1.0` is `1.0.0` is `1.0.0.0`, labels compared without case, build metadata ignored.
 */
const VERSION = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/

export const nugetScheme: VersionScheme = { parse, compare, range: rangeReader({ parse, compare }) }

function parse(text: string): NugetVersion | undefined {
  const match = VERSION.exec(text)
  if (match === null) return undefined
  const numbers = match.slice(1, 5).map((digits: string | undefined) => normalizeNumber(digits ?? '0'))
  const [major = '0', minor = '0', third = '0', fourth = '0'] = numbers
  const patch = fourth === '0' ? third : `${third}.${fourth}`
  const release = `${major}.${minor}.${patch}`
  const common = { major, minor, patch, release, numbers }
  const suffix = match[5]
  if (suffix === undefined) return { text, prerelease: false, ...common, identifiers: [] }
  const identifiers = suffix.toLowerCase().split('.')
  if (identifiers.includes('')) return undefined
  const base = { text: release, prerelease: false, ...common, identifiers: [] }
  return { text, prerelease: true, ...common, ...firstLabel(identifiers), identifiers, base }
}

function compare(a: NugetVersion, b: NugetVersion): number {
  const byNumbers = compareNumberLists(a.numbers, b.numbers)
  if (byNumbers !== 0) return byNumbers
  if (a.identifiers.length === 0 || b.identifiers.length === 0) return b.identifiers.length - a.identifiers.length
  for (const [index, identifier] of a.identifiers.entries()) {
    const other = b.identifiers[index]
    const order = other === undefined ? 1 : compareIdentifiers(identifier, other)
    if (order !== 0) return order
  }
  return a.identifiers.length - b.identifiers.length
}

function compareIdentifiers(a: string, b: string): number {
  const [left, right] = [numberOf(a), numberOf(b)]
  if (left !== undefined && right !== undefined) return left - right
  return Number(left === undefined) - Number(right === undefined) || compareText(a, b)
}

/** `NuGet.Versioning.VersionComparer` reads labels with `int.TryParse`: a larger number, such as a date with time, is text. */
function numberOf(label: string): number | undefined {
  const number = Number(label)
  return /^-?\d+$/.test(label) && number >= -(2 ** 31) && number < 2 ** 31 ? number : undefined
}
