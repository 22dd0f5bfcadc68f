import { Failure } from '../../domain/failure.js'
import type { Gap, Inventory } from '../../domain/inventory.js'
import type { Manifest } from '../../domain/manifest.js'
import type { Owner } from '../../domain/package.js'
import type { Policy } from '../../domain/policy.js'
import type { Version } from '../../domain/version.js'
import { createHints } from '../../policy/graph/hints.js'
import type { ManifestRead, Ports } from '../ports.js'
import { progressOf } from '../progress.js'
import { provenGone } from '../provenGone.js'

/** After this many failures in a row the registry counts as down, and the manifests that are left as unreadable for the same reason. */
export const GIVE_UP_AFTER = 12

/** Milliseconds between rounds of reading: right after a push the registry may lack a manifest for seconds. */
const ROUNDS = [1_000, 2_000, 4_000, 8_000]

/** Once a package could read no manifest in all rounds, the others skip these rounds. */
export interface Patience {
  exhausted: boolean
}

/** Versions whose manifest must be read whatever is deleted; see `Hints`. */
export function unread({ versions, manifests }: Pick<Inventory, 'versions' | 'manifests'>): readonly Version[] {
  const hints = createHints(manifests.values())
  return versions.filter((version) => !manifests.has(version.name) && hints.mustRead(version))
}

/**
 * Adds what must be known of each version whatever is deleted, and the manifests of these digests, each read once. A manifest
 * that cannot be read is a gap; a version that is proved to be deleted leaves the inventory.
 */
export type ManifestReader = (known: Inventory, digests?: readonly string[]) => Promise<Inventory>

/** Throws `Failure` (`cancelled`) at the time limit or a cancellation; see `ManifestReader`. */
export function manifestReader(
  ports: Ports,
  owner: Owner,
  { unreadableIsEmpty = [] }: Pick<Policy, 'unreadableIsEmpty'>,
  patience: Patience = { exhausted: false }
): ManifestReader {
  return (known, digests = []) => readAll(known, new Set(digests))

  async function readAll(known: Inventory, wanted: ReadonlySet<string>): Promise<Inventory> {
    const ref = known.package
    const manifests = new Map(known.manifests)
    const hints = createHints(manifests.values())
    const troubles = new Map<Version, ManifestTrouble>()
    const gone = new Set<Version>()
    const show = progressOf(ports, `${ref.name}: manifests`, known.versions.length)
    let asked = 0
    let failures = 0
    let lastWhy = ''
    let succeeded = false

    // An index is pushed after what it lists. So tagged versions are read first, then the others in lanes, each from its
    // newest version to its oldest: a lane meets an index before its children, and need not read them.
    const ordered = known.versions.toSorted((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0) || b.id - a.id)
    const matters = (version: Version): boolean => hints.mustRead(version) || wanted.has(version.name)
    const isOpen = (version: Version): boolean =>
      matters(version) && !manifests.has(version.name) && !troubles.has(version) && !gone.has(version)
    const tagged = ordered.filter(({ tags }) => tags.length > 0)
    for (let open = tagged.filter(isOpen); ; open = ordered.filter(isOpen)) {
      await readLanes(open, isOpen)
      if (ordered.some(isOpen)) continue
      await askAgain()
      if (!ordered.some(isOpen)) break
    }
    const gaps = open().map(([{ name: digest }, { why }]): Gap => ({ kind: 'manifest', digest, why }))
    const versions = gone.size === 0 ? known.versions : known.versions.filter((version) => !gone.has(version))
    return { ...known, versions, manifests, gaps: [...known.gaps, ...gaps] }

    /** Failed reads that still matter: a lane may have asked for an image that an index described only afterwards. */
    function open(): readonly (readonly [Version, ManifestTrouble])[] {
      return [...troubles].filter(([version]) => matters(version))
    }

    async function readLanes(queue: readonly Version[], needed: (version: Version) => boolean): Promise<void> {
      // All of these are read whatever an index says, so none has to wait for another.
      const shortest = queue.every(({ name, tags }) => tags.length > 0 || wanted.has(name)) ? 1 : SHORTEST_LANE
      const lanes = cut(queue, Math.min(ports.manifests.concurrency, Math.ceil(queue.length / shortest)))
      await Promise.all(
        lanes.map(async (lane) => {
          for (const version of lane) if (needed(version)) await readOne(version)
        })
      )
    }

    async function readOne(version: Version): Promise<void> {
      if (failures >= GIVE_UP_AFTER) {
        troubles.set(version, { kind: 'unreadable', why: lastWhy })
        return
      }
      endIfStopped()
      asked++
      show(Math.min(known.versions.length, asked), `${asked} read`)
      const read = await ports.manifests.read(ref, version.name)
      if (read.kind === 'found') {
        failures = 0
        succeeded = true
        patience.exhausted = false
        troubles.delete(version)
        learn(version, read.manifest)
      } else if (unreadableIsEmpty.includes(version.name)) {
        learn(version, emptyManifest(version.name))
      } else {
        failures++
        lastWhy = read.why
        troubles.set(version, read)
      }
    }

    function learn({ name }: Version, manifest: Manifest): void {
      manifests.set(name, manifest)
      hints.add(manifest)
    }

    function endIfStopped(): void {
      const { signal, reason } = ports.stop
      if (signal.aborted) throw new Failure('cancelled', `Reading manifests ended: ${reason}.`)
    }

    /** Reads again, in each round, every manifest that could not be read. */
    async function askAgain(): Promise<void> {
      await dropDeleted()
      for (const wait of ROUNDS) {
        const again = open().map(([version]) => version)
        if (again.length === 0 || patience.exhausted) break
        await ports.clock.sleep(wait, ports.stop.signal).catch(endIfStopped)
        failures = 0
        await readLanes(again, (version) => !manifests.has(version.name))
      }
      if (open().length > 0 && !succeeded) patience.exhausted = true
      await dropDeleted()
    }

    /** A 404 of the registry proves nothing: GitHub must say that the version is deleted, too. */
    async function dropDeleted(): Promise<void> {
      const missing = open().flatMap(([version, { kind }]) => (kind === 'missing' ? [version] : []))
      const proven = await provenGone(ports, owner, ref, missing, known.versions)
      for (const version of missing) {
        if (!proven.has(version.id)) continue
        troubles.delete(version)
        gone.add(version)
      }
    }
  }
}

type ManifestTrouble = Exclude<ManifestRead, { kind: 'found' }>

const emptyManifest = (digest: string): Manifest => ({
  digest,
  mediaType: '',
  kind: 'unknown',
  entries: [],
  blobs: [],
  annotations: {},
  size: 0
})

/** A shorter lane would ask for children before the index that lists them is read, and reads count as downloads. */
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
