import type { Failure } from '../../domain/failure.js'
import type { Owner } from '../../domain/package.js'
import type { Policy } from '../../domain/policy.js'
import type { Journal } from '../journal.js'
import type { Ports } from '../ports.js'
import type { Spending } from './hourlyBudget.js'

/** What every change of a run needs. */
export interface Execution {
  readonly ports: Ports
  readonly owner: Owner
  readonly policy: Policy
  /** The one time of the plan, milliseconds. */
  readonly now: number
  readonly journal: Journal
  /** Deletions in flight in one package. */
  readonly concurrency: number
  readonly halt: Halt
  readonly spending: Spending
}

/** The first trouble that no other step will escape; from then on nothing new begins. */
export interface Halt {
  /** Why nothing new may begin; `undefined`: go on. */
  why(): string | undefined
  stop(failure: Failure): void
  readonly failure: Failure | undefined
}

export function createHalt(ports: Pick<Ports, 'stop'>): Halt {
  let failure: Failure | undefined
  return {
    // A request that cancelling ends would give its own words for it.
    why: () => (ports.stop.signal.aborted ? (ports.stop.reason ?? 'the run was stopped') : failure?.message),
    stop(first) {
      failure ??= first
    },
    get failure() {
      return failure
    }
  }
}
