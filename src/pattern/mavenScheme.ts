import {
  compareMavenItems,
  isPrereleaseQualifier,
  type MavenItem,
  type MavenList,
  parseMavenItems
} from './mavenOrder.js'
import type { ParsedVersion, VersionScheme } from './versionOrder.js'
import { rangeMethods } from './versionRange.js'

interface MavenVersion extends ParsedVersion {
  readonly items: MavenList
}

/** ComparableVersion takes any text; what does not start with a number, or is longer than it takes, is no version here. */
const VERSION = /^v?(\d.*)$/
const MAX_LENGTH = 250

/** A word, with the digits that follow it: `rc1`, `SNAPSHOT`, `m-3`. */
const WORD = /[^\d.-]+(-?\d)?/g

export const mavenScheme: VersionScheme = { parse, compare, ...rangeMethods({ parse, compare }) }

function parse(text: string): MavenVersion | undefined {
  const plain = text.length > MAX_LENGTH ? undefined : VERSION.exec(text)?.[1]
  if (plain === undefined) return undefined
  const items = parseMavenItems(plain)
  const first = firstPrerelease(plain)
  if (first === undefined) return { text, prerelease: false, ...linesOf(items), items }
  const release = plain.slice(0, first.index).replace(/[.-]+$/, '')
  const releaseItems = parseMavenItems(release)
  const lines = linesOf(releaseItems)
  const base = { text: release, prerelease: false, ...lines, items: releaseItems }
  return { text, prerelease: true, ...lines, label: first.qualifier, items, base }
}

function compare(a: MavenVersion, b: MavenVersion): number {
  return compareMavenItems(a.items, b.items)
}

/** The leftmost qualifier that makes a prerelease, and where in the text it starts. */
function firstPrerelease(text: string): { readonly index: number; readonly qualifier: string } | undefined {
  for (const match of text.matchAll(WORD)) {
    const qualifier = qualifierOf(parseMavenItems(match[0]))
    if (qualifier !== undefined && isPrereleaseQualifier(qualifier)) return { index: match.index, qualifier }
  }
  return undefined
}

function qualifierOf(list: MavenList): string | undefined {
  const [item] = list.items
  return item?.kind === 'text' || item?.kind === 'pair' ? item.qualifier : undefined
}

function linesOf(list: MavenList): Pick<ParsedVersion, 'major' | 'minor' | 'patch' | 'release'> {
  const items = list.items.filter((item) => !ranksAsNothing(item))
  const count = items.findIndex((item) => item.kind !== 'number')
  const numbers = items.slice(0, count === -1 ? items.length : count).map(keyOf)
  const [major = '0', minor = '0', ...rest] = numbers
  const patch = [rest.join('.') || '0', ...items.slice(numbers.length).map(keyOf)].join('-')
  return { major, minor, patch, release: `${major}.${minor}.${patch}` }
}

/** `1.2.0.Final` is the release 1.2, as is what only has zeros more. */
function ranksAsNothing(item: MavenItem): boolean {
  return compareMavenItems(item, undefined) === 0 && item.kind !== 'number'
}

function keyOf(item: MavenItem): string {
  switch (item.kind) {
    case 'number':
      return item.digits
    case 'text':
      return item.qualifier
    case 'pair':
      return `${item.qualifier}${item.digits}`
    case 'list':
      return `(${item.items
        .filter((each) => !ranksAsNothing(each))
        .map(keyOf)
        .join(' ')})`
  }
}
