import type { ListedLine, Protection } from '../../domain/policy.js'
import { visible } from '../../domain/visible.js'
import type { ImageReference } from '../../pattern/imageReference.js'
import { checkPattern } from '../../pattern/patterns.js'
import { findReferences, type Reference, type TextFile } from '../../references/findReferences.js'
import { readNamesList } from '../../references/namesList.js'
import type { Problem } from '../problem.js'
import type { Source } from './tree.js'

type ListedLines = Protection['listed']

/** Reads a `names-from` file. An empty file is a problem: somebody meant it to protect something. */
export function readNames({ name: file, text }: Source): {
  readonly listed: ListedLines
  readonly problems: readonly Problem[]
} {
  const { names, references, problems } = readNamesList(text)
  if (names.length + references.length + problems.length === 0) {
    return { listed: [], problems: [{ where: visible(file), what: 'it is empty, so it protects nothing.' }] }
  }
  const listed = [
    ...names.map((name): ListedLine => ({ ...name, file })),
    ...references.flatMap(({ reference, ...place }) =>
      [reference.tag, reference.digest].flatMap(
        (pattern): ListedLines =>
          pattern === undefined ? [] : [{ pattern, image: imageOf(reference), ...place, file }]
      )
    )
  ]
  return {
    listed,
    problems: problems.map(({ line, what }) => ({ where: `${visible(file)}:${line}`, what: `${what}.` }))
  }
}

/** All image references in the files that `references` names, to whatever packages. `undefined`: they have no end. */
export function readReferences(files: readonly TextFile[]): ListedLines | undefined {
  return findReferences(files)?.flatMap(linesOf)
}

function linesOf(found: Reference): ListedLines {
  const { tag, digest, range, unresolved, open, file, line } = found
  const at = { image: imageOf(found), ...(open && { open }), by: 'references', file, line } as const
  const ranged = range === undefined ? undefined : `semver:${range}`
  const refused = ranged !== undefined && checkPattern(ranged, 'container') !== undefined
  const patterns = [tag, digest, refused ? undefined : ranged].filter((pattern) => pattern !== undefined)
  if (unresolved || refused)
    return [...patterns.map((pattern) => ({ pattern, ...at })), { pattern: '', ...at, unresolved: true }]
  return (patterns.length === 0 ? ['latest'] : patterns).map((pattern) => ({ pattern, ...at }))
}

const imageOf = ({ host, path }: Pick<ImageReference, 'host' | 'path'>): string =>
  host === undefined ? path : `${host}/${path}`
