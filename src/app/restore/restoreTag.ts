import type { RestoreItem } from '../../domain/outcome.js'
import type { PackageRef } from '../../domain/package.js'
import type { Version } from '../../domain/version.js'
import { endsRun, failureOf } from '../failureOf.js'
import type { VersionRestoreContext } from './restoreContext.js'

/** The lists of active versions before and after something was restored. */
interface Lists {
  readonly before: readonly Version[]
  readonly now: readonly Version[]
}

/**
 * Sees to one tag that `version` had, which is active as `is`: one that names something else stays there, one that names
 * nothing is put back.
 */
export async function settleTag(
  run: VersionRestoreContext,
  ref: PackageRef,
  version: Version,
  tag: string,
  is: Version,
  { before, now }: Lists
): Promise<RestoreItem | undefined> {
  const item = (kind: RestoreItem['kind'], message: string): RestoreItem => ({
    package: ref,
    version,
    kind,
    message
  })
  const owner = before.find(({ id, tags }) => id !== is.id && tags.includes(tag))
  const taken = now.find(({ id, tags }) => id !== is.id && tags.includes(tag))
  try {
    if (owner !== undefined) {
      // The restore took the tag along: what was pushed since keeps it.
      if (taken?.id !== owner.id && is.tags.includes(tag)) await tagAgain(run, ref, owner, tag, is.name)
      return item('conflict', `${tag} is on ${owner.name} now and stays there`)
    }
    if (is.tags.includes(tag) || ref.type !== 'container') return undefined
    if (taken !== undefined) return item('conflict', `${tag} is on ${taken.name} now and stays there`)
    await tagAgain(run, ref, is, tag)
    return item('retagged', retaggedText(tag, is.name))
  } catch (error) {
    const failure = failureOf(error)
    if (endsRun(failure)) run.stopState.stop(failure)
    const { code, message } = failure
    if (code === 'refused') return item('conflict', `${message} and stays there`)
    return item('failed', `tag ${tag} could not be put back: ${message}`)
  }
}

/** Puts a tag on a version, in place of nothing or of `over`, and writes that down like any other change. Throws `Failure`. */
export async function tagAgain(
  { ports, journal, reason }: VersionRestoreContext,
  ref: PackageRef,
  version: Version,
  tag: string,
  over?: string
): Promise<void> {
  const digest = version.name
  const entry = await journal.intend(ref, version, {
    action: 'restore',
    tag,
    digest,
    ...(reason !== undefined && { reason })
  })
  try {
    await ports.manifests.retag(ref, digest, tag, over)
  } catch (error) {
    const { code, message } = failureOf(error)
    await journal.outcome(entry, code === 'refused' ? 'changed' : 'failed', message)
    throw error
  }
  await journal.outcome(entry, 'done')
}

export const retaggedText = (tag: string, digest: string): string => `tag ${tag} was put back on ${digest}`
export const wouldRetagText = (tag: string, digest: string): string => `tag ${tag} would be put back on ${digest}`
