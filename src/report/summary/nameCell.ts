import { markdownName } from '../text/escape.js'

const MOST_NAMES = 5

/** The names of a version in a cell of a markdown table. */
export function namesCell(names: readonly string[]): string {
  if (names.length === 0) return '*untagged*'
  const shown = names.slice(0, MOST_NAMES).map((name) => markdownName(withShortDigests(name), 128))
  return names.length > MOST_NAMES ? `${shown.join(' ')} +${names.length - MOST_NAMES}` : shown.join(' ')
}

/** Twelve digits of each digest, in a digest-derived tag too: whole, it would take the width of the table. */
export function withShortDigests(text: string): string {
  return text.replace(/(sha256[-:][0-9a-f]{12})[0-9a-f]{52}/g, '$1…')
}
