import { clip, visible } from '../../domain/visible.js'

/**
 * Names come from strangers: whoever may push a tag chooses it. Each function makes a text safe for one place, and loses
 * nothing that a person needs: what cannot be seen is shown by its code point.
 */

/** One piece of a log line: no line break, no terminal sequence, nothing that the runner takes for a command. */
export function logText(text: string): string {
  return visible(text)
    .replaceAll('##[', '#⟨U+0023⟩[')
    .replace(/^(\s*):(?=:)/, '$1⟨U+003A⟩')
}

/** Text or an attribute value of an HTML document. */
export function htmlText(text: string): string {
  return visible(text).replace(/[&<>"']/g, entity)
}

/** A name in a markdown table or paragraph, in code type. */
export function markdownName(text: string, max = 200): string {
  const shown = clip(visible(text), max)
  // In a code span nothing is interpreted, but a fence, a cell border and a backslash before one cannot be written.
  if (/^[^`|\\]+$/.test(shown) && shown.trim() === shown) return `\`${shown}\``
  return `<code>${inert(shown)}</code>`
}

/** A sentence in a markdown table or paragraph: shown letter by letter as it is. */
export function markdownCell(text: string, max = 600): string {
  return inert(clip(visible(text), max))
}

/** An http(s) address as the target of a markdown link; `undefined` for another text. */
export function markdownTarget(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined
  const url = new URL(address)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined
  return `<${url.href.replace(/[<>|\\`]/g, encodeURIComponent)}>`
}

/**
 * Character references are never markup (CommonMark 0.31 §2.5). GitHub links mentions, issues, addresses and emoji in the
 * finished text; an empty comment, which it drops, parts what it looks for. `$` begins a formula unless in a span.
 */
function inert(text: string): string {
  return text.replace(MARKUP, (char) => {
    if (char === '$') return '<span>$</span>'
    return '@#:'.includes(char) ? `${entity(char)}<!---->` : entity(char)
  })
}

/** Also: the marker of a list at the start, `www.`, `http://`, `:emoji:` and `GH-1`. */
const MARKUP = /[&<>|\\`*_~[\]@#$]|^[-+](?=\s)|(?<=^\d+)\.|(?<=www)\.|:(?=\/\/|[\w+-]+:)|(?<=\bgh)-(?=\d)/gi

function entity(char: string): string {
  return `&#${char.codePointAt(0)};`
}
