import { isPrereleaseLabel } from '../../pattern/scheme.js'

/** Longer endings are no variants, and looking at less keeps the search short whatever the pattern. */
const LONGEST = 60

/**
 * A suffix such as `-alpine` that all names of one of the patterns share, if the pattern alone tells. By SemVer `1.2.3-alpine`
 * is a prerelease of 1.2.3, so a rule about prereleases would take variants of releases for them.
 */
export function sharedSuffix(patterns: readonly string[]): string | undefined {
  return patterns
    .filter((pattern) => !/^(?:!|semver:|sha256:)/.test(pattern))
    .flatMap(endings)
    .find((ending) => /^.[A-Za-z]/.test(ending) && !isPrereleaseLabel(ending.slice(1)))
}

const GLOB_ENDING = /([-_])(?:([\w.]+)|\{([\w.,]+)\})$/
const REGEX_ENDING = /([-_])(?:((?:\w|\\\.)+)|\((?:\?(?::|<\w+>))?((?:[\w|]|\\\.)+)\))\$$/

/** What names end in, from a `-` or `_` on, where that is fixed; several for `-{a,b}` and `-(a|b)`. */
function endings(pattern: string): readonly string[] {
  const source = /^\/(.*)\/[a-z]*$/s.exec(pattern)?.[1]
  const ending = (source === undefined ? GLOB_ENDING : REGEX_ENDING).exec((source ?? pattern).slice(-LONGEST))
  if (ending === null) return []
  const [whole, separator = '', one, several] = ending
  const fixed = source === undefined && !/[*?\]}]/.test(pattern.slice(0, -whole.length))
  if (fixed) return []
  return (one === undefined ? (several ?? '').split(/[,|]/) : [one])
    .filter((word) => word !== '')
    .map((word) => `${separator}${word.replaceAll('\\.', '.')}`)
}
