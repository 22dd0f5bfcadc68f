import { DIGEST } from '../../domain/manifest.js'
import { isTimezone } from '../../pattern/calendar.js'
import { splitPatterns } from '../../pattern/names.js'
import { checkPattern } from '../../pattern/patterns.js'
import { type InputName, inputSpec } from '../inputs/inputs.js'
import { LOGIN } from '../inputs/values.js'
import { quote } from '../problem.js'
import { contradictions, duplicateRules } from './contradictions.js'
import { duration, patterns, ruleShape } from './ruleShape.js'
import { choice, flag, integer, text } from './scalarShape.js'
import {
  checked,
  either,
  type JsonSchema,
  type Key,
  list,
  mapped,
  needed,
  object,
  optional,
  parsed,
  type Read,
  type Shape
} from './shape.js'

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

export const protectShape = object(
  {
    names: optional(patterns(0), 'Names and digests that fit these patterns.'),
    'names-from': optional(
      text('the path of a file'),
      'What a file lists: a name, pattern or digest a line; the plan shows the `# reason` behind it.'
    ),
    'dist-tags': optional(flag(), 'npm: versions that a dist-tag points at.', '`true`'),
    releases: optional(
      flag(),
      'Names that have a GitHub Release in the linked repository, with or without a leading `v`.',
      '`false`'
    ),
    branches: optional(flag(), 'Names equal to a branch of the linked repository.', '`false`'),
    'open-pull-requests': optional(
      openPullRequests,
      'Names of open pull requests of the linked repository: a pattern with `{number}` in it.'
    )
  },
  { expects: 'an object of protections' }
)

/** A key that says what the input of its name says. */
function asInput<T>(name: InputName, shape: Shape<T>): Key<T, false> {
  const { description, default: otherwise } = inputSpec(name)
  return optional(shape, description, otherwise && `\`${otherwise}\``)
}

/** The policy document: every key, what it may hold, and what it means. */
export const policyShape = object(
  {
    version: needed(choice([1]), 'Version of this format: `1`.'),
    timezone: optional(
      timezone,
      'Of calendar buckets, months and years: an IANA name such as `Europe/Berlin`.',
      '`UTC`'
    ),
    owner: optional(
      text('a user or organization', LOGIN),
      'User or organization that the packages belong to.',
      'the owner of the repository'
    ),
    timestamp: optional(
      choice(['updated_at', 'created_at']),
      'The time of a unit: `created_at`, or `updated_at`, the later of both.',
      '`updated_at`'
    ),
    'grace-period': asInput('grace-period', duration),
    'min-keep': asInput('min-keep', integer(0)),
    'max-delete': asInput('max-delete', fuse),
    'delete-limit': asInput('delete-limit', integer(1)),
    'partial-tags': asInput('partial-tags', choice(['keep', 'untag'])),
    'on-empty': optional(
      choice(['keep', 'delete-package']),
      'Where every unit of a package would go: `keep` what `min-keep` says, or `delete-package`.',
      '`keep`'
    ),
    'unreadable-is-empty': asInput(
      'unreadable-is-empty',
      list(text('a digest: sha256: and 64 lower-case hexadecimal digits', DIGEST), 0, 'digests')
    ),
    protect: optional(
      either(
        mapped(patterns(0), (names): Read<typeof protectShape> => ({ names })),
        protectShape
      ),
      'What always stays, whatever the rules say: patterns on names and digests, or an object for more.'
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
