import { endsRun, type Failure, failureOf } from '../../domain/failure.js'
import { DETACHED_TYPE } from '../../domain/manifest.js'
import type { RestoreItem } from '../../domain/outcome.js'
import type { PackageRef } from '../../domain/package.js'
import type { Version } from '../../domain/version.js'
import type { Ports } from '../ports.js'
import { lookUntil } from '../staleLists.js'
import type { VersionRestoreContext } from './restoreContext.js'

/** `there`: the version has it. `elsewhere`: something else has it and keeps it. */
export type TagResult =
  | { readonly kind: 'there' }
  | { readonly kind: 'put-back' | 'elsewhere' | 'failed'; readonly message: string }

const ITEM_KINDS = { 'put-back': 'retagged', elsewhere: 'conflict', failed: 'failed' } as const

/** What became of a tag, as an item of the report. */
export function tagItem(
  { dryRun }: VersionRestoreContext,
  ref: PackageRef,
  version: Version,
  result: Exclude<TagResult, { kind: 'there' }>
): RestoreItem {
  const kind = dryRun && result.kind === 'put-back' ? 'would-retag' : ITEM_KINDS[result.kind]
  return { package: ref, version, kind, message: result.message }
}

/**
 * Puts a tag back on the version that had it, and writes that to the receipt. Only nothing, `over`, and what an interrupted
 * untag left are overwritten; anything else was pushed since and keeps the tag. In a dry run nothing is sent.
 */
export async function restoreTag(
  run: VersionRestoreContext,
  ref: PackageRef,
  version: Version,
  tag: string,
  over?: string
): Promise<TagResult> {
  const { ports, stopState } = run
  const digest = version.name
  try {
    const now = await ports.manifests.resolve(ref, tag)
    if (now === digest) return { kind: 'there' }
    if (now !== undefined && now !== over && !(await isThrowAway(ports, ref, now))) {
      return { kind: 'elsewhere', message: `${tag} is on ${now} now and is left there` }
    }
    if (run.dryRun) return { kind: 'put-back', message: `tag ${tag} would be put back on ${digest}` }
    await retag(run, ref, version, tag, now)
    return { kind: 'put-back', message: `tag ${tag} was put back on ${digest}` }
  } catch (error) {
    const failure = failureOf(error)
    if (failure.code === 'refused') return { kind: 'elsewhere', message: `${failure.message} and is left there` }
    if (endsRun(failure)) stopState.stop(failure)
    return { kind: 'failed', message: `tag ${tag} could not be put back: ${failure.message}` }
  }
}

async function retag(
  { ports, journal, reason }: VersionRestoreContext,
  ref: PackageRef,
  version: Version,
  tag: string,
  over: string | undefined
): Promise<void> {
  const digest = version.name
  const about = { action: 'restore', tag, digest, ...(reason !== undefined && { reason }) } as const
  const entry = await journal.intend(ref, version, about)
  const attempt = async (): Promise<Failure | undefined> => {
    try {
      await ports.manifests.retag(ref, digest, tag, over)
      return undefined
    } catch (error) {
      return failureOf(error)
    }
  }
  // The registry may need seconds to find a manifest that was restored.
  const failure = await lookUntil(ports, attempt, (result) => result?.code !== 'not-found')
  if (failure === undefined) return journal.outcome(entry, 'done')
  await journal.outcome(entry, failure.code === 'refused' ? 'changed' : 'failed', failure.message)
  throw failure
}

/** Whether an interrupted untag left this manifest: nobody needs a tag on it. */
async function isThrowAway({ manifests }: Pick<Ports, 'manifests'>, ref: PackageRef, digest: string): Promise<boolean> {
  const read = await manifests.read(ref, digest)
  return read.kind === 'found' && read.manifest.artifactType === DETACHED_TYPE
}
