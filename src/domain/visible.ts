/** Controls, format characters (bidirectional overrides, zero-width), lone surrogates, private use, blank letters. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]|[\u034f\u17b4\u17b5]/gu

/** Shows characters that nobody can see as `⟨U+202E⟩`. */
export function visible(text: string): string {
  return text.replace(UNSEEN, codePoint)
}

/** Shortens to about `max` characters and says how many are missing. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text
  const head = text.slice(0, max)
  // A pair cut in half would show as garbage.
  const whole = /[\ud800-\udbff]$/.test(head) ? head.slice(0, -1) : head
  return `${whole}… (+${number(text.length - whole.length)} characters)`
}

/** With one full stop, whether the text has its own or not. */
export function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`
}

/** `12345` as `12,345`, on every machine. */
export function number(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** `1 version`, `1,234 versions`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${number(count)} ${count === 1 ? noun : plural}`
}

/** `⟨U+202E⟩` for one character. */
export function codePoint(char: string): string {
  return `⟨U+${hex(char.codePointAt(0) ?? 0)}⟩`
}

function hex(code: number): string {
  return code.toString(16).toUpperCase().padStart(4, '0')
}

/** JSON with such characters escaped, so that all of it can be seen and the value is exactly the same. */
export function plainJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(UNSEEN, (char) => {
    if (char === '\n') return char
    return Array.from({ length: char.length }, (_, i) => `\\u${hex(char.charCodeAt(i)).toLowerCase()}`).join('')
  })
}
