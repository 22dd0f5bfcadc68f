import { createHash } from 'node:crypto'
import { type Random, randomFrom } from '../../simulator/generate/random.js'
import type { Inventory } from '../../src/domain/inventory.js'
import type { Manifest } from '../../src/domain/manifest.js'
import type { PackageType } from '../../src/domain/package.js'
import { BUCKETS, type KeepItem, type Match, type Policy, type Rule } from '../../src/domain/policy.js'
import type { Version } from '../../src/domain/version.js'

export interface Case {
  readonly seed: number
  readonly inventory: Inventory
  readonly policy: Policy
  readonly now: number
}

const HOUR = 3_600_000
const DAY = 24 * HOUR
const ZONES = ['UTC', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Auckland']
const GLOBS = ['*', 'v*', 'pr-*', '*-rc*', '1.*', 'sha-?', 'latest', '2.0.0']
const NAMES: Readonly<Record<'image' | 'version', readonly string[]>> = {
  image: [
    'v{}.{}.{}',
    '{}.{}.{}',
    '{}.{}.{}-rc.{}',
    'v{}.{}',
    '{}',
    'pr-{}',
    'pr-{}-abc{}',
    'sha-{}',
    'latest',
    'main',
    'V{}'
  ],
  version: ['{}.{}.{}', '{}.{}.{}', '{}.{}.{}-rc.{}', '{}.{}.{}-beta.{}', '{}.{}.{}-canary.{}+b{}', 'next-{}']
}

/** `flat`: images without indexes and referrers, every time known, nothing in doubt. */
export function randomCase(seed: number, flat = false): Case {
  const random = randomFrom(seed)
  const now = Date.UTC(2026, random.between(0, 11), random.between(1, 28), random.between(0, 23))
  const type = random.pick<PackageType>(
    flat ? ['npm', 'container'] : ['npm', 'container', 'container', 'container', 'maven']
  )
  return { seed, now, inventory: randomInventory(random, type, now, flat), policy: randomPolicy(random, flat) }
}

function randomInventory(random: Random, type: PackageType, now: number, flat: boolean): Inventory {
  const image = type === 'container'
  const used = new Set<string>()
  const freshName = (): string => {
    for (;;) {
      const name = random.pick(NAMES[image ? 'image' : 'version']).replaceAll('{}', () => `${random.between(0, 3)}`)
      // A label there would make a variant of it.
      const unique = used.has(name) ? `${name}-${used.size}` : name
      if (used.has(unique)) continue
      used.add(unique)
      return unique
    }
  }
  const versions = Array.from({ length: random.between(1, 16) }, (_, i): Version => {
    const tags = image ? Array.from({ length: random.pick([0, 0, 1, 1, 1, 2, 3]) }, freshName) : []
    // A coarse grid: equal times, and times exactly on the limits of durations and buckets.
    const createdAt = now - random.between(-2, 90) * 6 * HOUR
    const updatedAt = random.chance(0.2) ? createdAt + random.between(0, 9) * DAY : createdAt
    const known = flat || random.chance(0.95)
    const id = 1000 + ((i * 7919) % 997)
    return { id, name: image ? digestOf(`${i}`) : freshName(), tags, ...(known && { createdAt, updatedAt }) }
  })
  const digests = versions.map(({ name }) => name)
  const manifests = image && !flat ? versions.map(({ name }) => randomManifest(random, name, digests)) : []
  const unreadable = manifests.length > 0 && random.chance(0.1) ? random.pick(digests) : undefined
  return {
    package: { owner: 'o', type, name: 'p', id: 1, visibility: 'private', htmlUrl: '' },
    versions: image && !flat ? versions.map((version) => withDigestTag(random, version, digests)) : versions,
    manifests: new Map(manifests.flatMap((each) => (each.digest === unreadable ? [] : [[each.digest, each] as const]))),
    inUse: type === 'npm' && random.chance(0.5) ? { distTags: { latest: random.pick(versions).name } } : {},
    gaps: unreadable === undefined ? [] : [{ kind: 'manifest', digest: unreadable, why: 'HTTP 500' }]
  }
}

function withDigestTag(random: Random, version: Version, digests: readonly string[]): Version {
  if (version.tags.length > 0 || !random.chance(0.1)) return version
  return { ...version, tags: [`${random.pick(digests).replace(':', '-')}.sig`] }
}

function randomManifest(random: Random, digest: string, digests: readonly string[]): Manifest {
  const own = { digest, annotations: {}, blobs: [], size: 1 }
  const other = (): string => (random.chance(0.15) ? digestOf(`gone ${random.between(0, 9)}`) : random.pick(digests))
  if (random.chance(0.3)) {
    const mediaType = 'application/vnd.oci.image.manifest.v1+json'
    const entries = Array.from({ length: random.between(0, 3) }, () => ({
      mediaType,
      digest: other(),
      size: 1,
      platform: 'linux/amd64'
    }))
    return { ...own, kind: 'index', mediaType: 'application/vnd.oci.image.index.v1+json', entries }
  }
  const subject = random.chance(0.15) ? { subject: other() } : {}
  return { ...own, kind: 'image', mediaType: 'application/vnd.oci.image.manifest.v1+json', entries: [], ...subject }
}

const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`

export function randomPolicy(random: Random, flat: boolean): Policy {
  const rules = Array.from({ length: random.between(1, 4) }, (_, i) => randomRule(random, i, flat))
  return {
    version: 1,
    timezone: random.pick(ZONES),
    timestamp: random.chance(0.8) ? 'updated_at' : 'created_at',
    gracePeriod: days(random.pick([0, 1, 5])),
    minKeep: 0,
    partialTags: 'keep',
    onEmpty: 'keep',
    protect: {
      names: random.chance(0.5) ? [random.pick(GLOBS.slice(1))] : [],
      listed: random.chance(0.2) ? [{ pattern: random.pick(GLOBS.slice(1)), reason: 'in use' }] : [],
      distTags: true,
      releases: false,
      branches: false
    },
    rules
  }
}

export function randomRule(random: Random, i: number, flat: boolean): Rule {
  const match: Match = {
    ...(random.chance(0.6) && {
      names: [random.pick(GLOBS), ...(random.chance(0.3) ? [`!${random.pick(GLOBS.slice(1))}`] : [])]
    }),
    ...(random.chance(0.15) && { tagged: random.chance(0.5) }),
    ...(random.chance(0.2) && { prerelease: random.pick([true, false, 'superseded'] as const) }),
    ...(!flat && random.chance(0.15) && { state: [random.pick(['complete', 'partial', 'ghost', 'orphan'] as const)] })
  }
  const grouped = random.chance(0.15)
  return {
    name: `rule ${i}`,
    match: grouped ? { ...match, names: ['/^(?<kind>[a-z]*)/'] } : match,
    groupBy: grouped ? ['kind'] : [],
    sort: random.chance(0.75) ? 'time' : 'version',
    relativeTo: random.chance(0.8) ? 'now' : 'newest',
    countProtected: random.chance(0.2),
    keep: Array.from({ length: random.between(0, 3) }, () => randomItem(random))
  }
}

export function randomItem(random: Random): KeepItem {
  const count = (): number | 'all' => (random.chance(0.2) ? 'all' : random.between(0, 4))
  const item: KeepItem = {
    ...(random.chance(0.25) && { names: [random.pick(GLOBS)] }),
    ...(random.chance(0.2) && { prerelease: random.pick([true, false, 'superseded'] as const) }),
    ...(random.chance(0.35) && { within: days(random.between(0, 20)) }),
    ...(random.chance(0.5) && { last: random.between(0, 4) }),
    ...(random.chance(0.25) && { [random.pick(BUCKETS)]: count() }),
    ...(random.chance(0.2) && {
      semver: {
        ...(random.chance(0.5) && { majors: count() }),
        ...(random.chance(0.5) && { minors: count() }),
        ...(random.chance(0.5) && { patches: count() }),
        ...(random.chance(0.5) && { prereleases: count() })
      }
    })
  }
  if (Object.keys(item).length === 0) return { last: 1 }
  return item.within !== undefined && random.chance(0.3) ? { ...item, since: 'superseded' } : item
}

export const days = (count: number) => ({ text: `${count}d`, months: 0, ms: count * DAY })
