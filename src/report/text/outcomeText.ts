import type { OutcomeKind, Report } from '../../domain/outcome.js'

/** An outcome in a word or two, for a table. */
export function outcomeText(kind: OutcomeKind): string {
  switch (kind) {
    case 'done':
      return 'done'
    case 'already-gone':
      return 'gone already'
    case 'changed':
      return 'skipped: changed'
    case 'refused-downloads':
      return 'refused: downloads'
    case 'refused-last':
      return 'refused: last one'
    case 'blocked':
      return 'skipped: a step before it did not succeed'
    case 'deferred':
      return 'deferred'
    case 'restored':
      return 'restored'
    case 'failed':
      return 'failed'
  }
}

/** Of the versions that the plan lets go: `would go` in a dry run, and where `max-delete` stops the package. */
export function goesText({ dryRun, packages }: Pick<Report, 'dryRun' | 'packages'>): string {
  const stopped = packages.filter(({ plan }) => (plan?.violations.length ?? 0) > 0).length
  if (dryRun) return 'would go'
  if (stopped === 0) return 'goes'
  return packages.some(({ plan }) => plan !== undefined && plan.steps.length > 0) ? 'goes or would go' : 'would go'
}
