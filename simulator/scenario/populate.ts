import { readFileSync } from 'node:fs'
import type { Artifact } from '../artifact.js'
import { builders } from '../images/builders.js'
import type { PackageRef, World } from '../world/world.js'
import type { ScenarioPackage, ScenarioVersion } from './scenario.js'
import { spanMs, timeMs } from './time.js'

/** Puts a scenario's packages into a world, and remembers the labels that it gave. */
export class Population {
  readonly #world: World
  readonly #labels = new Map<string, string>()
  #pushes = 0

  constructor(world: World) {
    this.#world = world
  }

  addPackage(scenario: ScenarioPackage): void {
    const { owner, type, name, visibility, repository, at, dockerConflict, distTags } = scenario
    const ref: PackageRef = { owner, type, name }
    const now = this.#world.clock.now()
    if (this.#world.account(owner) === undefined) this.#world.addOwner(owner)
    const versions = [...fromFile(scenario, now), ...listed(scenario)].flatMap(repeated)
    const times = versions.map((version) => timeMs(version.at ?? '0s', now))
    this.#world.addPackage({
      ...ref,
      ...(visibility && { visibility }),
      ...(repository && { repository }),
      ...(distTags && { distTags }),
      ...(dockerConflict && { dockerConflict }),
      createdAt: at === undefined ? times.reduce((a, b) => Math.min(a, b), now) : timeMs(at, now)
    })
    for (const version of versions) this.#addVersion(ref, version, now)
  }

  /** Builds and pushes an image as of `time`; returns the digests that are new. */
  push(ref: PackageRef, version: ScenarioVersion, time: number): readonly string[] {
    const { image = 'image', of, as, tags = [], settings } = version
    const build = builders[image]
    if (build === undefined) {
      throw new Error(`There is no image "${image}"; there are ${Object.keys(builders).join(', ')}`)
    }
    this.#pushes += 1
    const artifacts = build({
      seed: `${ref.owner}/${ref.name} ${this.#pushes}`,
      tags,
      ...(of !== undefined && { subject: this.digest(ref, of) }),
      ...(settings && { settings })
    })
    const there = this.#world.package(ref)?.byName
    const added = artifacts.map((artifact) => artifact.digest).filter((digest) => !there?.has(digest))
    this.#world.push(ref.owner, ref.name, artifacts, [], time)
    const root = rootOf(artifacts, tags)
    if (as !== undefined && root !== undefined) this.#labels.set(labelKey(ref, as), root.digest)
    return added
  }

  /** The digest or version name that a label, tag, name, digest or id stands for. */
  digest(ref: PackageRef, text: string): string {
    const stored = this.#world.packageAt(ref)
    const label = this.#labels.get(labelKey(ref, text))
    const name = label ?? stored.byTag.get(text)?.name ?? stored.versions.get(Number(text))?.name ?? text
    const known = stored.byName.has(name) || stored.versions.list('deleted').some((version) => version.name === name)
    if (!known) throw new Error(`${ref.owner}/${ref.name} has no label, tag, version or id "${text}"`)
    return name
  }

  #addVersion(ref: PackageRef, version: ScenarioVersion, now: number): void {
    const time = timeMs(version.at ?? '0s', now)
    const stored = this.#world.packageAt(ref)
    let names: readonly string[]
    if (version.image === undefined) {
      const name = version.name
      if (name === undefined) throw new Error(`${ref.owner}/${ref.name}: a version needs a name or an image`)
      this.#world.addVersion(ref, { name, tags: version.tags ?? [], createdAt: time })
      if (version.as !== undefined) this.#labels.set(labelKey(ref, version.as), name)
      names = [name]
    } else names = this.push(ref, version, time)
    for (const name of names) {
      const added = stored.byName.get(name)
      if (added === undefined) continue
      added.updatedAt = version.updated === undefined ? time : timeMs(version.updated, now)
      added.downloads = version.downloads ?? 0
      if (version.deleted !== undefined) stored.remove(added.id, timeMs(version.deleted, now))
    }
  }
}

function labelKey(ref: PackageRef, label: string): string {
  return `${ref.type}/${ref.owner}/${ref.name} ${label}`
}

/** What the tags were put on; without tags, what was pushed last. */
function rootOf(artifacts: readonly Artifact[], tags: readonly string[]): Artifact | undefined {
  return artifacts.find((artifact) => tags.some((tag) => artifact.tags?.includes(tag))) ?? artifacts.at(-1)
}

function listed({ versions = [] }: ScenarioPackage): readonly ScenarioVersion[] {
  if (Array.isArray(versions)) return versions
  return Object.entries(versions).map(([name, at]) => ({ name, at: String(at) }))
}

function fromFile({ versionsFrom }: ScenarioPackage, now: number): readonly ScenarioVersion[] {
  if (versionsFrom === undefined) return []
  const names = readFileSync(versionsFrom.file, 'utf8')
    .split(/\s+/)
    .filter((line) => line !== '')
  const first = timeMs(versionsFrom.first, now)
  const step = names.length > 1 ? (timeMs(versionsFrom.last, now) - first) / (names.length - 1) : 0
  return names.map((name, index) => ({ name, at: new Date(first + index * step).toISOString() }))
}

function repeated(version: ScenarioVersion): readonly ScenarioVersion[] {
  const { count, every = '1d', at = '0s', ...rest } = version
  if (count === undefined) return [version]
  const number = (text: string, n: number) => text.replaceAll('{n}', String(n))
  // Oldest first, as they would have been pushed.
  return Array.from({ length: count }, (_, index) => {
    const n = count - index
    const older = spanMs(every) * (n - 1)
    const time = /^\d{4}-/.test(at) ? new Date(Date.parse(at) - older).toISOString() : `${(spanMs(at) + older) / 1000}s`
    return {
      ...rest,
      at: time,
      ...(rest.name !== undefined && { name: number(rest.name, n) }),
      ...(rest.as !== undefined && { as: number(rest.as, n) }),
      ...(rest.tags !== undefined && { tags: rest.tags.map((tag) => number(tag, n)) })
    }
  })
}
