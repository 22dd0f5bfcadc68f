import type { Failure } from '../../domain/failure.js'
import { endsRun, failureOf } from '../../domain/failure.js'
import type { Inventory } from '../../domain/inventory.js'
import type { StepResult } from '../../domain/outcome.js'
import { isImage, type PackageRef } from '../../domain/package.js'
import type { DeleteStep } from '../../domain/plan.js'
import type { Version } from '../../domain/version.js'
import { changeOf } from '../../policy/plan/recheck.js'
import type { ExecutionContext } from '../executionContext.js'
import type { DeletionGuard, LastLook } from '../guards/lastLook.js'
import type { Objection } from '../ports.js'
import { lookUntil } from '../staleLists.js'
import { isExhausted } from './hourlyBudget.js'
import { sendDeletion } from './sendDeletion.js'

export interface PackageState {
  /** As it was read before the first deletion. */
  readonly fresh: Inventory
  /** Version id to the reason why it is not deleted. */
  readonly against: ReadonlyMap<number, string>
  readonly guards: readonly DeletionGuard[]
  readonly lastLook: LastLook
}

/** Returns a function that deletes one version: it checks again right before it sends, and records the step in the receipt. */
export function createVersionDeleter(
  run: ExecutionContext,
  ref: PackageRef,
  { fresh, against, guards, lastLook }: PackageState,
  onRefusal: (failure: Failure) => void
): (step: DeleteStep) => Promise<StepResult> {
  const { ports, owner, journal, stopState } = run
  const present = new Set(fresh.versions.map(({ id }) => id))
  const digests = new Set(fresh.versions.map(({ name }) => name))
  let trouble: string | undefined

  return async (step) => {
    try {
      return await attempt(step)
    } catch (error) {
      const failure = failureOf(error)
      if (endsRun(failure)) {
        stopState.stop(failure)
        return { kind: 'deferred', message: stopState.reason() ?? failure.message }
      }
      // A right that is missing for one version is missing for the next one, too.
      if (failure.scope === 'package') {
        trouble ??= failure.message
        onRefusal(failure)
      }
      return { kind: 'failed', message: failure.message, remedy: failure.remedy }
    }
  }

  async function attempt(step: DeleteStep): Promise<StepResult> {
    const stopped = stopState.reason()
    if (stopped !== undefined) return { kind: 'deferred', message: stopped }
    const short = isExhausted(ports, run.hourlyBudget)
    if (short !== undefined) throw short
    if (trouble !== undefined) return { kind: 'blocked', message: trouble }
    const { version } = step
    if (!present.has(version.id)) return { kind: 'already-gone' }
    const why = against.get(version.id)
    return why === undefined ? send(step) : { kind: 'changed', message: why }
  }

  /** The last look, when no limit makes the deletion wait any more. */
  async function objection({ version }: DeleteStep): Promise<Objection | undefined> {
    for (const guard of guards) {
      const why = await guard.reasonToKeep(version)
      if (why !== undefined) return { kind: 'changed', message: why }
    }
    const look = lookFor(version)
    if (look === undefined) return undefined
    const is = await look(version)
    if (is === undefined) return { kind: 'already-gone' }
    const change = changeOf(version, is)
    return change === undefined ? undefined : { kind: 'changed', message: change }
  }

  async function send(step: DeleteStep): Promise<StepResult> {
    const { version, children, subject, reasons } = step
    const entry = await journal.intend(ref, version, {
      action: 'delete',
      // A restore answers for what was there, not for what was missing before.
      children: children.filter((digest) => digests.has(digest)),
      ...(subject !== undefined && { subject }),
      ...(reasons[0] !== undefined && { reason: reasons[0].code })
    })
    const find = () => ports.packages.getVersion(owner, ref, version.id)
    const conditions = {
      stop: ports.stop.signal,
      objection: () => objection(step),
      // GitHub may show for seconds what was just deleted.
      look: () => lookUntil(ports, find, (found) => found === undefined)
    }
    const request = () => ports.packages.deleteVersion(owner, ref, version.id, conditions)
    const end = await sendDeletion(run, entry, request)
    if (end.kind === 'done') for (const watcher of [lastLook, ...guards]) watcher.deleted?.(version)
    return end
  }

  /** npm, NuGet and RubyGems versions never change; a Maven snapshot grows with each build. */
  function lookFor({ name }: Version): LastLook['at'] | undefined {
    if (isImage(ref.type)) return lastLook.at
    if (ref.type !== 'maven' || !/-SNAPSHOT$/i.test(name)) return undefined
    return ({ id }) => ports.packages.getVersion(owner, ref, id, ports.stop.signal)
  }
}
