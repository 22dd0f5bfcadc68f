import { endsRun, failureOf } from '../../domain/failure.js'
import type { RestoreItem } from '../../domain/outcome.js'
import type { PackageRef } from '../../domain/package.js'
import type { Version } from '../../domain/version.js'
import { lookUntil } from '../staleLists.js'
import type { VersionRestoreContext } from './restoreContext.js'
import type { RestoreTarget } from './restoreOrder.js'
import { restoreTag, tagItem } from './restoreTag.js'
import { sendRestore } from './sendRestore.js'

/** Up to this many failed restores are tried again for some seconds: GitHub may not find at once what was just deleted. */
const FEW = 16

/**
 * Restores versions one after another in the order given, then looks whether they are there with their tags and with all
 * that they list. A tag that names something else now is a conflict and is left there; one that names nothing is put back.
 * `there`: active versions that an earlier, interrupted restore brought back; some of their tags or parts may be missing.
 */
export async function restoreVersions(
  run: VersionRestoreContext,
  ref: PackageRef,
  ordered: readonly RestoreTarget[],
  active: readonly Version[],
  there: readonly RestoreTarget[] = []
): Promise<readonly RestoreItem[]> {
  if (run.dryRun) {
    const tags = there.map((each) =>
      restoreTags(run, ref, withFreeTags(each.version, active), { before: active, now: active })
    )
    return [...ordered.map(({ version }) => preview(ref, version, active)), ...(await Promise.all(tags)).flat()]
  }
  const items = new Map<number, RestoreItem>()
  const back: RestoreTarget[] = []
  const restoreOne = (version: Version): Promise<RestoreItem> =>
    sendRestore(run, { package: ref, version }, () => run.ports.packages.restoreVersion(run.owner, ref, version.id))
  const restoreEach = async (targets: readonly RestoreTarget[]): Promise<void> => {
    for (const each of targets) {
      const { version } = each
      const item = await restoreOne(version)
      items.set(version.id, item)
      if (isActive(item)) back.push(each)
      run.ports.console.progress(`${ref.name}: ${items.size} of ${ordered.length} versions restored`)
    }
  }
  await restoreEach(ordered)
  try {
    // Once stopped nothing is sent again, and what failed must not count as deferred.
    const failed = () =>
      run.stopState.reason() === undefined
        ? ordered.filter(({ version }) => items.get(version.id)?.kind === 'failed')
        : []
    // Where nothing was restored, the right to do so may be missing.
    if (failed().length <= FEW && (back.length > 0 || run.reason !== undefined)) {
      await lookUntil(
        run.ports,
        () => restoreEach(failed()),
        () => failed().length === 0
      )
    }
    if (back.length === 0 && there.length === 0) return [...items.values()]
    const extra = await verify(run, ref, { back, there, restoreOne }, active, items)
    return [...items.values(), ...extra]
  } catch (error) {
    const failure = failureOf(error)
    if (endsRun(failure)) run.stopState.stop(failure)
    const message = `what was restored could not be read again: ${failure.message}`
    return [...items.values(), { package: ref, kind: 'failed', message }]
  }
}

function preview(ref: PackageRef, version: Version, active: readonly Version[]): RestoreItem {
  const taken = conflicts(version, active)
  const message = `${taken.join(', ')} is on another version now and is left there`
  return { package: ref, version, kind: 'would-restore', ...(taken.length > 0 && { message }) }
}

/** Names of the version that another active version has now. */
function conflicts(version: Version, active: readonly Version[]): readonly string[] {
  const taken = new Set(active.filter(({ id }) => id !== version.id).flatMap(({ tags }) => tags))
  return version.tags.filter((tag) => taken.has(tag))
}

/** The lists of active versions before and after something was restored. */
interface ListsAround {
  readonly before: readonly Version[]
  readonly now: readonly Version[]
}

interface Restored {
  /** What this run restored, or found to be active when it asked for it. */
  readonly back: readonly RestoreTarget[]
  readonly there: readonly RestoreTarget[]
  readonly restoreOne: (version: Version) => Promise<RestoreItem>
}

const isActive = ({ kind }: RestoreItem): boolean => kind === 'restored' || kind === 'already-active'

async function verify(
  run: VersionRestoreContext,
  ref: PackageRef,
  { back, there, restoreOne }: Restored,
  before: readonly Version[],
  items: Map<number, RestoreItem>
): Promise<readonly RestoreItem[]> {
  const list = () => run.ports.packages.listVersions(run.owner, ref, 'active')
  const notIn = (listed: readonly Version[]): readonly RestoreTarget[] => {
    const ids = new Set(listed.map(({ id }) => id))
    return back.filter(({ version }) => !ids.has(version.id))
  }
  const listAll = () => lookUntil(run.ports, list, (listed) => notIn(listed).length === 0)
  let now = await listAll()
  const lost = notIn(now)
  if (lost.length > 0) {
    // Another run deleted them again before what owns them was back; now that is there and holds them.
    for (const { version } of lost) items.set(version.id, await restoreOne(version))
    now = await listAll()
  }
  const byId = new Map(now.map((version) => [version.id, version]))
  const digests = new Set(now.map(({ name }) => name))
  const extra: RestoreItem[] = []
  for (const { version, children } of [...back, ...there]) {
    const item = items.get(version.id)
    if (item !== undefined && !isActive(item)) continue
    const is = byId.get(version.id)
    if (is === undefined && item === undefined) continue
    if (is === undefined) {
      const message = 'GitHub said that it was restored, but does not list it'
      items.set(version.id, { package: ref, version, kind: 'failed', message })
      continue
    }
    const missing = children.filter((digest) => !digests.has(digest))
    if (missing.length > 0) extra.push(incomplete(ref, version, missing))
    const had = { ...is, tags: version.tags }
    const tags = item === undefined ? withFreeTags(had, now) : had
    for (const tag of await restoreTags(run, ref, tags, { before, now })) extra.push(tag)
  }
  return extra
}

/** An image whose index lists something that is not there: it cannot be pulled whole. */
export function incomplete(ref: PackageRef, version: Version, missing: readonly string[]): RestoreItem {
  const what = missing.length === 1 ? 'a manifest' : `${missing.length} manifests`
  const message = `it lists ${what} that GitHub does not have any more: ${missing[0]}`
  return { package: ref, version, kind: 'incomplete', message }
}

/** For a version that was there before this run: the run that restored it has reported the tags that are elsewhere. */
function withFreeTags(version: Version, active: readonly Version[]): Version {
  const taken = conflicts(version, active)
  return { ...version, tags: version.tags.filter((tag) => !taken.includes(tag)) }
}

/** Puts back the tags that an active version should have, and reports those that something else has. */
async function restoreTags(
  run: VersionRestoreContext,
  ref: PackageRef,
  version: Version,
  { before, now }: ListsAround
): Promise<readonly RestoreItem[]> {
  const is = now.find(({ id }) => id === version.id)
  const items: RestoreItem[] = []
  for (const tag of version.tags) {
    const owner = before.find(({ id, tags }) => id !== version.id && tags.includes(tag))
    const other = now.find(({ id, tags }) => id !== version.id && tags.includes(tag))
    const item = (kind: RestoreItem['kind'], message: string): number =>
      items.push({ package: ref, version, kind, message })
    if (owner !== undefined) {
      // If the restore took the tag along, whatever was pushed since gets it back.
      const taken = other?.id !== owner.id && is?.tags.includes(tag) === true
      const result = taken ? await restoreTag(run, ref, owner, tag, version.name) : undefined
      if (result?.kind === 'failed') item('failed', result.message)
      else item('conflict', `${tag} is on ${owner.name} now and is left there`)
    } else if (other !== undefined) item('conflict', `${tag} is on ${other.name} now and is left there`)
    else if (ref.type === 'container' && is?.tags.includes(tag) !== true) {
      const result = await restoreTag(run, ref, version, tag)
      if (result.kind !== 'there') items.push(tagItem(run, ref, version, result))
    } else if (is?.tags.includes(tag) === false) {
      item('failed', `GitHub restored it without its tag ${tag}; only a push can put that back`)
    }
  }
  return items
}
