import { compareNumbers, compareText, normalizeNumber } from './versionParts.js'

/**
 * Maven's order of versions: a version is a row of tokens (maven.apache.org/pom.html#version-order-specification). The page is
 * silent where the releases of Maven differ. This is the order of 3.9.11 and, with `joins`, that of 4.0.
 */
export interface MavenToken {
  /** 0 behind a dot; 1 behind a hyphen and where letters and digits meet; more where a token in front was dropped. */
  readonly depth: number
  /** Absent for a number; empty for a word that says "release". */
  readonly word?: string
  /** The number, or in 4.0 the number that is joined to the word. */
  readonly digits?: string
}

/** Words of prereleases, in order; then a release, a service pack, and all other words in alphabetical order. */
const KNOWN_WORDS = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp']
const SAME_WORDS: Readonly<Record<string, string>> = { ga: '', final: '', release: '', cr: 'rc' }
/** These letters are short for words where a number is attached to them. */
const SHORT_WORDS: Readonly<Record<string, string>> = { a: 'alpha', b: 'beta', m: 'milestone' }

/** The word that a token stands for, of several that mean the same: `cr` is `rc`, `final` is a release. */
export function mavenWord(text: string, hasNumber: boolean): string {
  const word = (hasNumber ? SHORT_WORDS[text] : undefined) ?? text
  return SAME_WORDS[word] ?? word
}

/** A separator, which is absent where letters and digits meet, and what follows it: digits, other characters, or nothing. */
const PIECE = /([.-]?)(\d+|[^\d.-]*)/g

/** `joins`: a word and the number behind it are one token, as in Maven 4.0. */
export function mavenTokens(version: string, joins: boolean): readonly MavenToken[] {
  const pieces = [...version.toLowerCase().matchAll(PIECE)].filter(([all]) => all !== '')
  const tokens: MavenToken[] = []
  for (let index = 0; index < pieces.length; index += 1) {
    const [, separator = '', text = ''] = pieces[index] ?? []
    const [, nextSeparator, next = ''] = pieces[index + 1] ?? []
    if (/^\d*$/.test(text)) {
      tokens.push({ depth: separator === '.' || index === 0 ? 0 : 1, digits: normalizeNumber(text || '0') })
      continue
    }
    const attached = /^\d/.test(next) && (nextSeparator === '' || (joins && nextSeparator === '-'))
    const joined = joins && attached
    // `1.x` and `1.x1` mean `1-x` and `1-x1`, but `1.x.1` does not mean `1-x.1`.
    const depth = separator === '.' && !joined && nextSeparator ? 0 : 1
    tokens.push({ depth, word: mavenWord(text, attached), ...(joined && { digits: normalizeNumber(next) }) })
    if (joined) index += 1
  }
  return trimmed(tokens, joins)
}

/** Drops the tokens that mean nothing where they stand: `1.0.0` is 1, and `1.0-x` is `1-x`. */
function trimmed(tokens: readonly MavenToken[], joins: boolean): readonly MavenToken[] {
  const kept: MavenToken[] = []
  for (const token of tokens.toReversed()) {
    const [next] = kept
    const drops = next === undefined || (joins ? next.word !== undefined && next.depth <= 1 : next.depth > 0)
    const isNull = token.word === undefined ? token.digits === '0' : token.word === '' && !joins
    if (!drops || !isNull) kept.unshift(token)
    else if (next !== undefined) kept[0] = { ...next, depth: next.depth + token.depth }
  }
  return kept
}

/** Below 0 when `a` is older. */
export function compareMavenTokens(a: readonly MavenToken[], b: readonly MavenToken[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const [left, right] = [a[index], b[index]]
    const order =
      left && right ? compareTokens(left, right) : left ? compareToNothing(left) : right ? -compareToNothing(right) : 0
    if (order !== 0) return order
  }
  return 0
}

function compareTokens(a: MavenToken, b: MavenToken): number {
  if (a.depth !== b.depth) {
    // `1.x.1` is older than `1-1`, and that is older than `1.1`.
    const shallow = a.depth < b.depth ? a : b
    return (shallow === a) === (shallow.word === undefined) ? 1 : -1
  }
  if (a.word === undefined || b.word === undefined) {
    return Number(a.word === undefined) - Number(b.word === undefined) || compareDigits(a, b)
  }
  return compareText(rankOf(a.word), rankOf(b.word)) || compareDigits(a, b)
}

/** `rc` is older than `rc0`. */
function compareDigits({ digits: a }: MavenToken, { digits: b }: MavenToken): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined)
  return compareNumbers(a, b)
}

function compareToNothing({ word, digits }: MavenToken): number {
  return word === undefined ? Number(digits !== '0') : compareText(rankOf(word), rankOf(''))
}

function rankOf(word: string): string {
  const index = KNOWN_WORDS.indexOf(word)
  return index === -1 ? `${KNOWN_WORDS.length}-${word}` : String(index)
}
