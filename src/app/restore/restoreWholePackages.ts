import { endsRun, failureOf } from '../../domain/failure.js'
import { type RestoreItem, unrestored } from '../../domain/outcome.js'
import type { PackageRef } from '../../domain/package.js'
import { forPackage } from '../executionContext.js'
import type { RestoreContext, RestoreSummary } from './restoreContext.js'
import { sendRestore } from './sendRestore.js'

/** Whole packages come back with all their versions, by exact name: GitHub lists no deleted packages. */
export async function restorePackages(run: RestoreContext): Promise<RestoreSummary> {
  const { scope } = run.config
  const packages = scope.types.flatMap((type) => scope.names.map((name) => ({ owner: run.owner.login, type, name })))
  const items: RestoreItem[] = []
  for (const ref of packages) items.push(await restorePackage({ ...run, stopState: forPackage(run.stopState) }, ref))
  return { packages, items }
}

/** Never throws, so that a package that cannot be restored does not cost the others. */
export async function restorePackage(run: RestoreContext, ref: PackageRef): Promise<RestoreItem> {
  const { ports, owner, stopState, dryRun } = run
  const about = { package: ref, whole: true } as const
  const stopped = stopState.reason()
  if (stopped !== undefined) return { ...about, kind: 'deferred', message: stopped }
  let restored = false
  try {
    if (await isThere(run, ref)) return { ...about, kind: 'already-active' }
    if (dryRun) return { ...about, kind: 'would-restore', message: 'the whole package' }
    const item = await sendRestore(run, about, () => ports.packages.restorePackage(owner, ref))
    if (item.kind !== 'restored') return item
    restored = true
    return (await isThere(run, ref))
      ? { ...item, message: 'the whole package' }
      : { ...item, kind: 'failed', message: 'GitHub said that it was restored, but does not show it' }
  } catch (error) {
    const failure = failureOf(error)
    if (endsRun(failure)) stopState.stop(failure)
    const item = unrestored(about, failure)
    if (!restored) return item
    return { ...item, kind: 'failed', message: `it was restored, but not read again: ${failure.message}` }
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
