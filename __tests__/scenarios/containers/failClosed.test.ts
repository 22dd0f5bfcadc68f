import { describe, expect, it } from '@jest/globals'
import type { Artifact } from '../../../simulator/artifact.js'
import { descriptorOf, indexOf } from '../../../simulator/images/manifest.js'
import { multiArch, nestedIndex } from '../../../simulator/images/multiArch.js'
import { signedImage } from '../../../simulator/images/signedImage.js'
import { singleImage } from '../../../simulator/images/singleImage.js'
import type { Effect } from '../../../simulator/server/faults.js'
import { type After, type ContainerPackage, containerPackage, NOW } from './containerPackage.js'
import { OWNER, storedAt } from './facts.js'
import { realRun } from './realRun.js'

const ALL = { match: 'v*', 'keep-last': '0', 'delete-untagged': 'true', 'min-keep': '0' }

/** Ways in which one manifest cannot be read, as often as it is asked for, and what the message says of it. */
const TROUBLES: readonly (readonly [string, Effect, string])[] = [
  ['a 404 while it is still listed', { status: 404, body: { errors: [{ code: 'MANIFEST_UNKNOWN' }] } }, '404'],
  ['a 401', { status: 401, body: { errors: [{ code: 'UNAUTHORIZED' }] } }, '401'],
  ['a 403', { status: 403, body: { errors: [{ code: 'DENIED' }] } }, '403'],
  ['a 500', { status: 500 }, '500'],
  ['a 429 without end', { limited: 'registry', waitMs: 1 }, '429'],
  ['a body that does not match its digest', 'wrong-body', 'hashes to'],
  ['an empty body', 'empty', 'hashes to'],
  ['half a body', 'short-body', 'hashes to'],
  ['a page of HTML', { status: 200, body: '<html>', headers: { 'content-type': 'text/html' } }, 'hashes to'],
  ['an answer that breaks off', 'cut-body', ''],
  ['a connection that breaks', 'reset', '']
]

const unreadable = ({ digest }: Artifact, effect: Effect = { status: 500 }) => ({
  faults: [{ match: { kind: 'get-manifest' as const, path: digest }, effect }]
})

const left = (app: ContainerPackage): number => storedAt(app.world).byName.size
const violation = (after: After): string => after.plan.violations.map(({ message }) => message).join()

describe.each(TROUBLES)('a kept index that cannot be read for %s', (_what, effect, said) => {
  it('keeps everything, and the package fails with the digest, the answer and the line to add', async () => {
    const app = containerPackage()
    const kept = app.push(20, multiArch('kept', { tags: ['main'], attestations: 'annotated' }))
    app.push(15, multiArch('leftover'))
    const later = app.push(10, singleImage('later', { tags: ['v2'] }))
    const index = kept.at(-1)!
    const before = left(app)
    const after = await app.prune(ALL, unreadable(index, effect))
    expect(left(app)).toBe(before)
    expect(after.plan.steps).toEqual([])
    expect(after.about(later[0]!).reasons[0]?.code).toBe('unreadable')
    expect(violation(after)).toContain(`unreadable-is-empty: ${index.digest}`)
    expect(violation(after)).toContain(said)
    // Four children that no index speaks for any more, the untagged index of three, and v2.
    expect(violation(after)).toContain('8 versions are held back')
  })
})

describe('whatever an unreadable index may own is kept', () => {
  it('a tagged inner index is kept although its own tag is voted out', async () => {
    const app = containerPackage()
    const inner = app.push(30, multiArch('inner', { tags: ['v1'] }))
    const outer = app.push(20, indexOf([descriptorOf(inner.at(-1)!)], { tags: ['main'] }))
    const after = await app.prune(ALL, unreadable(outer[0]!))
    expect(after.canPull('main')).toBe(true)
  })

  it('an image is kept that was deleted and pushed again more than an hour after the index', async () => {
    const app = containerPackage()
    const image = singleImage('image')
    const index = app.push(30, [image, indexOf([descriptorOf(image)], { tags: ['main'] })]).at(-1)!
    app.lose(image)
    app.push(10, singleImage('image', { tags: ['v1'] }))
    const after = await app.prune(ALL, unreadable(index))
    expect(after.canPull('main')).toBe(true)
  })

  it('inner images of a nested index are kept if the inner index cannot be read', async () => {
    const app = containerPackage()
    const nested = app.push(20, nestedIndex('nested', { tags: ['main'] }))
    app.push(10, singleImage('other', { tags: ['v1'] }))
    const inner = nested.find(({ digest }) => nested.at(-1)!.body.toString().includes(digest))!
    const after = await app.prune(ALL, unreadable(inner))
    expect(after.fateOf(nested)).toBe('kept')
  })

  it('referrers that an unreadable fallback index lists are kept', async () => {
    const app = containerPackage()
    const signed = app.push(20, signedImage('signed', { tags: ['main'], referrers: ['cosign-bundle'] }))
    const after = await app.prune(ALL, unreadable(signed.at(-1)!))
    expect(after.fateOf(signed)).toBe('kept')
  })

  it('children of an index are kept that REST and the registry call gone while every list shows it', async () => {
    const app = containerPackage()
    const kept = app.push(20, multiArch('kept', { tags: ['main'] }))
    app.push(10, singleImage('other', { tags: ['v1'] }))
    const index = kept.at(-1)!
    const id = storedAt(app.world).byName.get(index.digest)!.id
    const after = await app.prune(ALL, {
      faults: [
        {
          match: { kind: 'get-manifest', path: index.digest, times: 5 },
          effect: { status: 404, body: { errors: [{ code: 'MANIFEST_UNKNOWN' }] } }
        },
        { match: { kind: 'get-version', path: `/${id}`, times: 3 }, effect: { status: 404 } }
      ]
    })
    expect(after.canPull('main')).toBe(true)
    expect(violation(after)).toContain(index.digest)
  })
})

describe('an unreadable manifest that holds nothing back', () => {
  it('of a platform that every index describes alike is not asked for', async () => {
    const app = containerPackage()
    const kept = app.push(20, multiArch('kept', { tags: ['main'] }))
    const untagged = app.push(20, singleImage('untagged'))
    const after = await app.prune(ALL, unreadable(kept[0]!))
    expect(after.fateOf(kept)).toBe('kept')
    expect(after.fateOf(untagged)).toBe('gone')
  })

  it('of a version that was deleted since the list was read', async () => {
    const app = containerPackage()
    app.push(30, singleImage('tagged', { tags: ['main'] }))
    const untagged = app.push(20, singleImage('untagged'))
    const [vanishing] = app.push(10, singleImage('vanishing'))
    const after = await app.prune(ALL, {
      events: [{ at: { after: { kind: 'list-versions', nth: 1 } }, run: () => app.lose(vanishing!) }]
    })
    expect(after.fateOf(untagged)).toBe('gone')
  })

  it('that a person calls empty', async () => {
    const app = containerPackage()
    app.push(30, singleImage('tagged', { tags: ['main'] }))
    const broken = app.push(20, singleImage('broken', { tags: ['sha-1'] }))
    const untagged = app.push(20, singleImage('untagged'))
    const after = await app.prune({ ...ALL, 'unreadable-is-empty': broken[0]!.digest }, unreadable(broken[0]!))
    expect(after.fateOf(untagged)).toBe('gone')
    expect(after.fateOf(broken)).toBe('kept')
  })

  it('where nothing would be deleted in any case, which is a notice', async () => {
    const app = containerPackage()
    const broken = app.push(20, singleImage('broken', { tags: ['main'] }))
    const after = await app.prune({ 'delete-untagged': 'true', 'partial-tags': 'untag' }, unreadable(broken[0]!))
    expect(after.plan.violations).toEqual([])
    expect(after.notices.join()).toContain('Nothing would be deleted in any case')
  })

  it('that was pushed within the last hour puts the package off, which is no failure', async () => {
    const app = containerPackage()
    const untagged = app.push(20, singleImage('untagged'))
    const fresh = app.push(0.5 / 24, singleImage('fresh', { tags: ['main'] }))
    const after = await app.prune(ALL, unreadable(fresh[0]!))
    expect(after.fateOf(untagged)).toBe('kept')
    expect(after.plan.violations).toEqual([])
    expect(after.about(untagged[0]!).reasons.map(({ code }) => code)).toEqual(['deferred', 'unreadable', 'untagged'])
  })
})

describe('a manifest that cannot be read for a moment', () => {
  it('is asked for again after 1, 2, 4 and 8 s, and then the run does its work', async () => {
    const app = containerPackage()
    const kept = app.push(20, multiArch('kept', { tags: ['main'] }))
    const untagged = app.push(20, singleImage('untagged'))
    const body = { errors: [{ code: 'MANIFEST_UNKNOWN' }] }
    const faults = [
      {
        match: { kind: 'get-manifest' as const, path: kept.at(-1)!.digest, times: 4 },
        effect: { status: 404, body }
      }
    ]
    const { slept } = await realRun(app.world, { ...ALL }, { faults })
    expect(slept).toEqual([1_000, 2_000, 4_000, 8_000])
    expect(storedAt(app.world).byName.has(untagged[0]!.digest)).toBe(false)
    expect(storedAt(app.world).byName.has(kept[0]!.digest)).toBe(true)
  })

  it('a registry that is down for everything costs the waits of a package once', async () => {
    const app = containerPackage()
    for (const name of ['app', 'b', 'c'])
      for (let n = 0; n < 40; n++)
        app.world.push(OWNER, name, [singleImage(`${name} ${n}`, { tags: [`v${n}`] })], [], NOW - 1e9)
    const before = left(app)
    const { slept, log, report } = await realRun(
      app.world,
      { ...ALL, 'package-name': 'app, b, c' },
      { faults: [{ match: { kind: 'get-manifest' }, effect: { status: 500 } }] }
    )
    expect(left(app)).toBe(before)
    expect(report.plan?.packages.map(({ violations }) => violations.length)).toEqual([1, 1, 1])
    expect(slept.length).toBeLessThanOrEqual(12)
    expect(log.length).toBeLessThan(1_000)
  })

  it('a registry that refuses everything is told by its answer, also for manifests that nobody asked it for', async () => {
    const app = containerPackage()
    for (let n = 0; n < 150; n++)
      app.world.push(OWNER, 'app', [singleImage(`app ${n}`, { tags: [`v${n}`] })], [], NOW - 1e9)
    const { report } = await realRun(app.world, ALL, {
      faults: [{ match: { kind: 'get-manifest' }, effect: { status: 403 } }]
    })
    const [message] = report.plan?.packages.flatMap(({ violations }) => violations.map(({ message }) => message)) ?? []
    expect(message).toMatch(/^\d+ manifests could not be read, the first is .* \(the registry answered 403/)
  })
})

describe('a list that is short', () => {
  it('is a version count alone no proof of: it may count what was deleted', async () => {
    const app = containerPackage()
    app.push(30, singleImage('tagged', { tags: ['main'] }))
    const untagged = app.push(20, singleImage('untagged'))
    const faults = [{ match: { kind: 'get-package' as const }, effect: countOf(app, 7) }]
    const after = await app.prune({ 'delete-untagged': 'true' }, { faults })
    expect(after.fateOf(untagged)).toBe('gone')
  })

  it('is proved by a tag that the registry has and no version shows: nothing is deleted', async () => {
    const app = containerPackage()
    app.push(30, singleImage('tagged', { tags: ['main'] }))
    const untagged = app.push(20, singleImage('untagged'))
    const hidden = app.push(10, multiArch('hidden', { tags: ['v1'] }))
    const list = listWithout(app, hidden)
    const after = await app.prune(
      { 'delete-untagged': 'true' },
      { faults: [{ match: { kind: 'list-versions' }, effect: list }] }
    )
    expect(after.fateOf(untagged)).toBe('kept')
    expect(violation(after)).toContain('the registry has the tag v1, which no version shows')
  })

  it('is proved by a second reading that lacks what GitHub still has', async () => {
    const app = containerPackage()
    const untagged = app.push(20, singleImage('untagged'))
    app.push(30, singleImage('tagged', { tags: ['main'] }))
    const lost = app.push(10, singleImage('lost'))
    const faults = [
      { match: { kind: 'get-package' as const }, effect: countOf(app, 7) },
      { match: { kind: 'list-versions' as const, nth: 2 }, effect: listWithout(app, lost) }
    ]
    const after = await app.prune({ 'delete-untagged': 'true' }, { faults })
    expect(after.fateOf(untagged)).toBe('kept')
    expect(violation(after)).toContain('a second reading lacked version')
  })

  it('is proved by pages that do not join: that package fails, and the others are done', async () => {
    const app = containerPackage()
    app.push(30, [singleImage('a', { tags: ['main'] }), singleImage('b', { tags: ['v1'] })])
    app.world.push(OWNER, 'b', [singleImage('c', { tags: ['main'] }), singleImage('d', { tags: ['v1'] })])
    const match = { kind: 'list-versions' as const, path: '/app/versions?per_page=100&page=1' }
    const headers = { link: '<http://127.0.0.1/versions?page=3>; rel="next"' }
    const faults = [{ match, effect: { ...listWithout(app, []), headers } }]
    const { report } = await realRun(app.world, { ...ALL, 'package-name': 'app, b' }, { faults })
    expect(report.packages.flatMap(({ failure }) => failure?.message ?? [])).toEqual([
      "GitHub's list skips from page 1 to 3."
    ])
    expect([...app.world.packages()].map(({ byTag }) => [...byTag.keys()])).toEqual([['main', 'v1'], ['main']])
  })
})

/** The package as GitHub shows it, with another count. */
function countOf(app: ContainerPackage, count: number): Effect {
  const { facts } = storedAt(app.world)
  return {
    status: 200,
    body: {
      id: facts.id,
      name: facts.name,
      package_type: 'container',
      owner: { login: OWNER, id: 1 },
      version_count: count,
      visibility: 'private',
      url: '',
      created_at: '2026-01-01T00:00:00Z',
      updated_at: '2026-01-01T00:00:00Z',
      html_url: 'https://github.com/x'
    }
  }
}

/** The list as GitHub shows it, without these versions. */
function listWithout(app: ContainerPackage, artifacts: readonly Artifact[]) {
  const digests = new Set(artifacts.map(({ digest }) => digest))
  const iso = (time: number): string => new Date(time).toISOString()
  return {
    status: 200,
    body: storedAt(app.world)
      .versions.list('active')
      .filter(({ name }) => !digests.has(name))
      .map(({ id, name, tags, createdAt, updatedAt }) => ({
        id,
        name,
        url: '',
        package_html_url: '',
        html_url: 'https://github.com/x',
        created_at: iso(createdAt),
        updated_at: iso(updatedAt),
        metadata: { package_type: 'container', container: { tags: [...tags] } }
      }))
  }
}
