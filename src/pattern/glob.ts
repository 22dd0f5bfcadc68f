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
    return 'names hold no blanks: separate patterns by commas or lines, and write ? for a blank in an annotation'
  const stray = /["'`]/.exec(glob)?.[0]
  if (stray !== undefined) return `names hold no ${stray}: write the pattern without quotes`
  if (/^[<>=~]|[<>]/.test(glob))
    return 'it looks like a range of versions: write semver: in front, and spaces instead of commas'
  if (/^\^|\$/.test(glob))
    return 'it looks like a regular expression or a variable: put a regular expression between slashes, /…/'
  if (/[()|]/.test(glob))
    return 'globs know *, ?, [] and {}: write {a,b} for alternatives, or a regular expression, /…/'
  if (glob.split('**').length - 1 > MAX_GLOBSTARS)
    return `it holds ** more than ${MAX_GLOBSTARS} times: say it with fewer`
  const expansions = countExpansions(glob)
  if (typeof expansions === 'string') return expansions
  return expansions > MAX_EXPANSIONS
    ? `its braces stand for more than ${MAX_EXPANSIONS} patterns: use *, [] or a regular expression instead`
    : undefined
}

const SEQUENCE = /^(?:(-?\d{1,15})\.\.(-?\d{1,15})|([a-z])\.\.([a-z])|([A-Z])\.\.([A-Z]))$/
const UNBALANCED = 'its braces do not pair: write {a,b}'

/** How many patterns the braces stand for (without making them), or what is wrong with braces and brackets. */
export function countExpansions(glob: string): number | string {
  const groups: Group[] = [openGroup(0)]
  for (let index = 0; index < glob.length; index += 1) {
    const group = groups.at(-1)
    if (group === undefined) return UNBALANCED
    const character = glob.charAt(index)
    if (character === '\\') {
      index += 1
    } else if (character === '[') {
      const close = classEnd(glob, index)
      if (close === -1) return 'a [ is not closed: write \\[ for the character'
      if (/[{},]/.test(glob.slice(index, close))) return 'a character class [] cannot hold {, } or a comma'
      index = close
    } else if (character === '{') {
      groups.push(openGroup(index + 1))
    } else if (character === '}') {
      const closed = groups.pop()
      const outer = groups.at(-1)
      if (closed === undefined || outer === undefined) return UNBALANCED
      const count = closed.commas > 0 ? closed.sum + closed.product : sequenceLength(glob.slice(closed.start, index))
      if (count === undefined) return 'braces need alternatives, {a,b}, or a range without steps, {1..9}'
      outer.product *= count
    } else if (character === ',') {
      if (groups.length === 1) return 'names hold no commas: give each pattern its own line or list item'
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
  const [from = '', to = ''] = match.slice(1).filter((end) => end !== undefined)
  return Math.abs(endValue(to) - endValue(from)) + 1
}

function endValue(end: string): number {
  return /^[a-zA-Z]$/.test(end) ? end.charCodeAt(0) : Number(end)
}

/** Where the class that starts at `start` closes; a `]` that comes first in it is a member. */
function classEnd(glob: string, start: number): number {
  let index = start + 1
  if (/[!^]/.test(glob.charAt(index))) index += 1
  for (index += 1; index < glob.length; index += 1) {
    if (glob.charAt(index) === ']') return index
    if (glob.charAt(index) === '\\') index += 1
  }
  return -1
}
