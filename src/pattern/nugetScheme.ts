import { compareIdentifiers, firstLabel } from './identifiers.js'
import type { ParsedVersion, VersionScheme } from './versionOrder.js'
import { compareNumbers, normalizeNumber } from './versionParts.js'
import { rangeMethods } from './versionRange.js'

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

export const nugetScheme: VersionScheme = { parse, compare, ...rangeMethods({ parse, compare }) }

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
  const labels = suffix.toLowerCase().split('.')
  if (labels.includes('')) return undefined
  const identifiers = labels.map((label) => (/^\d+$/.test(label) ? normalizeNumber(label) : label))
  const base = { text: release, prerelease: false, ...common, identifiers: [] }
  return { text, prerelease: true, ...common, ...firstLabel(identifiers), identifiers, base }
}

function compare(a: NugetVersion, b: NugetVersion): number {
  for (const [index, number] of a.numbers.entries()) {
    const order = compareNumbers(number, b.numbers[index] ?? '0')
    if (order !== 0) return order
  }
  return compareIdentifiers(a.identifiers, b.identifiers)
}
