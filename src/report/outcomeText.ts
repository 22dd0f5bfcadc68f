import type { OutcomeKind } from '../domain/outcome.js'

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
      return 'skipped: waits'
    case 'deferred':
      return 'deferred'
    case 'restored':
      return 'restored'
    case 'failed':
      return 'failed'
  }
}
