import { parse, rcompare, type SemVer } from 'semver'
import { numberBetween } from '../images/digest.js'
import type { PackageType } from '../world/package.js'
import type { World } from '../world/world.js'
import { publicationTimes } from './publicationTimes.js'

export type VersionPackageType = Exclude<PackageType, 'container' | 'docker'>

/** Times are milliseconds since the epoch. */
export interface GeneratedVersions {
  readonly type: VersionPackageType
  readonly name: string
  /** Oldest first; no name twice. */
  readonly versions: readonly { readonly name: string; readonly createdAt: number; readonly updatedAt: number }[]
  /** npm only. */
  readonly distTags: Readonly<Record<string, string>>
}

export interface VersionPackageOptions {
  readonly type: VersionPackageType
  readonly name: string
  /** Real npm version names; other types get what the same project would have published there. */
  readonly from: readonly string[]
  readonly now: number
}

/**
 * A package whose versions are those of a real npm package, written as its type writes them: npm as they are, Maven with
 * one SNAPSHOT for all development builds of a release, NuGet partly with four numbers, RubyGems with dots.
 */
export function generateVersionPackage(options: VersionPackageOptions): GeneratedVersions {
  const { type, name, from, now } = options
  const published = [...publicationTimes(from, now)].sort(([, a], [, b]) => a - b)
  const versions = new Map<string, { name: string; createdAt: number; updatedAt: number }>()
  for (const [original, at] of published) {
    const version = parse(original)
    if (version === null) continue
    const own = writers[type](version)
    const earlier = versions.get(own)
    versions.set(own, { name: own, createdAt: earlier?.createdAt ?? at, updatedAt: at })
  }
  return {
    type,
    name,
    versions: [...versions.values()],
    distTags: type === 'npm' ? distTagsOf(published.map(([original]) => original)) : {}
  }
}

export function loadVersions(world: World, owner: string, generated: GeneratedVersions, repository?: string): void {
  const { type, name, versions, distTags } = generated
  const createdAt = versions[0]?.createdAt ?? world.clock.now()
  world.addPackage({ owner, type, name, createdAt, distTags, ...(repository !== undefined && { repository }) })
  for (const version of versions) world.addVersion({ owner, type, name }, version)
}

const writers: Readonly<Record<VersionPackageType, (version: SemVer) => string>> = {
  npm: (version) => version.raw,
  maven: (version) => {
    const core = coreOf(version)
    if (version.prerelease.length === 0) return core
    const [, label, number] = /^(alpha|beta|rc)[.-]?(\d*)$/.exec(version.prerelease.join('.')) ?? []
    if (label === undefined) return `${core}-SNAPSHOT`
    return number ? `${core}-${label}-${number}` : `${core}-${label}`
  },
  nuget: (version) => {
    const core = coreOf(version)
    if (version.prerelease.length > 0) return `${core}-${version.prerelease.join('.')}`
    const revision = numberBetween(`revision of ${version.raw}`, 0, 3)
    return revision === 0 ? core : `${core}.${revision}`
  },
  rubygems: (version) => [coreOf(version), ...version.prerelease.flatMap((part) => String(part).split('-'))].join('.')
}

function coreOf({ major, minor, patch }: SemVer): string {
  return `${major}.${minor}.${patch}`
}

/** `latest` is the highest release; each kind of prerelease has a dist-tag on its last one. */
function distTagsOf(oldestFirst: readonly string[]): Readonly<Record<string, string>> {
  const tags: Record<string, string> = {}
  for (const name of oldestFirst) {
    const label = parse(name)?.prerelease[0]
    const word = typeof label === 'string' ? /^(?:rc|[a-z]{3,})(?=$|-|\d+$)/.exec(label)?.[0] : undefined
    if (word !== undefined) tags[word === 'dev' ? 'next' : word] = name
  }
  const [highest] = oldestFirst.filter((name) => parse(name)?.prerelease.length === 0).sort(rcompare)
  return highest === undefined ? tags : { latest: highest, ...tags }
}
