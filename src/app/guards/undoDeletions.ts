import type { Outcome, StepResult } from '../../domain/outcome.js'
import type { PackageRef } from '../../domain/package.js'
import type { Notice, Step } from '../../domain/plan.js'
import { createStopState, type ExecutionContext, type StopState } from '../executionContext.js'
import { subjectsOf } from '../restore/restoreOrder.js'
import { restoreVersions } from '../restore/restoreVersions.js'
import type { DeletionCheck } from './verifyDeletions.js'

export interface UndoneDeletions {
  /** The results of deletions that were undone or that could not be undone. */
  readonly ended: ReadonlyMap<Step, StepResult>
  readonly notices: readonly Notice[]
}

const AGAIN = 'it is still there: somebody restored it, or GitHub did not carry out the deletion'

/** Restores what the final check found to be needed, in the reverse order of the deletions, with its tags. */
export async function undoDeletions(
  run: ExecutionContext,
  ref: PackageRef,
  outcomes: readonly Outcome[],
  { needed, again, active, deleted }: DeletionCheck
): Promise<UndoneDeletions> {
  const { ports, owner, journal } = run
  const listed = new Map(deleted.map((version) => [version.id, version]))
  // The reverse of the order of deletion.
  const steps = outcomes
    .flatMap(({ step, kind }) => {
      const deleted = kind === 'done' || kind === 'already-gone'
      return step.kind === 'delete' && deleted && needed.has(step.version.id) ? [step] : []
    })
    .toReversed()
  const wanted = steps.map(({ version, children }) => {
    const is = listed.get(version.id) ?? version
    return { version: is, children, subjects: subjectsOf(is) }
  })
  const restoring = { ports, owner, journal, stopState: untilKilled(run), dryRun: false, reason: 'closing-check' }
  const items = await restoreVersions(restoring, ref, wanted, active)
  const ended = new Map<Step, StepResult>()
  const notices: Notice[] = []
  const warn = (message: string): number => notices.push({ level: 'warning', message })
  for (const { step } of outcomes)
    if (step.kind === 'delete' && again.has(step.version.id)) ended.set(step, { kind: 'changed', message: AGAIN })
  for (const step of steps) {
    const { id, name } = step.version
    const why = needed.get(id) ?? ''
    const ofVersion = items.filter(({ version }) => version?.id === id)
    const [first] = ofVersion
    if (first?.kind === 'already-active') {
      ended.set(step, { kind: 'changed', message: `somebody restored it: ${why}` })
      continue
    }
    if (first?.kind !== 'restored') {
      ended.set(step, { kind: 'done', message: `${why}, and it could not be restored` })
      warn(`${name}: ${why}, and could not be restored: ${first?.message}`)
      continue
    }
    ended.set(step, { kind: 'restored', message: why })
    // A tag that names something else now is a conflict, and was not lost by the deletion.
    const lost = ofVersion.find(({ kind }) => kind === 'failed' || kind === 'deferred' || kind === 'expired')
    warn(
      lost === undefined
        ? `${name} was restored: ${why}`
        : `${name}: ${why}, and could not be restored with all its tags: ${lost.message}`
    )
  }
  return { ended, notices }
}

/** Only a cancellation or a failure of its own stops an undo: not the time limit, nor whatever stopped the deletions. */
function untilKilled({ ports: { stop } }: ExecutionContext): StopState {
  const { cancelled } = stop
  return createStopState({
    stop: {
      signal: cancelled,
      cancelled,
      get reason() {
        return stop.reason
      }
    }
  })
}
