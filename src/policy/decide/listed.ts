import type { PackageInfo } from '../../domain/package.js'
import type { Reason } from '../../domain/plan.js'
import type { ListedLine, Protection } from '../../domain/policy.js'
import { splitHost } from '../../pattern/imageReference.js'
import { compilePatterns } from '../../pattern/patterns.js'
import { meansPackage } from '../../references/foundReference.js'

/** A line as the facts of a reason. */
export type ListedFact = Omit<Extract<Reason, { code: 'protected' }>, 'code' | 'name' | 'rule'>

/** The lines of files that protect names and digests of one package, with the reasons that the files give. */
export interface ListedNames {
  /** `name`: a tag or a version string. */
  match(name: string): ListedFact | undefined
  digest(digest: string): ListedFact | undefined
  /** Lines for this package that fit none of these names and digests. */
  unmatched(names: ReadonlySet<string>, digests: ReadonlySet<string>): readonly ListedLine[]
}

/** Neither a glob nor another form of pattern: it fits only itself. */
const PLAIN = /^(?!semver:)\w[\w.:+@-]*$/

/** Whether the line is about this package. */
export function isAbout(line: ListedLine, info: PackageInfo): boolean {
  return !line.unresolved && (line.image === undefined || meansImage(line, info))
}

/** Whether an image, tag or not, is this package. */
export function meansImage({ image = '', open }: Pick<ListedLine, 'image' | 'open'>, info: PackageInfo): boolean {
  return meansPackage({ ...(splitHost(image) ?? { path: image }), ...(open && { open }) }, info)
}

/**
 * The lines are a list of their own, so that no exclusion among the other protections applies to them. They are many, and most
 * are plain names: those are looked up, and only patterns are tried one by one.
 */
export function readListed(all: Protection['listed'], info: PackageInfo): ListedNames {
  const byPattern = new Map<string, ListedLine>()
  for (const line of all) if (!byPattern.has(line.pattern) && isAbout(line, info)) byPattern.set(line.pattern, line)
  const plain = new Map([...byPattern].filter(([pattern]) => PLAIN.test(pattern)))
  const others = [...byPattern.keys()].filter((pattern) => !plain.has(pattern))
  const patterns = compilePatterns(others, { type: info.type })
  return {
    match(name) {
      const pattern = plain.has(name) ? name : patterns.match(name)?.pattern
      const line = pattern === undefined ? undefined : byPattern.get(pattern)
      return line && factOf(line)
    },
    digest(digest) {
      const line = plain.get(digest)
      return line && factOf(line)
    },
    unmatched(names, digests) {
      const missing = new Set(others)
      for (const name of names) {
        if (missing.size === 0) break
        for (const { pattern, test } of patterns.all) if (missing.has(pattern) && test(name)) missing.delete(pattern)
      }
      const isMissing = (pattern: string): boolean =>
        plain.has(pattern) ? !names.has(pattern) && !digests.has(pattern) : missing.has(pattern)
      return [...byPattern].flatMap(([pattern, line]) => (isMissing(pattern) ? [line] : []))
    }
  }
}

/** A reference is shown with its file and line; a line of a list has its own reason. */
function factOf({ pattern, reason, by, file, line }: ListedLine): ListedFact {
  return {
    by: by ?? 'names-from',
    what: pattern,
    ...(reason !== undefined && { note: reason }),
    ...(by !== undefined && file !== undefined && { file }),
    ...(by !== undefined && line !== undefined && { line })
  }
}
