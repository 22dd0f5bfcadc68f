import { endsRun, type Failure, failureOf } from '../domain/failure.js'
import type { Owner } from '../domain/package.js'
import type { Step } from '../domain/plan.js'
import type { Policy } from '../domain/policy.js'
import type { Journal } from './journal.js'
import type { Ports } from './ports.js'

/** Whatever a change to a package needs. */
export interface ExecutionContext {
  readonly ports: Ports
  readonly owner: Owner
  readonly policy: Policy
  /** The one time of the plan, milliseconds. */
  readonly now: number
  readonly journal: Journal
  /** Deletions in flight in one package. */
  readonly concurrency: number
  readonly stopState: StopState
  readonly hourlyBudget: HourlyBudget
}

/** How the requests of the hour are spent. */
export interface HourlyBudget {
  /** Steps for which the hour has no requests left; the next run plans them again. */
  readonly later: ReadonlySet<Step>
  /** Why, for their outcomes and the log. */
  readonly why: string
  /** Requests that the final checks need at most: deletions leave them alone. */
  readonly reserve: number
}

/** Remembers the first failure that every other step would meet too; after it nothing new begins. */
export interface StopState {
  /** Why nothing new may begin; `undefined` while the run may go on. */
  reason(): string | undefined
  stop(failure: Failure): void
  readonly failure: Failure | undefined
}

/** With a `journal`, the run also stops where it cannot be written any more. */
export function createStopState({ stop }: Pick<Ports, 'stop'>, journal?: Pick<Journal, 'failure'>): StopState {
  let first: Failure | undefined
  const state: StopState = {
    // A request that a cancellation ended would give another reason.
    reason: () => (stop.signal.aborted ? (stop.reason ?? 'the run was stopped') : state.failure?.message),
    stop(failure) {
      first ??= failure
    },
    get failure() {
      return first ?? journal?.failure
    }
  }
  return state
}

/** The stop state of one package in a run: a right that is missing there stops neither the run nor the other packages. */
export function forPackage(run: StopState): StopState {
  let first: Failure | undefined
  return {
    reason: () => run.reason() ?? first?.message,
    stop(failure) {
      if (endsRun(failure)) run.stop(failure)
      else first ??= failure
    },
    get failure() {
      return run.failure ?? first
    }
  }
}

/** Saves the manifests for the next run. A failure is only a warning. */
export async function saveCache({ manifests, console }: Ports): Promise<void> {
  try {
    await manifests.close()
  } catch (error) {
    console.warning(`The cache of manifests could not be saved: ${failureOf(error).message}`)
  }
}
