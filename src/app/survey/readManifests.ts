import { Failure } from '../../domain/failure.js'
import type { Gap } from '../../domain/inventory.js'
import type { Manifest } from '../../domain/manifest.js'
import { IMAGE_TYPES } from '../../domain/mediaType.js'
import type { Owner, PackageRef } from '../../domain/package.js'
import type { Version } from '../../domain/version.js'
import type { Ports } from '../ports.js'
import { progressOf } from '../progress.js'

export interface ManifestReads {
  readonly manifests: ReadonlyMap<string, Manifest>
  readonly gaps: readonly Gap[]
  /** Ids of versions that were gone when their manifest was asked for. */
  readonly gone: ReadonlySet<number>
}

/** So many failures in a row mean that the registry is not to be had; what is left counts as unreadable. */
export const GIVE_UP_AFTER = 12

/** Versions whose manifest is not known and can change a verdict; see `readManifests`. */
export function unread(versions: readonly Version[], known: ReadonlyMap<string, Manifest>): readonly Version[] {
  const listed = new Set<string>()
  for (const manifest of known.values()) noteImages(manifest, listed)
  return versions.filter(({ name }) => !known.has(name) && !listed.has(name))
}

function noteImages(manifest: Manifest, listed: Set<string>): void {
  for (const entry of manifest.entries) if (IMAGE_TYPES.has(entry.mediaType)) listed.add(entry.digest)
}

/**
 * Reads the manifests that can change a verdict: those that no index lists, and nested indexes. What an index lists as an
 * image owns nothing, so the index has told enough.
 *
 * An index is pushed after what it lists. So tagged versions are read first, then the others in lanes, each from its newest
 * version to its oldest: a lane meets an index before its children and skips them. `given`: manifests known already, such as
 * those of a cache; what they list is known before anything is asked for.
 */
export async function readManifests(
  ports: Ports,
  owner: Owner,
  ref: PackageRef,
  versions: readonly Version[],
  given: ReadonlyMap<string, Manifest>
): Promise<ManifestReads> {
  const manifests = new Map(given)
  const gaps: Gap[] = []
  const gone = new Set<number>()
  const listed = new Set<string>()
  let failures = 0
  let asked = 0
  const tell = progressOf(ports, `${ref.name}: manifests`, versions.length)
  for (const manifest of given.values()) noteImages(manifest, listed)

  const ordered = versions.toSorted((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0) || b.id - a.id)
  await readLanes(ordered.filter(({ tags }) => tags.length > 0))
  await readLanes(ordered.filter(({ tags, name }) => tags.length === 0 && !listed.has(name)))
  // Whether an image was asked for before an index told what it is depends on the lanes; the verdict must not.
  return { manifests, gaps: gaps.filter((gap) => gap.kind !== 'manifest' || !listed.has(gap.digest)), gone }

  async function readLanes(queue: readonly Version[]): Promise<void> {
    const lanes = cut(queue, Math.min(ports.manifests.concurrency, Math.ceil(queue.length / SHORTEST_LANE)))
    await Promise.all(
      lanes.map(async (lane) => {
        for (const version of lane) await readOne(version)
      })
    )
  }

  async function readOne(version: Version): Promise<void> {
    const digest = version.name
    if (manifests.has(digest) || listed.has(digest)) return
    if (failures >= GIVE_UP_AFTER) {
      gaps.push({ kind: 'manifest', digest, why: 'the registry failed too often' })
      return
    }
    if (ports.stop.signal.aborted) throw new Failure('cancelled', `Reading manifests ended: ${ports.stop.reason}.`)
    asked++
    tell(Math.min(versions.length, asked + listed.size), `${asked} read, ${listed.size} known from an index`)
    const read = await ports.manifests.read(ref, digest)
    if (read.kind === 'found') {
      failures = 0
      manifests.set(digest, read.manifest)
      noteImages(read.manifest, listed)
      return
    }
    if (read.kind === 'missing' && (await isGone(version))) {
      gone.add(version.id)
      return
    }
    failures++
    gaps.push({ kind: 'manifest', digest, why: read.why })
  }

  /** A version that somebody deleted since it was listed protects nothing any more. */
  async function isGone(version: Version): Promise<boolean> {
    return (await ports.packages.getVersion(owner, ref, version.id)) === undefined
  }
}

/** A lane shorter than a few units would ask for children before the index that lists them: reads count as downloads. */
const SHORTEST_LANE = 16
/** How far a cut may move to fall between two pushes rather than within one. */
const SLACK = 6

/** Contiguous lanes of about equal length, cut where the most time lies between two neighbours. */
function cut(queue: readonly Version[], count: number): readonly (readonly Version[])[] {
  const size = Math.max(1, Math.ceil(queue.length / count))
  const lanes: (readonly Version[])[] = []
  for (let start = 0; start < queue.length; ) {
    let end = Math.min(queue.length, start + size)
    if (end < queue.length && size > 2 * SLACK) end = widestGap(queue, end - SLACK, end + SLACK)
    lanes.push(queue.slice(start, end))
    start = end
  }
  return lanes
}

function widestGap(queue: readonly Version[], from: number, to: number): number {
  let best = from
  let widest = -1
  for (let i = from; i <= Math.min(to, queue.length - 1); i++) {
    const gap = (queue[i - 1]?.createdAt ?? 0) - (queue[i]?.createdAt ?? 0)
    if (gap > widest) {
      widest = gap
      best = i
    }
  }
  return best
}
