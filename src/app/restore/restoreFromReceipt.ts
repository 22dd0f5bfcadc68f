import { DETACHED_TYPE } from '../../domain/manifest.js'
import type { RestoreItem } from '../../domain/outcome.js'
import { type PackageRef, packageKey } from '../../domain/package.js'
import type { ReceiptIntent } from '../../domain/receipt.js'
import type { Version } from '../../domain/version.js'
import type { Receipt, ReceiptEntry } from '../../formats/receipt.js'
import { compilePatterns } from '../../pattern/patterns.js'
import { endsRun, failureOf } from '../failureOf.js'
import type { RestoreContext, RestoreSummary } from './restoreContext.js'
import { type RestoreTarget, restoreOrder, subjectsOf } from './restoreOrder.js'
import { retaggedText, tagAgain, wouldRetagText } from './restoreTag.js'
import { type AlreadyActive, restoreVersions } from './restoreVersions.js'
import { restorePackage } from './restoreWholePackages.js'

/**
 * Undoes a run: every deletion that its receipt records and that GitHub still lists as deleted, by the recorded edges.
 * An intent without outcome (the run was killed) counts as done if the version is deleted.
 */
export async function restoreFromReceipt(run: RestoreContext, receipt: Receipt): Promise<RestoreSummary> {
  const byPackage = new Map<string, { ref: PackageRef; entries: ReceiptEntry[] }>()
  for (const entry of receipt.entries) {
    const { owner, type, package: name } = entry.intent
    const ref = { owner, type, name }
    if (!inScope(run, ref)) continue
    const group = byPackage.get(packageKey(ref)) ?? { ref, entries: [] }
    byPackage.set(packageKey(ref), group)
    group.entries.push(entry)
  }
  const items: RestoreItem[] = []
  for (const { ref, entries } of byPackage.values()) {
    try {
      items.push(...(await undoPackage(run, ref, entries)))
    } catch (error) {
      const failure = failureOf(error)
      const message = [failure.message, failure.remedy].filter(Boolean).join(' ')
      if (!endsRun(failure)) items.push({ package: ref, kind: 'failed', message })
      else {
        run.stopState.stop(failure)
        items.push(...entries.filter(happened).map(({ intent }) => putOff(ref, intent, message)))
      }
    }
  }
  return { packages: [...byPackage.values()].map(({ ref }) => ref), items }
}

function putOff(ref: PackageRef, intent: ReceiptIntent, message: string): RestoreItem {
  const version = intent.id === undefined ? {} : { version: recorded(intent, undefined) }
  return { package: ref, ...version, kind: 'deferred', message }
}

function inScope({ config: { scope } }: RestoreContext, ref: PackageRef): boolean {
  if (scope.types.length > 0 && !scope.types.includes(ref.type)) return false
  if (scope.names.length === 0) return true
  return (
    compilePatterns(scope.names, { type: ref.type, prereleases: 'included', paths: true }).match(ref.name) !== undefined
  )
}

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
  const certain = new Set(entries.filter(({ outcome }) => outcome?.result === 'done').map(({ intent }) => intent))
  if (taken.length === 0) return []
  if (taken.some(({ action }) => action === 'delete-package')) {
    const whole = await restorePackage(run, ref)
    if (taken.length === 1) return [whole]
  }
  const [active, deleted] = await Promise.all([
    ports.packages.listVersions(owner, ref, 'active'),
    ports.packages.listVersions(owner, ref, 'deleted')
  ])
  const isActive = new Map(active.map((version) => [version.id, version]))
  const isDeleted = new Map(deleted.map((version) => [version.id, version]))
  const items: RestoreItem[] = []
  const wanted: RestoreTarget[] = []
  const there: AlreadyActive[] = []
  // The receipt is in the order of deletion; its reverse is the order between equals.
  for (const intent of taken.toReversed()) {
    if (intent.action !== 'delete' || intent.id === undefined) continue
    const version = recorded(intent, isDeleted.get(intent.id))
    const subjects = [...subjectsOf(version), ...(intent.subject === undefined ? [] : [intent.subject])]
    const is = isActive.get(version.id)
    if (isDeleted.has(version.id)) wanted.push({ version, children: intent.children ?? [], subjects })
    else if (is !== undefined) {
      if (!certain.has(intent)) continue
      const message = settled(is, version)
      items.push({ package: ref, version: is, kind: 'already-active', ...(message !== undefined && { message }) })
      if (message === undefined) there.push({ version: is, tags: version.tags })
    } else {
      items.push({ package: ref, version, ...whyNot(intent, run.now) })
    }
  }
  items.push(...(await restoreVersions(run, ref, restoreOrder(wanted), active, there)))
  for (const intent of taken.toReversed()) {
    if (intent.action !== 'untag' || intent.tag === undefined || intent.digest === undefined) continue
    items.push(await putTagBack(run, ref, recorded(intent, undefined), intent.tag, intent.digest))
  }
  return items
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

function whyNot(intent: ReceiptIntent, now: number): Pick<RestoreItem, 'kind' | 'message'> {
  const before = intent.restoreBefore === undefined ? undefined : Date.parse(intent.restoreBefore)
  if (before !== undefined && now > before) {
    return { kind: 'expired', message: `GitHub restores for 30 days; that ended ${intent.restoreBefore}` }
  }
  return { kind: 'failed', message: 'GitHub lists it neither as active nor as deleted' }
}

async function putTagBack(
  run: RestoreContext,
  ref: PackageRef,
  version: Version,
  tag: string,
  digest: string
): Promise<RestoreItem> {
  const item = (kind: RestoreItem['kind'], message: string): RestoreItem => ({ package: ref, version, kind, message })
  const stopped = run.stopState.reason()
  if (stopped !== undefined) return item('deferred', stopped)
  try {
    const now = await run.ports.manifests.resolve(ref, tag)
    if (now === digest) return item('already-active', tag)
    if (now !== undefined && !(await isThrowAway(run, ref, now))) {
      return item('conflict', `${tag} is on ${now} now and stays there`)
    }
    if (run.dryRun) return item('would-retag', wouldRetagText(tag, digest))
    await tagAgain(run, ref, { ...version, name: digest }, tag, now)
    return item('retagged', retaggedText(tag, digest))
  } catch (error) {
    const { code, message } = failureOf(error)
    if (code === 'refused') return item('conflict', `${message} and stays there`)
    return item('failed', `tag ${tag} could not be put back: ${message}`)
  }
}

/** Whether an untag that was interrupted left this behind: then nobody's tag is overwritten. */
async function isThrowAway({ ports }: RestoreContext, ref: PackageRef, digest: string): Promise<boolean> {
  const read = await ports.manifests.read(ref, digest)
  return read.kind === 'found' && read.manifest.artifactType === DETACHED_TYPE
}
