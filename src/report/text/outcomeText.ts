import type { OutcomeKind } from '../../domain/outcome.js'

/** An outcome in a word or two, for a table. */
export function outcomeText(kind: OutcomeKind): string {
  switch (kind) {
    case 'done':
      return 'done'
    case 'already-gone':
      return 'already deleted'
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
