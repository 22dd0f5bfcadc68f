import type { PackageType } from '../domain/package.js'
import { compilePatterns } from './patterns.js'

/** Stand for the texts; no name can hold them, so that other parts of a name are never taken for a text. */
const FIRST_STAND_IN = 0xe000

/** Placeholders for a text without separators: its end is not looked for behind one. */
const WORDS = ['sha', 'short-sha']

/** What each placeholder may stand for: `branch` for `{branch}`. */
export type Accepts = Readonly<Record<string, (text: string) => boolean>>

/**
 * Fits names to a pattern with placeholders, such as `{branch}-*` or `/^{ref}-{short-sha}$/`. A placeholder stands for a
 * text that begins and ends at a separator, at an end of the name, or where the pattern's own letters touch it.
 */
export function compilePlaceholders(
  template: string,
  type: PackageType,
  placeholders: readonly string[]
): (name: string, accepts: Accepts) => boolean {
  const marks = [...template.matchAll(/\{([a-z-]+)\}/g)].filter(([, name = '']) => placeholders.includes(name))
  let pattern = template
  const holes = marks.map(([mark, placeholder = ''], index) => {
    const standIn = String.fromCharCode(FIRST_STAND_IN + index)
    const at = pattern.indexOf(mark)
    const hole = { placeholder, standIn, before: pattern.charAt(at - 1), after: pattern.charAt(at + mark.length) }
    pattern = pattern.replace(mark, standIn)
    return hole
  })
  const patterns = compilePatterns([pattern], { type })

  const fits = (name: string, accepts: Accepts, index: number): boolean => {
    const hole = holes[index]
    if (hole === undefined) return patterns.match(name) !== undefined
    const accept = accepts[hole.placeholder]
    if (accept === undefined) return false
    return spansOf(name, hole).some(
      ([start, end]) =>
        accept(name.slice(start, end)) &&
        fits(name.slice(0, start) + hole.standIn + name.slice(end), accepts, index + 1)
    )
  }
  return (name, accepts) => fits(name, accepts, 0)
}

/** Where the text of a placeholder may stand in a name, `before` and `after` being the pattern's characters around it. */
function spansOf(
  name: string,
  { placeholder, before, after }: { readonly placeholder: string; readonly before: string; readonly after: string }
): [number, number][] {
  const isWord = (character: string): boolean => /[A-Za-z0-9]/.test(character)
  const starts: number[] = []
  const ends: number[] = []
  for (let at = 0; at <= name.length; at += 1) {
    const [left, right] = [name.charAt(at - 1), name.charAt(at)]
    if (!isWord(left) || left === before) starts.push(at)
    if (!isWord(right) || right === after) ends.push(at)
  }
  return starts.flatMap((start) => {
    const word = WORDS.includes(placeholder) ? name.slice(start).search(/[^A-Za-z0-9]|$/) : name.length
    return ends.filter((end) => end > start && end <= start + word).map((end): [number, number] => [start, end])
  })
}
