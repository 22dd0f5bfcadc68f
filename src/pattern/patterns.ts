import { DIGEST } from '../domain/manifest.js'
import { isImage, PACKAGE_TYPES, type PackageType } from '../domain/package.js'
import { checkGlob, compileGlob } from './glob.js'
import { compileExpression, type NamedRegex } from './regex.js'
import { versionScheme } from './scheme.js'
import type { VersionScheme } from './versionOrder.js'

export interface PatternOptions {
  readonly type: PackageType
  /** How ranges order names. Default: as the package type does. */
  readonly scheme?: VersionScheme
  /** In a semver range, prereleases fit only where the range names them. Exclusions always include them. */
  readonly namedPrereleases?: boolean
  /** What fits may be deleted; else it is kept. */
  readonly selects?: true
  /** Package names: `*` stays within a segment, `**` crosses `/`. */
  readonly paths?: boolean
}

export interface PatternMatch {
  /** As written. */
  readonly pattern: string
  /** Named groups of a regular expression; a group that took no part is ''. */
  readonly captures: Readonly<Record<string, string>>
}

type Captures = PatternMatch['captures']

/** One pattern as it was read. */
export interface Pattern {
  /** As written, with the `!` of an exclusion. */
  readonly pattern: string
  readonly exclusion: boolean
  readonly kind: 'glob' | 'regex' | 'semver' | 'digest'
  /** Why it is refused, and what to do; it fits nothing then. */
  readonly problem?: string
  /** Named groups where it fits, exclusion or not; else `undefined`. */
  capture(name: string | undefined, digest?: string): Captures | undefined
  /** Whether it fits, exclusion or not. */
  test(name: string | undefined, digest?: string): boolean
}

export interface Patterns {
  /**
   * The first pattern that fits, unless an exclusion fits; a list of only exclusions fits every other name. `name` is
   * `undefined` for the pseudo-name of an untagged unit, which only digest patterns fit. `digest`: of the version.
   */
  match(name: string | undefined, digest?: string): PatternMatch | undefined
  readonly all: readonly Pattern[]
}

const MAX_LENGTH = 1_000
const NONE: Captures = {}

/** Why the pattern is refused for the type, or without a type for all of them, and what to do; else `undefined`. */
export function checkPattern(pattern: string, type?: PackageType, scheme?: VersionScheme): string | undefined {
  const types = type === undefined ? PACKAGE_TYPES : [type]
  const [first, ...others] = types.map((each) => read(pattern, { type: each, ...(scheme && { scheme }) }).problem)
  if (first === undefined || others.includes(undefined)) return undefined
  return `Pattern “${shortened(pattern)}” is refused: ${first}.`
}

function shortened(pattern: string): string {
  return pattern.length > 80 ? `${pattern.slice(0, 79)}…` : pattern
}

/** For patterns that `checkPattern` passed; one that it would refuse fits nothing. */
export function compilePatterns(patterns: readonly string[], options: PatternOptions): Patterns {
  const all = patterns.map((pattern) => read(pattern, options))
  const inclusions = all.filter(({ exclusion }) => !exclusion)
  const exclusions = all.filter(({ exclusion }) => exclusion)
  const everythingBut = inclusions.length === 0 && exclusions.length > 0
  const versionsOnly = exclusions.some(({ kind }) => kind === 'semver')
  // An exclusion that cannot be read must not select more for deletion. In a list of names to keep it may keep more.
  const broken = options.selects === true && exclusions.some(({ problem }) => problem !== undefined)
  const scheme = options.scheme ?? versionScheme(options.type)

  const excluded = (name: string | undefined, digest: string | undefined): boolean =>
    exclusions.some(({ test }) => test(name, digest)) ||
    (versionsOnly && name !== undefined && scheme.parse(name) === undefined)

  return {
    all,
    match(name, digest) {
      if (broken || excluded(name, digest)) return undefined
      if (everythingBut) return name === undefined ? undefined : { pattern: patterns.join(', '), captures: NONE }
      for (const { pattern, capture } of inclusions) {
        const captures = capture(name, digest)
        if (captures !== undefined) return { pattern, captures }
      }
      return undefined
    }
  }
}

/** A regular expression: `/source/flags`, or its source alone. */
export function compileRegex(source: string): NamedRegex | { readonly problem: string } {
  if (source.length > MAX_LENGTH) return { problem: tooLong() }
  return source.startsWith('/') ? readRegex(source) : compileExpression(source, '')
}

function tooLong(): string {
  return `it is longer than ${MAX_LENGTH} characters: split it`
}

type Capture = Pattern['capture']
type ReadCapture = Capture | { readonly problem: string }

function read(pattern: string, options: PatternOptions): Pattern {
  const exclusion = pattern.startsWith('!')
  const body = exclusion ? pattern.slice(1) : pattern
  const of = (kind: Pattern['kind'], reading: ReadCapture): Pattern => {
    const capture: Capture = typeof reading === 'function' ? reading : () => undefined
    const test: Pattern['test'] = (name, digest) => capture(name, digest) !== undefined
    const problem = typeof reading === 'function' ? {} : { problem: reading.problem }
    return { pattern, exclusion, kind, capture, test, ...problem }
  }
  if (body.length > MAX_LENGTH) return of('glob', { problem: tooLong() })
  if (body.startsWith('/')) return of('regex', regexCapture(body))
  if (body.startsWith('semver:')) return of('semver', semverCapture(body.slice('semver:'.length), exclusion, options))
  if (body.startsWith('sha256:')) return of('digest', digestCapture(body, options.type))
  return of('glob', globCapture(body, options.paths === true))
}

/** `.*main.*`, `pr-.*`, `v\d`, `1\.2` and `pr-[0-9]+`, which as globs fit no name that anybody gives. */
const EXPRESSION = /(?:^|[-_])\.[*+]|(?:^|[^\\])\\[bdsw.]|\]\+(?![0-9a-z])/i

function globCapture(glob: string, paths: boolean): ReadCapture {
  if (glob === '') return { problem: 'it is empty: write * for every name' }
  if (glob.startsWith('!')) return { problem: 'it is excluded twice: write one !' }
  if (EXPRESSION.test(glob)) return { problem: 'it looks like a regular expression: put it between slashes, /…/' }
  const problem = checkGlob(glob)
  if (problem !== undefined) return { problem }
  const matches = compileGlob(glob, paths)
  return (name) => (name !== undefined && matches(name) ? NONE : undefined)
}

function regexCapture(literal: string): ReadCapture {
  const regex = readRegex(literal)
  return 'problem' in regex ? regex : (name) => (name === undefined ? undefined : regex.exec(name))
}

const LITERAL = /^\/(.*)\/([A-Za-z]*)$/
/** An unescaped `/` outside of a character class. */
const INNER_SLASH = /^(?:[^\\/[]|\\.|\[(?:[^\\\]]|\\.)*\])*\//

function readRegex(literal: string): NamedRegex | { readonly problem: string } {
  const [, source, flags = ''] = LITERAL.exec(literal) ?? []
  if (source === undefined) {
    return {
      problem:
        'it starts with / like a regular expression but does not end with / and flags: close it, and if it holds a comma give it a line of its own'
    }
  }
  if (INNER_SLASH.test(source)) {
    return { problem: 'a / inside a regular expression is written \\/; several patterns go on lines of their own' }
  }
  return compileExpression(source, flags)
}

function semverCapture(text: string, exclusion: boolean, options: PatternOptions): ReadCapture {
  const { type, namedPrereleases, scheme = versionScheme(type) } = options
  const range = scheme.range(text)
  if ('problem' in range) return range
  const included = exclusion || namedPrereleases !== true
  return (name) => {
    const version = name === undefined ? undefined : scheme.parse(name)
    return version !== undefined && range.test(version, included, exclusion || options.selects !== true)
      ? NONE
      : undefined
  }
}

function digestCapture(pattern: string, type: PackageType): ReadCapture {
  if (!isImage(type)) return { problem: `versions of type ${type} have no digests: name the version` }
  if (!DIGEST.test(pattern)) return { problem: 'a digest is sha256: and 64 lower-case hexadecimal digits, in full' }
  return (_name, digest) => (digest === pattern ? NONE : undefined)
}
