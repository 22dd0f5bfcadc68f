import { endsRun, Failure, failureOf } from '../../domain/failure.js'
import type { StepResult } from '../../domain/outcome.js'
import type { PackageRef } from '../../domain/package.js'
import type { UntagStep } from '../../domain/plan.js'
import type { Version } from '../../domain/version.js'
import { changeOf } from '../../policy/plan/recheck.js'
import type { ExecutionContext } from '../executionContext.js'
import { restoreTag } from '../restore/restoreTag.js'
import { lookUntil } from '../staleLists.js'

/**
 * Takes one tag off a version that is kept. No request does that: a throw-away manifest takes the tag, and then the version of
 * that manifest is deleted. It is deleted only if its digest is the throw-away's and differs from the real one's, and if it
 * has no other tag. Otherwise the tag is put back. A tag that somebody moved in between is left where it is.
 */
export async function untagStep(run: ExecutionContext, ref: PackageRef, step: UntagStep): Promise<StepResult> {
  const { ports, owner, journal, stopState } = run
  const { version, tag } = step
  const stopped = stopState.reason()
  if (stopped !== undefined) return { kind: 'deferred', message: stopped }
  try {
    const is = await ports.packages.getVersion(owner, ref, version.id)
    if (is === undefined) return { kind: 'already-gone' }
    // An untag of the same run may have taken another of its tags already.
    if (!is.tags.includes(tag)) return { kind: 'changed', message: `${tag} is not on it any more` }
    const gained = is.tags.some((name) => !version.tags.includes(name)) ? changeOf(version, is) : undefined
    if (gained !== undefined) return { kind: 'changed', message: gained }
  } catch (error) {
    const failure = failureOf(error)
    if (failure.scope !== 'item') throw failure
    return { kind: 'failed', message: failure.message, remedy: failure.remedy }
  }
  const entry = await journal.intend(ref, version, { action: 'untag', tag, digest: version.name })
  const end = await attempt(run, ref, step)
  await journal.outcome(entry, end.kind, end.message)
  return end
}

async function attempt(run: ExecutionContext, ref: PackageRef, { version, tag }: UntagStep): Promise<StepResult> {
  const { ports, owner } = run
  try {
    const { digest } = await ports.manifests.detach(ref, tag, version.name)
    if (digest === version.name) throw new Failure('bug', 'the throw-away manifest has the digest of the real one')
    const made = await findMade(run, ref, digest)
    if (made === undefined) return await putBack(run, ref, version, tag, 'the list never showed the throw-away version')
    if (made.id === version.id || made.name !== digest || made.tags.some((name) => name !== tag)) {
      return await putBack(run, ref, version, tag, 'the throw-away version is not what was pushed')
    }
    const result = await ports.packages.deleteVersion(owner, ref, made.id)
    if (result.kind === 'done' || result.kind === 'already-gone') {
      const look = (): Promise<string | undefined> => ports.manifests.resolve(ref, tag)
      const again = (await lookUntil(ports, look, (digest) => digest !== version.name)) === version.name
      if (again) return { kind: 'changed', message: `${tag} was put on it again` }
      return { kind: 'done', at: ports.clock.now() }
    }
    const end = await putBack(run, ref, version, tag, result.message)
    return result.kind === 'failed' ? end : { ...end, kind: result.kind }
  } catch (error) {
    const failure = failureOf(error)
    if (failure.code === 'refused') return { kind: 'changed', message: failure.message }
    if (endsRun(failure)) run.stopState.stop(failure)
    return await putBack(run, ref, version, tag, failure.message)
  }
}

/** Finds the version of the throw-away manifest. Lists lag behind pushes. */
async function findMade(
  { ports, owner }: ExecutionContext,
  ref: PackageRef,
  digest: string
): Promise<Version | undefined> {
  const look = async (): Promise<Version | undefined> => {
    const versions = await ports.packages.listVersionsPage(owner, ref, 1)
    return versions.find(({ name }) => name === digest)
  }
  const found = await lookUntil(ports, look, (version) => version !== undefined)
  if (found !== undefined) return found
  return (await ports.packages.listVersions(owner, ref, 'active')).find(({ name }) => name === digest)
}

/** Puts the tag back on the real version, unless a push moved it: only the throw-away manifest is overwritten. */
async function putBack(
  run: ExecutionContext,
  ref: PackageRef,
  real: Version,
  tag: string,
  why: string
): Promise<StepResult> {
  const result = await restoreTag({ ...run, dryRun: false, reason: 'untag' }, ref, real, tag)
  const message = result.kind === 'there' ? `${tag} is where it was` : result.message
  const remedy = result.kind === 'failed' ? `; push it to ${real.name} again` : ''
  return { kind: 'failed', message: `${why}; ${message}${remedy}` }
}
