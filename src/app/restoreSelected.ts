import type { RestoreSelection } from '../domain/config.js'
import type { RestoreItem } from '../domain/outcome.js'
import type { PackageInfo } from '../domain/package.js'
import type { Version } from '../domain/version.js'
import { subtractDuration } from '../pattern/calendar.js'
import { isDigestTag } from '../pattern/names.js'
import { compilePatterns } from '../pattern/patterns.js'
import { endsRun, failureOf } from './failureOf.js'
import { byTags, restoreOrder, subjectsOf, type Wanted } from './restoreOrder.js'
import { restoreVersions } from './restoreVersions.js'
import type { Restored, Restoring } from './restoring.js'
import { selectPackages } from './scope.js'

type Selected = Extract<RestoreSelection, { by: 'versions' }>

/** Restores deleted versions by patterns, ids or how long ago they were deleted; what is given of these must all fit. */
export async function restoreSelected(run: Restoring, selection: Selected): Promise<Restored> {
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
      if (endsRun(failure)) run.halt.stop(failure)
      items.push({
        package: info,
        kind: endsRun(failure) ? 'deferred' : 'failed',
        message: [failure.message, failure.remedy].filter(Boolean).join(' ')
      })
    }
  }
  return { packages: found.packages, items }
}

async function restoreIn(run: Restoring, info: PackageInfo, selection: Selected): Promise<readonly RestoreItem[]> {
  const { ports, owner } = run
  const [active, deleted] = await Promise.all([
    ports.packages.listVersions(owner, info, 'active'),
    ports.packages.listVersions(owner, info, 'deleted')
  ])
  const chosen = deleted.filter(fits(run, info, selection))
  for (const id of selection.versionIds) {
    if (deleted.some((version) => isVersion(version, id))) continue
    const there = active.some((version) => isVersion(version, id))
    ports.console.notice(`${info.name}: ${id} is ${there ? 'not deleted' : 'not among the deleted versions'}`)
  }
  if (chosen.length === 0) {
    ports.console.notice(`${info.name}: none of ${deleted.length} deleted versions fits`)
    return []
  }
  const ordered = byTags(chosen)
  if (info.type !== 'container') return restoreVersions(run, info, ordered.map(bare), active)
  // By time, everything of a run comes back together: the order of tags is the order of need.
  if (selection.match.length === 0 && selection.versionIds.length === 0) {
    return restoreVersions(run, info, ordered.map(bare), active)
  }
  return restoreWithParts(run, info, chosen, deleted, active)
}

const bare = (version: Version): Wanted => ({ version, children: [], subjects: subjectsOf(version) })

function fits(run: Restoring, info: PackageInfo, selection: Selected): (version: Version) => boolean {
  const { match, versionIds, deletedWithin } = selection
  const patterns = compilePatterns(match, { type: info.type, prereleases: 'included' })
  const oldest = deletedWithin && subtractDuration(run.now, deletedWithin, 'UTC')
  return (version) => {
    if (oldest !== undefined && (version.deletedAt === undefined || version.deletedAt < oldest)) return false
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

const isVersion = ({ id, name }: Version, listed: string): boolean => listed === String(id) || listed === name

/**
 * A deleted manifest cannot be read: so a root comes back first, then what it lists and what refers to it by tag, then what
 * those list. Referrers that only their own manifest links cannot be found this way.
 */
async function restoreWithParts(
  run: Restoring,
  info: PackageInfo,
  chosen: readonly Version[],
  deleted: readonly Version[],
  active: readonly Version[]
): Promise<readonly RestoreItem[]> {
  const items: RestoreItem[] = []
  const byDigest = new Map(deleted.map((version) => [version.name, version]))
  const done = new Set<number>()
  let wave: readonly Version[] = chosen
  while (wave.length > 0) {
    for (const { id } of wave) done.add(id)
    items.push(...(await restoreVersions(run, info, restoreOrder(wave.map(bare)), active)))
    if (run.dryRun) break
    const next = new Map<number, Version>()
    const add = (version: Version | undefined): void => {
      if (version !== undefined && !done.has(version.id)) next.set(version.id, version)
    }
    for (const version of wave) {
      const read = await run.ports.manifests.read(info, version.name)
      if (read.kind === 'found') for (const { digest } of read.manifest.entries) add(byDigest.get(digest))
      for (const other of deleted) if (subjectsOf(other).includes(version.name)) add(other)
    }
    wave = [...next.values()]
  }
  run.ports.console.notice(
    run.dryRun
      ? `${info.name}: what these list, and signatures by tag, would come back with them`
      : `${info.name}: referrers that no tag names cannot be found without a receipt`
  )
  return items
}
