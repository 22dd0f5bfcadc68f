import type { Inventory } from '../../domain/inventory.js'
import type { Manifest } from '../../domain/manifest.js'
import type { Outcome } from '../../domain/outcome.js'
import type { PackageRef } from '../../domain/package.js'
import type { Step } from '../../domain/plan.js'
import type { Version } from '../../domain/version.js'
import { digestTagSubject } from '../../pattern/names.js'
import type { ExecutionContext } from '../execute/executionContext.js'
import type { DistTagWatch } from './distTags.js'
import { readPushed, unreadText } from './newPushes.js'

type Delete = Extract<Step, { kind: 'delete' }>

export interface DeletionCheck {
  /** Version id to the reason why it has to come back. */
  readonly needed: ReadonlyMap<number, string>
  /** Ids of what was deleted and is there all the same: nothing can be counted as deleted that is not. */
  readonly again: ReadonlySet<number>
  /** Without what a lagging list still shows of what went. */
  readonly active: readonly Version[]
  readonly deleted: readonly Version[]
}

/**
 * After the last deletion: finds what gained a tag or a parent while it was being deleted, with all that it needs, and what
 * is there although it was taken for gone. Closes the window that no check before
 * a deletion can close, the request of the deletion itself.
 */
export async function verifyDeletions(
  run: ExecutionContext,
  ref: PackageRef,
  fresh: Inventory,
  outcomes: readonly Outcome[],
  distTags: DistTagWatch
): Promise<DeletionCheck> {
  const { ports, owner } = run
  const nothing = { needed: new Map(), again: new Set<number>(), active: [], deleted: [] }
  const done = outcomes.flatMap(({ step, kind }) => (kind === 'done' && step.kind === 'delete' ? [step] : []))
  if (done.length === 0) return nothing
  if (ref.type === 'npm') {
    const lost = await distTags.lost()
    const needed = new Map(done.flatMap(({ version: { id, name } }) => entry(id, lost.get(name))))
    return { ...nothing, needed }
  }
  if (ref.type !== 'container' && ref.type !== 'docker') return nothing
  const deleted = await ports.packages.listVersions(owner, ref, 'deleted')
  // The later of the two: it shows whatever came back until now.
  const active = await ports.packages.listVersions(owner, ref, 'active')
  const ids = idsOf(active)
  const stillThere = done.map(({ version }) => version).filter(({ id }) => ids.has(id))
  const again = idsOf(await confirmed(run, ref, stillThere))
  const went = new Set(done.map(({ version: { id } }) => id).filter((id) => !again.has(id)))
  const present = active.filter(({ id }) => !went.has(id))
  // What was pushed again since is there, as a version of its own.
  const there = new Set(present.map(({ name }) => name))
  const missing = done.filter(({ version }) => !there.has(version.name))
  const needed = gainedTags(done, deleted, present)
  if (ref.type === 'container') {
    for (const [id, why] of await needs(run, ref, fresh, missing, present)) if (!needed.has(id)) needed.set(id, why)
  }
  return { needed: withAllTheyNeed(needed, missing), again, active: present, deleted }
}

/** Those of them that GitHub still has when asked for each: a list may lag behind. */
async function confirmed(
  { ports, owner }: ExecutionContext,
  ref: PackageRef,
  listed: readonly Version[]
): Promise<readonly Version[]> {
  const there = await Promise.all(listed.map(({ id }) => ports.packages.getVersion(owner, ref, id)))
  return listed.filter((_, i) => there[i] !== undefined)
}

const idsOf = (versions: readonly Version[]): ReadonlySet<number> => new Set(versions.map(({ id }) => id))

const entry = (id: number, why: string | undefined): [number, string][] => (why === undefined ? [] : [[id, why]])

/** The list of deleted versions shows the tags that a version had when it went. */
function gainedTags(
  done: readonly Delete[],
  deleted: readonly Version[],
  active: readonly Version[]
): Map<number, string> {
  const byId = new Map(deleted.map((version) => [version.id, version]))
  const taken = new Set(active.flatMap(({ tags }) => tags))
  const went = new Set(done.map(({ version }) => version.name))
  const gained = new Map<number, string>()
  for (const { version } of done) {
    const tags = byId.get(version.id)?.tags ?? []
    const news = tags.filter((tag) => {
      if (version.tags.includes(tag) || taken.has(tag)) return false
      // A signature of what went as well is no loss.
      const subject = digestTagSubject(tag)
      return subject === undefined || !went.has(subject)
    })
    if (news.length > 0) gained.set(version.id, `it was tagged ${news.join(', ')} while it was being deleted`)
  }
  return gained
}

/**
 * What is gone although something that is there lists it or is referred to by it: a new push, or a version that somebody
 * restored, that was called gone and was not, or whose deletion was not carried out. Nothing that stays by plan does.
 */
async function needs(
  run: ExecutionContext,
  ref: PackageRef,
  fresh: Inventory,
  missing: readonly Delete[],
  active: readonly Version[]
): Promise<ReadonlyMap<number, string>> {
  const manifests = new Map<string, Manifest>(fresh.manifests)
  const known = idsOf(fresh.versions)
  for (const version of active) {
    if (known.has(version.id)) continue
    const found = await readPushed(run.ports, run.owner, ref, version)
    if (found.kind === 'found') manifests.set(version.name, found.manifest)
    if (found.kind === 'unreadable') {
      const why = unreadText(version, found.why)
      run.ports.console.warning(`${ref.name}: ${why}`)
      return new Map(missing.map((step) => [step.version.id, why]))
    }
  }
  const reaches = reachOf(missing, active, manifests)
  const owners = active.filter(({ name }) => reaches(name).length > 0)
  const gained = new Map<number, string>()
  for (const { id, name, tags } of await confirmed(run, ref, owners)) {
    const since = known.has(id) ? 'is there' : 'was pushed meanwhile'
    for (const step of reaches(name)) gained.set(step.version.id, `${tags[0] ?? name} ${since} and needs it`)
  }
  return gained
}

/** What of `missing` the owner of a digest reaches: by entries of indexes, and what refers to what is there. */
function reachOf(
  missing: readonly Delete[],
  active: readonly Version[],
  manifests: ReadonlyMap<string, Manifest>
): (top: string) => readonly Delete[] {
  const names = new Set([...active, ...missing.map(({ version }) => version)].map(({ name }) => name))
  const byDigest = new Map(missing.map((step) => [step.version.name, step]))
  const bySubject = new Map<string, Delete[]>()
  for (const step of missing)
    if (step.subject !== undefined) bySubject.set(step.subject, [...(bySubject.get(step.subject) ?? []), step])
  return (top) => {
    const seen = new Set([top])
    for (const digest of seen)
      for (const entry of manifests.get(digest)?.entries ?? []) if (names.has(entry.digest)) seen.add(entry.digest)
    return [...seen].flatMap((digest) => [byDigest.get(digest) ?? [], bySubject.get(digest) ?? []].flat())
  }
}

/** A version comes back with everything below it that went: children, and whatever refers to it. */
function withAllTheyNeed(needed: ReadonlyMap<number, string>, done: readonly Delete[]): ReadonlyMap<number, string> {
  const byId = new Map(done.map((step) => [step.version.id, step]))
  const all = new Map([...needed].filter(([id]) => byId.has(id)))
  for (const [id, why] of all) {
    const step = byId.get(id)
    if (step === undefined) continue
    for (const other of done) {
      const below = step.children.includes(other.version.name) || other.subject === step.version.name
      if (below && !all.has(other.version.id)) all.set(other.version.id, why)
    }
  }
  return all
}
