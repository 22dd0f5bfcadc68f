import type { Inventory } from '../domain/inventory.js'
import type { Manifest } from '../domain/manifest.js'
import type { Outcome } from '../domain/outcome.js'
import type { PackageRef } from '../domain/package.js'
import type { Step } from '../domain/plan.js'
import type { Version } from '../domain/version.js'
import { digestTagSubject } from '../pattern/names.js'
import type { DistTagWatch } from './distTagWatch.js'
import type { Execution } from './execution.js'

type Delete = Extract<Step, { kind: 'delete' }>

export interface Closing {
  /** Version id to the reason why it has to come back. */
  readonly needed: ReadonlyMap<number, string>
  readonly active: readonly Version[]
  readonly deleted: readonly Version[]
}

/**
 * After the last deletion: finds what gained a tag or a parent while it was being deleted, with all that it needs.
 * Closes the window that no check before a deletion can close, the deletion's own request.
 */
export async function closingCheck(
  run: Execution,
  ref: PackageRef,
  fresh: Inventory,
  outcomes: readonly Outcome[],
  distTags: DistTagWatch
): Promise<Closing> {
  const { ports, owner } = run
  const nothing = { needed: new Map(), active: [], deleted: [] }
  const done = outcomes.flatMap(({ step, kind }) => (kind === 'done' && step.kind === 'delete' ? [step] : []))
  if (done.length === 0) return nothing
  if (ref.type === 'npm') {
    const lost = await distTags.lost()
    const needed = new Map(done.flatMap(({ version: { id, name } }) => entry(id, lost.get(name))))
    return { ...nothing, needed }
  }
  if (ref.type !== 'container' && ref.type !== 'docker') return nothing
  const [active, deleted] = await Promise.all([
    ports.packages.listVersions(owner, ref, 'active'),
    ports.packages.listVersions(owner, ref, 'deleted')
  ])
  const needed = gainedTags(done, deleted, active)
  if (ref.type === 'container') {
    const known = new Set(fresh.versions.map(({ id }) => id))
    const pushed = active.filter(({ id }) => !known.has(id))
    for (const [id, why] of await gainedParents(run, ref, fresh, done, pushed)) if (!needed.has(id)) needed.set(id, why)
  }
  // What was pushed again since is there, as a version of its own.
  const there = new Set(active.map(({ name }) => name))
  const missing = done.filter(({ version }) => !there.has(version.name))
  return { needed: withAllTheyNeed(needed, missing), active, deleted }
}

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

async function gainedParents(
  { ports }: Execution,
  ref: PackageRef,
  fresh: Inventory,
  done: readonly Delete[],
  pushed: readonly Version[]
): Promise<Map<number, string>> {
  const byDigest = new Map(done.map(({ version }) => [version.name, version]))
  const gained = new Map<number, string>()
  const manifests = new Map<string, Manifest>(fresh.manifests)
  const seen = new Set<string>()
  const visit = (manifest: Manifest, why: string): void => {
    if (seen.has(manifest.digest)) return
    seen.add(manifest.digest)
    for (const { digest } of manifest.entries) {
      const version = byDigest.get(digest)
      if (version !== undefined) gained.set(version.id, why)
      const below = manifests.get(digest)
      if (below !== undefined) visit(below, why)
    }
  }
  for (const version of pushed) {
    const found = await ports.manifests.read(ref, version.name)
    if (found.kind === 'found') {
      manifests.set(version.name, found.manifest)
      visit(found.manifest, `${version.tags[0] ?? version.name}, pushed meanwhile, lists it`)
    } else if (found.kind === 'unreadable') {
      ports.console.warning(`${ref.name}: ${version.name} was pushed during the run and cannot be read (${found.why})`)
    }
  }
  return gained
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
