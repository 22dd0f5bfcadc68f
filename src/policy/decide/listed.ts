import type { PackageType } from '../../domain/package.js'
import type { Protection } from '../../domain/policy.js'
import { compilePatterns } from '../../pattern/patterns.js'

export interface ListedLine {
  readonly what: string
  readonly note?: string
}

/** What `names-from` lists: what it says of a name or a digest, with the reason that the file gives. */
export interface ListedNames {
  match(name: string): ListedLine | undefined
  digest(digest: string): ListedLine | undefined
  /** Lines that fit none of these names and digests. */
  unmatched(names: ReadonlySet<string>): readonly string[]
}

/** Neither a glob nor another form of pattern: it fits only itself. */
const PLAIN = /^(?!semver:)\w[\w.:+@-]*$/

/**
 * A list of its own, so that no exclusion among the other protections takes anything from it. Lists of what runs somewhere
 * are long and mostly plain: those lines are looked up, only patterns are tried one by one.
 */
export function readListed(listed: Protection['listed'], type: PackageType): ListedNames {
  const said = new Map(
    listed.map(({ pattern, reason }): [string, ListedLine] => [
      pattern,
      { what: pattern, ...(reason !== undefined && { note: reason }) }
    ])
  )
  const plain = new Map([...said].filter(([pattern]) => PLAIN.test(pattern)))
  const others = [...said.keys()].filter((pattern) => !plain.has(pattern))
  const patterns = compilePatterns(others, { type, prereleases: 'included' })
  return {
    match(name) {
      const found = plain.get(name)
      if (found !== undefined) return found
      const pattern = patterns.match(name)?.pattern
      return pattern === undefined ? undefined : said.get(pattern)
    },
    digest: (digest) => plain.get(digest),
    unmatched(names) {
      const missing = new Set(others)
      for (const name of names) {
        if (missing.size === 0) break
        for (const { pattern, test } of patterns.all) if (missing.has(pattern) && test(name)) missing.delete(pattern)
      }
      return [...said.keys()].filter((line) => (plain.has(line) ? !names.has(line) : missing.has(line)))
    }
  }
}
