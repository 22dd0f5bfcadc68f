import { PACKAGE_TYPES } from '../domain/package.js'
import { BUCKETS, type Bucket, type Count, VERSION_SCHEMES } from '../domain/policy.js'
import { parseDuration } from '../pattern/duration.js'
import { splitPatterns } from '../pattern/names.js'
import { checkPattern, compileRegex } from '../pattern/patterns.js'
import { quote } from './problem.js'
import { choice, flag, integer, text } from './scalarShape.js'
import {
  either,
  type Key,
  list,
  mapped,
  needed,
  object,
  optional,
  parsed,
  type Read,
  record,
  type Shape
} from './shape.js'

/** More is a file of names, which `names-from` reads. */
const MOST_PATTERNS = 1_000
const TOO_MANY = `more than ${MOST_PATTERNS} patterns in one list.`

const pattern = parsed(text('a pattern'), 'pattern', (written) => {
  const found = splitPatterns(written)
  if (found.length > MOST_PATTERNS) return { problem: TOO_MANY }
  if (found.length === 0) {
    return { problem: `${quote(written)} holds no pattern: blanks and comments (#) are dropped.` }
  }
  const problem = found.map((each) => checkPattern(each)).find((each) => each !== undefined)
  return problem === undefined ? { value: found } : { problem: problem.message }
})

/** Patterns, in a list or in one text; each text may hold several, as the inputs do. */
export function patterns(minimum: 0 | 1): Shape<readonly string[]> {
  return parsed(either(pattern, list(pattern, minimum, 'patterns')), 'pattern', (written) => {
    const all = written.flat()
    return all.length > MOST_PATTERNS ? { problem: TOO_MANY } : { value: all }
  })
}

const onePattern = parsed(pattern, 'pattern', (found) =>
  found.length === 1 && found[0] !== undefined && !found[0].startsWith('!')
    ? { value: found[0] }
    : { problem: 'expected one pattern, without exclusions.' }
)

export const duration = parsed(text('a length of time such as 7d'), 'duration', (written) => {
  const found = parseDuration(written)
  return 'problem' in found ? { problem: `${found.problem}.` } : { value: found }
})

const expression = parsed(text('a regular expression'), 'expression', (source) => {
  if (/^\/.*\/[a-z]*$/s.test(source)) {
    return { problem: `${quote(source)} is written with slashes.`, remedy: 'Leave out the slashes and the flags.' }
  }
  const found = compileRegex(source)
  return 'problem' in found
    ? { problem: `${quote(source)}: ${found.problem}` }
    : { value: { source, groups: found.groups } }
})

/** A list, or a single item for short. */
function oneOrMore<T>(item: Shape<T>, items: string): Shape<readonly T[]> {
  return mapped(either(item, list(item, 1, items)), (read) => (Array.isArray(read) ? read : [read as T]))
}

const versionId = either(
  mapped(integer(1), String),
  text('a version id or a digest such as sha256:0123…', /^(?:[1-9][0-9]{0,15}|sha256:[0-9a-f]{64})$/)
)

const prerelease = either(flag(), choice(['superseded']))
const some: Shape<Count> = either(integer(1), choice(['all']))
const none: Shape<Count> = either(integer(0), choice(['all']))

export const types = oneOrMore(choice(PACKAGE_TYPES), 'package types')

export const matchShape = object(
  {
    names: optional(patterns(1), 'Names that fit these patterns, and digests: those of untagged units too.'),
    versions: optional(
      list(versionId, 1, 'version ids or digests'),
      'Version ids or digests: all names of those versions, tagged or not.'
    ),
    tagged: optional(
      flag(),
      'Only tagged (`true`) or only untagged units (`false`); not `false` beside `names`, as untagged units have none.',
      '`true` beside `names`, else both'
    ),
    prerelease: optional(
      prerelease,
      'Prereleases (`true`), releases (`false`), or prereleases whose release exists (`superseded`).'
    ),
    state: optional(
      oneOrMore(choice(['complete', 'partial', 'ghost', 'orphan']), 'states'),
      'Containers: `complete`; `partial` or `ghost`, where some or all images of an index are gone; `orphan`, where what it refers to is gone.'
    ),
    'artifact-type': optional(patterns(1), 'Containers: patterns on the artifact type.'),
    annotations: optional(
      record(onePattern, 'an object of annotation keys and patterns'),
      'Containers: annotation keys, each with a pattern on its value.'
    )
  },
  { expects: 'an object of conditions' }
)

const BUCKET_KEYS = Object.fromEntries(
  BUCKETS.map((bucket) => [
    bucket,
    optional(
      some,
      "The newest unit of each of the last N such periods that have any, or of `all`, in the policy's `timezone`."
    )
  ])
) as { readonly [B in Bucket]: Key<Count, false> }

export const semverShape = object(
  {
    majors: optional(some, 'The highest N majors, or `all`.', '`all`'),
    minors: optional(some, 'The highest N minors of each major, or `all`.', '`all`'),
    patches: optional(some, 'The highest N patches of each minor, or `all`.', '`all`'),
    prereleases: optional(
      none,
      'The highest N prereleases of each label (`beta`, `rc`) of a release that does not exist yet, or `all`.',
      '`0`'
    )
  },
  { expects: 'an object with majors, minors, patches or prereleases' }
)

export const keepShape = object(
  {
    names: optional(patterns(1), 'Only units with a name that fits: narrows the list before anything is counted.'),
    prerelease: optional(
      prerelease,
      'Only prereleases (`true`), releases (`false`), or prereleases whose release exists (`superseded`): narrows the list before anything is counted.'
    ),
    within: optional(duration, 'Units younger than this: `12h`, `30d`, `6mo`, `1y`.'),
    since: optional(
      choice(['superseded']),
      '`superseded`: starts the clock of `within` when the release of a prerelease appeared.'
    ),
    last: optional(integer(0), 'The newest N units.'),
    ...BUCKET_KEYS,
    semver: optional(
      semverShape,
      'Release lines: the highest patches of the highest minors of the highest majors, and prereleases whose release does not exist yet.'
    )
  },
  { minimum: 1, expects: 'an object with at least one condition' }
)

/** One rule, by its keys alone; `contradictions` looks at how they go together. */
export const ruleShape = object(
  {
    name: optional(
      text('a name of at most 80 characters on one line', /^\S(?:.{0,78}\S)?$/),
      'What reasons and reports call the rule.',
      'its place, `rule 1`'
    ),
    packages: optional(patterns(1), 'Patterns on package names.', 'every package of the run'),
    types: optional(types, 'Package types.', 'every type of the run'),
    match: needed(matchShape, 'What the rule owns: all conditions must hold; `{}` is everything.'),
    'version-pattern': optional(
      expression,
      'Regular expression (RE2 syntax) with named groups; the group `version` is what `prerelease`, `semver` and `sort` look at.',
      'the whole name'
    ),
    'version-scheme': optional(
      choice(VERSION_SCHEMES),
      'How names are ordered as versions; `calver` is for numbers such as `2026.01.05`, `24.4`, `20260105`.',
      'that of the package type'
    ),
    'group-by': optional(
      oneOrMore(text('the name of a group'), 'names of groups'),
      'Named groups of `names` or `version-pattern`: each value is counted by itself.',
      'one group for each package'
    ),
    sort: optional(choice(['time', 'version']), 'What is the newest to `last`: by `time` or by `version`.', '`time`'),
    'relative-to': optional(
      choice(['now', 'newest']),
      'Where `within` counts back from: `now`, or the `newest` unit of the group.',
      '`now`'
    ),
    'count-protected': optional(flag(), '`true`: what is protected takes places in a count.', '`false`'),
    keep: needed(
      list(keepShape, 0, 'keep items'),
      'What of that stays: items are alternatives, the keys of one item must all hold. An empty list keeps nothing.'
    )
  },
  { expects: 'a rule with match and keep' }
)

export type DocumentRule = Read<typeof ruleShape>
export type DocumentKeepItem = DocumentRule['keep'][number]
