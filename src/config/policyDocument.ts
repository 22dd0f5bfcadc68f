import { isTimezone } from '../pattern/calendar.js'
import { splitPatterns } from '../pattern/names.js'
import { checkPattern } from '../pattern/patterns.js'
import { contradictions, duplicateRules } from './contradictions.js'
import { quote } from './problem.js'
import { duration, patterns, ruleShape } from './ruleShape.js'
import { choice, flag, integer, text } from './scalarShape.js'
import { checked, either, type JsonSchema, list, mapped, needed, object, optional, parsed, type Read } from './shape.js'
import { LOGIN } from './values.js'

/** Where editors find the schema. */
export const SCHEMA_URL =
  'https://raw.githubusercontent.com/package-retention/package-retention/main/dist/policy.schema.json'

const timezone = parsed(text('an IANA time zone such as Europe/Berlin'), 'timezone', (name) =>
  isTimezone(name)
    ? { value: name }
    : {
        problem: `${quote(name)} is no time zone of the IANA database.`,
        remedy: 'Write UTC, or a name such as Europe/Berlin.'
      }
)

const fuse = mapped(either(integer(0), text('a percentage such as 25%', /^(?:100|[1-9]?[0-9])%$/)), (written) =>
  typeof written === 'number' ? { units: written } : { percent: Number.parseInt(written, 10) }
)

const openPullRequests = parsed(text('a pattern with {number} in it'), 'placeholder', (written) => {
  const [pattern, ...more] = splitPatterns(written.replaceAll('{number}', '1'))
  if (!written.includes('{number}') || pattern === undefined || more.length > 0 || pattern.startsWith('!')) {
    return {
      problem: `${quote(written)} is not one pattern with {number} in it.`,
      remedy: "Write for example 'pr-{number}*'."
    }
  }
  const problem = checkPattern(pattern)
  return problem === undefined ? { value: written.trim() } : { problem: problem.message }
})

const protection = object(
  {
    names: optional(patterns(0), 'Patterns on names or digests that always stay.'),
    'names-from': optional(
      text('the path of a file'),
      'A file with one name, pattern or digest a line; "# reason" behind it is shown in the plan.'
    ),
    'dist-tags': optional(flag(), 'npm: versions that a dist-tag points at; default: true.'),
    releases: optional(
      flag(),
      'Names that have a GitHub Release in the linked repository, with or without a leading v; default: false.'
    ),
    branches: optional(flag(), 'Names equal to a branch of the linked repository; default: false.'),
    'open-pull-requests': optional(
      openPullRequests,
      'Names of open pull requests of the linked repository: a pattern with {number} in it.'
    )
  },
  { expects: 'an object of protections' }
)

/** The policy document: every key, what it may hold, and what it means. */
export const policyShape = object(
  {
    version: needed(choice([1]), 'Version of this format.'),
    timezone: optional(timezone, 'IANA name; for calendar buckets, months and years; default: UTC.'),
    owner: optional(
      text('a user or organization', LOGIN),
      'User or organization that the packages belong to; default: the owner of the repository.'
    ),
    timestamp: optional(
      choice(['updated_at', 'created_at']),
      'The time of a unit: updated_at is the later of both; default: updated_at.'
    ),
    'grace-period': optional(duration, 'Untagged units younger than this are never touched; default: 1d.'),
    'min-keep': optional(integer(0), 'Never leave fewer named units than this in a package; default: 1.'),
    'max-delete': optional(fuse, 'Fuse: units (50) or share (25%) of a package above which nothing is deleted there.'),
    'delete-limit': optional(integer(1), 'Versions that one run deletes at most, oldest first; the rest next time.'),
    'partial-tags': optional(
      choice(['keep', 'untag']),
      'What becomes of tags that may go on a version that stays; default: keep.'
    ),
    'on-empty': optional(
      choice(['keep', 'delete-package']),
      'When every unit of a package would go: keep by min-keep, or delete the package; default: keep.'
    ),
    protect: optional(
      either(
        mapped(patterns(0), (names): Read<typeof protection> => ({ names })),
        protection
      ),
      'What always stays, whatever the rules say: patterns, or an object for more.'
    ),
    rules: needed(
      checked(list(checked(ruleShape, contradictions), 1, 'rules'), duplicateRules),
      'The first rule that matches a name owns it; what no rule matches stays.'
    )
  },
  { expects: 'a policy with version and rules' }
)

export type PolicyDocument = Read<typeof policyShape>

/** The shape for editors: JSON schema, draft 2020-12. */
export function policySchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: SCHEMA_URL,
    title: 'Retention policy',
    description: 'What of GitHub Packages stays and what goes, for the Package Retention action.',
    ...policyShape.schema
  }
}
