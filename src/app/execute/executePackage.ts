import type { Failure } from '../../domain/failure.js'
import { endsRun, failureOf } from '../../domain/failure.js'
import type { Inventory } from '../../domain/inventory.js'
import type { Outcome, OutcomeKind, StepResult } from '../../domain/outcome.js'
import type { PackageRef } from '../../domain/package.js'
import type { DeleteStep, Notice, PackagePlan, Step } from '../../domain/plan.js'
import { changeOf, recheck } from '../../policy/plan/recheck.js'
import { outcomeLine } from '../../report/text/planLog.js'
import type { ExecutionContext } from '../executionContext.js'
import { watchDistTags } from '../guards/distTags.js'
import { createLastLook } from '../guards/lastLook.js'
import { watchPushes } from '../guards/newPushes.js'
import { undoDeletions } from '../guards/undoDeletions.js'
import { type Before, verifyDeletions } from '../guards/verifyDeletions.js'
import type { Objection } from '../ports.js'
import { progressOf } from '../progress.js'
import { manifestReader } from '../survey/readManifests.js'
import { createVersionDeleter } from './deleteVersion.js'
import { sendDeletion } from './sendDeletion.js'
import { runSteps } from './stepQueue.js'
import { untagStep } from './untagStep.js'

export interface Executed {
  readonly outcomes: readonly Outcome[]
  readonly notices: readonly Notice[]
  /** A right that is missing in this package. */
  readonly failure?: Failure
}

/**
 * Executes the steps of one package in order and decides nothing. It reads the list again, skips versions that changed, reads
 * each version once more right before its deletion, and a final check restores what came into use at the last moment.
 * Never throws: failures are in what it returns and in `run.stopState`.
 */
export async function executePackage(run: ExecutionContext, plan: PackagePlan, known: Inventory): Promise<Executed> {
  const ref = plan.package
  const outcomes = new Map<Step, StepResult>()
  const notices: Notice[] = []
  const { later, why: whyLater } = run.hourlyBudget
  for (const step of plan.steps) if (later.has(step)) outcomes.set(step, { kind: 'deferred', message: whyLater })
  const due = plan.steps.filter((step) => !later.has(step))
  let refused: Failure | undefined
  try {
    const deletes = due.filter((step) => step.kind === 'delete')
    if (deletes.length > 0 && run.stopState.reason() === undefined) {
      const readAt = run.ports.clock.now()
      const fresh = await readAgain(run, plan, known)
      const watched = run.policy.protect.distTags !== false
      const distTags = watchDistTags(run.ports, ref, watched, fresh.inUse.distTags)
      const against = recheck(plan, run.policy, fresh, run.now)
      const wanted = deletes.map(({ version }) => version).filter(({ id }) => !against.has(id))
      const lastLook = createLastLook(run, ref, fresh.versions, wanted)
      const guards = [distTags, watchPushes(run, ref, fresh, lastLook)]
      const remove = createVersionDeleter(run, ref, { fresh, against, guards, lastLook }, (failure) => {
        refused ??= failure
      })
      const ended = await runSteps(deletes, run.concurrency, countedBy(run, ref, deletes.length, remove))
      for (const { step, ...end } of ended) outcomes.set(step, end)
      await verify({ fresh, readAt, distTags }, ended)
    }
    for (const step of due) {
      if (step.kind === 'untag') outcomes.set(step, await untagStep(run, ref, step))
      if (step.kind === 'delete-package') outcomes.set(step, await deleteWhole(run, plan))
    }
  } catch (error) {
    const failure = failureOf(error)
    if (endsRun(failure)) run.stopState.stop(failure)
    else refused ??= failure
  }
  const why = run.stopState.reason() ?? refused?.message ?? 'not begun'
  const left: StepResult = { kind: run.stopState.reason() === undefined ? 'failed' : 'deferred', message: why }
  const all = plan.steps.map((step): Outcome => ({ step, ...(outcomes.get(step) ?? left) }))
  await run.journal.skip(ref, all)
  return { outcomes: all, notices, ...(refused !== undefined && { failure: refused }) }

  async function verify(before: Before, ended: readonly Outcome[]): Promise<void> {
    if (!ended.some(({ kind }) => kind === 'done')) return
    const unmade = (why: string): void => {
      const message = `The final check could not run (${why}). Run the action again to verify the result.`
      notices.push({ level: 'warning', message })
    }
    const { stop } = run.ports
    if (stop.cancelled.aborted) return unmade(stop.reason ?? 'cancelled')
    try {
      const check = await verifyDeletions(run, ref, before, ended)
      for (const notice of check.notices) notices.push(notice)
      if (check.needed.size === 0 && check.again.size === 0) return
      const undone = await undoDeletions(run, ref, ended, check)
      for (const [step, end] of undone.ended) outcomes.set(step, end)
      for (const notice of undone.notices) notices.push(notice)
    } catch (error) {
      unmade(failureOf(error).message)
    }
  }
}

/** The facts as they are now. Manifests never change: only those of new versions are read. */
async function readAgain(run: ExecutionContext, plan: PackagePlan, known: Inventory): Promise<Inventory> {
  const { ports, owner, policy } = run
  const versions = await ports.packages.listVersions(owner, plan.package, 'active')
  const ids = new Set(known.versions.map(({ id }) => id))
  const watched = plan.package.type === 'npm' && policy.protect.distTags
  // If they cannot be read again, the dist-tags that were read before, or their stand-ins, still protect.
  const distTags = watched ? await ports.distTags.read(plan.package).catch(() => undefined) : undefined
  const inUse = distTags === undefined ? known.inUse : { ...known.inUse, distTags }
  const fresh: Inventory = { ...known, versions, inUse }
  if (plan.package.type !== 'container' || versions.every(({ id }) => ids.has(id))) return fresh
  return manifestReader(ports, owner, policy)(fresh)
}

/** What people look for in the log: it fails no run, so no annotation names the version. */
const TOLD: ReadonlySet<OutcomeKind> = new Set(['changed', 'refused-downloads', 'refused-last'])
/** One unreadable manifest may keep every version, and a log with more lines is slow to open. The receipt has the others. */
const MOST_TOLD = 1000

function countedBy(
  { ports }: ExecutionContext,
  ref: PackageRef,
  of: number,
  work: (step: DeleteStep) => Promise<StepResult>
): (step: DeleteStep) => Promise<StepResult> {
  let count = 0
  let told = 0
  const show = progressOf(ports, `${ref.name}: deletions`, of)
  return async (step) => {
    const end = await work(step)
    count++
    const line = `${ref.name}: ${outcomeLine({ step, ...end })}`
    if (TOLD.has(end.kind) && ++told <= MOST_TOLD) ports.console.info(line)
    else ports.console.debug(line)
    show(count)
    return end
  }
}

async function deleteWhole(run: ExecutionContext, plan: PackagePlan): Promise<StepResult> {
  const { ports, owner, journal } = run
  const ref = plan.package
  const planned = new Map(plan.decisions.map(({ version }) => [version.id, version]))
  /** The last look, when no limit makes the deletion wait any more. */
  const objection = async (): Promise<Objection | undefined> => {
    const now = await ports.packages.listVersions(owner, ref, 'active')
    const other = now.find((version) => {
      const was = planned.get(version.id)
      return was === undefined || changeOf(was, version) !== undefined
    })
    return other && { kind: 'changed', message: `${other.name} is new or has changed` }
  }
  const entry = await journal.intend(ref, undefined, { action: 'delete-package' })
  const conditions = { stop: ports.stop.signal, objection }
  return sendDeletion(run, entry, () => ports.packages.deletePackage(owner, ref, conditions))
}
