import { failureOf } from '../../domain/failure.js'
import type { RestoreItem } from '../../domain/outcome.js'
import type { PackageRef } from '../../domain/package.js'
import type { RestoreContext, RestoreSummary } from './restoreContext.js'

/** Whole packages come back with all their versions, by exact name: GitHub lists no deleted packages. */
export async function restorePackages(run: RestoreContext): Promise<RestoreSummary> {
  const { scope } = run.config
  const packages = scope.types.flatMap((type) => scope.names.map((name) => ({ owner: run.owner.login, type, name })))
  const items: RestoreItem[] = []
  for (const ref of packages) items.push(await restorePackage(run, ref))
  return { packages, items }
}

export async function restorePackage(run: RestoreContext, ref: PackageRef): Promise<RestoreItem> {
  const { ports, owner, journal, stopState, dryRun } = run
  const about = { package: ref, whole: true } as const
  const stopped = stopState.reason()
  if (stopped !== undefined) return { ...about, kind: 'deferred', message: stopped }
  if (await isThere(run, ref)) return { ...about, kind: 'already-active' }
  if (dryRun) return { ...about, kind: 'would-restore', message: 'the whole package' }
  const entry = await journal.intend(ref, undefined, { action: 'restore' })
  try {
    const result = await ports.packages.restorePackage(owner, ref)
    if ('message' in result) {
      await journal.outcome(entry, 'failed', result.message)
      return { ...about, ...result }
    }
    await journal.outcome(entry, 'done')
    if (await isThere(run, ref)) return { ...about, kind: 'restored', message: 'the whole package' }
    return { ...about, kind: 'failed', message: 'GitHub said that it was restored, but does not show it' }
  } catch (error) {
    const { message, remedy } = failureOf(error)
    await journal.outcome(entry, 'failed', message)
    return { ...about, kind: 'failed', message, remedy }
  }
}

async function isThere({ ports, owner }: RestoreContext, ref: PackageRef): Promise<boolean> {
  try {
    await ports.packages.getPackage(owner, ref.type, ref.name)
    return true
  } catch (error) {
    if (failureOf(error).code === 'not-found') return false
    throw error
  }
}
