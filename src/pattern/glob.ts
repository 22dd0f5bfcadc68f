import { Minimatch, type MinimatchOptions } from 'minimatch'

/** The same on every system: no Windows paths, no comments, no negation, no extended globs; a leading dot is a character. */
const OPTIONS: MinimatchOptions = {
  platform: 'linux',
  dot: true,
  nocase: false,
  nocomment: true,
  noext: true,
  nonegate: true,
  optimizationLevel: 0
}
const MAX_EXPANSIONS = 1_000
/** Each `**` may be tried at every segment of a name. */
const MAX_GLOBSTARS = 5

/** Stands for `/` where that is a character like any other; neither YAML nor a name can hold it. */
const SLASH = '\u0000'
/** minimatch gives names such as `..`, and the pattern `**`, a meaning of their own only where a segment begins. */
const START = '='

/** With `paths`, `*` stays within a segment and `**` crosses `/`. */
export function compileGlob(glob: string, paths: boolean): (name: string) => boolean {
  if (paths) {
    const matcher = new Minimatch(glob, OPTIONS)
    return (name) => matcher.match(name)
  }
  const matcher = new Minimatch(START + glob.replaceAll('/', SLASH), OPTIONS)
  return (name) => matcher.match(START + name.replaceAll('/', SLASH))
}

/** Why a glob is refused, and what to do; `undefined` when it is fine. It also refuses a glob that can never fit. */
export function checkGlob(glob: string): string | undefined {
  if (/\s/.test(glob))
    return 'names contain no spaces: separate patterns with commas or line breaks, and write ? for a space in an annotation'
  const stray = /["'`]/.exec(glob)?.[0]
  if (stray !== undefined) return `names contain no ${stray}: write the pattern without quotes`
  if (/^[<>=~]|[<>]/.test(glob))
    return 'it looks like a range of versions: put semver: in front of it, and use spaces instead of commas'
  if (/^\^|\$/.test(glob))
    return 'it looks like a regular expression or a variable: put a regular expression between slashes, /…/'
  if (/[()|]/.test(glob))
    return 'globs support *, ?, [] and {}: write {a,b} for alternatives, or a regular expression, /…/'
  if (glob.split('**').length - 1 > MAX_GLOBSTARS) return `it contains ** more than ${MAX_GLOBSTARS} times: use fewer`
  const expansions = countExpansions(glob)
  if (typeof expansions === 'string') return expansions
  return expansions > MAX_EXPANSIONS
    ? `its braces stand for more than ${MAX_EXPANSIONS} patterns: use *, [] or a regular expression instead`
    : undefined
}

const SEQUENCE = /^(?:(-?\d{1,15})\.\.(-?\d{1,15})|([a-z])\.\.([a-z])|([A-Z])\.\.([A-Z]))$/
const UNBALANCED = 'its braces are not balanced: write {a,b}'

/** An escape, a class (a `]` that comes first in it is a member), an open bracket, or what braces are made of. */
const TOKEN = /\\.?|\[(?:[!^].|[^!^])(?:\\.|[^\]\\])*\]|[[{},]/gs

/** How many patterns the braces stand for (without making them), or what is wrong with braces and brackets. */
export function countExpansions(glob: string): number | string {
  const groups: Group[] = [openGroup(0)]
  for (const { 0: token, index } of glob.matchAll(TOKEN)) {
    const group = groups.at(-1)
    if (group === undefined) return UNBALANCED
    if (token === '[') return 'a [ is not closed: write \\[ for the character'
    if (token.startsWith('[') && /[{},]/.test(token)) return 'a character class [] cannot hold {, } or a comma'
    if (token === '{') groups.push(openGroup(index + 1))
    if (token === '}') {
      groups.pop()
      const outer = groups.at(-1)
      if (outer === undefined) return UNBALANCED
      const count = group.commas > 0 ? group.sum + group.product : sequenceLength(glob.slice(group.start, index))
      if (count === undefined) return 'braces need alternatives, {a,b}, or a range without steps, {1..9}'
      outer.product *= count
    }
    if (token === ',') {
      if (groups.length === 1) return 'names contain no commas: give each pattern its own line or list item'
      group.sum += group.product
      group.product = 1
      group.commas += 1
    }
  }
  return groups.length === 1 ? (groups[0]?.product ?? 1) : UNBALANCED
}

interface Group {
  readonly start: number
  commas: number
  /** Of the alternatives that have ended. */
  sum: number
  /** Of the alternative being read. */
  product: number
}

function openGroup(start: number): Group {
  return { start, commas: 0, sum: 0, product: 1 }
}

function sequenceLength(text: string): number | undefined {
  const match = SEQUENCE.exec(text)
  if (match === null) return undefined
  const [from = 0, to = 0] = match
    .slice(1)
    .filter((end) => end !== undefined)
    .map((end) => (/^[a-zA-Z]$/.test(end) ? end.charCodeAt(0) : Number(end)))
  return Math.abs(to - from) + 1
}
