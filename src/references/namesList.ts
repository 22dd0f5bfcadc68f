import type { PackageRef } from '../domain/package.js'
import { type ImageReference, namesOwner, namesPackage, parseImageReference } from '../pattern/imageReference.js'
import { splitPatterns } from '../pattern/names.js'
import { checkPattern } from '../pattern/patterns.js'

interface LinePlace {
  /** From 1. */
  readonly line: number
}

interface Listed extends LinePlace {
  /** What `# reason` says behind it or above it. */
  readonly reason?: string
}

/** A name, a pattern or a digest: it protects in every package that the list is given for. */
export interface ListedName extends Listed {
  readonly pattern: string
}

/** Protects in the package that it names, and in no other. Always has a tag or a digest: without either, docker means `latest`. */
export interface ListedReference extends Listed {
  readonly reference: ImageReference
}

export interface ListProblem extends LinePlace {
  /** Quotes nothing of the line: whoever writes the policy may name any file of the workspace. */
  readonly what: string
}

export interface NamesList {
  readonly names: readonly ListedName[]
  readonly references: readonly ListedReference[]
  readonly problems: readonly ListProblem[]
}

/** Characters, and items that differ; fifty thousand digests with a reason each. */
const LARGEST_LIST = 8 * 1024 * 1024
const MOST_ITEMS = 50_000
const MOST_PROBLEMS = 20
/** A plain name needs no check, which would take long for fifty thousand names. */
const PLAIN_NAME = /^[A-Za-z0-9_][A-Za-z0-9._+-]{0,999}$/
const DIGEST_SCHEME = /^[a-z-]+:\/\/(?=sha256:)/

/**
 * A `names-from` file: names, patterns, digests and image references, separated by lines, commas or blanks. `# reason` behind
 * them says why they are kept. On a line of its own it is the reason of the lines below, up to the next such line or an empty one.
 */
export function readNamesList(text: string): NamesList {
  if (text.length > LARGEST_LIST) return tooLong()
  const names = new Map<string, ListedName>()
  const references = new Map<string, ListedReference>()
  const problems: ListProblem[] = []
  let above: string | undefined
  for (const [index, written] of text.split(/\r\n?|\n/).entries()) {
    const { entry, reason } = readLine(written)
    if (entry === '') above = reason
    const why = reason ?? above
    const place = { line: index + 1, ...(why !== undefined && { reason: why }) }
    for (const item of itemsOf(entry)) {
      if (names.has(item) || references.has(item)) continue
      const read = readItem(item)
      if ('reference' in read) references.set(item, { ...read, ...place })
      else if ('pattern' in read) names.set(item, { ...read, ...place })
      else if (problems.length < MOST_PROBLEMS && problems.at(-1)?.line !== place.line)
        problems.push({ line: place.line, what: read.problem })
    }
    if (names.size + references.size > MOST_ITEMS) return tooLong()
  }
  return { names: [...names.values()], references: [...references.values()], problems }
}

function tooLong(): NamesList {
  const what = `the list is longer than ${MOST_ITEMS} names or 8 MB`
  return { names: [], references: [], problems: [{ line: 1, what }] }
}

function readLine(line: string): { readonly entry: string; readonly reason?: string } {
  const text = line.trim()
  const mark = text.startsWith('#') ? 0 : text.search(/\s#/)
  if (mark === -1) return { entry: text }
  const reason = text.slice(text.indexOf('#', mark) + 1).trim()
  return { entry: text.slice(0, mark).trim(), ...(reason !== '' && { reason }) }
}

/** A range may hold blanks (`semver:>=1 <2`), and so may a regular expression that has its line to itself. */
function itemsOf(entry: string): readonly string[] {
  return splitPatterns(entry).flatMap((item) => {
    if (/^(?:!?\/|semver:)/.test(item)) return [item]
    return item.split(/\s+/).map((each) => /^(["'])(.*)\1$/.exec(each)?.[2] ?? each)
  })
}

type Item = { readonly pattern: string } | { readonly reference: ImageReference } | { readonly problem: string }

function readItem(item: string): Item {
  if (item.startsWith('!')) return { problem: 'a list of protected names cannot contain exclusions' }
  const pattern = item.replace(DIGEST_SCHEME, '')
  const reference = pattern.startsWith('/') ? undefined : parseImageReference(pattern)
  if (reference !== undefined) {
    const says = reference.tag !== undefined || reference.digest !== undefined
    return { reference: says ? reference : { ...reference, tag: 'latest' } }
  }
  if (PLAIN_NAME.test(pattern) || checkPattern(pattern) === undefined) return { pattern }
  return { problem: 'this is not a name, a pattern, a digest or an image reference' }
}

/**
 * The use of a whole list in this run. `protects`: it names a version of the run. `other-packages`: it names only other packages
 * of this owner, which deserves a warning. `nothing` is an error: somebody meant the list to protect something.
 */
export type ListUse = 'protects' | 'other-packages' | 'nothing'

/** The names and the references of a list. */
interface Listings {
  readonly names: readonly Pick<ListedName, 'pattern'>[]
  readonly references: readonly Pick<ListedReference, 'reference'>[]
}

/** The run that a list is read for. */
export interface ListedRun {
  readonly owner: string
  readonly packages: readonly Pick<PackageRef, 'owner' | 'name'>[]
  /** Whether the pattern fits a name or a digest in any package of the run. */
  fits(pattern: string): boolean
}

/** Tells what a list protects in this run. */
export function useOfList({ names, references }: Listings, run: ListedRun): ListUse {
  const isHere = ({ reference }: Listings['references'][number]): boolean =>
    run.packages.some((ref) => namesPackage(reference, ref))
  if (references.some(isHere) || names.some(({ pattern }) => run.fits(pattern))) return 'protects'
  return references.some(({ reference }) => namesOwner(reference, run.owner)) ? 'other-packages' : 'nothing'
}
