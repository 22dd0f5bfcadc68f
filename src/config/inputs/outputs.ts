export interface OutputSpec {
  readonly name: string
  /** A sentence or two, for action.yml and the README. */
  readonly description: string
}

/** Every output, once. Counts are of versions unless they say tags; in a dry run only `planned-count` and `kept-count` are above 0. */
export const OUTPUTS = [
  { name: 'planned-count', description: 'Versions that the plan deletes; for `restore`, versions to bring back.' },
  { name: 'deleted-count', description: 'Versions that are deleted now because of this run.' },
  { name: 'removed-tags-count', description: 'Tags that this run took off versions that it keeps.' },
  { name: 'kept-count', description: 'Versions that the plan keeps.' },
  { name: 'restored-count', description: 'Versions that this run brought back.' },
  { name: 'refused-count', description: 'Versions that GitHub refused to delete. This does not fail the run.' },
  {
    name: 'deferred-count',
    description:
      'Versions left for the next run: by `delete-limit`, by the time or request limits, or because the run was cancelled.'
  },
  { name: 'failed-count', description: 'Versions that could not be deleted or restored; above 0 the run fails.' },
  { name: 'changed', description: '`true` if this run changed anything, else `false`.' },
  { name: 'plan-file', description: 'Path of the plan (JSON), dry run or not; input of `operation: apply`.' },
  {
    name: 'receipt-file',
    description: 'Path of the receipt (JSON Lines), set before the first deletion; input of `operation: restore`.'
  },
  { name: 'report-file', description: 'Path of the report: one HTML page that needs no network.' },
  { name: 'summary', description: 'Counts for each package, planned ones too, as JSON of bounded size.' },
  { name: 'deleted', description: 'Names of what was deleted, as a JSON list of bounded size.' },
  {
    name: 'matrix',
    description: '`operation: packages`: what is selected, as a JSON object for `strategy.matrix`.'
  }
] as const satisfies readonly OutputSpec[]

export type OutputName = (typeof OUTPUTS)[number]['name']
