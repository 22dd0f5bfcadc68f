import type { InputSpec } from './inputSpec.js'

const PRUNE = ['prune', 'explain'] as const

/** The inputs that a policy document replaces: they select, keep and limit. */
export const RETENTION_INPUTS = [
  {
    name: 'match',
    description:
      "Names (tags, version strings) that may be deleted: globs, `/regular expressions/`, ranges (`semver:<2`) and exclusions (`!v*`), one a line or separated by commas. `'*'` is every name.",
    descriptionOf: { restore: 'Names to restore, as patterns.' },
    kind: 'patterns',
    operations: ['prune', 'explain', 'restore'],
    group: 'retention'
  },
  {
    name: 'match-branch',
    description:
      'A branch or pull request whose names may be deleted. `feature/x` is `feature-x` and `feature-x-0a1b2c3`. In place of `match`.',
    kind: 'text',
    operations: PRUNE,
    group: 'retention'
  },
  {
    name: 'match-prerelease',
    description:
      'Only prereleases (`true`), only releases (`false`), or only prereleases whose release exists (`superseded`) may be deleted: of the names of `match`, else of all.',
    kind: 'choice',
    choices: ['true', 'false', 'superseded'],
    operations: PRUNE,
    declaredBy: [],
    group: 'retention'
  },
  {
    name: 'delete-untagged',
    description:
      'Containers: delete untagged images that nothing kept needs, and orphans: signatures whose image does not exist any more.',
    default: 'false',
    kind: 'boolean',
    operations: PRUNE,
    group: 'retention'
  },
  {
    name: 'version-ids',
    description: 'Delete exactly these version ids or digests of one package. In place of `match`.',
    descriptionOf: { restore: 'Version ids or digests of one package to restore.' },
    kind: 'list',
    operations: ['prune', 'explain', 'restore'],
    group: 'retention'
  },
  {
    name: 'keep',
    description: 'Names to keep in any case, as patterns or image references.',
    kind: 'patterns',
    operations: PRUNE,
    group: 'retention'
  },
  {
    name: 'names-from',
    description:
      'Files that list what to keep in any case: names, image references or digests, such as `kubectl` prints.',
    kind: 'paths',
    operations: PRUNE,
    group: 'retention'
  },
  {
    name: 'keep-latest',
    description: 'Keep the container tag `latest`, and every npm version that a dist-tag points at.',
    default: 'true',
    kind: 'boolean',
    operations: PRUNE,
    declaredBy: [],
    group: 'retention'
  },
  {
    name: 'keep-last',
    description:
      'Keep the newest N of the names that are selected. An image counts once, with its platforms and signatures.',
    kind: 'integer',
    minimum: 0,
    operations: PRUNE,
    group: 'retention'
  },
  {
    name: 'keep-last-untagged',
    description: 'Keep the newest N untagged images. Needs `delete-untagged`.',
    kind: 'integer',
    minimum: 0,
    operations: PRUNE,
    group: 'retention'
  },
  {
    name: 'keep-within',
    description: 'Keep what is younger than this: `12h`, `30d`, `6mo`, `1y`.',
    kind: 'duration',
    operations: PRUNE,
    group: 'retention'
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
    group: 'retention'
  },
  {
    name: 'grace-period',
    description: 'Untagged images younger than this are kept: their push may still be running.',
    default: '1d',
    kind: 'duration',
    operations: PRUNE,
    declaredBy: [],
    group: 'safety'
  },
  {
    name: 'min-keep',
    description: 'At least this many named units are left in a package.',
    default: '1',
    kind: 'integer',
    minimum: 0,
    operations: PRUNE,
    declaredBy: [],
    group: 'safety'
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
    group: 'safety'
  },
  {
    name: 'max-delete',
    description:
      'At most `50` units, or `50%` of the units of a package. If the plan deletes more, nothing is deleted in that package and the run fails, a dry run too.',
    actionDefault: '50%',
    kind: 'limit',
    operations: PRUNE,
    group: 'safety'
  },
  {
    name: 'delete-limit',
    description: 'At most this many versions are deleted in one run, the oldest first. The next run continues.',
    kind: 'integer',
    minimum: 1,
    operations: PRUNE,
    group: 'safety'
  },
  {
    name: 'unreadable-is-empty',
    description:
      'Digests of manifests that nobody can read and that refer to nothing. The warning about such a manifest prints this line.',
    kind: 'list',
    operations: PRUNE,
    declaredBy: [],
    group: 'safety'
  }
] as const satisfies readonly InputSpec[]
