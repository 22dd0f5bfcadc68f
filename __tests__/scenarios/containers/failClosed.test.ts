import { describe, expect, it } from '@jest/globals'
import type { Artifact } from '../../../simulator/artifact.js'
import { sha256 } from '../../../simulator/images/digest.js'
import { multiArch, nestedIndex } from '../../../simulator/images/multiArch.js'
import { signedImage } from '../../../simulator/images/signedImage.js'
import { singleImage } from '../../../simulator/images/singleImage.js'
import type { Effect } from '../../../simulator/server/faults.js'
import { containerPackage } from './containerPackage.js'

const ALL = { match: 'v*', 'keep-last': '0', 'delete-untagged': 'true', 'min-keep': '0' }

/** Ways in which one manifest cannot be read, as often as it is asked for. */
const TROUBLES: readonly (readonly [string, Effect])[] = [
  ['a 404 while it is still listed', { status: 404, body: { errors: [{ code: 'MANIFEST_UNKNOWN' }] } }],
  ['a 401', { status: 401, body: { errors: [{ code: 'UNAUTHORIZED' }] } }],
  ['a 403', { status: 403, body: { errors: [{ code: 'DENIED' }] } }],
  ['a 500', { status: 500 }],
  ['a 429 without end', { limited: 'registry', waitMs: 1 }],
  ['a body that does not match its digest', 'wrong-body'],
  ['an empty body', 'empty'],
  ['half a body', 'short-body'],
  ['a page of HTML', { status: 200, body: '<html>', headers: { 'content-type': 'text/html' } }],
  ['an answer that breaks off', 'cut-body'],
  ['a connection that breaks', 'reset']
]

const unreadable = ({ digest }: Artifact, effect: Effect) => ({
  faults: [{ match: { kind: 'get-manifest' as const, path: digest }, effect }]
})

describe.each(TROUBLES)('a kept index that cannot be read for %s', (_what, effect) => {
  it('goes on protecting its children; named images pushed since can still go, and the plan says which was unreadable', async () => {
    const app = containerPackage()
    const kept = app.push(20, multiArch('kept', { tags: ['main'], attestations: 'annotated' }))
    const leftover = app.push(15, multiArch('leftover'))
    const later = app.push(10, singleImage('later', { tags: ['v2'] }))
    const index = kept.at(-1)!
    const after = await app.prune(ALL, unreadable(index, effect))
    expect(after.fateOf(kept)).toBe('kept')
    expect(after.fateOf(leftover)).toBe('kept')
    expect(after.fateOf(later)).toBe('gone')
    expect(after.about(index).reasons[0]?.code).toBe('unreadable')
    const [notice] = after.notices.filter((text) => text.includes(index.digest.slice(0, 19)))
    expect(notice).toContain('could not be read')
    // Four children that no index speaks for any more, and the index that lost its tag.
    expect(notice).toContain('5 units held back')
  })
})

describe('an unreadable manifest', () => {
  const GONE: Effect = { status: 404 }

  it('inside a nested index keeps what it may list', async () => {
    const app = containerPackage()
    const nested = app.push(20, nestedIndex('nested', { tags: ['main'] }))
    const inner = nested.find(({ digest }) => nested.at(-1)!.body.toString().includes(digest))!
    const after = await app.prune(ALL, unreadable(inner, GONE))
    expect(after.fateOf(nested)).toBe('kept')
  })

  it('keeps the children of an index that goes, for they may be its own too', async () => {
    const app = containerPackage()
    const [first, second] = [
      multiArch('shared', { tags: ['main'] }),
      multiArch('shared', { tags: ['v2'], annotations: { of: 'v2' } })
    ]
    app.push(20, first)
    app.push(10, second)
    const after = await app.prune(ALL, unreadable(first.at(-1)!, GONE))
    expect(after.fateOf(second.at(-1)!)).toBe('gone')
    expect(after.fateOf(first)).toBe('kept')
    expect(after.canPull('main')).toBe(true)
    expect(after.about(first[0]!).reasons[0]?.code).toBe('unreadable')
  })

  it('that is a fallback index keeps the referrers that it may list', async () => {
    const app = containerPackage()
    const signed = app.push(20, signedImage('signed', { tags: ['main'], referrers: ['cosign-bundle'] }))
    const fallback = signed.at(-1)!
    const after = await app.prune(ALL, unreadable(fallback, GONE))
    expect(after.fateOf(signed)).toBe('kept')
  })

  it('without a tag holds every untagged unit back, and itself', async () => {
    const app = containerPackage()
    app.push(30, singleImage('tagged', { tags: ['main'] }))
    const untagged = app.push(20, singleImage('untagged'))
    const broken = app.push(10, singleImage('broken'))
    const after = await app.prune(ALL, unreadable(broken[0]!, GONE))
    expect(after.fateOf([...untagged, ...broken])).toBe('kept')
    expect(after.about(untagged[0]!).reasons[0]?.code).toBe('unreadable')
  })

  it('holds tagged images back that are no younger: it may be the index that lists them', async () => {
    const app = containerPackage()
    const staged = multiArch('staged', { tags: ['main'], platformTagStem: 'v1' })
    const [amd64, arm64] = app.push(20, staged)
    const after = await app.prune(ALL, unreadable(staged.at(-1)!, GONE))
    expect(after.fateOf([amd64!, arm64!])).toBe('kept')
    expect(after.canPull('main')).toBe(true)
  })

  it('that an index lists as an image holds nothing back: it owns nothing', async () => {
    const app = containerPackage()
    const kept = app.push(20, multiArch('kept', { tags: ['main'] }))
    const untagged = app.push(20, singleImage('untagged'))
    const after = await app.prune(ALL, unreadable(kept[0]!, GONE))
    expect(after.fateOf(kept)).toBe('kept')
    expect(after.fateOf(untagged)).toBe('gone')
  })

  it('of a version that was deleted since the list was read holds nothing back', async () => {
    const app = containerPackage()
    app.push(30, singleImage('tagged', { tags: ['main'] }))
    const untagged = app.push(20, singleImage('untagged'))
    const [vanishing] = app.push(10, singleImage('vanishing'))
    const after = await app.prune(ALL, {
      events: [{ at: { after: { kind: 'list-versions', nth: 1 } }, run: () => app.lose(vanishing!) }]
    })
    expect(after.fateOf(untagged)).toBe('gone')
  })

  it('of an unknown media type protects like any other', async () => {
    const app = containerPackage()
    const kept = app.push(20, multiArch('kept'))
    const body = JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.example.list.v9+json',
      all: kept.map(({ digest }) => digest)
    })
    app.push(19, { mediaType: 'application/vnd.example.list.v9+json', body, digest: sha256(body), tags: ['main'] })
    const after = await app.prune(ALL, { faults: [] })
    expect(after.fateOf(kept)).toBe('kept')
    expect(after.notices.join()).toContain('unknown')
  })
})

describe('the notice', () => {
  it('names each of few unreadable manifests with its trouble, and counts the rest', async () => {
    const app = containerPackage()
    app.push(30, singleImage('tagged', { tags: ['main'] }))
    const broken = [9, 8, 7, 6, 5].map((days) => app.push(days, singleImage(`broken ${days}`))[0]!)
    app.unserve(broken)
    const after = await app.prune(ALL)
    const [notice] = after.notices.filter((text) => text.includes('could not be read'))
    const named = broken.filter(({ digest }) => notice?.includes(`${digest.slice(0, 19)} (the registry answered 404`))
    expect(named).toHaveLength(3)
    expect(notice).toContain('and 2 more')
    expect(notice).toContain('5 units held back')
  })
})
