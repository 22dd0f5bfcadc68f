import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { readPolicy } from '../../src/config/policy/readPolicy.js'
import type { Inventory } from '../../src/domain/inventory.js'
import type { Descriptor, Manifest } from '../../src/domain/manifest.js'
import type { PackageType } from '../../src/domain/package.js'
import type { PackagePlan } from '../../src/domain/plan.js'
import type { Policy } from '../../src/domain/policy.js'
import type { Version } from '../../src/domain/version.js'
import { REASON_CODES } from '../../src/formats/planShape.js'
import { plan } from '../../src/policy/plan/plan.js'

const PAGE = readFileSync('docs/policies.md', 'utf8')
const NOW = Date.UTC(2026, 10, 22, 12)
const HOUR = 3_600_000
const DAY = 24 * HOUR
const INDEX = 'application/vnd.oci.image.index.v1+json'
const IMAGE = 'application/vnd.oci.image.manifest.v1+json'

interface Example {
  readonly policy: Policy
  /** What the page says: `30 of 400`, in the order of the page. */
  readonly stays: readonly string[]
}

function example(title: string, type: PackageType): Example {
  const section = PAGE.split(/^### /m).find((each) => each.startsWith(`${title}\n`)) ?? ''
  const text = /```yaml\n(.*?)```/s.exec(section)?.[1] ?? ''
  const read = readPolicy({ name: title, text }, { types: [type], namesFile: () => ({ problem: 'none' }) })
  if ('problems' in read) throw new Error(`${title}: ${read.problems.map(({ what }) => what).join(' ')}`)
  expect(read.notices).toEqual([])
  const stays = [...section.matchAll(/\*\*([\d,]+) of ([\d,]+)/g)].map(([, some, all]) =>
    `${some} of ${all}`.replaceAll(',', '')
  )
  return { policy: read.policy, stays }
}

const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`

/** Names and when each was pushed last. */
type Pushes = readonly (readonly [names: string, at: number])[]

function packageOf(type: PackageType, pushes: Pushes, name = 'app', more: Partial<Inventory> = {}): Inventory {
  const versions = pushes.map(([names, at], i): Version => {
    const tags = type === 'container' ? names.split(' ') : []
    return { id: i + 1, name: type === 'container' ? digestOf(names) : names, tags, createdAt: at, updatedAt: at }
  })
  const info = { owner: 'octo-org', type, name, id: 1, visibility: 'private', htmlUrl: '' }
  return { package: info, versions, manifests: new Map(), inUse: {}, gaps: [], ...more }
}

function planOf(inventory: Inventory, policy: Policy): PackagePlan {
  const [own] = plan([inventory], policy, NOW, 'octo-org').packages
  if (own === undefined) throw new Error('no plan')
  return own
}

const namesOf = ({ name, tags }: Version): string => (tags.length > 0 ? tags.join(' ') : name)
const staying = ({ decisions }: PackagePlan): readonly string[] =>
  decisions.filter(({ verdict }) => verdict === 'keep').map(({ version }) => namesOf(version))
const count = (own: PackagePlan, decisions = own.decisions): string =>
  `${decisions.filter(({ verdict }) => verdict === 'keep').length} of ${decisions.length}`
const range = (length: number): readonly number[] => Array.from({ length }, (_, i) => i)

describe('the worked examples come to what the page states', () => {
  it('nightlies', () => {
    const { policy, stays } = example('Nightlies', 'container')
    const last = Date.UTC(2026, 10, 21, 23)
    const own = planOf(
      packageOf(
        'container',
        range(400).map((i) => [`nightly-${i}`, last - i * DAY])
      ),
      policy
    )
    expect([count(own)]).toEqual(stays)
  })

  it('images of pull requests', () => {
    const { policy, stays } = example('Images of pull requests', 'container')
    const builds = range(40).flatMap((pr) =>
      range(3).map(
        (build) => [`pr-${pr}-${digestOf(`${pr} ${build}`).slice(7, 14)}`, NOW - pr * DAY - build * 6 * HOUR] as const
      )
    )
    const own = planOf(packageOf('container', builds), policy)
    expect([count(own)]).toEqual(stays)
    const kept = staying(own).map((name) => name.split('-')[1])
    expect(new Set(kept).size).toBe(kept.length)
  })

  it('a closed pull request', () => {
    const { policy, stays } = example('A closed pull request', 'container')
    const tags = ['pr-12', 'pr-12-0a1b2c3', 'pr-120', 'pr-120-0a1b2c3', 'v1.0.0 pr-12-fffffff']
    const own = planOf(
      packageOf(
        'container',
        tags.map((tag) => [tag, NOW - 9 * DAY])
      ),
      policy
    )
    expect([count(own)]).toEqual(stays)
    expect([...staying(own)].sort()).toEqual(['pr-120', 'pr-120-0a1b2c3', 'v1.0.0 pr-12-fffffff'])
    const held = own.decisions.find(({ version }) => version.tags.includes('v1.0.0'))
    expect(held?.reasons[0]).toEqual({ code: 'no-rule', name: 'v1.0.0' })
  })

  it('multi-arch releases, signed and attested', () => {
    const { policy, stays } = example('Multi-arch releases, signed and attested', 'container')
    const releases = [1, 2, 3].flatMap((major) =>
      [0, 1].flatMap((minor) => range(5).map((patch) => `v${major}.${minor}.${patch}`))
    )
    const pushes = [...releases].reverse().flatMap((name, i): Pushes => {
      const at = NOW - 5 * DAY - i * 10 * DAY
      return [
        [name, at],
        [`${name}-rc.1`, at - DAY]
      ]
    })
    const next = range(3).map((i) => [`v4.0.0-rc.${i + 1}`, NOW - 100 * DAY - i * DAY] as const)
    const inventory = signed([...pushes, ...next])
    const own = planOf(inventory, policy)
    expect([
      count(
        own,
        own.decisions.filter(({ role }) => role === 'root')
      ),
      count(own)
    ]).toEqual(stays)
    const gone = new Set<number>()
    for (const step of own.steps) {
      if (step.kind !== 'delete') continue
      expect(step.after.every((id) => gone.has(id))).toBe(true)
      gone.add(step.version.id)
    }
  })

  it('maven snapshots', () => {
    const { policy, stays } = example('Maven snapshots', 'maven')
    const month = 30 * DAY
    const snapshots = range(10).map((i) => [`1.${i}-SNAPSHOT`, NOW - (10 - i) * month - HOUR] as const)
    const releases = range(6).map((i) => [`1.${i}`, NOW - (10 - i) * month] as const)
    const own = planOf(packageOf('maven', [...snapshots, ...releases]), policy)
    expect([count(own)]).toEqual(stays)
  })

  it('npm canaries', () => {
    const { policy, stays } = example('npm canaries', 'npm')
    const canaries = range(100).map((i) => [`2.0.0-canary.${100 - i}`, NOW - i * DAY] as const)
    const inUse = { distTags: { 'stable-canary': '2.0.0-canary.20' } }
    const own = planOf(packageOf('npm', canaries, 'app', { inUse }), policy)
    expect([count(own)]).toEqual(stays)
    expect(staying(own)).toContain('2.0.0-canary.20')
  })

  it('build caches', () => {
    const { policy, stays } = example('Build caches', 'container')
    const pushes = range(50).flatMap(
      (i): Pushes => [
        [`cache-${i}`, NOW - i * 12 * HOUR],
        [`image-${i}`, NOW - i * 12 * HOUR - HOUR]
      ]
    )
    const bare = packageOf('container', pushes)
    const manifests = new Map(
      bare.versions.map(({ name, tags }): [string, Manifest] => {
        const cache = tags[0]?.startsWith('cache-') === true
        const configMediaType = cache
          ? 'application/vnd.buildkit.cacheconfig.v0'
          : 'application/vnd.oci.image.config.v1+json'
        return [name, { ...leaf(name), configMediaType }]
      })
    )
    const own = planOf({ ...bare, manifests }, policy)
    expect([count(own)]).toEqual(stays)
    expect(staying(own).filter((name) => name.startsWith('image-'))).toHaveLength(50)
  })

  it('fifty packages', () => {
    const { policy, stays } = example('Fifty packages', 'container')
    const versions = range(40).map((i) => [`v${39 - i}`, NOW - i * 4 * DAY] as const)
    let packages = range(50).map((i) => packageOf('container', versions, `${i < 25 ? 'service' : 'tool'}-${i}`))
    const deleted: number[] = []
    for (;;) {
      const planned = plan(packages, policy, NOW, 'octo-org').packages
      const gone = planned.map(
        ({ steps }) => new Set(steps.flatMap((step) => (step.kind === 'delete' ? [step.version.id] : [])))
      )
      const total = gone.reduce((sum, { size }) => sum + size, 0)
      if (total === 0) break
      deleted.push(total)
      packages = packages.map((each, i) => ({
        ...each,
        versions: each.versions.filter(({ id }) => gone[i]?.has(id) !== true)
      }))
    }
    const left = packages.reduce((sum, each) => sum + each.versions.length, 0)
    expect([`${left} of 2000`]).toEqual(stays)
    expect(deleted).toEqual([800, 2000 - left - 800])
    expect(PAGE.replaceAll(/\s+/g, ' ')).toContain(
      `The ${(2000 - left).toLocaleString('en-US')} others are deleted in two runs: ${deleted[0]} in the first, ${deleted[1]} in the second`
    )
  })
})

/** Each version an index of two platform images and an attestation, with a signature that refers to it: five versions. */
function signed(pushes: Pushes): Inventory {
  const versions: Version[] = []
  const manifests = new Map<string, Manifest>()
  const add = (tags: readonly string[], at: number, manifest: Manifest): void => {
    versions.push({ id: versions.length + 1, name: manifest.digest, tags, createdAt: at, updatedAt: at })
    manifests.set(manifest.digest, manifest)
  }
  for (const [name, at] of pushes) {
    const parts = ['linux/amd64', 'linux/arm64', 'unknown/unknown']
    const entries = parts.map(
      (platform): Descriptor => ({ mediaType: IMAGE, digest: digestOf(`${name} ${platform}`), size: 1, platform })
    )
    for (const { digest } of entries) add([], at, leaf(digest))
    const digest = digestOf(name)
    add([name], at, { ...leaf(digest), mediaType: INDEX, kind: 'index', entries })
    add([`${digest.replace(':', '-')}.sig`], at, leaf(digestOf(`signature of ${name}`)))
  }
  return { ...packageOf('container', []), versions, manifests }
}

function leaf(digest: string): Manifest {
  return { digest, mediaType: IMAGE, kind: 'image', entries: [], blobs: [], annotations: {}, size: 1 }
}

describe('the page is complete', () => {
  it('has every reason code', () => {
    const section = PAGE.split(/^## /m).find((each) => each.startsWith('Reason codes')) ?? ''
    const told = [...section.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code)
    )
    expect(REASON_CODES.filter((code) => !told.includes(code))).toEqual([])
  })

  it('links to sections that it has', () => {
    const anchors = [...PAGE.matchAll(/^##+ (.*)$/gm)].map(
      ([, title = '']) =>
        `#${title
          .toLowerCase()
          .replaceAll(/[^a-z0-9 -]/g, '')
          .replaceAll(' ', '-')}`
    )
    const links = [...PAGE.matchAll(/\]\((#[^)]*)\)/g)].map(([, link]) => link)
    expect(links.filter((link) => !anchors.includes(link ?? ''))).toEqual([])
  })
})
