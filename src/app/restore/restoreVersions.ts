import type { RestoreItem } from '../../domain/outcome.js'
import type { PackageRef } from '../../domain/package.js'
import type { Version } from '../../domain/version.js'
import { endsRun, failureOf } from '../failureOf.js'
import type { VersionRestoreContext } from './restoreContext.js'
import type { RestoreTarget } from './restoreOrder.js'
import { settleTag, wouldRetagText } from './restoreTag.js'

/** A version that an earlier, interrupted restore brought back: some of the tags that it had may be missing. */
export interface AlreadyActive {
  readonly version: Version
  readonly tags: readonly string[]
}

/**
 * Restores versions one after another in the order given, then looks whether they are there with their tags and with all
 * that they list. A tag that names something else now is a conflict and stays where it is; one that names nothing is put back.
 */
export async function restoreVersions(
  run: VersionRestoreContext,
  ref: PackageRef,
  ordered: readonly RestoreTarget[],
  active: readonly Version[],
  there: readonly AlreadyActive[] = []
): Promise<readonly RestoreItem[]> {
  if (run.dryRun) {
    return [
      ...ordered.map(({ version }) => preview(ref, version, active)),
      ...there.flatMap((each) => previewTags(ref, each, active))
    ]
  }
  const items = new Map<number, RestoreItem>()
  const restored: RestoreTarget[] = []
  for (const each of ordered) {
    const { version } = each
    const item = await restoreOne(run, ref, version)
    items.set(version.id, item)
    if (item.kind === 'restored') restored.push(each)
    run.ports.console.progress(`${ref.name}: ${items.size} of ${ordered.length} versions restored`)
  }
  if (restored.length === 0 && there.length === 0) return [...items.values()]
  try {
    const extra = await verify(run, ref, { restored, there }, active, items)
    return [...items.values(), ...extra]
  } catch (error) {
    const failure = failureOf(error)
    if (endsRun(failure)) run.stopState.stop(failure)
    const message = `what was restored could not be looked at again: ${failure.message}`
    return [...items.values(), { package: ref, kind: 'failed', message }]
  }
}

function preview(ref: PackageRef, version: Version, active: readonly Version[]): RestoreItem {
  const taken = conflicts(version, active)
  if (taken.length === 0) return { package: ref, version, kind: 'would-restore' }
  return {
    package: ref,
    version,
    kind: 'would-restore',
    message: `${taken.join(', ')} is on another version now and stays there`
  }
}

function previewTags(
  ref: PackageRef,
  { version, tags }: AlreadyActive,
  active: readonly Version[]
): readonly RestoreItem[] {
  if (ref.type !== 'container') return []
  return freeTags(tags, active).map((tag) => {
    return { package: ref, version, kind: 'would-retag', message: wouldRetagText(tag, version.name) }
  })
}

/** Those that name nothing, and so may be put back. */
function freeTags(tags: readonly string[], active: readonly Version[]): readonly string[] {
  const taken = new Set(active.flatMap((each) => each.tags))
  return tags.filter((tag) => !taken.has(tag))
}

async function restoreOne(run: VersionRestoreContext, ref: PackageRef, version: Version): Promise<RestoreItem> {
  const { ports, owner, journal, stopState } = run
  const item = (kind: RestoreItem['kind'], message?: string): RestoreItem => ({
    package: ref,
    version,
    kind,
    ...(message !== undefined && { message })
  })
  const stopped = stopState.reason()
  if (stopped !== undefined) return item('deferred', stopped)
  const entry = await journal.intend(ref, version, {
    action: 'restore',
    ...(run.reason !== undefined && { reason: run.reason })
  })
  try {
    const result = await ports.packages.restoreVersion(owner, ref, version.id)
    const message = 'message' in result ? [result.message, result.remedy].filter(Boolean).join(' ') : undefined
    await journal.outcome(entry, message === undefined ? 'done' : 'failed', message)
    return item(result.kind === 'done' ? 'restored' : result.kind, message)
  } catch (error) {
    const failure = failureOf(error)
    if (failure.scope !== 'item') stopState.stop(failure)
    const later = failure.code === 'cancelled' || failure.code === 'rate-limit' ? stopState.reason() : undefined
    await journal.outcome(entry, later === undefined ? 'failed' : 'deferred', later ?? failure.message)
    if (later !== undefined) return item('deferred', later)
    return item('failed', [failure.message, failure.remedy].filter(Boolean).join(' '))
  }
}

/** Names of the version that another active version has now. */
function conflicts(version: Version, active: readonly Version[]): readonly string[] {
  const taken = new Set(active.filter(({ id }) => id !== version.id).flatMap(({ tags }) => tags))
  return version.tags.filter((tag) => taken.has(tag))
}

async function verify(
  run: VersionRestoreContext,
  ref: PackageRef,
  { restored, there }: { readonly restored: readonly RestoreTarget[]; readonly there: readonly AlreadyActive[] },
  before: readonly Version[],
  items: Map<number, RestoreItem>
): Promise<readonly RestoreItem[]> {
  const list = () => run.ports.packages.listVersions(run.owner, ref, 'active')
  let now = await list()
  const present = new Set(now.map(({ id }) => id))
  const lost = restored.filter(({ version }) => !present.has(version.id))
  if (lost.length > 0) {
    // Another run deleted them again before what owns them was back; now that is there and holds them.
    for (const { version } of lost) items.set(version.id, await restoreOne(run, ref, version))
    now = await list()
  }
  const byId = new Map(now.map((version) => [version.id, version]))
  const digests = new Set(now.map(({ name }) => name))
  const extra: RestoreItem[] = []
  for (const { version, children } of restored) {
    if (items.get(version.id)?.kind !== 'restored') continue
    const is = byId.get(version.id)
    if (is === undefined) {
      const message = 'GitHub said that it was restored, but does not list it'
      items.set(version.id, { package: ref, version, kind: 'failed', message })
      continue
    }
    const missing = children.filter((digest) => !digests.has(digest))
    if (missing.length > 0) {
      const message = `restored, but ${missing.length} of what it lists is not there: ${missing[0]}`
      items.set(version.id, { package: ref, version, kind: 'restored', message })
    }
    for (const tag of version.tags) {
      const item = await settleTag(run, ref, version, tag, is, { before, now })
      if (item !== undefined) extra.push(item)
    }
  }
  for (const { version, tags } of there) {
    const is = byId.get(version.id)
    if (is === undefined) continue
    for (const tag of freeTags(tags, now)) {
      const item = await settleTag(run, ref, version, tag, is, { before, now })
      if (item !== undefined) extra.push(item)
    }
  }
  return extra
}
