import {
  exactOptional,
  type InferOutput,
  minEntries,
  pipe,
  record,
  strictObject,
  string,
  transform,
  union
} from 'valibot'
import { PACKAGE_TYPES } from '../domain/package.js'
import { BUCKETS, type Bucket, VERSION_SCHEMES } from '../domain/policy.js'
import {
  choice,
  count,
  countOrAll,
  duration,
  expression,
  flag,
  key,
  list,
  object,
  oneOrMore,
  onePattern,
  patterns,
  plainObject,
  text
} from './policyValues.js'

const what = 'a version id or a digest such as sha256:0123…'
const versionId = union([
  pipe(count(1, what), transform(String)),
  text(what, /^(?:[1-9][0-9]{0,15}|sha256:[0-9a-f]{64})$/)
])

const prereleaseWords = 'expected true, false or superseded'
const prerelease = union([flag, choice(['superseded'])], prereleaseWords)

/** Annotation keys, each with a pattern on its value. */
export const annotations = plainObject(
  pipe(
    record(string(), onePattern, 'expected an object of annotation keys and patterns'),
    minEntries(1, 'expected an object of annotation keys and patterns')
  )
)

export const matchSchema = object(
  {
    names: key(exactOptional(patterns), 'Names that fit these patterns, and digests: those of untagged units too.'),
    branch: key(
      exactOptional(text('the name of a branch', /^[!-~\u00a0-\uffff]{1,255}$/)),
      'Names that belong to one branch or pull request, taken literally: `feature/x` is `feature-x` and `feature-x-0a1b2c3` too.'
    ),
    versions: key(
      exactOptional(list(versionId, 'version ids or digests')),
      'Version ids or digests: all names of those versions, tagged or not.'
    ),
    tagged: key(
      exactOptional(flag),
      'Only tagged (`true`) or only untagged units (`false`); not `false` beside `names`, as untagged units have none.',
      '`true` beside `names`, else both'
    ),
    prerelease: key(
      exactOptional(prerelease),
      'Prereleases (`true`), releases (`false`), or prereleases whose release exists (`superseded`).'
    ),
    state: key(
      exactOptional(oneOrMore(choice(['complete', 'partial', 'ghost', 'orphan']), 'states')),
      'Containers: `complete`; `partial` or `ghost`, where some or all images of an index are gone; `orphan`, where what it refers to is gone.'
    ),
    'artifact-type': key(exactOptional(patterns), 'Containers: patterns on the artifact type.'),
    annotations: key(exactOptional(annotations), 'Containers: annotation keys, each with a pattern on its value.')
  },
  'an object of conditions'
)

export const semverSchema = object(
  {
    majors: key(exactOptional(countOrAll(1)), 'The highest N majors, or `all`.', '`all`'),
    minors: key(exactOptional(countOrAll(1)), 'The highest N minors of each major, or `all`.', '`all`'),
    patches: key(exactOptional(countOrAll(1)), 'The highest N patches of each minor, or `all`.', '`all`'),
    prereleases: key(
      exactOptional(countOrAll(0)),
      'The highest N prereleases of each label (`beta`, `rc`) of a release that does not exist yet, or `all`.',
      '`0`'
    )
  },
  'an object with majors, minors, patches or prereleases'
)

const bucket = key(
  exactOptional(countOrAll(1)),
  "The newest unit of each of the last N such periods that have any, or of `all`, in the policy's `timezone`."
)
const buckets = Object.fromEntries(BUCKETS.map((name) => [name, bucket])) as { readonly [B in Bucket]: typeof bucket }

const keepWords = 'an object with at least one condition'
export const keepSchema = pipe(
  plainObject(
    strictObject(
      {
        names: key(
          exactOptional(patterns),
          'Only units with a name that fits: narrows the list before anything is counted.'
        ),
        prerelease: key(
          exactOptional(prerelease),
          'Only prereleases (`true`), releases (`false`), or prereleases whose release exists (`superseded`): narrows the list before anything is counted.'
        ),
        within: key(exactOptional(duration), 'Units younger than this: `12h`, `30d`, `6mo`, `1y`.'),
        since: key(
          exactOptional(choice(['superseded'])),
          '`superseded`: starts the clock of `within` when the release of a prerelease appeared.'
        ),
        last: key(exactOptional(count(0)), 'The newest N units.'),
        ...buckets,
        semver: key(
          exactOptional(semverSchema),
          'Release lines: the highest patches of the highest minors of the highest majors, and prereleases whose release does not exist yet.'
        )
      },
      `expected ${keepWords}`
    )
  ),
  minEntries(1, `expected ${keepWords}`)
)

/** One rule, by its keys alone; `config/policy` looks at how they go together. */
export const ruleSchema = object(
  {
    name: key(
      exactOptional(text('a name of at most 80 characters on one line', /^\S(?:.{0,78}\S)?$/)),
      'What reasons and reports call the rule.',
      'its place, `rule 1`'
    ),
    packages: key(exactOptional(patterns), 'Patterns on package names.', 'every package of the run'),
    types: key(
      exactOptional(oneOrMore(choice(PACKAGE_TYPES), 'package types')),
      'Package types.',
      'every type of the run'
    ),
    match: key(matchSchema, 'What the rule owns: all conditions must hold; `{}` is everything.'),
    'version-scheme': key(
      exactOptional(choice(VERSION_SCHEMES)),
      'How names are ordered as versions: `semver`, `maven`, `rubygems`, `nuget`, or `calver` (`2026.01.05`, `24.4`, `20260105`).',
      'that of the package type'
    ),
    'version-pattern': key(
      exactOptional(expression),
      'Regular expression (RE2 syntax) with named groups; the group `version` is what `prerelease`, `semver` and `sort` look at.',
      'the whole name'
    ),
    'group-by': key(
      exactOptional(oneOrMore(text('the name of a group'), 'names of groups')),
      'Named groups of `names` or `version-pattern`: each value is counted by itself.',
      'one group for each package'
    ),
    sort: key(
      exactOptional(choice(['time', 'version']), 'time'),
      'What is the newest to `last`: by `time` or by `version`.',
      '`time`'
    ),
    'relative-to': key(
      exactOptional(choice(['now', 'newest']), 'now'),
      'Where `within` counts back from: `now`, or the `newest` unit of the group.',
      '`now`'
    ),
    'count-protected': key(exactOptional(flag, false), '`true`: what is protected takes places in a count.', '`false`'),
    keep: key(
      list(keepSchema, 'keep items', 0),
      'What of that stays: items are alternatives, the keys of one item must all hold. An empty list keeps nothing.'
    )
  },
  'a rule with match and keep'
)

export type RuleRead = InferOutput<typeof ruleSchema>
