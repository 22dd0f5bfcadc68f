import type { InputSpec } from './inputSpec.js'

const PRUNE = ['prune', 'explain'] as const

/** What is deleted, what is kept, and what guards both: nearly all of it can be said by a policy document instead. */
export const RETENTION_INPUTS = [
  {
    name: 'match',
    description:
      "Names (tags, version strings) that may be deleted, as patterns: a glob, a `/regular expression/`, `semver:` and a range, `!` and an exclusion; one a line or separated by commas. `'*'`: every name.",
    descriptionOf: { restore: 'Names to restore, as patterns.' },
    kind: 'patterns',
    operations: ['prune', 'explain', 'restore'],
    group: 'retention',
    retention: true
  },
  {
    name: 'match-branch',
    description:
      'Names that belong to one branch or pull request and may be deleted. It is taken literally, as image tags write it: `feature/x` is `feature-x` and `feature-x-0a1b2c3`. In place of `match`.',
    kind: 'text',
    operations: PRUNE,
    group: 'retention',
    retention: true
  },
  {
    name: 'match-prerelease',
    description:
      'Only prereleases (`true`), only releases (`false`), or only prereleases whose release exists (`superseded`) may be deleted: of the names of `match`, else of all.',
    kind: 'choice',
    choices: ['true', 'false', 'superseded'],
    operations: PRUNE,
    declaredBy: [],
    group: 'retention',
    retention: true
  },
  {
    name: 'delete-untagged',
    description:
      'Containers: delete untagged images that nothing kept refers to, and signatures whose image does not exist any more.',
    default: 'false',
    kind: 'boolean',
    operations: PRUNE,
    group: 'retention',
    retention: true
  },
  {
    name: 'version-ids',
    description: 'Delete exactly these version ids or digests of one package. In place of `match`.',
    descriptionOf: { restore: 'Version ids or digests of one package to restore.' },
    kind: 'list',
    operations: ['prune', 'restore'],
    group: 'retention',
    retention: true
  },
  {
    name: 'keep',
    description: 'Names to keep in any case, as patterns or image references.',
    kind: 'patterns',
    operations: PRUNE,
    group: 'retention',
    retention: true
  },
  {
    name: 'names-from',
    description:
      'Files that list what to keep in any case: a name, an image reference or a digest a line, such as what `kubectl` prints, or what a restore brought back.',
    kind: 'paths',
    operations: PRUNE,
    group: 'retention',
    retention: true
  },
  {
    name: 'keep-latest',
    description: 'Keep the container tag `latest`, and every npm version that a dist-tag points at.',
    default: 'true',
    kind: 'boolean',
    operations: PRUNE,
    declaredBy: [],
    group: 'retention',
    retention: true
  },
  {
    name: 'keep-last',
    description:
      'Of the names that are selected, keep the newest N. An image counts once, with its platforms and signatures.',
    kind: 'integer',
    minimum: 0,
    operations: PRUNE,
    group: 'retention',
    retention: true
  },
  {
    name: 'keep-last-untagged',
    description: 'Of the untagged images, keep the newest N. Needs `delete-untagged`.',
    kind: 'integer',
    minimum: 0,
    operations: PRUNE,
    group: 'retention',
    retention: true
  },
  {
    name: 'keep-within',
    description: 'Of what is selected, keep what is younger than this: `12h`, `30d`, `6mo`, `1y`.',
    kind: 'duration',
    operations: PRUNE,
    group: 'retention',
    retention: true
  },
  {
    name: 'partial-tags',
    description:
      'Tags that may be deleted, on a version that another tag keeps: `keep` them, or `untag` (remove) them.',
    default: 'keep',
    kind: 'choice',
    choices: ['keep', 'untag'],
    operations: PRUNE,
    declaredBy: [],
    group: 'retention',
    retention: true
  },
  {
    name: 'grace-period',
    description: 'Untagged images younger than this are never deleted: a push may be in flight.',
    default: '1d',
    kind: 'duration',
    operations: PRUNE,
    declaredBy: [],
    group: 'safety',
    retention: true
  },
  {
    name: 'min-keep',
    description: 'At least this many named units are left in a package.',
    default: '1',
    kind: 'integer',
    minimum: 0,
    operations: PRUNE,
    declaredBy: [],
    group: 'safety',
    retention: true
  },
  {
    name: 'on-empty',
    description:
      'If every unit of a package would be deleted: `keep` the newest, or `delete-package` (delete the package itself).',
    default: 'keep',
    kind: 'choice',
    choices: ['keep', 'delete-package'],
    operations: PRUNE,
    declaredBy: [],
    group: 'safety',
    retention: true
  },
  {
    name: 'max-delete',
    description:
      'The most units that a run may delete in a package: `50` units, or `50%` of them. If the plan deletes more, nothing is deleted there and the run fails, a dry run too. `100%` lifts it.',
    actionDefault: '50%',
    kind: 'limit',
    operations: PRUNE,
    group: 'safety',
    retention: true
  },
  {
    name: 'delete-limit',
    description: 'At most this many versions are deleted in one run, the oldest first; the next run deletes the rest.',
    kind: 'integer',
    minimum: 1,
    operations: PRUNE,
    group: 'safety',
    retention: true
  },
  {
    name: 'unreadable-is-empty',
    description:
      'Digests of manifests that nobody can read and that refer to nothing. The warning about such a manifest prints this line.',
    kind: 'list',
    operations: PRUNE,
    declaredBy: [],
    group: 'safety',
    retention: true
  },
  {
    name: 'hold-file',
    description: 'File of restored versions, written by a restore: they are kept for 30 days after it.',
    descriptionOf: { restore: 'File to write the restored versions to, so that a prune keeps them for 30 days.' },
    kind: 'path',
    operations: ['prune', 'apply', 'restore'],
    group: 'safety'
  }
] as const satisfies readonly InputSpec[]
