import { fileURLToPath } from 'node:url'
import { hexOf } from '../simulator/images/digest.js'
import { readPolicy } from '../src/config/policy/readPolicy.js'
import type { Inventory } from '../src/domain/inventory.js'
import type { Manifest } from '../src/domain/manifest.js'
import type { PackageType } from '../src/domain/package.js'
import type { Version } from '../src/domain/version.js'
import { plan } from '../src/policy/plan/plan.js'

const NOW = Date.UTC(2026, 10, 22, 12)
const HOUR = 3_600_000

/** Ten rules: buckets in a time zone with clock changes, SemVer lines, groups, superseded prereleases, regular expressions. */
const POLICY = `
version: 1
timezone: Europe/Berlin
protect: { names: [latest, 'v*-lts'] }
rules:
  - { name: previews, match: { names: ['/^pr-(?<pr>\\d+)/'] }, group-by: [pr], keep: [{ last: 1, within: 14d }] }
  - { name: nightlies, match: { names: ['nightly-*'] }, keep: [{ last: 3 }, { daily: all, within: 14d }, { weekly: 8 }, { monthly: 12 }] }
  - { name: superseded, match: { names: ['v*', '*-*'], prerelease: superseded }, keep: [{ within: 7d, since: superseded }] }
  - { name: releases, match: { names: ['v*'] }, keep: [{ semver: { majors: 2, minors: 5, patches: 3, prereleases: 2 } }, { within: 90d }] }
  - { name: versions, match: { names: ['semver:>=1.0.0'] }, sort: version, keep: [{ last: 50 }, { quarterly: 8 }] }
  - { name: prereleases, match: { prerelease: true }, keep: [{ last: 20 }, { hourly: 24 }] }
  - { name: commits, match: { names: ['sha-*'] }, keep: [{ last: 100 }, { daily: 30 }, { yearly: 5 }] }
  - { name: branches, match: { names: ['/^(?<branch>[a-z]+)-\\d+$/'] }, group-by: [branch], keep: [{ last: 5, within: 6mo }] }
  - { name: untagged, match: { tagged: false }, keep: [{ within: 30d }] }
  - { name: others, match: { names: ['*'] }, relative-to: newest, keep: [{ monthly: 12, within: 1y }] }
`

export interface Planned {
  readonly type: PackageType
  readonly versions: number
  readonly deleted: number
  readonly milliseconds: number
  /** Of processor time, garbage collection on other cores included: what a busy machine does not stretch. */
  readonly processor: number
  /** Resident memory of the whole process at its highest, facts included. */
  readonly megabytes: number
}

/** Plans one package of so many versions under ten rules. */
export function benchPlan(type: PackageType, count: number): Planned {
  const inventory = makeInventory(type, count)
  const read = readPolicy({ name: 'policy', text: POLICY }, { types: [type], namesFile: () => ({ problem: 'none' }) })
  if ('problems' in read) throw new Error(read.problems.map(({ what }) => what).join('\n'))
  const start = performance.now()
  const before = process.cpuUsage()
  const [own] = plan([inventory], read.policy, NOW, 'octo-org').packages
  const milliseconds = performance.now() - start
  const spent = process.cpuUsage(before)
  const processor = (spent.user + spent.system) / 1000
  const deleted = own?.decisions.filter(({ verdict }) => verdict === 'delete').length ?? 0
  return { type, versions: count, deleted, milliseconds, processor, megabytes: process.resourceUsage().maxRSS / 1024 }
}

function makeInventory(type: PackageType, count: number): Inventory {
  const image = type === 'container'
  const manifests = new Map<string, Manifest>()
  const versions = Array.from({ length: count }, (_, i): Version => {
    const at = NOW - i * HOUR
    // Of images every third is an index that lists the two untagged ones behind it.
    const child = image && i % 3 !== 0
    const name = image ? digestOf(i) : nameOf(i)
    if (image) manifests.set(name, child ? leaf(name) : index(name, i))
    return { id: count - i, name, tags: image && !child ? [nameOf(i / 3)] : [], createdAt: at, updatedAt: at }
  })
  const info = { owner: 'octo-org', type, name: 'app', id: 1, visibility: 'private', htmlUrl: '' }
  return { package: info, versions, manifests, inUse: {}, gaps: [] }
}

const digestOf = (i: number): string => `sha256:${hexOf(`plan ${i}`)}`

function leaf(digest: string): Manifest {
  const mediaType = 'application/vnd.oci.image.manifest.v1+json'
  return {
    digest,
    mediaType,
    kind: 'image',
    entries: [],
    blobs: [Number.parseInt(digest.slice(7, 20), 16), 1],
    annotations: {},
    size: 500
  }
}

function index(digest: string, i: number): Manifest {
  const entries = [1, 2].map((k) => ({
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: digestOf(i + k),
    size: 500,
    platform: `linux/${k}`
  }))
  return {
    digest,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    kind: 'index',
    entries,
    blobs: [],
    annotations: {},
    size: 500
  }
}

/** Names of every kind that the rules speak about, all different. */
function nameOf(i: number): string {
  const n = Math.floor(i / 8)
  const version = `${Math.floor(n / 1000)}.${Math.floor(n / 20) % 50}.${n % 20}`
  const kinds = [
    `v${version}`,
    `v${version}-rc.1`,
    `pr-${n % 500}-${n}`,
    `nightly-${n}`,
    `sha-${n.toString(16)}`,
    version,
    `main-${n}`,
    `build_${n}`
  ]
  return kinds[i % 8] ?? `x${i}`
}

/** Alone: `node .build/bench/plan.js 50000 npm`. */
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , count = '50000', type = 'npm'] = process.argv
  console.log(benchPlan(type as PackageType, Number(count)))
}
