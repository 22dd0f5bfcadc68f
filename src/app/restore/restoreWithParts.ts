import type { Descriptor } from '../../domain/manifest.js'
import { IMAGE_TYPES, isManifestType } from '../../domain/mediaType.js'
import type { RestoreItem } from '../../domain/outcome.js'
import type { PackageInfo } from '../../domain/package.js'
import type { Version } from '../../domain/version.js'
import { digestTagKind } from '../../pattern/names.js'
import { labelOf } from '../../report/text/naming.js'
import { endsRun, failureOf } from '../failureOf.js'
import { inParallel } from '../inParallel.js'
import { GIVE_UP_AFTER } from '../survey/readManifests.js'
import type { RestoreContext } from './restoreContext.js'
import { restoreOrder, subjectsOf, withoutManifest } from './restoreOrder.js'
import { restoreVersions } from './restoreVersions.js'

/** What is asked for in one container package, and what else is in it. */
export interface RestoreRequest {
  /** Deleted versions that come back. */
  readonly chosen: readonly Version[]
  /** Active versions that are asked for too: an earlier restore may have ended before their parts were back. */
  readonly named: readonly Version[]
  readonly active: readonly Version[]
  readonly deleted: readonly Version[]
  /** Which deleted parts of an active version come back; those of one that is restored here all do. */
  readonly fits: (version: Version) => boolean
}

interface Unread {
  readonly version: Version
  readonly why: string
}

/**
 * A deleted manifest cannot be read: so a root comes back first, then what it lists and what refers to it by tag, then what
 * those list. Referrers that only their own manifest links cannot be found this way.
 */
export async function restoreWithParts(
  run: RestoreContext,
  info: PackageInfo,
  asked: RestoreRequest
): Promise<readonly RestoreItem[]> {
  const { console } = run.ports
  const { chosen, named, active, deleted } = asked
  if (run.dryRun) {
    if (chosen.length > 0) {
      console.notice(`${info.name}: what these list, and signatures by tag, would come back with them`)
    }
    if (named.length > 0) {
      console.notice(`${info.name}: ${named.length} that fit are active: deleted parts of these would be looked for`)
    }
    return restoreVersions(run, info, restoreOrder(chosen.map(withoutManifest)), active)
  }
  const items: RestoreItem[] = []
  const unread: Unread[] = []
  const lists = new Map<Version, readonly Descriptor[]>()
  const there = new Set(active.map(({ name }) => name))
  const isDeleted = new Set(deleted)
  const partsOf = partsIn(asked)
  const seen = new Set([...chosen, ...named])
  let wave: readonly Version[] = [...seen]
  while (wave.length > 0) {
    const wanted = wave.filter((version) => isDeleted.has(version)).map(withoutManifest)
    const restored = await restoreVersions(run, info, restoreOrder(wanted), active)
    items.push(...restored)
    for (const { kind, version } of restored) {
      if (version !== undefined && (kind === 'restored' || kind === 'already-active')) there.add(version.name)
    }
    const found = wave.filter(({ name }) => there.has(name))
    const images = imagesIn(lists)
    const untold = found.filter(({ name }) => !images.has(name))
    const read = await readLists(run, info, untold)
    unread.push(...read.unread)
    for (const [version, entries] of read.lists) lists.set(version, entries)
    const parts = found.flatMap((version) => partsOf(version, lists.get(version) ?? []))
    wave = [...new Set(parts)].filter((version) => !seen.has(version))
    for (const version of wave) seen.add(version)
  }
  if (items.length > 0) console.notice(`${info.name}: referrers that no tag names cannot be found without a receipt`)
  return [...tellMissing(info, items, lists, there), ...tellUnread(info, items, unread)]
}

/** Digests that an index lists as images: these list nothing themselves. */
function imagesIn(lists: ReadonlyMap<Version, readonly Descriptor[]>): ReadonlySet<string> {
  const entries = [...lists.values()].flat().filter(({ mediaType }) => IMAGE_TYPES.has(mediaType))
  return new Set(entries.map(({ digest }) => digest))
}

/** What of the package is to be looked at next, given what a version lists: deleted parts, and active ones that list others. */
function partsIn({ active, deleted, fits }: RestoreRequest) {
  const isActive = new Map(active.map((version) => [version.name, version]))
  const isDeleted = new Map(deleted.map((version) => [version.name, version]))
  const referrers = new Map<string, Version[]>()
  const lists = ({ tags }: Version): boolean => tags.some((tag) => digestTagKind(tag) === 'referrers')
  for (const version of [...deleted, ...active.filter(lists)]) {
    for (const subject of subjectsOf(version)) {
      const known = referrers.get(subject)
      if (known === undefined) referrers.set(subject, [version])
      else known.push(version)
    }
  }
  return (owner: Version, entries: readonly Descriptor[]): readonly Version[] => {
    const parts = entries.flatMap(({ digest, mediaType }) => {
      const is = isActive.get(digest)
      if (is !== undefined) return IMAGE_TYPES.has(mediaType) ? [] : is
      return isDeleted.get(digest) ?? []
    })
    const all = [...parts, ...(referrers.get(owner.name) ?? [])]
    if (!isActive.has(owner.name)) return all
    return all.filter((version) => isActive.has(version.name) || fits(version))
  }
}

/** In the order of the versions. */
async function readLists(run: RestoreContext, info: PackageInfo, versions: readonly Version[]) {
  const { ports, stopState } = run
  const results = new Map<Version, readonly Descriptor[] | string>()
  let failures = 0
  await inParallel(versions, ports.manifests.concurrency, async (version) => {
    const result =
      stopState.reason() ?? (failures < GIVE_UP_AFTER ? await readOne(version) : 'the registry failed too often')
    failures = typeof result === 'string' ? failures + 1 : 0
    results.set(version, result)
    ports.console.progress(`${info.name}: ${results.size} of ${versions.length} manifests asked for`)
  })
  const lists = new Map<Version, readonly Descriptor[]>()
  const unread: Unread[] = []
  for (const version of versions) {
    const result = results.get(version) ?? []
    if (typeof result === 'string') unread.push({ version, why: result })
    else lists.set(version, result)
  }
  return { lists, unread }

  /** Returns what it lists, or why that could not be read. */
  async function readOne(version: Version): Promise<readonly Descriptor[] | string> {
    try {
      const read = await ports.manifests.read(info, version.name)
      return read.kind === 'found' ? read.manifest.entries : read.why
    } catch (error) {
      const failure = failureOf(error)
      if (endsRun(failure)) stopState.stop(failure)
      return failure.message
    }
  }
}

/** The items, with what is listed and did not come back on those of what lists it. */
function tellMissing(
  info: PackageInfo,
  items: readonly RestoreItem[],
  lists: ReadonlyMap<Version, readonly Descriptor[]>,
  there: ReadonlySet<string>
): readonly RestoreItem[] {
  const told = new Map<number, RestoreItem>()
  for (const [version, entries] of lists) {
    const digests = entries.filter(({ mediaType }) => isManifestType(mediaType)).map(({ digest }) => digest)
    const missing = [...new Set(digests)].filter((digest) => !there.has(digest))
    if (missing.length === 0) continue
    const message = `${missing.length} of what it lists is not there: ${missing[0]}`
    told.set(version.id, { package: info, version, kind: 'already-active', message })
  }
  const changed = items.map((item) => {
    const missing = item.kind === 'restored' && item.version && told.get(item.version.id)
    if (!missing) return item
    told.delete(missing.version?.id ?? 0)
    return { ...item, message: `restored, but ${missing.message}` }
  })
  return [...changed, ...told.values()]
}

/** One item for the package, so that the run fails; and those of it that have no item yet. */
function tellUnread(
  info: PackageInfo,
  items: readonly RestoreItem[],
  unread: readonly Unread[]
): readonly RestoreItem[] {
  const [first] = unread
  if (first === undefined) return []
  const restored = new Set(items.map(({ version }) => version?.id))
  const there = unread.flatMap(({ version, why }): readonly RestoreItem[] =>
    restored.has(version.id)
      ? []
      : [{ package: info, version, kind: 'already-active', message: `not looked into: ${why}` }]
  )
  const others = unread.length === 1 ? '' : ` and ${unread.length - 1} more`
  const which = `${labelOf(first.version)} (version ${first.version.id})${others}`
  const message = `the manifest of ${which} could not be read, so parts may still be deleted; run this again: ${first.why}`
  return [...there, { package: info, kind: 'failed', message }]
}
