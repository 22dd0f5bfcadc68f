import * as v from 'valibot'
import { LOGIN, REPOSITORY } from '../domain/package.js'
import type { KeepItem, MaxDelete, Policy, Protection, Rule } from '../domain/policy.js'
import { isTimezone } from '../pattern/calendar.js'
import { annotations, type RuleRead, ruleSchema } from './policyRule.js'
import {
  choice,
  count,
  digest,
  duration,
  flag,
  key,
  list,
  object,
  oneOrMore,
  parsed,
  patterns,
  template,
  text
} from './policyValues.js'

const timezone = parsed('an IANA time zone such as Europe/Berlin', (name) =>
  isTimezone(name)
    ? { value: name }
    : { problem: 'the IANA database has no such time zone. Write UTC, or a name such as Europe/Berlin.' }
)

const limitWords = 'a whole number of at least 0 or a percentage such as 25%'
const maxDelete = v.union([
  v.pipe(
    count(0, limitWords),
    v.transform((units): MaxDelete => ({ units }))
  ),
  v.pipe(
    text(limitWords, /^(?:100|[1-9]?[0-9])%$/),
    v.transform((written): MaxDelete => ({ percent: Number.parseInt(written, 10) }))
  )
])

export const deploymentsSchema = object(
  {
    environments: key(list(text('the name of an environment'), 'environments'), 'Names of environments.'),
    names: key(
      v.exactOptional(oneOrMore(template(['sha', 'short-sha', 'ref'], 'sha-{short-sha}'), 'patterns'), [
        '{sha}',
        'sha-{short-sha}',
        '{ref}'
      ]),
      'How the images of a deployed commit are named.',
      '`{sha}`, `sha-{short-sha}` and `{ref}`'
    )
  },
  'an object with environments'
)

const protections = {
  names: key(v.exactOptional(patterns), 'Names and digests that match these patterns.'),
  'names-from': key(
    v.exactOptional(oneOrMore(text('the path of a file'), 'paths of files')),
    'Files that list names, patterns, digests or image references, each with a `# reason` that the plan shows.'
  ),
  references: key(
    v.exactOptional(oneOrMore(text('a glob on files'), 'globs on files')),
    'Globs on files of the workspace, and so the images to which these refer.'
  ),
  'dist-tags': key(
    v.exactOptional(v.union([flag, patterns], 'expected true, false or patterns'), true),
    'npm: versions behind any dist-tag, or behind those that match these patterns.',
    '`true`'
  ),
  releases: key(
    v.exactOptional(flag, false),
    'Names of GitHub Releases of the linked repository, with or without `v`.',
    '`false`'
  ),
  'git-tags': key(v.exactOptional(flag), 'The same for git tags.'),
  branches: key(
    v.exactOptional(v.union([flag, oneOrMore(template(['branch'], '{branch}-*'), 'patterns')]), false),
    'Names of branches of the linked repository, or patterns with `{branch}`.',
    '`false`'
  ),
  'open-pull-requests': key(
    v.exactOptional(template(['number'], 'pr-{number}*')),
    'Names of open pull requests of the linked repository: a pattern with `{number}`.'
  ),
  deployments: key(
    v.exactOptional(deploymentsSchema),
    'Images that the latest successful deployment of each of these environments runs.'
  ),
  annotations: key(v.exactOptional(annotations), 'Containers: annotation keys, each with a pattern on its value.')
}
export const protectSchema = object(protections, 'an object of protections')

/** The keys of a document beside `protect`. */
const settings = {
  version: key(v.literal(1, 'expected 1'), 'Version of this format: `1`.'),
  timezone: key(v.exactOptional(timezone, 'UTC'), 'The time zone of periods, such as `Europe/Berlin`.', '`UTC`'),
  owner: key(
    v.exactOptional(text('a user or organization', LOGIN)),
    'User or organization that the packages belong to.',
    'the owner of the repository'
  ),
  'linked-to': key(
    v.exactOptional(text('a repository as owner/name', REPOSITORY)),
    'Only packages that GitHub links to this repository: `owner/name`.'
  ),
  timestamp: key(
    v.exactOptional(choice(['updated_at', 'created_at']), 'updated_at'),
    'The time of a unit: `created_at`, or the later of both, `updated_at`.',
    '`updated_at`'
  ),
  'grace-period': key(
    v.exactOptional(duration, '1d'),
    'Untagged units younger than this are kept: their push may still be running.',
    '`1d`'
  ),
  'min-keep': key(v.exactOptional(count(0), 1), 'At least this many named units are left in a package.', '`1`'),
  'max-delete': key(
    v.exactOptional(maxDelete),
    'At most `50` units, or `25%` of the units of a package. If the plan deletes more, nothing is deleted in that package and the run fails, a dry run too.'
  ),
  'delete-limit': key(
    v.exactOptional(count(1)),
    'At most this many versions are deleted in one run, the oldest units first.'
  ),
  'partial-tags': key(
    v.exactOptional(choice(['keep', 'untag']), 'keep'),
    'Tags that may be deleted, on a version that another tag keeps: `keep` or `untag` (remove) them.',
    '`keep`'
  ),
  'on-empty': key(
    v.exactOptional(choice(['keep', 'delete-package']), 'keep'),
    'If every unit of a package would be deleted: `keep` the newest, or `delete-package`.',
    '`keep`'
  ),
  'unreadable-is-empty': key(
    v.exactOptional(oneOrMore(digest, 'digests')),
    'Digests of manifests that nobody can read and that need nothing.'
  )
}

const rules = key(
  v.pipe(
    list(ruleSchema, 'rules'),
    v.transform((read) =>
      read.map((rule, index): Rule => ({ ...rule, name: nameOf(read, index), groupBy: rule.groupBy ?? [] }))
    )
  ),
  'A name belongs to the first rule that matches it. A name that no rule matches is kept.'
)

/** `rule 2`, or the next such name that nobody has taken. */
function nameOf(all: readonly RuleRead[], index: number): string {
  const given = all[index]?.name
  if (given !== undefined) return given
  let name = `rule ${index + 1}`
  while (all.some((rule) => rule.name === name)) name += "'"
  return name
}

const protectKey = {
  protect: key(
    v.exactOptional(
      v.union([
        v.pipe(
          patterns,
          v.transform((names) => ({ names }))
        ),
        protectSchema
      ])
    ),
    'Always kept, whatever the rules say: patterns on names and digests, or an object for more.'
  )
}

export const documentSchema = object({ ...settings, ...protectKey, rules }, 'a policy with version and rules')

/** Keys of a document that are not a part of the policy: they say which packages a run is about. */
export interface PolicyScope {
  readonly owner?: string
  readonly linkedTo?: string
}

/** A policy document as a policy and its scope. */
export const policySchema = v.pipe(
  documentSchema,
  v.transform(({ owner, linkedTo, protect, ...policy }): PolicyScope & { readonly policy: Policy } => ({
    policy: { ...policy, protect: { ...UNPROTECTED, ...protect, listed: [] } },
    ...(owner !== undefined && { owner }),
    ...(linkedTo !== undefined && { linkedTo })
  }))
)

const UNPROTECTED: Protection = { names: [], listed: [], distTags: true, releases: false, branches: false }

/** More lines than anybody writes: fifty thousand digests with a reason each. */
export const MOST_LISTED = 50_000

const listedLine = v.strictObject({
  pattern: v.string(),
  reason: v.exactOptional(v.string()),
  file: v.exactOptional(v.string()),
  line: v.exactOptional(v.number()),
  image: v.exactOptional(v.string()),
  open: v.exactOptional(v.literal(true)),
  by: v.exactOptional(v.literal('references')),
  unresolved: v.exactOptional(v.literal(true))
})
const listed = v.pipe(v.array(listedLine), v.maxLength(MOST_LISTED))

/** The policy of a plan file, as `policyDocument` writes it: a document with the lines that its files listed. */
export const savedPolicySchema: v.GenericSchema<unknown, Policy> = v.pipe(
  object({ ...settings, protect: object({ ...protections, listed }, 'an object of protections'), rules }, 'a policy'),
  v.transform(
    ({ owner: _, linkedTo: __, protect, ...policy }): Policy => ({ ...policy, protect: { ...UNPROTECTED, ...protect } })
  )
)

/** A policy as a document with every key written. `savedPolicySchema` reads it back as the same policy. */
export function policyDocument({ gracePeriod, maxDelete: limit, protect, rules: all, ...settings }: Policy): object {
  return kebabKeys({
    ...withoutEmpty(settings),
    gracePeriod: gracePeriod.text,
    ...(limit !== undefined && { maxDelete: 'units' in limit ? limit.units : `${limit.percent}%` }),
    protect: kebabKeys(withoutEmpty(protect)),
    rules: all.map((rule) =>
      kebabKeys({ ...withoutEmpty(rule), match: kebabKeys(rule.match), keep: rule.keep.map(itemOf) })
    )
  })
}

function itemOf({ within, ...item }: KeepItem): object {
  return { ...item, ...(within !== undefined && { within: within.text }) }
}

/** Lists of a document hold at least one item. */
function withoutEmpty(value: object): object {
  return Object.fromEntries(
    Object.entries(value).filter(([name, each]) => name === 'listed' || !Array.isArray(each) || each.length > 0)
  )
}

function kebabKeys(value: object): object {
  const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [kebab(name), each]))
}
