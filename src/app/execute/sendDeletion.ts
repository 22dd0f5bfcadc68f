import { endsRun, failureOf } from '../../domain/failure.js'
import type { StepResult } from '../../domain/outcome.js'
import type { ExecutionContext } from '../executionContext.js'
import type { ChangeResult } from '../ports.js'

/**
 * Sends a deletion whose intent is written, and writes its outcome. Throws `Failure`; one that ends the run is `deferred` in
 * the receipt.
 */
export async function sendDeletion(
  { ports, journal, stopState }: ExecutionContext,
  entry: number,
  send: () => Promise<ChangeResult>
): Promise<StepResult> {
  let end: StepResult
  try {
    end = await send()
    if (end.kind === 'done') end = { ...end, at: ports.clock.now() }
  } catch (error) {
    const failure = failureOf(error)
    if (endsRun(failure)) stopState.stop(failure)
    const later = endsRun(failure) ? stopState.reason() : undefined
    await journal.outcome(entry, later === undefined ? 'failed' : 'deferred', later ?? failure.message)
    throw failure
  }
  await journal.outcome(entry, end.kind, end.message)
  return end
}
