import type { OutcomeKind } from '../../domain/outcome.js'

/** An outcome in a word or two, for a table. */
export const OUTCOME_TEXT: Readonly<Record<OutcomeKind, string>> = {
  done: 'done',
  'already-gone': 'already deleted',
  changed: 'skipped: changed',
  'refused-downloads': 'refused: downloads',
  'refused-last': 'refused: last one',
  blocked: 'skipped: a step before it did not succeed',
  deferred: 'deferred',
  restored: 'restored',
  failed: 'failed'
}
