/** Digits without leading zeros; `0` for none. Version numbers stay text: dates and build numbers exceed what a double holds. */
export function normalizeNumber(digits: string): string {
  return digits.replace(/^0+(?=\d)/, '')
}

/** Compares two normalized numbers of any size. */
export function compareNumbers(a: string, b: string): number {
  return a.length - b.length || compareText(a, b)
}

/** By UTF-16 code unit, whatever the locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Compares two lists of normalized numbers; a number that is absent counts as 0. */
export function compareNumberLists(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const order = compareNumbers(a[index] ?? '0', b[index] ?? '0')
    if (order !== 0) return order
  }
  return 0
}

/** `beta` of `beta.1`; a number that comes first counts builds and labels nothing. */
export function firstLabel(identifiers: readonly string[]): { readonly label?: string } {
  const [first] = identifiers
  return first === undefined || /^\d+$/.test(first) ? {} : { label: first }
}
