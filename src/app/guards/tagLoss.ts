import type { PackageRef } from '../../domain/package.js'
import type { DeleteStep } from '../../domain/plan.js'
import type { Version } from '../../domain/version.js'
import { digestTagSubject } from '../../pattern/names.js'
import type { ExecutionContext } from '../executionContext.js'
import { lookUntil } from '../staleLists.js'
import type { AfterDeletions } from './owners.js'

/** Whether deleted versions show their tags; `undefined` where none of them is known to have had any. */
export function showsTags(done: readonly DeleteStep[], deleted: readonly Version[] | undefined): boolean | undefined {
  if (deleted === undefined) return false
  if (deleted.some(({ tags }) => tags.length > 0)) return true
  return done.some(({ version }) => version.tags.length > 0) ? false : undefined
}

/** Deleted versions that gained a tag at the last moment, by id, with the reason to restore them. */
export function gainedTags(
  deletions: readonly DeleteStep[],
  deleted: readonly Version[],
  active: readonly Version[]
): ReadonlyMap<number, string> {
  const byId = new Map(deleted.map((version) => [version.id, version]))
  const taken = new Set(active.flatMap(({ tags }) => tags))
  const digests = new Set(deletions.map(({ version }) => version.name))
  const gained = new Map<number, string>()
  for (const { version } of deletions) {
    const tags = (byId.get(version.id)?.tags ?? []).filter((tag) => {
      if (version.tags.includes(tag) || taken.has(tag)) return false
      // A signature tag whose image was deleted too is not missed.
      const subject = digestTagSubject(tag)
      return subject === undefined || !digests.has(subject)
    })
    if (tags.length > 0) gained.set(version.id, `it was tagged ${tags.join(', ')} while it was being deleted`)
  }
  return gained
}

/**
 * For a package whose deleted versions show no tags: those whose time moved while they were being deleted, which a new tag
 * does. Where every deletion moves the time, the time proves nothing.
 */
export function changedTimes(done: readonly DeleteStep[], deleted: readonly Version[]): ReadonlyMap<number, string> {
  const byId = new Map(deleted.map((version) => [version.id, version]))
  const moved = done.filter(({ version }) => {
    const is = byId.get(version.id)
    return is !== undefined && is.updatedAt !== version.updatedAt
  })
  if (moved.length === done.length) return new Map()
  return new Map(moved.map(({ version }) => [version.id, 'it was changed while it was being deleted']))
}

/**
 * A tag of a kept version that is nowhere any more: it was moved to something that was then deleted, and any of the deletions
 * may have taken it along. Returns the reason to restore them.
 */
export async function vanishedTag(
  { ports }: ExecutionContext,
  ref: PackageRef,
  { fresh, active, tags }: AfterDeletions
): Promise<string | undefined> {
  const ids = new Set(active.map(({ id }) => id))
  const candidates = fresh.versions
    .filter(({ id }) => ids.has(id))
    .flatMap((version) => version.tags.filter((tag) => tags !== undefined && !tags.has(tag)))
  for (const tag of candidates) {
    const find = (): Promise<string | undefined> => ports.manifests.resolve(ref, tag)
    if ((await lookUntil(ports, find, (digest) => digest !== undefined)) === undefined) {
      return `the tag ${tag} vanished during the run, and a deleted version may have had it last`
    }
  }
  return undefined
}
