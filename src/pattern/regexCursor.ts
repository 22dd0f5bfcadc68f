import type { CodePoints } from './codePoints.js'

/** Why an expression is not taken; its message ends up in the problem that the user reads. */
export class Refused extends Error {}

/** Where a reader stands in an expression. */
export class RegexCursor {
  protected at = 0

  /** `text`: one character (code point) an item. */
  constructor(protected readonly text: readonly string[]) {}

  protected hexadecimal(form: RegExp): CodePoints {
    const digits = form.exec(this.text.slice(this.at, this.at + 4).join(''))?.[0]
    const point = Number.parseInt(digits ?? '', 16)
    // A half of a surrogate pair is no character, and \u{} is one only with flag u.
    if (digits === undefined || (point >= 0xd800 && point <= 0xdfff)) {
      throw new Refused('an escape with \\x or \\u names no character: write \\xHH or \\uHHHH, or the character itself')
    }
    this.at += digits.length
    return [[point, point]]
  }

  protected peek(): string | undefined {
    return this.text[this.at]
  }

  protected next(): string {
    const character = this.text[this.at]
    if (character === undefined) throw new Refused('it ends too early: a [ is not closed, or a backslash stands last')
    this.at += 1
    return character
  }

  protected take(expected: string): boolean {
    if (this.text.slice(this.at, this.at + expected.length).join('') !== expected) return false
    this.at += expected.length
    return true
  }
}
