/** A set of code points: pairs of first and last, in order, none touching the next. */
export type CodePoints = readonly (readonly [number, number])[]

const LAST = 0x10ffff

export function union(...sets: readonly CodePoints[]): CodePoints {
  const sorted = sets.flat().sort((a, b) => a[0] - b[0])
  const merged: [number, number][] = []
  for (const [first, last] of sorted) {
    const previous = merged.at(-1)
    if (previous !== undefined && first <= previous[1] + 1) previous[1] = Math.max(previous[1], last)
    else merged.push([first, last])
  }
  return merged
}

export function complement(set: CodePoints): CodePoints {
  const rest: [number, number][] = []
  let next = 0
  for (const [first, last] of set) {
    if (first > next) rest.push([next, first - 1])
    next = last + 1
  }
  if (next <= LAST) rest.push([next, LAST])
  return rest
}

/** JavaScript's `\d`. */
export const DIGITS: CodePoints = [[0x30, 0x39]]
/** JavaScript's `\w`. */
export const WORD: CodePoints = [...DIGITS, [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]]
/** What flags `i` and `u` add to `\w`: long s and the Kelvin sign, which fold to s and k. */
export const FOLDED_WORD: CodePoints = [...WORD, [0x17f, 0x17f], [0x212a, 0x212a]]
/** JavaScript's `\s` (ECMA-262: WhiteSpace and LineTerminator). */
export const SPACE: CodePoints = [
  [0x9, 0xd],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff]
]
/** What `.` leaves out. */
export const LINE_ENDS: CodePoints = [
  [0xa, 0xa],
  [0xd, 0xd],
  [0x2028, 0x2029]
]
