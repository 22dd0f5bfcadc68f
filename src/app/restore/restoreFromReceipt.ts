import { endsRun, Failure, failureOf } from '../../domain/failure.js'
import { grouped } from '../../domain/grouped.js'
import { type RestoreItem, unrestored } from '../../domain/outcome.js'
import { type PackageRef, packageKey } from '../../domain/package.js'
import type { Version } from '../../domain/version.js'
import type { Receipt, ReceiptEntry, ReceiptIntent } from '../../formats/receipt.js'
import { forPackage } from '../executionContext.js'
import { isInScope } from '../inScope.js'
import { readBothLists } from '../staleLists.js'
import type { RestoreContext, RestoreSummary } from './restoreContext.js'
import { type RestoreTarget, restoreOrder, subjectsOf } from './restoreOrder.js'
import { restoreTag, tagItem } from './restoreTag.js'
import { restoreVersions } from './restoreVersions.js'
import { restorePackage } from './restoreWholePackages.js'
import { restoreWithParts } from './restoreWithParts.js'

/**
 * Undoes a run: every deletion that its receipt records and that is not active now, by the recorded edges. GitHub's answer
 * decides what comes back, also where its lists do not show a version. An intent without outcome (the run was killed) counts
 * as done if the version is not active.
 */
export async function restoreFromReceipt(run: RestoreContext, receipt: Receipt): Promise<RestoreSummary> {
  const inScope = receipt.entries.filter(({ intent }) => isInScope(run.config.scope, packageOf(intent)))
  const byPackage = [...grouped(inScope, ({ intent }) => packageKey(packageOf(intent))).values()]
  const packages = byPackage.map(([{ intent }]) => packageOf(intent))
  const items: RestoreItem[] = []
  for (const entries of byPackage) {
    const ref = packageOf(entries[0].intent)
    try {
      const inPackage = { ...run, stopState: forPackage(run.stopState) }
      for (const item of await undoPackage(inPackage, ref, entries)) items.push(item)
    } catch (error) {
      const failure = failureOf(error)
      if (!endsRun(failure)) {
        items.push(unrestored({ package: ref }, failure))
        continue
      }
      run.stopState.stop(failure)
      for (const { intent } of entries.filter(happened))
        items.push(unrestored({ package: ref, ...itemOf(intent) }, failure))
    }
  }
  return { packages, items, ...whatIsLeft(run, receipt, packages.length) }
}

const packageOf = ({ owner, type, package: name }: ReceiptIntent): PackageRef => ({ owner, type, name })

/**
 * Lines that cannot be read are a failure, and so is a scope that has nothing of the receipt. A run that deleted nothing leaves
 * nothing to restore.
 */
function whatIsLeft(run: RestoreContext, receipt: Receipt, packages: number): Pick<RestoreSummary, 'failure'> {
  if (receipt.problems.length > 0) {
    const message = `The receipt has lines that cannot be read, and what they record was not restored: ${receipt.problems.join('; ')}.`
    return { failure: new Failure('partial', message, 'Restore the rest by version-ids or deleted-within.') }
  }
  if (!receipt.entries.some(happened)) {
    run.ports.console.notice('The receipt records no deletions, so there is nothing to restore.')
    return {}
  }
  if (packages > 0) return {}
  const names = [...new Set(receipt.entries.map(({ intent }) => intent.package))].slice(0, 5).join(', ')
  const message = `The receipt records nothing of the given packages; it is about ${names}.`
  return { failure: new Failure('not-found', message, 'Correct package-name and package-type, or leave them out.') }
}

const itemOf = (intent: ReceiptIntent): Pick<RestoreItem, 'version' | 'whole'> =>
  intent.id === undefined ? { whole: true } : { version: recorded(intent, undefined) }

/** Deletions that happened or may have happened: done, or cut off before the answer was written down. */
function happened({ intent, outcome }: ReceiptEntry): boolean {
  if (intent.action === 'restore') return false
  return (
    outcome === undefined || outcome.result === 'done' || outcome.result === 'failed' || outcome.result === 'deferred'
  )
}

async function undoPackage(
  run: RestoreContext,
  ref: PackageRef,
  entries: readonly ReceiptEntry[]
): Promise<readonly RestoreItem[]> {
  const { ports, owner } = run
  const taken = entries.filter(happened).map(({ intent }) => intent)
  const unsent = new Set(
    entries.filter(({ outcome }) => outcome && outcome.result !== 'done').map(({ intent }) => intent)
  )
  if (taken.length === 0) return []
  const items: RestoreItem[] = []
  if (taken.some(({ action }) => action === 'delete-package')) {
    items.push(await restorePackage(run, ref))
    if (taken.length === 1) return items
  }
  const { active, deleted } = await readBothLists(ports, owner, ref)
  const isActive = new Map(active.map((version) => [version.id, version]))
  const isDeleted = new Map(deleted.map((version) => [version.id, version]))
  const wanted: RestoreTarget[] = []
  const there: RestoreTarget[] = []
  const expired = new Map<number, string>()
  // The receipt is in the order of deletion; its reverse is the order between equals.
  for (const intent of taken.toReversed()) {
    if (intent.action !== 'delete' || intent.id === undefined) continue
    const version = recorded(intent, isDeleted.get(intent.id))
    const subjects = [...subjectsOf(version), ...(intent.subject === undefined ? [] : [intent.subject])]
    const children = intent.children ?? []
    const is = isActive.get(version.id)
    if (is !== undefined) {
      if (unsent.has(intent)) continue
      const message = settled(is, version)
      items.push({ package: ref, version: is, kind: 'already-active', ...(message !== undefined && { message }) })
      const tags = message === undefined ? version.tags : is.tags
      there.push({ version: { ...is, tags }, children, subjects })
    } else {
      wanted.push({ version, children, subjects })
      if (intent.restoreBefore !== undefined && run.now > Date.parse(intent.restoreBefore))
        expired.set(intent.id, intent.restoreBefore)
    }
  }
  for (const item of await restoreParts(run, ref, { wanted, there, active, deleted })) items.push(item)
  for (const item of await restoreVersions(run, ref, restoreOrder(wanted), active, there)) {
    const before = item.kind === 'failed' ? expired.get(item.version?.id ?? 0) : undefined
    const message = `GitHub restores for 30 days; that ended ${before}`
    items.push(before === undefined ? item : { ...item, kind: 'expired', message })
  }
  for (const intent of taken.toReversed()) {
    if (intent.action !== 'untag' || intent.tag === undefined || intent.digest === undefined) continue
    items.push(await undoUntag(run, ref, { ...recorded(intent, undefined), name: intent.digest }, intent.tag))
  }
  return items
}

interface Receipted {
  readonly wanted: readonly RestoreTarget[]
  readonly there: readonly RestoreTarget[]
  readonly active: readonly Version[]
  readonly deleted: readonly Version[]
}

/** What these images list may have been deleted by another run since, as a part of something else. */
async function restoreParts(
  run: RestoreContext,
  ref: PackageRef,
  { wanted, there, active, deleted }: Receipted
): Promise<readonly RestoreItem[]> {
  const known = new Set([...active, ...wanted.map(({ version }) => version)].map(({ name }) => name))
  const parts = new Set(
    [...wanted, ...there].flatMap(({ children }) => children).filter((digest) => !known.has(digest))
  )
  const chosen = deleted.filter(({ name }) => parts.has(name))
  if (chosen.length === 0) return []
  return restoreWithParts(run, ref, { chosen, named: [], active, deleted, fits: () => true })
}

/**
 * Why an active version gets none of its recorded tags back, where it lacks some. One that was only restored has no other
 * tags; whoever gave it one has seen to it since, or the receipt is not true.
 */
function settled(is: Version, { tags }: Version): string | undefined {
  const others = is.tags.filter((tag) => !tags.includes(tag))
  const missing = tags.filter((tag) => !is.tags.includes(tag))
  if (others.length === 0 || missing.length === 0) return undefined
  return `it has ${others.join(', ')}, which the receipt does not know, so ${missing.join(', ')} is not put back`
}

function recorded(intent: ReceiptIntent, listed: Version | undefined): Version {
  return {
    ...listed,
    id: intent.id ?? 0,
    name: intent.name ?? listed?.name ?? '',
    tags: intent.tags ?? listed?.tags ?? []
  }
}

async function undoUntag(run: RestoreContext, ref: PackageRef, version: Version, tag: string): Promise<RestoreItem> {
  const about = { package: ref, version }
  const stopped = run.stopState.reason()
  if (stopped !== undefined) return { ...about, kind: 'deferred', message: stopped }
  const result = await restoreTag(run, ref, version, tag)
  return result.kind === 'there'
    ? { ...about, kind: 'already-active', message: tag }
    : tagItem(run, ref, version, result)
}
