import type { InputSpec } from './inputSpec.js'

const PRUNE = ['prune'] as const

/** What goes, what stays, and what guards both: nearly all of it can be said by a policy document instead. */
export const RETENTION_INPUTS = [
  {
    name: 'match',
    description:
      'Names (tags, version strings) that may go, as patterns: a glob, a `/regular expression/`, `semver:` and a range, `!` and an exclusion; one a line or separated by commas. When restoring: names to bring back. Default: all names, if `match-prerelease` or a `keep-*` is given.',
    kind: 'patterns',
    operations: ['prune', 'restore'],
    group: 'retention',
    retention: true
  },
  {
    name: 'match-prerelease',
    description:
      'Only prereleases (`true`), only releases (`false`), or only prereleases whose release exists (`superseded`). Default: not considered.',
    kind: 'choice',
    choices: ['true', 'false', 'superseded'],
    operations: PRUNE,
    group: 'retention',
    retention: true
  },
  {
    name: 'keep',
    description: 'Names that always stay, as patterns.',
    kind: 'patterns',
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
    group: 'retention',
    retention: true
  },
  {
    name: 'keep-last',
    description: 'Keep the newest N units. A container image counts once, with its platforms and signatures.',
    kind: 'integer',
    minimum: 0,
    operations: PRUNE,
    group: 'retention',
    retention: true
  },
  {
    name: 'keep-within',
    description: 'Keep what is younger than this, untagged units too: `12h`, `30d`, `6mo`, `1y`.',
    kind: 'duration',
    operations: PRUNE,
    group: 'retention',
    retention: true
  },
  {
    name: 'delete-untagged',
    description: 'Containers: remove untagged units that nothing kept refers to, orphaned signatures included.',
    default: 'false',
    kind: 'boolean',
    operations: PRUNE,
    group: 'retention',
    retention: true
  },
  {
    name: 'version-ids',
    description:
      'Exactly these version ids or digests, of exactly one package. Not together with `match`, `match-prerelease`, `keep-last` or `keep-within`.',
    kind: 'list',
    operations: ['prune', 'restore'],
    group: 'retention',
    retention: true
  },
  {
    name: 'partial-tags',
    description:
      'Tags that may go on a version that stays because of another tag: `keep` them or `untag` (remove) them.',
    default: 'keep',
    kind: 'choice',
    choices: ['keep', 'untag'],
    operations: PRUNE,
    group: 'retention',
    retention: true
  },
  {
    name: 'grace-period',
    description: 'Untagged units younger than this are never touched: a push may be in flight.',
    default: '1d',
    kind: 'duration',
    operations: PRUNE,
    group: 'safety',
    retention: true
  },
  {
    name: 'min-keep',
    description: 'Never leave fewer named units than this in a package.',
    default: '1',
    kind: 'integer',
    minimum: 0,
    operations: PRUNE,
    group: 'safety',
    retention: true
  },
  {
    name: 'max-delete',
    description:
      "Fuse: `50` units or `25%` of the package's units. Above it nothing is deleted there and the run fails, in a dry run too.",
    kind: 'fuse',
    operations: PRUNE,
    group: 'safety',
    retention: true
  },
  {
    name: 'delete-limit',
    description: 'Budget of versions for one run, oldest first, whole units; the rest goes next time.',
    kind: 'integer',
    minimum: 1,
    operations: PRUNE,
    group: 'safety',
    retention: true
  },
  {
    name: 'unreadable-is-empty',
    description:
      'Digests of manifests that nobody can read and that own nothing. Without this nothing is deleted beside them; the message prints the line to add.',
    kind: 'list',
    operations: PRUNE,
    group: 'safety',
    retention: true
  },
  {
    name: 'hold-file',
    description:
      'File of restored versions that a prune must leave alone. `restore` writes it, `prune` and `apply` honour it.',
    kind: 'path',
    operations: ['prune', 'apply', 'restore'],
    group: 'safety'
  }
] as const satisfies readonly InputSpec[]
