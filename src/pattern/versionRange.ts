import type { ParsedVersion, VersionRange, VersionScheme } from './versionOrder.js'
import { normalizeNumber } from './versionParts.js'

type Order = Pick<VersionScheme, 'parse' | 'compare'>
type Operator = '>=' | '>' | '<=' | '<' | '='

/** All of them must hold. */
type Bounds = readonly Bound[]

interface Bound {
  readonly operator: Operator
  readonly version: ParsedVersion
  /**
   * `release`: the release that a prerelease leads to is what counts, so `< 2.0.0` leaves out 2.0.0-rc.1 too
   * (node-semver writes `<2.0.0-0`). `loose`: that, but only where prereleases are included.
   */
  readonly by: 'version' | 'release' | 'loose'
}

/** `1.2`, `1.2.x`, `*`: numbers that a version starts with. Or a whole version. */
type Operand = { readonly prefix: readonly string[] } | { readonly version: ParsedVersion }

type Parsed<T> = T | { readonly problem: string }

/** Reads ranges by an order, and by a second one where releases of a package manager disagree; see `VersionRange`. */
export function rangeReader(order: Order, other?: Order): VersionScheme['range'] {
  return (text) => {
    const one = parseRange(text, order)
    const two = other === undefined ? one : parseRange(text, other)
    if ('problem' in one) return one
    if ('problem' in two) return two
    return {
      test(...asked) {
        const [, , keeps] = asked
        return keeps ? one.test(...asked) || two.test(...asked) : one.test(...asked) && two.test(...asked)
      }
    }
  }
}

function parseRange(text: string, order: Order): Parsed<VersionRange> {
  if (text.includes(','))
    return {
      problem:
        'ranges contain no commas: put a space between conditions that must all hold, and || between alternatives'
    }
  const alternatives: Bounds[] = []
  for (const part of text.split('||')) {
    const bounds = parseAlternative(part.trim(), order)
    if ('problem' in bounds) return bounds
    alternatives.push(bounds.bounds)
  }
  return {
    test: (version, includePrerelease) =>
      alternatives.some(
        (bounds) =>
          bounds.every((bound) => holds(bound, version, includePrerelease, order)) &&
          (includePrerelease || !version.prerelease || names(bounds, version))
      )
  }
}

const HOLDS: Readonly<Record<Operator, (comparison: number) => boolean>> = {
  '>=': (comparison) => comparison >= 0,
  '>': (comparison) => comparison > 0,
  '<=': (comparison) => comparison <= 0,
  '<': (comparison) => comparison < 0,
  '=': (comparison) => comparison === 0
}

function holds(bound: Bound, version: ParsedVersion, includePrerelease: boolean, order: Order): boolean {
  const byRelease = bound.by === 'release' || (bound.by === 'loose' && includePrerelease)
  const comparison = order.compare(byRelease ? (version.base ?? version) : version, bound.version)
  return HOLDS[bound.operator](comparison)
}

function names(bounds: Bounds, prerelease: ParsedVersion): boolean {
  return bounds.some(({ version }) => version.prerelease && version.release === prerelease.release)
}

const HYPHEN = /^(\S+) +- +(\S+)$/
const COMPARATOR = /^(>=|<=|[<>=~^])?(.*)$/

function parseAlternative(text: string, order: Order): Parsed<{ readonly bounds: Bounds }> {
  if (text === '') return { problem: 'it has an empty part: write * for every version' }
  const plain = text.replace(/\s+/g, ' ')
  const hyphen = HYPHEN.exec(plain)
  if (hyphen !== null) return parseHyphen(hyphen[1] ?? '', hyphen[2] ?? '', order)
  if (plain.includes('~>')) return { problem: '~> means one thing to Ruby and another to npm: write ~, ^, or >= and <' }
  const bounds: Bound[] = []
  for (const part of plain.replace(/([<>=~^]) /g, '$1').split(' ')) {
    const [, operator = '', operand = ''] = COMPARATOR.exec(part) ?? []
    const parsed = parseOperand(operand, order)
    if ('problem' in parsed) return parsed
    for (const bound of boundsOf(operator, parsed, order)) bounds.push(bound)
  }
  return { bounds }
}

function parseHyphen(from: string, to: string, order: Order): Parsed<{ readonly bounds: Bounds }> {
  const low = parseOperand(from, order)
  if ('problem' in low) return low
  const high = parseOperand(to, order)
  if ('problem' in high) return high
  const least: Bounds =
    'version' in low
      ? [{ operator: '>=', version: low.version, by: low.version.prerelease ? 'version' : 'loose' }]
      : atLeast(low.prefix, order)
  const most: Bounds =
    'version' in high
      ? [{ operator: '<=', version: high.version, by: high.version.prerelease ? 'version' : 'loose' }]
      : below(next(high.prefix), order)
  return { bounds: [...least, ...most] }
}

function parseOperand(text: string, order: Order): Parsed<Operand> {
  if (text === '') return { problem: 'an operator has no version behind it' }
  const segments = text.replace(/^v(?=[\dxX*])/, '').split('.')
  const wildcard = segments.findIndex(isWildcard)
  const numbers = segments.slice(0, wildcard === -1 ? segments.length : wildcard)
  const partial = wildcard === -1 ? numbers.length < 3 : segments.slice(wildcard).every(isWildcard)
  if (partial && numbers.every((number) => /^\d+$/.test(number))) {
    // With 0 for each wildcard: SemVer takes three numbers without leading zeros, NuGet four.
    const least = segments.map((segment) => (isWildcard(segment) ? '0' : segment))
    if (order.parse(padded(least)) !== undefined) return { prefix: numbers.map(normalizeNumber) }
  } else if (wildcard === -1) {
    const version = order.parse(text)
    if (version !== undefined) return { version }
  }
  return { problem: `“${text}” is neither a version of this package type nor the beginning of one, such as 1.2 or 1.x` }
}

function isWildcard(segment: string): boolean {
  return /^[xX*]$/.test(segment)
}

function boundsOf(operator: string, operand: Operand, order: Order): Bounds {
  if ('version' in operand) return boundsOfVersion(operator, operand.version, order)
  const { prefix } = operand
  if (prefix.length === 0) return operator === '<' || operator === '>' ? below(['0'], order) : []
  switch (operator) {
    case '>=':
      return atLeast(prefix, order)
    case '>':
      return atLeast(next(prefix), order)
    case '<':
      return below(prefix, order)
    case '<=':
      return below(next(prefix), order)
    case '^':
      return [...atLeast(prefix, order), ...below(next(prefix.slice(0, leadingZeros(prefix) + 1)), order)]
    default:
      return [...atLeast(prefix, order), ...below(next(prefix), order)]
  }
}

function boundsOfVersion(operator: string, version: ParsedVersion, order: Order): Bounds {
  const from: Bound = { operator: '>=', version, by: 'version' }
  const { major, minor } = version
  const patch = version.patch.match(/^\d+/)?.[0] ?? '0'
  switch (operator) {
    case '~':
      return [from, ...below(next([major, minor]), order)]
    case '^': {
      const numbers = [major, minor, patch]
      return [from, ...below(next(numbers.slice(0, leadingZeros(numbers) + 1)), order)]
    }
    case '>=':
    case '>':
    case '<=':
    case '<':
      return [{ operator, version, by: 'version' }]
    default:
      return [{ operator: '=', version, by: 'version' }]
  }
}

function atLeast(prefix: readonly string[], order: Order): Bounds {
  return bound('>=', prefix, 'loose', order)
}

function below(prefix: readonly string[], order: Order): Bounds {
  return bound('<', prefix, 'release', order)
}

function bound(operator: Operator, prefix: readonly string[], by: Bound['by'], order: Order): Bounds {
  const version = prefix.length === 0 ? undefined : order.parse(padded(prefix))
  return version === undefined ? [] : [{ operator, version, by }]
}

function padded(numbers: readonly string[]): string {
  return [...numbers, '0', '0', '0'].slice(0, Math.max(3, numbers.length)).join('.')
}

/** The first prefix above all versions that start with this one; empty for an empty one. */
function next(prefix: readonly string[]): string[] {
  return prefix.map((number, index) => (index === prefix.length - 1 ? String(BigInt(number) + 1n) : number))
}

/** How many leading zeros `^` keeps besides the first other number: at most all numbers but the last. */
function leadingZeros(numbers: readonly string[]): number {
  const first = numbers.findIndex((number) => number !== '0')
  return first === -1 ? numbers.length - 1 : first
}
