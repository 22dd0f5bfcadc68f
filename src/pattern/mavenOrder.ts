import { compareNumbers, compareText, normalizeNumber } from './numeric.js'

/**
 * Maven's version order, as `org.apache.maven.artifact.versioning.ComparableVersion` of Maven 4 defines it
 * (maven.apache.org/pom.html#version-order-specification).
 */
export type MavenItem =
  | { readonly kind: 'number'; readonly digits: string }
  | { readonly kind: 'text'; readonly qualifier: string }
  /** A qualifier and the number right behind it: `rc1`, `rc-1`. */
  | { readonly kind: 'pair'; readonly qualifier: string; readonly digits: string }
  | MavenList

export interface MavenList {
  readonly kind: 'list'
  readonly items: MavenItem[]
}

const PRERELEASES = ['alpha', 'beta', 'milestone', 'rc', 'snapshot']
/** Older than a release, a release, a service pack; every other qualifier is newer still, in alphabetical order. */
const QUALIFIERS = [...PRERELEASES, '', 'sp']
const RELEASE_WORDS = ['ga', 'final', 'release']
const RELEASE = rankOf('')
/** Read so only where a digit follows. */
const SHORT_QUALIFIERS: Readonly<Record<string, string>> = { a: 'alpha', b: 'beta', m: 'milestone' }

export function isPrereleaseQualifier(qualifier: string): boolean {
  return PRERELEASES.includes(qualifier)
}

/** `ga`, `final`, `release`: they rank as nothing at all. */
function isReleaseWord(qualifier: string): boolean {
  return qualifier === '' || RELEASE_WORDS.includes(qualifier)
}

function rankOf(qualifier: string): string {
  if (RELEASE_WORDS.includes(qualifier)) return rankOf('')
  const index = QUALIFIERS.indexOf(qualifier)
  return index === -1 ? `${QUALIFIERS.length}-${qualifier}` : String(index)
}

export function parseMavenItems(version: string): MavenList {
  const text = version.toLowerCase()
  const root: MavenList = { kind: 'list', items: [] }
  const lists = [root]
  let list = root
  let start = 0
  let digits = false
  let pair = false
  const open = (): void => {
    if (list.items.length === 0) return
    const inner: MavenList = { kind: 'list', items: [] }
    list.items.push(inner)
    list = inner
    lists.push(inner)
  }
  const close = (end: number): void => {
    list.items.push(start === end ? { kind: 'number', digits: '0' } : itemOf(text.slice(start, end), digits, pair))
    start = end + 1
    pair = false
  }

  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index)
    if (character === '.') {
      close(index)
    } else if (character === '-') {
      if (start < index && !digits && isDigit(text.charAt(index + 1))) {
        pair = true
      } else {
        close(index)
        open()
      }
    } else if (isDigit(character)) {
      if (!digits && start < index) {
        pair = true
        open()
      }
      digits = true
    } else {
      if (digits && start < index) {
        close(index)
        start = index
        open()
      }
      digits = false
    }
  }
  if (start < text.length) {
    if (!digits) open()
    close(text.length)
  }
  for (const each of lists.reverse()) normalize(each)
  return root
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9' && character.length === 1
}

function itemOf(text: string, digits: boolean, pair: boolean): MavenItem {
  if (pair) {
    const plain = text.replaceAll('-', '')
    const first = plain.search(/\d/)
    const letters = plain.slice(0, first)
    return {
      kind: 'pair',
      qualifier: aliasOf(SHORT_QUALIFIERS[letters] ?? letters),
      digits: normalizeNumber(plain.slice(first))
    }
  }
  return digits ? { kind: 'number', digits: normalizeNumber(text) } : { kind: 'text', qualifier: aliasOf(text) }
}

function aliasOf(qualifier: string): string {
  return qualifier === 'cr' ? 'rc' : qualifier
}

/** Drops the zeros that mean nothing: at the end, and in front of a qualifier. */
function normalize(list: MavenList): void {
  const { items } = list
  for (let index = items.length - 1; index >= 0; index -= 1) {
    if (!isNull(items[index])) continue
    const after = items[index + 1]
    const first = after?.kind === 'list' ? after.items[0] : undefined
    if (after === undefined || after.kind === 'text' || first?.kind === 'text' || first?.kind === 'pair') {
      items.splice(index, 1)
    }
  }
  const [only] = items
  if (items.length === 1 && only?.kind === 'list') items.splice(0, 1, ...only.items)
}

function isNull(item: MavenItem | undefined): boolean {
  if (item?.kind === 'number') return item.digits === '0'
  return item?.kind === 'list' ? item.items.length === 0 : false
}

/** Below 0 when `a` is older; `undefined` stands for a version that has ended. */
export function compareMavenItems(a: MavenItem | undefined, b: MavenItem | undefined): number {
  if (a === undefined) return b === undefined ? 0 : -compareToNothing(b)
  if (b === undefined) return compareToNothing(a)
  if (a.kind === 'number') return b.kind === 'number' ? compareNumbers(a.digits, b.digits) : 1
  if (b.kind === 'number') return -1
  if (a.kind === 'list') return b.kind === 'list' ? compareLists(a, b) : compareListToScalar(a, b)
  if (b.kind === 'list') return -compareListToScalar(b, a)
  return compareText(rankOf(a.qualifier), rankOf(b.qualifier)) || compareCounts(a, b)
}

type Scalar = Extract<MavenItem, { readonly kind: 'text' | 'pair' }>

/** Of one qualifier: `rc` before `rc0` before `rc1`; but `ga0` is a release like any other. */
function compareCounts(a: Scalar, b: Scalar): number {
  if (a.kind === 'pair' && b.kind === 'pair') return compareNumbers(a.digits, b.digits)
  if (a.kind === 'pair') return isReleaseWord(a.qualifier) && a.digits === '0' ? 0 : 1
  if (b.kind === 'pair') return isReleaseWord(b.qualifier) && b.digits === '0' ? 0 : -1
  return 0
}

function compareToNothing(item: MavenItem): number {
  switch (item.kind) {
    case 'number':
      return item.digits === '0' ? 0 : 1
    case 'text':
      return compareText(rankOf(item.qualifier), RELEASE)
    case 'pair':
      return compareText(rankOf(item.qualifier), RELEASE) || (item.digits === '0' ? 0 : 1)
    case 'list':
      return firstDifference(item.items)
  }
}

function firstDifference(items: readonly MavenItem[]): number {
  for (const item of items) {
    const order = compareToNothing(item)
    if (order !== 0) return order
  }
  return 0
}

function compareListToScalar(list: MavenList, scalar: Scalar): number {
  const [first, ...rest] = list.items
  return compareMavenItems(first, scalar) || firstDifference(rest)
}

function compareLists(a: MavenList, b: MavenList): number {
  for (let index = 0; index < Math.max(a.items.length, b.items.length); index += 1) {
    const order = compareMavenItems(a.items[index], b.items[index])
    if (order !== 0) return order
  }
  return 0
}
