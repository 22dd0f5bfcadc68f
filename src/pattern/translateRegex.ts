import { type CodePoints, complement, DIGITS, FOLDED_WORD, LINE_ENDS, SPACE, union, WORD } from './codePoints.js'
import { Refused, RegexCursor } from './regexCursor.js'

/**
 * Reads a JavaScript regular expression and writes it for RE2, which matches in linear time. What RE2 lacks, reads
 * differently, or would take beyond measure is refused, so that what is accepted means what JavaScript means by it.
 * Text is read by code points, as with flag `u`.
 */
export interface Translation {
  /** In RE2's syntax; unnamed groups capture nothing. */
  readonly source: string
  readonly groups: readonly string[]
}

/** Steps for each character of a name, about. */
const MAX_SIZE = 2_000
/** RE2's limit. */
const MAX_REPEAT = 1_000

/** What has been read so far. `empty`: may match nothing. `named`: holds a named group. */
interface Piece {
  readonly source: string
  readonly size: number
  readonly empty: boolean
  readonly named: boolean
}

const NOTHING: Piece = { source: '', size: 0, empty: true, named: false }

export function translateRegex(source: string, ignoreCase: boolean): Translation | { readonly problem: string } {
  const reader = new Reader(source, ignoreCase)
  try {
    const piece = reader.disjunction()
    reader.end()
    if (reader.quantifiedEmpty && piece.named) {
      throw new Refused(
        'what a repeated part that may be empty captures is not certain: make sure that the part matches something, or leave the repetition out'
      )
    }
    return { source: piece.source, groups: reader.groups }
  } catch (error) {
    if (error instanceof Refused) return { problem: error.message }
    throw error
  }
}

class Reader extends RegexCursor {
  readonly groups: string[] = []
  /** RE2 and JavaScript agree whether such a repetition matches, not on how much of the text. */
  quantifiedEmpty = false
  private readonly word: CodePoints

  constructor(source: string, ignoreCase: boolean) {
    super([...source])
    this.word = ignoreCase ? FOLDED_WORD : WORD
  }

  end(): void {
    if (this.peek() === ')') throw new Refused('a ) closes nothing: write \\) for the character')
  }

  disjunction(): Piece {
    const alternatives = [this.alternative()]
    while (this.take('|')) alternatives.push(this.alternative())
    const [only] = alternatives
    if (alternatives.length === 1 && only !== undefined) return only
    return this.sized({
      source: alternatives.map(({ source }) => (source === '' ? '(?:)' : source)).join('|'),
      size: alternatives.reduce((sum, { size }) => sum + size + 1, 0),
      empty: alternatives.some(({ empty }) => empty),
      named: alternatives.some(({ named }) => named)
    })
  }

  private alternative(): Piece {
    let all = NOTHING
    for (let next = this.peek(); next !== undefined && next !== '|' && next !== ')'; next = this.peek()) {
      const piece = this.term()
      all = this.sized({
        source: all.source + piece.source,
        size: all.size + piece.size,
        empty: all.empty && piece.empty,
        named: all.named || piece.named
      })
    }
    return all
  }

  private term(): Piece {
    const assertion = this.assertion()
    if (assertion !== undefined) {
      if (this.quantifier() !== undefined) throw new Refused(`${assertion} cannot be repeated`)
      return { ...NOTHING, source: assertion, size: 1 }
    }
    const atom = this.atom()
    const quantifier = this.quantifier()
    return quantifier === undefined ? atom : this.repeat(atom, quantifier)
  }

  private assertion(): string | undefined {
    if (this.take('^')) return '^'
    if (this.take('$')) return '$'
    if (this.take('\\b')) return '\\b'
    return this.take('\\B') ? '\\B' : undefined
  }

  private repeat(atom: Piece, { source, least, most }: Quantifier): Piece {
    if (this.quantifier() !== undefined)
      throw new Refused(`nothing to repeat before a second quantifier after ${source}`)
    if (Math.max(least, Number.isFinite(most) ? most : 0) > MAX_REPEAT) {
      throw new Refused(`${source} repeats more than ${MAX_REPEAT} times`)
    }
    if (atom.named && most > 1) {
      throw new Refused(
        'a named group inside a repetition captures its last round only: put the repetition inside the group'
      )
    }
    if (atom.empty) this.quantifiedEmpty = true
    const times = Number.isFinite(most) ? most : least + 1
    return this.sized({
      source: atom.source + source,
      size: Math.max(1, atom.size) * Math.max(1, times) + 1,
      empty: atom.empty || least === 0,
      named: atom.named
    })
  }

  private quantifier(): Quantifier | undefined {
    const rest = this.text.slice(this.at, this.at + 24).join('')
    const match = /^(?:([*+?])|\{(\d+)(,(\d*))?\})\??/.exec(rest)
    if (match === null) return undefined
    const [source, sign, from, comma, to] = match
    this.at += source.length
    if (sign !== undefined)
      return { source, least: sign === '+' ? 1 : 0, most: sign === '?' ? 1 : Number.POSITIVE_INFINITY }
    const least = Number(from)
    const most = comma === undefined ? least : to === '' ? Number.POSITIVE_INFINITY : Number(to)
    if (least > most) throw new Refused(`${source} asks for at least ${least} and at most ${most}`)
    return { source, least, most }
  }

  private atom(): Piece {
    const character = this.next()
    switch (character) {
      case '.':
        return this.set(complement(LINE_ENDS))
      case '(':
        return this.group()
      case '[':
        return this.characterClass()
      case '\\':
        return this.set(this.escape(false))
      case '*':
      case '+':
      case '?':
        throw new Refused(`nothing to repeat before ${character}: write \\${character} for the character`)
      case '{':
      case '}':
      case ']':
        throw new Refused(`${character} stands alone: write \\${character} for the character`)
      default:
        return this.set([pointRange(character)])
    }
  }

  private group(): Piece {
    const open = this.groupOpening()
    const piece = this.disjunction()
    if (!this.take(')')) throw new Refused('a ( is not closed: write \\( for the character')
    return { ...piece, source: `${open}${piece.source})`, named: piece.named || open !== '(?:' }
  }

  private groupOpening(): string {
    if (!this.take('?') || this.take(':')) return '(?:'
    for (const [sign, name] of LOOKAROUNDS) {
      if (this.take(sign)) {
        throw new Refused(`${name} cannot be matched in linear time: say it with a second pattern, !… to exclude names`)
      }
    }
    if (this.take('P<')) throw new Refused('(?P<name> is not JavaScript: write (?<name>')
    if (!this.take('<')) throw new Refused('(? must be followed by : or <name>')
    const close = this.text.indexOf('>', this.at)
    const name = this.text.slice(this.at, close === -1 ? this.text.length : close).join('')
    if (!/^[A-Za-z_][0-9A-Za-z_]*$/.test(name))
      throw new Refused(`“${name}” is no name for a group: use letters, digits and _`)
    if (this.groups.includes(name)) throw new Refused(`the group ${name} is there twice`)
    this.groups.push(name)
    this.at = close + 1
    return `(?P<${name}>`
  }

  private characterClass(): Piece {
    const negated = this.take('^')
    const members: CodePoints[] = []
    while (!this.take(']')) {
      const first = this.member()
      if (this.peek() !== '-' || this.text[this.at + 1] === ']') {
        members.push(first)
        continue
      }
      this.take('-')
      const last = this.member()
      if (isPoint(first) && isPoint(last)) {
        if (first[0][0] > last[0][0]) throw new Refused('a range in [] runs backwards')
        members.push([[first[0][0], last[0][0]]])
      } else {
        members.push(first, [pointRange('-')], last)
      }
    }
    if (members.length === 0) throw new Refused(negated ? '[^] is any character: write [\\s\\S]' : '[] fits nothing')
    return this.set(union(...members), negated)
  }

  private member(): CodePoints {
    const character = this.next()
    return character === '\\' ? this.escape(true) : [pointRange(character)]
  }

  /** Behind a backslash. */
  private escape(inClass: boolean): CodePoints {
    const character = this.next()
    const set = this.escapedSet(character)
    if (set !== undefined) return set
    const control = CONTROLS[character]
    if (control !== undefined) return [[control, control]]
    if (character === 'b' && inClass) return [[8, 8]]
    if (character === 'x') return this.hexadecimal(/^[0-9A-Fa-f]{2}/)
    if (character === 'u') return this.hexadecimal(/^[0-9A-Fa-f]{4}/)
    if (character === '0' && !/\d/.test(this.peek() ?? '')) return [[0, 0]]
    if (/\d/.test(character) || character === 'k') {
      throw new Refused(
        'a reference to an earlier group cannot be matched in linear time: use group-by, or several patterns'
      )
    }
    if (character === 'p' || character === 'P') {
      throw new Refused(`\\${character} depends on the version of Unicode: list the characters in []`)
    }
    if (/[0-9A-Za-z]/.test(character)) throw new Refused(`\\${character} has no meaning here: leave the backslash out`)
    return [pointRange(character)]
  }

  private escapedSet(character: string): CodePoints | undefined {
    switch (character) {
      case 'd':
        return DIGITS
      case 'D':
        return complement(DIGITS)
      case 'w':
        return this.word
      case 'W':
        return complement(this.word)
      case 's':
        return SPACE
      case 'S':
        return complement(SPACE)
      default:
        return undefined
    }
  }

  private set(points: CodePoints, negated = false): Piece {
    const ranges = points.map(([first, last]) => (first === last ? hex(first) : `${hex(first)}-${hex(last)}`))
    return { source: `[${negated ? '^' : ''}${ranges.join('')}]`, size: 1, empty: false, named: false }
  }

  private sized(piece: Piece): Piece {
    if (piece.size > MAX_SIZE) throw new Refused('its repetitions add up to too much work: repeat less, or use + or *')
    return piece
  }
}

interface Quantifier {
  readonly source: string
  readonly least: number
  readonly most: number
}

const LOOKAROUNDS = [
  ['=', 'lookahead (?='],
  ['!', 'lookahead (?!'],
  ['<=', 'lookbehind (?<='],
  ['<!', 'lookbehind (?<!']
] as const

const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13 }

function pointRange(character: string): readonly [number, number] {
  const point = character.codePointAt(0) ?? 0
  return [point, point]
}

function isPoint(set: CodePoints): set is readonly [readonly [number, number]] {
  return set.length === 1 && set[0]?.[0] === set[0]?.[1]
}

function hex(point: number): string {
  return `\\x{${point.toString(16)}}`
}
