import { failureOf } from '../../domain/failure.js'
import type { PackageRef } from '../../domain/package.js'
import type { Ports } from '../ports.js'
import type { DeletionGuard } from './lastLook.js'

/** dist-tag to version. */
type Tags = Readonly<Record<string, string>>

/** One reading serves all deletions that are sent within this many milliseconds after it began. */
const FRESH_MS = 2000

/**
 * Reads npm's dist-tags again while deletions go on: a dist-tag may move to a version that will be deleted. One reading serves
 * all deletions of two seconds, so a run reads at most one packument every two seconds and not one for each deletion.
 */
export interface DistTagWatch extends Required<DeletionGuard> {
  /** Deleted versions that a dist-tag was on, or may have been on when it vanished: version to the reason. */
  lost(): Promise<ReadonlyMap<string, string>>
}

/** Watches nothing for other types than npm, where nobody `wanted` it, and where the dist-tags were not `known` before. */
export function watchDistTags(ports: Ports, ref: PackageRef, wanted: boolean, known: Tags | undefined): DistTagWatch {
  if (ref.type !== 'npm' || !wanted || known === undefined) return NO_WATCH
  let begun = 0
  let latest: { readonly at: number; readonly tags: Promise<Tags> } | undefined
  let trouble: string | undefined
  /** Each dist-tag with the last reading that showed it. */
  const shown = new Map(Object.keys(known).map((tag) => [tag, 0]))
  /** Each deleted version with how many readings had begun when it was deleted. */
  const gone = new Map<string, number>()

  function fresh(): Promise<Tags> {
    const now = ports.clock.now()
    if (latest === undefined || now - latest.at > FRESH_MS) latest = { at: now, tags: read() }
    return latest.tags
  }

  async function read(): Promise<Tags> {
    begun += 1
    const number = begun
    const tags = await ports.distTags.read(ref)
    for (const tag of Object.keys(tags)) shown.set(tag, Math.max(number, shown.get(tag) ?? 0))
    return tags
  }

  return {
    async reasonToKeep({ name: version }) {
      if (trouble !== undefined) return trouble
      try {
        const tags = await fresh()
        const tag = Object.keys(tags).find((name) => tags[name] === version)
        return tag === undefined ? undefined : `the dist-tag ${tag} is on it now`
      } catch (error) {
        const failure = failureOf(error)
        if (failure.code === 'cancelled') throw failure
        trouble = `npm's dist-tags cannot be read, and one may be on it (${failure.message})`
        return trouble
      }
    },
    deleted({ name }) {
      gone.set(name, begun)
    },
    async lost() {
      const before = new Map(shown)
      const tags = await read()
      const lost = new Map<string, string>()
      for (const [tag, number] of before) {
        const on = tags[tag]
        // If a reading that began after the deletion showed the dist-tag, that deletion did not take it along.
        const suspects = on === undefined ? [...gone].filter(([, then]) => number <= then) : []
        for (const [version] of suspects) {
          lost.set(version, `the dist-tag ${tag} vanished while it was being deleted, and may have been on it`)
        }
      }
      for (const [tag, version] of Object.entries(tags)) {
        if (gone.has(version)) lost.set(version, `the dist-tag ${tag} was put on it while it was being deleted`)
      }
      return lost
    }
  }
}

const NO_WATCH: DistTagWatch = {
  reasonToKeep: async () => undefined,
  deleted: () => {},
  lost: async () => new Map()
}
