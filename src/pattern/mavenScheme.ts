import { compareMavenTokens, type MavenToken, mavenTokens, mavenWord } from './mavenOrder.js'
import type { ParsedVersion, VersionScheme } from './versionOrder.js'
import { rangeReader } from './versionRange.js'

interface MavenVersion extends ParsedVersion {
  readonly tokens: readonly MavenToken[]
  /** As Maven 4.0 reads it. */
  readonly tokens4: readonly MavenToken[]
}

/** Maven takes any text. Here a version starts with a number and has a bounded length. */
const VERSION = /^v?(\d.*)$/
const MAX_LENGTH = 250

/** The first word that makes a prerelease, with what separates it. Spring's `BUILD-SNAPSHOT` is one. */
const PRERELEASE =
  /[.-]*(?:(?<=[\d.-])build[.-](?=snapshot))?(?<=[\d.-])(alpha|beta|milestone|rc|cr|snapshot|[abm](?=\d))(?![^\d.-])/i

const range = rangeReader({ parse, compare }, { parse, compare: compareOtherwise })
export const mavenScheme: VersionScheme = { parse, compare, compareOtherwise, range }

function parse(text: string): MavenVersion | undefined {
  const plain = text.length > MAX_LENGTH ? undefined : VERSION.exec(text)?.[1]
  if (plain === undefined) return undefined
  const first = PRERELEASE.exec(plain)
  const release = releaseOf(first === null ? plain : plain.slice(0, first.index))
  if (first === null) return { ...release, text }
  const label = mavenWord((first[1] ?? '').toLowerCase(), true)
  return { ...release, text, prerelease: true, label, ...tokensOf(plain), base: release }
}

function releaseOf(text: string): MavenVersion {
  const tokens = tokensOf(text)
  return { text, prerelease: false, ...linesOf(tokens.tokens), ...tokens }
}

function tokensOf(text: string): Pick<MavenVersion, 'tokens' | 'tokens4'> {
  return { tokens: mavenTokens(text, false), tokens4: mavenTokens(text, true) }
}

function compare(a: MavenVersion, b: MavenVersion): number {
  return compareMavenTokens(a.tokens, b.tokens)
}

function compareOtherwise(a: MavenVersion, b: MavenVersion): number {
  return compareMavenTokens(a.tokens4, b.tokens4)
}

/** Tokens are without trailing zeros, so versions of one rank have the same lines, and others do not. */
function linesOf(tokens: readonly MavenToken[]): Pick<ParsedVersion, 'major' | 'minor' | 'patch' | 'release'> {
  const count = tokens.findIndex(({ word, depth }) => word !== undefined || depth > 0)
  const numbers = tokens.slice(0, count === -1 ? tokens.length : count).map(({ digits }) => digits)
  const rest = tokens.slice(numbers.length)
  // Before `.x.1` a zero is not dropped: `1.x.1` and `1.0.x.1` are two versions.
  const none = rest[0]?.depth === 0 ? '' : '0'
  const [major = none, minor = none, ...more] = numbers
  const patch = `${more.join('.') || none}${rest.map(keyOf).join('')}`
  return { major, minor, patch, release: `${major}.${minor}.${patch}` }
}

function keyOf({ depth, word = '', digits = '' }: MavenToken): string {
  return `${depth === 0 ? '.' : '-'.repeat(depth)}${word}${digits}`
}
