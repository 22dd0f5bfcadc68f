import { compareNumbers, compareText } from './versionParts.js'

/** `beta` of `beta.1`; a number that comes first counts builds and labels nothing. */
export function firstLabel(identifiers: readonly string[]): { readonly label?: string } {
  const [first] = identifiers
  return first === undefined || isNumber(first) ? {} : { label: first }
}

/** Precedence of prerelease identifiers (semver.org §11); none at all ranks highest. */
export function compareIdentifiers(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length
  for (const [index, left] of a.entries()) {
    const right = b[index]
    if (right === undefined) return 1
    const order = compareIdentifier(left, right)
    if (order !== 0) return order
  }
  return a.length - b.length
}

function compareIdentifier(a: string, b: string): number {
  if (isNumber(a) !== isNumber(b)) return isNumber(a) ? -1 : 1
  return isNumber(a) ? compareNumbers(a, b) : compareText(a, b)
}

function isNumber(identifier: string): boolean {
  return /^\d+$/.test(identifier)
}
