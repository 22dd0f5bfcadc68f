import type { RestoreConfig } from '../../domain/config.js'
import type { Failure } from '../../domain/failure.js'
import { factsOf, failureOf } from '../../domain/failure.js'
import { type OperationReport, type RestoreItem, untouched } from '../../domain/outcome.js'
import type { Owner } from '../../domain/package.js'
import type { Receipt } from '../../formats/receipt.js'
import { restoreLines, restoreTitle } from '../../report/text/planLog.js'
import { createStopState, saveCache } from '../executionContext.js'
import { addHolds } from '../holds.js'
import { startJournal } from '../journal.js'
import type { Ports, RunContext } from '../ports.js'
import { runTime } from '../runTime.js'
import type { RestoreContext, RestoreSummary } from './restoreContext.js'
import { restoreFromReceipt } from './restoreFromReceipt.js'
import { restoreSelected } from './restoreSelected.js'
import { restorePackages } from './restoreWholePackages.js'

/** Restores what `receipt` records, or else the versions or whole packages that the inputs select. */
export async function restore(
  config: RestoreConfig,
  ports: Ports,
  context: RunContext,
  owner: Owner,
  receipt: Receipt | undefined
): Promise<OperationReport> {
  const now = runTime(ports)
  if (!config.dryRun) ports.packages.checkRights('restore')
  const about = { file: 'restore-receipt.jsonl', owner: owner.login, policyHash: '' }
  const { journal, receiptFile } = await startJournal(config, ports, context, about)
  const stopState = createStopState(ports)
  try {
    const run: RestoreContext = { ports, owner, config, journal, stopState, dryRun: config.dryRun, now }
    const done = await (receipt === undefined ? bySelection(run) : restoreFromReceipt(run, receipt))
    await show(ports, done.items, config.dryRun)
    const unheld = config.dryRun ? undefined : await hold(ports, config.holdFile, done.items, now)
    const stopped = stopState.reason()
    const ended = stopState.failure?.code === 'auth' ? stopState.failure : undefined
    const failure = ended ?? unheld ?? journal.failure ?? done.failure
    return {
      dryRun: config.dryRun,
      packages: done.packages.map((ref) => untouched(ref)),
      restored: done.items,
      ...(stopped !== undefined && { stopped }),
      ...(done.restorable !== undefined && { restorable: done.restorable }),
      ...(failure !== undefined && { failure: factsOf(failure) }),
      ...(receiptFile !== undefined && { receiptFile })
    }
  } finally {
    await journal.close()
    await saveCache(ports)
  }
}

async function show({ console }: Ports, items: readonly RestoreItem[], dryRun: boolean): Promise<void> {
  if (items.length === 0) return
  await console.group(restoreTitle(items, dryRun), async () => {
    for (const line of restoreLines(items)) console.info(line)
  })
}

/** Returns why the hold file could not be written. The restore itself succeeded. */
async function hold(
  { files }: Ports,
  path: string | undefined,
  items: readonly RestoreItem[],
  now: number
): Promise<Failure | undefined> {
  const restored = items.flatMap(({ kind, package: ref, version }) =>
    (kind === 'restored' || kind === 'already-active') && version !== undefined ? [{ package: ref, version }] : []
  )
  if (path === undefined || restored.length === 0) return undefined
  try {
    await addHolds(files, path, restored, now)
    return undefined
  } catch (error) {
    return failureOf(error)
  }
}

async function bySelection(run: RestoreContext): Promise<RestoreSummary> {
  const { selection } = run.config
  return selection.by === 'versions' ? restoreSelected(run, selection) : restorePackages(run)
}
