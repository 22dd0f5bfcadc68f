import { grouped } from '../../domain/grouped.js'
import type { Outcome, OutcomeKind, StepResult } from '../../domain/outcome.js'
import type { DeleteStep } from '../../domain/plan.js'
import { labelOf } from '../../report/text/naming.js'
import { OUTCOME_TEXT } from '../../report/text/outcomeText.js'

/** After these outcomes the version is not there any more, so the next step may begin. */
const GONE: ReadonlySet<OutcomeKind> = new Set(['done', 'already-gone'])

/**
 * Runs deletions at most `limit` at a time, each only after every step in its `after` succeeded; where one did not, the step
 * is `blocked`. A step that becomes ready is the next to run, so that a unit is finished before another is begun.
 */
export async function runSteps(
  steps: readonly DeleteStep[],
  limit: number,
  work: (step: DeleteStep) => Promise<StepResult>
): Promise<readonly Outcome[]> {
  const ended = new Map<number, Outcome>()
  const byId = new Map(steps.map((step) => [step.version.id, step]))
  const waits = new Map<DeleteStep, number>()
  const ready: DeleteStep[] = []
  const edges = steps.flatMap((step) => step.after.filter((id) => byId.has(id)).map((id) => ({ id, step })))
  const dependents = grouped(edges, ({ id }) => id)
  for (const { step } of edges) waits.set(step, (waits.get(step) ?? 0) + 1)
  for (const step of steps.toReversed()) if (!waits.has(step)) ready.push(step)

  const finish = (step: DeleteStep, end: StepResult): void => {
    ended.set(step.version.id, { step, ...end })
    for (const { step: next } of (dependents.get(step.version.id) ?? []).toReversed()) {
      const left = (waits.get(next) ?? 0) - 1
      waits.set(next, left)
      if (left === 0) ready.push(next)
    }
  }
  await new Promise<void>((resolve, reject) => {
    let active = 0
    const pump = (): void => {
      for (let step = ready.at(-1); active < limit && step !== undefined; step = ready.at(-1)) {
        const next = step
        ready.pop()
        const stuck = next.after.map((id) => ended.get(id)).find((before) => before && !GONE.has(before.kind))
        if (stuck !== undefined) {
          finish(next, blockedBy(stuck))
          continue
        }
        active++
        work(next).then((end) => {
          active--
          finish(next, end)
          pump()
        }, reject)
      }
      if (active === 0) resolve()
    }
    pump()
  })
  return steps.flatMap((step) => ended.get(step.version.id) ?? [])
}

function blockedBy({ step, kind }: Outcome): StepResult {
  const what = step.kind === 'delete' ? labelOf(step.version) : ''
  // The steps that wait for a deferred one are deferred, too: nothing has failed.
  if (kind === 'deferred') return { kind: 'deferred', message: `waits for ${what}` }
  return { kind: 'blocked', message: `${what}, which owns it, was not deleted (${OUTCOME_TEXT[kind]})` }
}
