import type { RestoreSelection } from '../../domain/config.js'
import type { RestoreItem } from '../../domain/outcome.js'
import type { PackageInfo } from '../../domain/package.js'
import type { Version } from '../../domain/version.js'
import { subtractDuration } from '../../pattern/calendar.js'
import { isDigestTag } from '../../pattern/names.js'
import { compilePatterns } from '../../pattern/patterns.js'
import { endsRun, failureOf } from '../failureOf.js'
import { selectPackages } from '../survey/selectPackages.js'
import type { RestoreContext, RestoreSummary } from './restoreContext.js'
import { byTags, withoutManifest } from './restoreOrder.js'
import { restoreVersions } from './restoreVersions.js'
import { restoreWithParts } from './restoreWithParts.js'

type Selected = Extract<RestoreSelection, { by: 'versions' }>

/** Restores deleted versions by patterns, ids or how long ago they were deleted; what is given of these must all fit. */
export async function restoreSelected(run: RestoreContext, selection: Selected): Promise<RestoreSummary> {
  const found = await selectPackages(run.ports, run.owner, run.config.scope)
  for (const text of found.notices) run.ports.console.notice(text)
  const items: RestoreItem[] = found.failed.map(({ package: ref, failure }) => ({
    package: ref,
    kind: 'failed',
    message: [failure.message, failure.remedy].filter(Boolean).join(' ')
  }))
  for (const info of found.packages) {
    try {
      items.push(...(await restoreIn(run, info, selection)))
    } catch (error) {
      const failure = failureOf(error)
      if (endsRun(failure)) run.stopState.stop(failure)
      items.push({
        package: info,
        kind: endsRun(failure) ? 'deferred' : 'failed',
        message: [failure.message, failure.remedy].filter(Boolean).join(' ')
      })
    }
  }
  return { packages: found.packages, items }
}

async function restoreIn(run: RestoreContext, info: PackageInfo, selection: Selected): Promise<readonly RestoreItem[]> {
  const { ports, owner } = run
  const [active, deleted] = await Promise.all([
    ports.packages.listVersions(owner, info, 'active'),
    ports.packages.listVersions(owner, info, 'deleted')
  ])
  const { isAskedFor, isRecent } = criteria(run, info, selection)
  const chosen = deleted.filter((version) => isRecent(version) && isAskedFor(version))
  for (const id of selection.versionIds) {
    if (deleted.some((version) => isVersion(version, id))) continue
    const there = active.some((version) => isVersion(version, id))
    ports.console.notice(`${info.name}: ${id} is ${there ? 'not deleted' : 'not among the deleted versions'}`)
  }
  if (chosen.length === 0) ports.console.notice(`${info.name}: none of ${deleted.length} deleted versions fits`)
  if (info.type !== 'container') return restoreVersions(run, info, byTags(chosen).map(withoutManifest), active)
  if (selection.match.length === 0 && selection.versionIds.length === 0) {
    return restoreRecent(run, info, chosen, active, isRecent)
  }
  // A pattern may name thousands of active versions: they are read only where one of them may lack something.
  const mayLack = selection.versionIds.length > 0 || deleted.filter(isRecent).length > chosen.length
  const named = mayLack ? active.filter(isAskedFor) : []
  return restoreWithParts(run, info, { chosen, named, active, deleted, fits: isRecent })
}

/** Looks for what went meanwhile: somebody who goes on deleting for longer is not to be kept up with. */
const MOST_ROUNDS = 10

/**
 * By time, everything of a run comes back together: the order of tags is the order of need. A prune may still be at work and
 * delete children of what is back: so the list is read again until nothing new is in it.
 */
async function restoreRecent(
  run: RestoreContext,
  info: PackageInfo,
  chosen: readonly Version[],
  active: readonly Version[],
  fits: (version: Version) => boolean
): Promise<readonly RestoreItem[]> {
  const items: RestoreItem[] = []
  const tried = new Set<number>()
  let wave = chosen
  for (let round = 0; wave.length > 0 && round < MOST_ROUNDS; round++) {
    items.push(...(await restoreVersions(run, info, byTags(wave).map(withoutManifest), active)))
    if (run.dryRun || run.stopState.reason() !== undefined) break
    for (const { id } of wave) tried.add(id)
    const deleted = await run.ports.packages.listVersions(run.owner, info, 'deleted')
    wave = deleted.filter((version) => fits(version) && !tried.has(version.id))
  }
  return items
}

function criteria(run: RestoreContext, info: PackageInfo, { match, versionIds, deletedWithin }: Selected) {
  const patterns = compilePatterns(match, { type: info.type, prereleases: 'included' })
  const oldest = deletedWithin && subtractDuration(run.now, deletedWithin, 'UTC')
  return {
    isRecent({ deletedAt }: Version): boolean {
      return oldest === undefined || (deletedAt !== undefined && deletedAt >= oldest)
    },
    isAskedFor(version: Version): boolean {
      if (versionIds.length > 0 && !versionIds.some((id) => isVersion(version, id))) return false
      if (match.length === 0) return true
      const names =
        info.type === 'container' || info.type === 'docker'
          ? version.tags.filter((tag) => !isDigestTag(tag))
          : [version.name]
      if (names.length === 0) return patterns.match(undefined, version.name) !== undefined
      return names.some((name) => patterns.match(name, version.name) !== undefined)
    }
  }
}

const isVersion = ({ id, name }: Version, listed: string): boolean => listed === String(id) || listed === name
