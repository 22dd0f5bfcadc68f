import { RE2JS } from 're2js'
import { translateRegex } from './translateRegex.js'

export interface NamedRegex {
  /** The named groups of the first match, a group that took no part as ''; `undefined`: no match. */
  exec(text: string): Readonly<Record<string, string>> | undefined
  readonly groups: readonly string[]
}

/** Unanchored, as in JavaScript; linear in the length of the text. `flags`: `i`, `u`, both or none. */
export function compileExpression(source: string, flags: string): NamedRegex | { readonly problem: string } {
  if (source === '') return { problem: 'it is empty, so it would fit everything: write .* if that is meant' }
  if (!/^(?:i|u|iu|ui)?$/.test(flags)) return { problem: `flags “${flags}” are not known: only i and u are` }
  const ignoreCase = flags.includes('i')
  const translated = translateRegex(source, ignoreCase)
  if ('problem' in translated) return translated
  const compiled = compile(translated.source, ignoreCase)
  if (compiled === undefined) return { problem: 'it is too complex: shorten it, or split it into several patterns' }
  const { groups } = translated
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

function compile(source: string, ignoreCase: boolean): RE2JS | undefined {
  try {
    return RE2JS.compile(source, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0)
  } catch {
    return undefined
  }
}
