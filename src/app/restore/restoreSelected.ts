import { endsRun, failureOf } from '../../domain/failure.js'
import { type RestoreItem, unrestored } from '../../domain/outcome.js'
import type { PackageInfo } from '../../domain/package.js'
import type { Version } from '../../domain/version.js'
import { subtractDuration } from '../../pattern/calendar.js'
import { compilePatterns } from '../../pattern/patterns.js'
import { forPackage } from '../executionContext.js'
import { type BothLists, readBothLists } from '../staleLists.js'
import { selectPackages } from '../survey/selectPackages.js'
import { isEmpty, nothingFound, type RestorablePackage, type Selected, selectableNames } from './restorable.js'
import type { RestoreContext, RestoreSummary } from './restoreContext.js'
import { byTags, withoutManifest } from './restoreOrder.js'
import { restoreVersions } from './restoreVersions.js'
import { restoreWithParts } from './restoreWithParts.js'

/** Restores deleted versions by patterns, ids or how long ago they were deleted; what is given of these must all fit. */
export async function restoreSelected(run: RestoreContext, selection: Selected): Promise<RestoreSummary> {
  const found = await selectPackages(run.ports, run.owner, run.config.scope)
  const items = found.failed.map((each) => unrestored({ package: each.package }, each.failure))
  const restorable: RestorablePackage[] = []
  for (const info of found.packages) {
    try {
      const lists = await readBothLists(run.ports, run.owner, info)
      restorable.push({ package: info, ...lists })
      const inPackage = { ...run, stopState: forPackage(run.stopState) }
      for (const item of await restoreIn(inPackage, info, selection, lists)) items.push(item)
    } catch (error) {
      const failure = failureOf(error)
      if (endsRun(failure)) run.stopState.stop(failure)
      items.push(unrestored({ package: info }, failure))
    }
  }
  const any = items.some(({ kind }) => kind !== 'failed')
  return { packages: found.packages, items, ...(!any && nothingFound(run, selection, restorable)) }
}

async function restoreIn(
  run: RestoreContext,
  info: PackageInfo,
  selection: Selected,
  { active, deleted }: BothLists
): Promise<readonly RestoreItem[]> {
  if (isEmpty(selection)) return []
  const { isAskedFor, isRecent } = criteria(run, info, selection)
  const chosen = deleted.filter((version) => isRecent(version) && isAskedFor(version))
  if (selection.match.length === 0 && selection.versionIds.length === 0) {
    return restoreRecent(run, info, chosen, active, isRecent)
  }
  const unlisted = await restoreUnlisted(run, info, selection, [...active, ...deleted])
  const found = unlisted.some(({ kind }) => kind === 'restored')
  const now = found ? await run.ports.packages.listVersions(run.owner, info, 'active') : active
  const named = now.filter(isAskedFor)
  // A pattern may name thousands of active versions: they are read only where something is deleted that they may lack.
  const mayLack = found || deleted.length > chosen.length
  const request = { chosen, named: mayLack ? named : [], active: now, deleted, fits: isRecent }
  const listed =
    info.type === 'container'
      ? await restoreWithParts(run, info, request)
      : await restoreVersions(run, info, byTags(chosen).map(withoutManifest), now)
  const items = [...unlisted, ...listed]
  const reported = new Set(items.map(({ version }) => version?.id))
  const there = named.filter(({ id }) => !reported.has(id))
  return [...items, ...there.map((version): RestoreItem => ({ package: info, version, kind: 'already-active' }))]
}

/** GitHub is asked even for ids that neither list shows: only its answer decides. */
async function restoreUnlisted(
  run: RestoreContext,
  info: PackageInfo,
  { versionIds }: Selected,
  listed: readonly Version[]
): Promise<readonly RestoreItem[]> {
  const unlisted = versionIds.filter((id) => !listed.some((version) => isVersion(version, id)))
  const ids = unlisted.filter((id) => /^\d+$/.test(id))
  const digests = unlisted.filter((id) => !/^\d+$/.test(id))
  const targets = ids.map((id) => withoutManifest({ id: Number(id), name: `version ${id}`, tags: [] }))
  return [
    ...(await restoreVersions(run, info, targets, [])),
    ...digests.map((digest): RestoreItem => {
      return {
        package: info,
        kind: 'failed',
        message: `${digest} is neither among the active nor among the deleted versions`
      }
    })
  ]
}

/** Another run may go on deleting: its deletions are restored in at most this many rounds. */
const MOST_ROUNDS = 10

/**
 * By time, everything of a run comes back together: the order of tags is the order of need. A prune may still be at work and
 * delete children of what is back: so the list is read again until nothing new is in it. What was deleted earlier, and what
 * these images list, comes back with them.
 */
async function restoreRecent(
  run: RestoreContext,
  info: PackageInfo,
  chosen: readonly Version[],
  active: readonly Version[],
  fits: (version: Version) => boolean
): Promise<readonly RestoreItem[]> {
  const { ports, owner } = run
  const items: RestoreItem[] = []
  const tried = new Set<number>()
  let deleted: readonly Version[] = []
  let wave = chosen
  for (let round = 0; wave.length > 0 && round < MOST_ROUNDS; round++) {
    for (const item of await restoreVersions(run, info, byTags(wave).map(withoutManifest), active)) items.push(item)
    if (run.dryRun || run.stopState.reason() !== undefined) return items
    for (const { id } of wave) tried.add(id)
    deleted = (await ports.packages.listVersions(owner, info, 'deleted')).filter(({ id }) => !tried.has(id))
    wave = deleted.filter(fits)
  }
  if (info.type !== 'container' || items.length === 0) return items
  const now = await ports.packages.listVersions(owner, info, 'active')
  const named = now.filter(({ id }) => tried.has(id))
  if (!named.some(({ tags }) => tags.length > 0) && !chosen.some(({ tags }) => tags.length > 0)) {
    ports.console.warning(`${info.name}: ${UNTAGGED}`)
  }
  const parts = await restoreWithParts(run, info, { chosen: [], named, active: now, deleted, fits: () => true })
  const reported = new Set(items.map(({ version }) => version?.id))
  const news = parts.filter(({ kind, version }) => kind !== 'already-active' || !reported.has(version?.id))
  return [...items, ...news]
}

const UNTAGGED =
  'nothing that was restored has a tag. If there were tags, GitHub does not show those of deleted versions here: restore from the receipt'

function criteria(run: RestoreContext, info: PackageInfo, { match, versionIds, deletedWithin }: Selected) {
  const patterns = compilePatterns(match, { type: info.type })
  const oldest = deletedWithin && subtractDuration(run.now, deletedWithin, 'UTC')
  return {
    isRecent({ deletedAt }: Version): boolean {
      return oldest === undefined || (deletedAt !== undefined && deletedAt >= oldest)
    },
    isAskedFor(version: Version): boolean {
      if (versionIds.length > 0 && !versionIds.some((id) => isVersion(version, id))) return false
      if (match.length === 0) return true
      const names = selectableNames(info, version)
      if (names.length === 0) return patterns.match(undefined, version.name) !== undefined
      return names.some((name) => patterns.match(name, version.name) !== undefined)
    }
  }
}

const isVersion = ({ id, name }: Version, listed: string): boolean => listed === String(id) || listed === name
