import { grouped } from '../../domain/grouped.js'
import type { Inventory } from '../../domain/inventory.js'
import { type Manifest, ownedBy } from '../../domain/manifest.js'
import type { PackageRef } from '../../domain/package.js'
import type { DeleteStep } from '../../domain/plan.js'
import type { Version } from '../../domain/version.js'
import type { ExecutionContext } from '../executionContext.js'
import { inParallel } from '../inParallel.js'
import { provenGone } from '../provenGone.js'
import { lookUntil } from '../staleLists.js'
import { readPushed, unreadText } from './newPushes.js'

/** A package after its deletions, beside what it was before. */
export interface AfterDeletions {
  /** As it was read before the first deletion. */
  readonly fresh: Inventory
  readonly active: readonly Version[]
  /** Deletions of versions that are not active. */
  readonly missing: readonly DeleteStep[]
  /** By the registry's own list, if it could be read. */
  readonly tags: ReadonlySet<string> | undefined
}

/** A version that may own something that was deleted; it has no id if only the registry knows of it. */
type PossibleOwner = Pick<Version, 'name' | 'tags'> & { readonly id?: number }

/**
 * Deleted versions that an active version lists, or that refer to one, by id with the reason to restore them. Such an owner was
 * pushed or restored during the run, or was not deleted although GitHub said so: a version that the plan keeps owns none of them.
 */
export async function findOwners(
  run: ExecutionContext,
  ref: PackageRef,
  { fresh, active, missing, tags }: AfterDeletions
): Promise<ReadonlyMap<number, string>> {
  const manifests = new Map<string, Manifest>(fresh.manifests)
  const known = new Set(fresh.versions.map(({ id }) => id))
  const tagged = await onlyInRegistry(run, ref, active, tags)
  const pushed: readonly PossibleOwner[] = [...active.filter(({ id }) => !known.has(id)), ...tagged]
  for (const owner of pushed) {
    const found = await readPushed(run, ref, owner, active)
    if (found.kind === 'found') manifests.set(owner.name, found.manifest)
    if (found.kind === 'unreadable') {
      const why = unreadText(owner, found.why)
      run.ports.console.warning(`${ref.name}: ${why}`)
      return new Map(missing.map((step) => [step.version.id, why]))
    }
  }
  const all: readonly PossibleOwner[] = [...active, ...tagged]
  const reaches = reachOf(missing, all, manifests)
  const found = new Map<number, string>()
  await inParallel(all, run.ports.manifests.concurrency, async (owner) => {
    const below = reaches(owner.name)
    if (below.length === 0 || !(await isThere(run, ref, owner, active))) return
    const since = owner.id !== undefined && known.has(owner.id) ? 'is there' : 'was pushed during the run'
    for (const step of below) found.set(step.version.id, `${owner.tags[0] ?? owner.name} ${since} and needs it`)
  })
  return found
}

/** Versions that only the registry's tags name: the list does not show the tag, or shows it on a version that was deleted. */
async function onlyInRegistry(
  { ports }: ExecutionContext,
  ref: PackageRef,
  active: readonly Version[],
  tags: ReadonlySet<string> | undefined
): Promise<readonly PossibleOwner[]> {
  const shown = new Set(active.flatMap((version) => version.tags))
  const names = new Set(active.map(({ name }) => name))
  const found: PossibleOwner[] = []
  const unknown = [...(tags ?? [])].filter((tag) => !shown.has(tag))
  await inParallel(unknown, ports.manifests.concurrency, async (tag) => {
    const name = await ports.manifests.resolve(ref, tag)
    if (name !== undefined && !names.has(name)) found.push({ name, tags: [tag] })
  })
  return found
}

/** A list may still show a version that somebody else deleted, and GitHub may not find a new one at once. */
async function isThere(
  { ports, owner }: ExecutionContext,
  ref: PackageRef,
  { id }: PossibleOwner,
  active: readonly Version[]
): Promise<boolean> {
  if (id === undefined) return true
  const state = await lookUntil(
    ports,
    () => ports.packages.stateOf(owner, ref, id),
    (seen) => seen !== undefined
  )
  return state === 'active' || !(await provenGone(ports, owner, ref, [{ id }], active)).has(id)
}

/** Finds the `missing` versions that an owner reaches by entries of indexes, or that refer to something it reaches. */
function reachOf(
  missing: readonly DeleteStep[],
  owners: readonly PossibleOwner[],
  manifests: ReadonlyMap<string, Manifest>
): (top: string) => readonly DeleteStep[] {
  const names = new Set([...owners, ...missing.map(({ version }) => version)].map(({ name }) => name))
  const byDigest = new Map(missing.map((step) => [step.version.name, step]))
  const bySubject = grouped(missing, ({ subject }) => subject)
  return (top) => {
    const seen = new Set([top])
    for (const digest of seen) for (const owned of ownedBy(manifests.get(digest))) if (names.has(owned)) seen.add(owned)
    return [...seen].flatMap((digest) => [byDigest.get(digest) ?? [], bySubject.get(digest) ?? []].flat())
  }
}
