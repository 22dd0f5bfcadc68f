import { endsRun, failureOf } from '../../domain/failure.js'
import { IMAGE_TYPES, isManifestType } from '../../domain/mediaType.js'
import type { RestoreItem } from '../../domain/outcome.js'
import type { PackageRef } from '../../domain/package.js'
import type { Version } from '../../domain/version.js'
import { isFallbackTag } from '../../pattern/names.js'
import { versionText } from '../../report/text/naming.js'
import { inParallel } from '../inParallel.js'
import { GIVE_UP_AFTER } from '../survey/readManifests.js'
import type { RestoreContext } from './restoreContext.js'
import { bySubject, restoreOrder, subjectsOf, withoutManifest } from './restoreOrder.js'
import { incomplete, restoreVersions } from './restoreVersions.js'

/** What is asked for in one container package, and what else is in it. */
export interface RestoreRequest {
  /** Deleted versions that come back. */
  readonly chosen: readonly Version[]
  /** Active versions that are asked for, too: parts of them may be deleted. */
  readonly named: readonly Version[]
  readonly active: readonly Version[]
  readonly deleted: readonly Version[]
  /** Which deleted signatures of an active version come back. Those of a restored one do, and whatever an image lists. */
  readonly fits: (version: Version) => boolean
}

/** A manifest that another one lists, or mentions: only listed ones have a type. */
interface OwnedManifest {
  readonly digest: string
  readonly mediaType?: string
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
  info: PackageRef,
  asked: RestoreRequest
): Promise<readonly RestoreItem[]> {
  const { console } = run.ports
  const { chosen, named, active, deleted } = asked
  if (run.dryRun && chosen.length > 0) {
    console.notice(`${info.name}: what these list, and signatures by tag, would be restored with them`)
  }
  const items: RestoreItem[] = []
  const unread: Unread[] = []
  const lists = new Map<Version, readonly OwnedManifest[]>()
  const there = new Set(active.map(({ name }) => name))
  const isDeleted = new Set(deleted)
  const partsOf = partsIn(asked)
  const seen = new Set([...chosen, ...named])
  let wave: readonly Version[] = [...seen]
  while (wave.length > 0) {
    const wanted = wave.filter((version) => isDeleted.has(version)).map(withoutManifest)
    const restored = await restoreVersions(run, info, restoreOrder(wanted), active)
    for (const item of restored) {
      const { kind, version } = item
      items.push(item)
      if (version !== undefined && (kind === 'restored' || kind === 'already-active')) there.add(version.name)
    }
    const found = wave.filter(({ name }) => there.has(name))
    const images = imagesIn(lists)
    const toRead = found.filter(({ name }) => !images.has(name))
    const read = await readLists(run, info, toRead)
    for (const version of read.unread) unread.push(version)
    for (const [version, entries] of read.lists) lists.set(version, entries)
    const parts = found.flatMap((version) => partsOf(version, lists.get(version) ?? []))
    wave = [...new Set(parts)].filter((version) => !seen.has(version))
    for (const version of wave) seen.add(version)
  }
  for (const { kind, version } of items) if (kind === 'would-restore' && version !== undefined) there.add(version.name)
  if (items.length > 0) console.notice(`${info.name}: referrers that no tag names cannot be found without a receipt`)
  return [...items, ...missingParts(info, lists, there), ...unreadItems(info, items, unread)]
}

/** Digests that an index lists as images: these list nothing themselves. */
function imagesIn(lists: ReadonlyMap<Version, readonly OwnedManifest[]>): ReadonlySet<string> {
  const entries = [...lists.values()].flat().filter(({ mediaType = '' }) => IMAGE_TYPES.has(mediaType))
  return new Set(entries.map(({ digest }) => digest))
}

/** Returns a function that finds the parts of a version: deleted ones to restore, and active ones that may list others. */
function partsIn({ active, deleted, fits }: RestoreRequest) {
  const isActive = new Map(active.map((version) => [version.name, version]))
  const isDeleted = new Map(deleted.map((version) => [version.name, version]))
  const lists = ({ tags }: Version): boolean => tags.some(isFallbackTag)
  const referrers = bySubject([...deleted, ...active.filter(lists)], subjectsOf)
  return (owner: Version, entries: readonly OwnedManifest[]): readonly Version[] => {
    const parts = entries.flatMap(({ digest, mediaType = '' }) => {
      const is = isActive.get(digest)
      if (is !== undefined) return IMAGE_TYPES.has(mediaType) ? [] : is
      return isDeleted.get(digest) ?? []
    })
    const all = referrers.get(owner.name) ?? []
    const wanted = isActive.has(owner.name) ? all.filter((each) => isActive.has(each.name) || fits(each)) : all
    return [...parts, ...wanted]
  }
}

/** In the order of the versions. */
async function readLists(run: RestoreContext, info: PackageRef, versions: readonly Version[]) {
  const { ports, stopState } = run
  const results = new Map<Version, readonly OwnedManifest[] | string>()
  let failures = 0
  let lastWhy = ''
  await inParallel(versions, ports.manifests.concurrency, async (version) => {
    const result = stopState.reason() ?? (failures < GIVE_UP_AFTER ? await readOne(version) : lastWhy)
    failures = typeof result === 'string' ? failures + 1 : 0
    if (typeof result === 'string') lastWhy = result
    results.set(version, result)
    ports.console.progress(`${info.name}: ${results.size} of ${versions.length} manifests asked for`)
  })
  const lists = new Map<Version, readonly OwnedManifest[]>()
  const unread: Unread[] = []
  for (const version of versions) {
    const result = results.get(version) ?? []
    if (typeof result === 'string') unread.push({ version, why: result })
    else lists.set(version, result)
  }
  return { lists, unread }

  /** Returns what it lists, or why that could not be read. */
  async function readOne(version: Version): Promise<readonly OwnedManifest[] | string> {
    try {
      const read = await ports.manifests.read(info, version.name)
      if (read.kind !== 'found') return read.why
      const { entries, mentions = [] } = read.manifest
      return [...entries, ...mentions.map((digest) => ({ digest }))]
    } catch (error) {
      const failure = failureOf(error)
      if (endsRun(failure)) stopState.stop(failure)
      return failure.message
    }
  }
}

/** One item for each image that lists something that is not there, so that the run fails. */
function missingParts(
  info: PackageRef,
  lists: ReadonlyMap<Version, readonly OwnedManifest[]>,
  there: ReadonlySet<string>
): readonly RestoreItem[] {
  return [...lists].flatMap(([version, entries]) => {
    const digests = entries.filter(({ mediaType = '' }) => isManifestType(mediaType)).map(({ digest }) => digest)
    const missing = [...new Set(digests)].filter((digest) => !there.has(digest))
    return missing.length === 0 ? [] : incomplete(info, version, missing)
  })
}

/** One item for the package, so that the run fails; and those of it that have no item yet. */
function unreadItems(
  info: PackageRef,
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
  const which = `${versionText(first.version)}${others}`
  const message = `the manifest of ${which} could not be read, so parts may still be deleted; run this again: ${first.why}`
  return [...there, { package: info, kind: 'failed', message }]
}
