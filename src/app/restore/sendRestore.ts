import { failureOf } from '../../domain/failure.js'
import type { RestoreItem } from '../../domain/outcome.js'
import type { RestoreResult } from '../ports.js'
import type { VersionRestoreContext } from './restoreContext.js'

/**
 * Sends the restore of one version, or of a whole package, and writes intent and outcome to the receipt. Never throws: a
 * failure that is not about this item alone stops the package or the run.
 */
export async function sendRestore(
  { journal, stopState, reason }: VersionRestoreContext,
  about: Pick<RestoreItem, 'package' | 'version' | 'whole'>,
  send: () => Promise<RestoreResult>
): Promise<RestoreItem> {
  const stopped = stopState.reason()
  if (stopped !== undefined) return { ...about, kind: 'deferred', message: stopped }
  const intent = { action: 'restore', ...(reason !== undefined && { reason }) } as const
  const entry = await journal.intend(about.package, about.version, intent)
  try {
    const result = await send()
    if ('message' in result) {
      await journal.outcome(entry, 'failed', result.message)
      return { ...about, ...result }
    }
    await journal.outcome(entry, result.kind === 'done' ? 'done' : 'changed')
    return { ...about, kind: result.kind === 'done' ? 'restored' : 'already-active' }
  } catch (error) {
    const failure = failureOf(error)
    if (failure.scope !== 'item') stopState.stop(failure)
    const later = failure.code === 'cancelled' || failure.code === 'rate-limit' ? stopState.reason() : undefined
    await journal.outcome(entry, later === undefined ? 'failed' : 'deferred', later ?? failure.message)
    if (later !== undefined) return { ...about, kind: 'deferred', message: later }
    return { ...about, kind: 'failed', message: failure.message, remedy: failure.remedy }
  }
}
