import * as v from 'valibot'
import { PACKAGE_TYPES } from '../domain/package.js'
import { BUCKETS, type Bucket, UNIT_STATES, VERSION_SCHEMES } from '../domain/policy.js'
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
const versionId = v.union([
  v.pipe(count(1, what), v.transform(String)),
  text(what, /^(?:[1-9][0-9]{0,15}|sha256:[0-9a-f]{64})$/)
])

const prereleaseWords = 'expected true, false or superseded'
const prerelease = v.union([flag, choice(['superseded'])], prereleaseWords)

/** Annotation keys, each with a pattern on its value. */
export const annotations = plainObject(
  v.pipe(
    v.record(v.string(), onePattern, 'expected an object of annotation keys and patterns'),
    v.minEntries(1, 'expected an object of annotation keys and patterns')
  )
)

export const matchSchema = object(
  {
    names: key(v.exactOptional(patterns), 'Names that match these patterns, or digests, also of untagged units.'),
    branch: key(
      v.exactOptional(text('the name of a branch', /^[!-~\u00a0-\uffff]{1,255}$/)),
      'Names of one branch or pull request: `feature/x` is `feature-x` and `feature-x-0a1b2c3` too.'
    ),
    versions: key(
      v.exactOptional(list(versionId, 'version ids or digests')),
      'Version ids or digests, with all names of those versions.'
    ),
    tagged: key(
      v.exactOptional(flag),
      'Only tagged (`true`) or only untagged units (`false`, not beside `names`).',
      '`true` beside `names`, else both'
    ),
    prerelease: key(
      v.exactOptional(prerelease),
      'Prereleases (`true`), releases (`false`), or prereleases whose release exists (`superseded`).'
    ),
    state: key(
      v.exactOptional(oneOrMore(choice(UNIT_STATES), 'states')),
      'Containers: `complete`; `partial` or `ghost` (some or all images of an index do not exist any more); `orphan`.'
    ),
    'artifact-type': key(v.exactOptional(patterns), 'Containers: patterns on the artifact type.'),
    annotations: key(v.exactOptional(annotations), 'Containers: annotation keys, each with a pattern on its value.')
  },
  'an object of conditions'
)

export const semverSchema = object(
  {
    majors: key(v.exactOptional(countOrAll(1)), 'The highest N majors, or `all`.', '`all`'),
    minors: key(v.exactOptional(countOrAll(1)), 'The highest N minors of each major, or `all`.', '`all`'),
    patches: key(v.exactOptional(countOrAll(1)), 'The highest N patches of each minor, or `all`.', '`all`'),
    prereleases: key(
      v.exactOptional(countOrAll(0)),
      'The highest N prereleases of each label (`beta`, `rc`) before their release exists, or `all`.',
      '`0`'
    )
  },
  'an object with majors, minors, patches or prereleases'
)

const bucket = key(
  v.exactOptional(countOrAll(1)),
  'The newest unit of each of the last N such periods that have one, or of `all`.'
)
const buckets = Object.fromEntries(BUCKETS.map((name) => [name, bucket])) as { readonly [B in Bucket]: typeof bucket }

const keepWords = 'an object with at least one condition'
export const keepSchema = v.pipe(
  plainObject(
    v.strictObject(
      {
        names: key(v.exactOptional(patterns), 'Counts only units with a name that matches.'),
        prerelease: key(
          v.exactOptional(prerelease),
          'Counts only prereleases (`true`), releases (`false`), or prereleases whose release exists (`superseded`).'
        ),
        within: key(v.exactOptional(duration), 'Units younger than this: `12h`, `30d`, `6mo`, `1y`.'),
        since: key(
          v.exactOptional(choice(['superseded'])),
          '`superseded`: `within` counts from the release of a prerelease.'
        ),
        last: key(v.exactOptional(count(0)), 'The newest N units.'),
        ...buckets,
        semver: key(
          v.exactOptional(semverSchema),
          'Release lines: the highest patches of the highest minors of the highest majors.'
        )
      },
      `expected ${keepWords}`
    )
  ),
  v.minEntries(1, `expected ${keepWords}`)
)

/** One rule, by its keys alone; `config/policy` looks at how they go together. */
export const ruleSchema = object(
  {
    name: key(
      v.exactOptional(text('a name of at most 80 characters on one line', /^\S(?:.{0,78}\S)?$/)),
      'Name of the rule in reasons and reports.',
      'its place, `rule 1`'
    ),
    packages: key(v.exactOptional(patterns), 'Patterns on package names.', 'every package of the run'),
    types: key(
      v.exactOptional(oneOrMore(choice(PACKAGE_TYPES), 'package types')),
      'Package types.',
      'every type of the run'
    ),
    match: key(matchSchema, 'Names of the rule: all conditions must hold. `{}` is every name and every untagged unit.'),
    'version-scheme': key(
      v.exactOptional(choice(VERSION_SCHEMES)),
      'How versions are ordered: `semver`, `maven`, `rubygems`, `nuget`, or `calver` (`2026.01.05`, `24.4`, `20260105`).',
      'that of the package type'
    ),
    'version-pattern': key(
      v.exactOptional(expression),
      'Regular expression; its group `version` is what `prerelease`, `semver` and `sort` read.',
      'the whole name'
    ),
    'group-by': key(
      v.exactOptional(oneOrMore(text('the name of a group'), 'names of groups')),
      'Named groups of `names` or `version-pattern`, each value counted by itself.',
      'one group for each package'
    ),
    sort: key(
      v.exactOptional(choice(['time', 'version']), 'time'),
      '`last` counts by `time` or by `version`.',
      '`time`'
    ),
    'relative-to': key(
      v.exactOptional(choice(['now', 'newest']), 'now'),
      '`within` counts back from `now`, or from the `newest` unit of the group.',
      '`now`'
    ),
    'count-protected': key(v.exactOptional(flag, false), '`true`: protected units count too.', '`false`'),
    keep: key(list(keepSchema, 'keep items', 0), 'Items that keep names of the rule. An empty list keeps nothing.')
  },
  'a rule with match and keep'
)

export type RuleRead = v.InferOutput<typeof ruleSchema>
