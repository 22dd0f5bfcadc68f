import { failureOf } from '../../domain/failure.js'
import type { Inventory } from '../../domain/inventory.js'
import { ownedBy } from '../../domain/manifest.js'
import type { Outcome, OutcomeKind } from '../../domain/outcome.js'
import { isImage, type PackageRef } from '../../domain/package.js'
import type { DeleteStep, Notice } from '../../domain/plan.js'
import type { Version } from '../../domain/version.js'
import type { ExecutionContext } from '../executionContext.js'
import type { DistTagWatch } from './distTags.js'
import { type AfterDeletions, findOwners } from './owners.js'
import { changedTimes, gainedTags, showsTags, vanishedTag } from './tagLoss.js'
import { readWitnesses } from './witnesses.js'

/** What the deletions of one package are checked against. */
export interface Before {
  /** The package as it was read before the first deletion. */
  readonly fresh: Inventory
  /** When that was, milliseconds. */
  readonly readAt: number
  readonly distTags: DistTagWatch
}

export interface DeletionCheck {
  /** Version id to the reason why it is restored. */
  readonly needed: ReadonlyMap<number, string>
  /** Ids of versions that count as deleted and are active. */
  readonly again: ReadonlySet<number>
  /** Without deleted versions that a lagging list still shows. */
  readonly active: readonly Version[]
  readonly deleted: readonly Version[]
  readonly notices: readonly Notice[]
}

const NOTHING: DeletionCheck = { needed: new Map(), again: new Set(), active: [], deleted: [], notices: [] }

/**
 * After the last deletion: finds what gained a tag or a parent while it was being deleted, with all that it needs, and what
 * is active although it counts as deleted. No check before a deletion can cover the request of the deletion itself.
 */
export async function verifyDeletions(
  run: ExecutionContext,
  ref: PackageRef,
  { fresh, readAt, distTags }: Before,
  outcomes: readonly Outcome[]
): Promise<DeletionCheck> {
  const done = stepsThat(outcomes, 'done')
  if (ref.type === 'npm') {
    const lost = await distTags.lost()
    const needed = done.flatMap(({ version: { id, name } }): [number, string][] => {
      const why = lost.get(name)
      return why === undefined ? [] : [[id, why]]
    })
    return { ...NOTHING, needed: new Map(needed) }
  }
  if (!isImage(ref.type)) return NOTHING
  const expected = { deleted: idsOf(done.map(({ version }) => version)), known: idsOf(fresh.versions), readAt }
  const seen = await readWitnesses(run, ref, expected)
  let { unread } = seen
  /** A look that fails does not cost the findings of the others. */
  const attempt = async <T>(look: Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await look
    } catch (error) {
      unread ??= failureOf(error).message
      return otherwise
    }
  }
  const deleted = seen.deleted ?? []
  const listed = seen.active.filter(({ id }) => expected.deleted.has(id))
  const again = idsOf(await attempt(stillThere(run, ref, listed), []))
  const active = seen.active.filter(({ id }) => !expected.deleted.has(id) || again.has(id))
  // A digest that was pushed again is active as a version of its own.
  const there = new Set(active.map(({ name }) => name))
  // Versions that somebody else deleted, or GitHub together with an index, are restored too if something needs them.
  const missing = [...done, ...stepsThat(outcomes, 'already-gone')].filter(({ version }) => !there.has(version.name))
  const tagsShown = showsTags(done, seen.deleted)
  const needed = new Map(gainedTags(missing, deleted, active))
  if (tagsShown !== true) for (const [id, why] of changedTimes(done, deleted)) addTo(needed, id, why)
  const losses: string[] = []
  if (ref.type === 'container') {
    const after = { fresh, active, missing, tags: seen.tags }
    const vanished = tagsShown === true ? undefined : await attempt(vanishedTag(run, ref, after), undefined)
    if (vanished !== undefined) for (const { version } of missing) addTo(needed, version.id, vanished)
    const owners = await attempt(findOwners(run, ref, after), new Map<number, string>())
    for (const [id, why] of owners) addTo(needed, id, why)
    for (const loss of lossesIn(after)) losses.push(loss)
  }
  const warnings = [
    ...(unread === undefined
      ? []
      : [`The final check could not read everything (${unread}). Run the action again to verify the result.`]),
    ...(tagsShown === false ? [UNSEEN_TAGS] : []),
    ...losses
  ]
  const notices = warnings.map((message): Notice => ({ level: 'warning', message }))
  return { needed: withAllTheyNeed(needed, missing), again, active, deleted, notices }
}

const stepsThat = (outcomes: readonly Outcome[], ended: OutcomeKind): readonly DeleteStep[] =>
  outcomes.flatMap(({ step, kind }) => (kind === ended && step.kind === 'delete' ? [step] : []))

const UNSEEN_TAGS =
  'GitHub does not show the tags of deleted versions here: a new tag that was put on a version in the moment of its deletion could not be seen'

/** Asks GitHub for each version, as a list may lag behind. Returns those that it still has. */
async function stillThere(
  { ports, owner }: ExecutionContext,
  ref: PackageRef,
  listed: readonly Version[]
): Promise<readonly Version[]> {
  const found = await Promise.all(listed.map(({ id }) => ports.packages.getVersion(owner, ref, id)))
  return listed.filter((_, i) => found[i] !== undefined)
}

const idsOf = (versions: readonly Version[]): ReadonlySet<number> => new Set(versions.map(({ id }) => id))

/** The first reason is the nearest. */
function addTo(needed: Map<number, string>, id: number, why: string): void {
  if (!needed.has(id)) needed.set(id, why)
}

/** A version comes back with everything below it that was deleted: children, and whatever refers to it. */
function withAllTheyNeed(
  needed: ReadonlyMap<number, string>,
  done: readonly DeleteStep[]
): ReadonlyMap<number, string> {
  const byId = new Map(done.map((step) => [step.version.id, step]))
  const all = new Map([...needed].filter(([id]) => byId.has(id)))
  for (const [id, why] of all) {
    const step = byId.get(id)
    if (step === undefined) continue
    const children = new Set(step.children)
    for (const other of done) {
      const below = children.has(other.version.name) || other.subject === step.version.name
      if (below) addTo(all, other.version.id, why)
    }
  }
  return all
}

/** Losses that are named one by one. */
const MOST_LOSSES = 5

/**
 * Says which parts of kept indexes were there before the run, are not there now, and were not deleted by it: somebody else
 * deleted them, or GitHub did together with an index. Costs no request.
 */
function lossesIn({ fresh, active, missing }: AfterDeletions): readonly string[] {
  const there = new Set([...active.map(({ name }) => name), ...missing.map(({ version }) => version.name)])
  const lost = new Set(fresh.versions.map(({ name }) => name).filter((name) => !there.has(name)))
  if (lost.size === 0) return []
  const losses = active.flatMap(({ name, tags }) =>
    ownedBy(fresh.manifests.get(name))
      .filter((digest) => lost.has(digest))
      .map((digest) => `${tags[0] ?? name} lists ${digest}, which was there before this run and is not any more`)
  )
  const more = losses.length - MOST_LOSSES
  const others = `${more} more ${more === 1 ? 'part' : 'parts'} of kept indexes were there before this run and are not any more`
  return more > 0 ? [...losses.slice(0, MOST_LOSSES), others] : losses
}
