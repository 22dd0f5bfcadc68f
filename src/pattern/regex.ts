import { RE2JS } from 're2js'

export interface NamedRegex {
  /** The named groups of the first match, a group that took no part as ''; `undefined`: no match. */
  exec(text: string): Readonly<Record<string, string>> | undefined
  readonly groups: readonly string[]
}

/** Bounds the time for one character of a name; `.{1000}` has 1,000 instructions. */
const MAX_INSTRUCTIONS = 2_500

/** Reads over escapes, and over classes that are not empty. */
const BEFORE = String.raw`^(?:[^\\[]|\\[^]|\[(?!\^?\])(?:[^\\\]]|\\[^])+\])*?`

/** Syntax that RE2 and JavaScript both accept but read differently, or that deserves a better reason than RE2's. */
const REFUSED: readonly { readonly when: RegExp; readonly problem: string }[] = [
  {
    when: new RegExp(String.raw`${BEFORE}\(\?<?[=!]`),
    problem: 'lookahead and lookbehind are not RE2 syntax: use a second pattern, !… to exclude names'
  },
  {
    when: new RegExp(String.raw`${BEFORE}\\(?:[1-9]|k<)`),
    problem: 'a reference to an earlier group is not RE2 syntax: use group-by, or several patterns'
  },
  {
    when: new RegExp(String.raw`${BEFORE}\[\^?\]`),
    problem: '[] and [^] are not RE2 syntax: write (?s:.) for any character, or \\] for the bracket'
  }
]

/** RE2 syntax (github.com/google/re2/wiki/Syntax), unanchored; linear in the length of the text. `flags`: `i`, `u`, both or none. */
export function compileExpression(source: string, flags: string): NamedRegex | { readonly problem: string } {
  if (source === '') return { problem: 'it is empty, so it would match everything: write .* if you mean that' }
  if (!/^(?:i|u|iu|ui)?$/.test(flags)) return { problem: `flags “${flags}” are not supported: only i and u are` }
  const refused = REFUSED.find(({ when }) => when.test(source))
  if (refused !== undefined) return { problem: refused.problem }
  if (flags.includes('i') && /[\u017f\u212a]/.test(source)) {
    return { problem: 'with flag i, ſ and the Kelvin sign stand for s and k only sometimes: write the letters' }
  }
  const compiled = compile(source, flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0)
  if ('problem' in compiled) return compiled
  const groups = Object.keys(compiled.namedGroups())
  return {
    groups,
    exec(text) {
      // Most texts do not match, and a test without captures is several times faster.
      if (!compiled.test(text)) return undefined
      if (groups.length === 0) return {}
      const matcher = compiled.matcher(text)
      matcher.find()
      return Object.fromEntries(groups.map((group) => [group, matcher.group(group) ?? '']))
    }
  }
}

function compile(source: string, flags: number): RE2JS | { readonly problem: string } {
  try {
    const compiled = RE2JS.compile(source, flags)
    if (compiled.programSize() <= MAX_INSTRUCTIONS) return compiled
    return { problem: 'its repetitions add up to too much work: use smaller counts, or + or *' }
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace('error parsing regexp: ', '') : 'it is too complex'
    return { problem: `it is not RE2 syntax: ${reason}` }
  }
}
