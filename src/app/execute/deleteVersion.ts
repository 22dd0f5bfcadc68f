import type { Failure } from '../../domain/failure.js'
import type { Inventory } from '../../domain/inventory.js'
import type { PackageRef, PackageType } from '../../domain/package.js'
import type { Step } from '../../domain/plan.js'
import type { Version } from '../../domain/version.js'
import { changeOf } from '../../policy/plan/recheck.js'
import { endsRun, failureOf } from '../failureOf.js'
import type { DistTagWatch } from '../guards/distTags.js'
import { watchPushes } from '../guards/newPushes.js'
import type { Objection } from '../ports.js'
import type { ExecutionContext } from './executionContext.js'
import { isExhausted } from './hourlyBudget.js'
import { failed, sendDeletion } from './sendDeletion.js'
import type { StepResult } from './stepQueue.js'

type Delete = Extract<Step, { kind: 'delete' }>

export interface Facts {
  /** As it was read before the first deletion. */
  readonly fresh: Inventory
  /** Version id to what speaks against its deletion. */
  readonly against: ReadonlyMap<number, string>
  readonly distTags: DistTagWatch
}

/** How one package's deletions are carried out: each checked again right before it is sent, journaled around it. */
export function createVersionDeleter(
  run: ExecutionContext,
  ref: PackageRef,
  { fresh, against, distTags }: Facts,
  onRefusal: (failure: Failure) => void
): (step: Delete) => Promise<StepResult> {
  const { ports, owner, journal, stopState } = run
  const present = new Set(fresh.versions.map(({ id }) => id))
  const pushes = watchPushes(ports, owner, ref, fresh.versions, fresh.manifests)
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
      // A right that is missing for one version is missing for the next.
      if (failure.scope === 'package') {
        trouble ??= failure.message
        onRefusal(failure)
      }
      return failed(failure)
    }
  }

  async function attempt(step: Delete): Promise<StepResult> {
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

  /** The last look: asked when the deletion's waiting for limits is over, and nothing but its own request is left. */
  async function objection({ version }: Delete): Promise<Objection | undefined> {
    const why = (await distTags.speaksFor(version.name)) ?? (await pushes.needs(version.name))
    if (why !== undefined) return { kind: 'changed', message: why }
    if (!canChange(ref.type, version)) return undefined
    const is = await ports.packages.getVersion(owner, ref, version.id, ports.stop.signal)
    if (is === undefined) return { kind: 'already-gone' }
    const change = changeOf(version, is)
    return change === undefined ? undefined : { kind: 'changed', message: change }
  }

  async function send(step: Delete): Promise<StepResult> {
    const { version, children, subject, reasons } = step
    const entry = await journal.intend(ref, version, {
      action: 'delete',
      children,
      ...(subject !== undefined && { subject }),
      ...(reasons[0] !== undefined && { reason: reasons[0].code })
    })
    const conditions = { stop: ports.stop.signal, objection: () => objection(step) }
    const request = () => ports.packages.deleteVersion(owner, ref, version.id, conditions)
    const end = await sendDeletion(run, entry, request, onRefusal)
    if (end.kind === 'done') distTags.deleted(version.name)
    return end
  }
}

/** npm, NuGet and RubyGems versions never change; a Maven snapshot grows with each build. */
function canChange(type: PackageType, version: Version): boolean {
  if (type === 'container' || type === 'docker') return true
  return type === 'maven' && /-SNAPSHOT$/i.test(version.name)
}
