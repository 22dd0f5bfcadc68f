import type { Operation } from './inputSpec.js'

export interface OutputSpec {
  readonly name: string
  /** A sentence or two, for the action files and the README. */
  readonly description: string
  readonly operations: readonly Operation[]
}

const CHANGES = ['prune', 'apply', 'restore'] as const
const DELETES = ['prune', 'apply'] as const

/** Every output, once. Counts are of versions; in a dry run only `planned-count` and `kept-count` are above 0. */
export const OUTPUTS = [
  {
    name: 'planned-count',
    description: 'Versions that the plan deletes; for `restore`, versions to restore.',
    operations: CHANGES
  },
  { name: 'deleted-count', description: 'Versions that this run deleted.', operations: DELETES },
  {
    name: 'removed-tags-count',
    description: 'Tags that this run removed from versions that it keeps.',
    operations: DELETES
  },
  { name: 'kept-count', description: 'Versions that the plan keeps.', operations: DELETES },
  { name: 'restored-count', description: 'Versions that this run restored.', operations: CHANGES },
  {
    name: 'refused-count',
    description: 'Versions that GitHub refused to delete. Does not fail the run.',
    operations: DELETES
  },
  {
    name: 'deferred-count',
    description: 'Versions that are left for the next run.',
    operations: DELETES
  },
  {
    name: 'failed-count',
    description: 'Versions that could not be deleted or restored. Above 0 the run fails.',
    operations: CHANGES
  },
  { name: 'changed', description: '`true` if this run changed anything, else `false`.', operations: CHANGES },
  {
    name: 'plan-file',
    description: 'Path of the plan, for `apply`.',
    operations: ['prune']
  },
  {
    name: 'receipt-file',
    description: 'Path of the receipt, for `restore`. It is set before the first deletion.',
    operations: CHANGES
  },
  { name: 'report-file', description: 'Path of the report page.', operations: CHANGES },
  { name: 'summary', description: 'Counts for each package, as JSON of bounded size.', operations: CHANGES },
  {
    name: 'deleted',
    description: 'Names of the deleted versions, as a JSON list of bounded size.',
    operations: DELETES
  },
  {
    name: 'matrix',
    description: 'The selected packages, as a JSON object for `strategy.matrix`.',
    operations: ['packages']
  }
] as const satisfies readonly OutputSpec[]
