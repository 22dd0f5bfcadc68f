import { describe, expect, it } from '@jest/globals'
import type { Clock } from '../../src/app/ports.js'
import type { Owner, PackageRef } from '../../src/domain/package.js'
import { edgesTo } from './edges.js'
import { type Asked, site, type Told } from './site.js'

const owner: Owner = { login: 'octo-org', kind: 'organization' }
const ref: PackageRef = { owner: 'octo-org', type: 'npm', name: 'lib' }
const version = (id: number) => ({ id, name: `${id}.0.0` })
const link = (rels: Readonly<Record<string, number>>) => ({
  link: Object.entries(rels)
    .map(([rel, page]) => `<http://elsewhere/versions?per_page=100&page=${page}>; rel="${rel}"`)
    .join(', ')
})
const pageOf = ({ query }: Asked) => Number(query.get('page'))

describe('a list', () => {
  it('without rel="last" is followed by rel="next"', async () => {
    const { url, asked } = await site((one) => {
      const page = pageOf(one)
      return { body: [version(page)], headers: page < 4 ? link({ next: page + 1 }) : {} }
    })
    const versions = await edgesTo({ apiUrl: url }).packages.listVersions(owner, ref, 'active')
    expect(versions.map(({ id }) => id)).toEqual([1, 2, 3, 4])
    expect(asked.map(pageOf)).toEqual([1, 2, 3, 4])
  })

  it('that grows while it is read is read to its new end', async () => {
    const { url } = await site((one) => {
      const page = pageOf(one)
      const links: Readonly<Record<number, Readonly<Record<string, number>>>> = {
        1: { next: 2, last: 2 },
        2: { next: 3, last: 3 }
      }
      return { body: [version(page)], headers: link(links[page] ?? {}) }
    })
    const versions = await edgesTo({ apiUrl: url }).packages.listVersions(owner, ref, 'active')
    expect(versions.map(({ id }) => id)).toEqual([1, 2, 3])
  })

  it('whose pages lost their Link header on the way is read until a page is not full', async () => {
    const full = (page: number) =>
      Array.from({ length: page < 3 ? 100 : 7 }, (_, index) => version(page * 1000 + index))
    const { url, asked } = await site((one) => ({ body: full(pageOf(one)) }))
    const versions = await edgesTo({ apiUrl: url }).packages.listVersions(owner, ref, 'active')
    expect(versions).toHaveLength(207)
    expect(asked.map(pageOf)).toEqual([1, 2, 3])
  })

  it('whose pages shift while they are read is read once more', async () => {
    let lists = 0
    const { url } = await site((one) => {
      const page = pageOf(one)
      if (page === 1) lists += 1
      const shifted = lists === 1 && page === 2 ? [version(1)] : [version(page)]
      return { body: shifted, headers: page === 1 ? link({ next: 2, last: 2 }) : {} }
    })
    const versions = await edgesTo({ apiUrl: url }).packages.listVersions(owner, ref, 'active')
    expect(versions.map(({ id }) => id)).toEqual([1, 2])
    expect(lists).toBe(2)
  })

  it.each<[string, Told]>([
    ['is an object', { body: { unexpected: true } }],
    ['is empty', { body: '' }],
    ['is half a list', { body: '[{"id":1,"name":' }],
    ['holds what is no version', { body: [{ id: 1 }] }]
  ])('page that %s is asked for again, then fails', async (_, wrong) => {
    let broken = true
    const { url, asked } = await site(() => (broken ? wrong : { body: [version(1)] }))
    const { packages } = edgesTo({ apiUrl: url })
    await expect(packages.listVersions(owner, ref, 'active')).rejects.toMatchObject({
      code: 'api',
      message:
        "Could not list the versions of the npm package octo-org/lib: GitHub's answer is malformed or incomplete, 5 times."
    })
    expect(asked.length).toBeGreaterThan(1)
    broken = false
    await expect(packages.listVersions(owner, ref, 'active')).resolves.toHaveLength(1)
  })
})

describe('an address', () => {
  it.each<[Owner, string]>([
    [{ login: 'octo-org', kind: 'organization' }, '/orgs/octo-org/packages/container/a%2Fb/versions/7'],
    [{ login: 'octocat', kind: 'user' }, '/users/octocat/packages/container/a%2Fb/versions/7'],
    [{ login: 'octocat', kind: 'self' }, '/user/packages/container/a%2Fb/versions/7']
  ])('of %j', async (who, path) => {
    const { url, asked } = await site(() => ({ status: 404, body: { message: 'Not Found' } }))
    const { packages } = edgesTo({ apiUrl: `${url}/api/v3` })
    expect(await packages.getVersion(who, { owner: who.login, type: 'container', name: 'a/b' }, 7)).toBeUndefined()
    expect(asked.map((one) => one.path)).toEqual([`/api/v3${path}`])
  })
})

describe('docker migration conflicts', () => {
  it.each<[Owner, string]>([
    [{ login: 'octo-org', kind: 'organization' }, '/orgs/octo-org/docker/conflicts'],
    [{ login: 'octocat', kind: 'user' }, '/users/octocat/docker/conflicts'],
    [{ login: 'octocat', kind: 'self' }, '/user/docker/conflicts']
  ])('of %j', async (who, path) => {
    const image = { id: 3, name: 'legacy', package_type: 'docker', visibility: 'private', html_url: 'http://x/legacy' }
    const { url, asked } = await site(() => ({ body: [image] }))
    expect(await edgesTo({ apiUrl: url }).packages.dockerConflicts(who)).toMatchObject([
      { name: 'legacy', type: 'docker' }
    ])
    expect(asked.map((one) => one.path)).toEqual([path])
  })
})

describe('a token', () => {
  it('that is refused is sent no more', async () => {
    const { url, asked } = await site(() => ({ status: 401, body: { message: 'Bad credentials' } }))
    const { packages } = edgesTo({ apiUrl: url, scheduler: { connections: 1 } })
    const all = [1, 2, 3].map((id) => packages.deleteVersion(owner, ref, id))
    for (const one of all) await expect(one).rejects.toMatchObject({ code: 'auth' })
    await expect(packages.owner('octocat')).rejects.toMatchObject({ code: 'auth' })
    expect(asked).toHaveLength(1)
  })

  it('of any length and with dots is sent as it is', async () => {
    const token = `ghs_12345_${'eyJhbGciOi'.repeat(40)}.${'a_-'.repeat(20)}.sig`
    const { url, asked } = await site(() => ({ body: [] }))
    await edgesTo({ apiUrl: url, token }).packages.listPackages(owner, 'npm')
    expect(asked[0]?.authorization?.split(' ')).toEqual([expect.stringMatching(/^(token|bearer)$/i), token])
  })

  it('goes to no other origin, not even with a redirect', async () => {
    const there = await site(() => ({ body: [] }))
    const here = await site(() => ({ status: 302, headers: { location: there.url } }))
    const { packages, distTags } = edgesTo({ apiUrl: here.url })
    await expect(packages.listPackages(owner, 'npm')).rejects.toMatchObject({ code: 'api' })
    await expect(distTags.read(ref)).rejects.toMatchObject({ code: 'api' })
    expect(there.asked).toEqual([])
  })

  it('with too few scopes is known after the first answer', async () => {
    const { url, asked } = await site(() => ({ body: [], headers: { 'x-oauth-scopes': 'read:packages' } }))
    const { client, packages } = edgesTo({ apiUrl: url })
    expect(() => client.checkRights('delete')).not.toThrow()
    await packages.listPackages(owner, 'npm')
    expect(() => client.checkRights('delete')).toThrow('no delete:packages scope')
    expect(() => client.checkRights('read')).not.toThrow()
    expect(asked).toHaveLength(1)
  })
})

describe("GitHub's time", () => {
  it('is that of the first answer that tells it, and goes on with the clock of the runner', async () => {
    let time = Date.parse('2026-11-30T12:00:00Z')
    const clock: Clock = { now: () => time, sleep: async () => undefined }
    const dates = ['not a date', 'Sun, 29 Nov 2026 10:00:00 GMT', 'Sun, 29 Nov 2026 23:00:00 GMT']
    const { url } = await site(() => ({ body: [], headers: { date: dates.shift() ?? '' } }))
    const { packages } = edgesTo({ apiUrl: url }, clock)
    await packages.listPackages(owner, 'npm')
    expect(packages.serverTime()).toBeUndefined()
    await packages.listPackages(owner, 'npm')
    expect(packages.serverTime()).toBe(Date.parse('2026-11-29T10:00:00Z'))
    time += 90_000
    await packages.listPackages(owner, 'npm')
    expect(packages.serverTime()).toBe(Date.parse('2026-11-29T10:01:30Z'))
  })
})

describe('a change without an answer', () => {
  const broken = { status: 502, body: { message: 'Server Error' } }

  it.each<[string, Told, string]>([
    ['and the version gone: deleted', { status: 404, body: {} }, 'done'],
    ['and the version there: failed', { body: version(7) }, 'failed'],
    ['and nothing to be learned: failed', broken, 'failed']
  ])('is looked up where it was a deletion: %s', async (_, found, kind) => {
    const { url } = await site(({ method }) => (method === 'DELETE' ? broken : found))
    expect(await edgesTo({ apiUrl: url }).packages.deleteVersion(owner, ref, 7)).toMatchObject({ kind })
  })

  it.each<[string, Told, string]>([
    ['and the version there: restored', { body: version(7) }, 'done'],
    ['and the version not there: failed', { status: 404, body: {} }, 'failed']
  ])('is looked up where it was a restore: %s', async (_, found, kind) => {
    const { url } = await site(({ method }) => (method === 'POST' ? broken : found))
    expect(await edgesTo({ apiUrl: url }).packages.restoreVersion(owner, ref, 7)).toMatchObject({ kind })
  })

  it('that then is not found was carried out by the first attempt, or by somebody else', async () => {
    let deletions = 0
    const { url } = await site(({ method }) => {
      if (method === 'DELETE') deletions += 1
      return method === 'DELETE' && deletions === 1 ? broken : { status: 404, body: { message: 'Package not found.' } }
    })
    expect(await edgesTo({ apiUrl: url }).packages.deleteVersion(owner, ref, 7)).toEqual({
      kind: 'done',
      message: expect.stringContaining('somebody else may have')
    })
    expect(deletions).toBe(2)
  })

  it('that then is not found but still shown is no missing right, as the first attempt may have deleted it', async () => {
    let deletions = 0
    const { url } = await site(({ method }) => {
      if (method === 'DELETE') deletions += 1
      if (method === 'DELETE' && deletions === 1) return broken
      return method === 'DELETE' ? { status: 404, body: {} } : { body: { id: 7, name: '7.0.0' } }
    })
    expect(await edgesTo({ apiUrl: url }).packages.deleteVersion(owner, ref, 7)).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('Whether it was deleted is not known.'),
      remedy: 'Run again.'
    })
  })
})

describe('restoring', () => {
  it.each([
    [404, 'Package version cannot be restored: its name is taken by a newer version.', 'conflict'],
    [409, 'Conflict', 'conflict'],
    [422, 'It was deleted more than 30 days ago.', 'expired'],
    [404, 'Package not found.', 'failed'],
    [422, 'Something else.', 'failed']
  ])('%i "%s" is %s', async (status, message, kind) => {
    const { url } = await site(({ method }) => ({ status: method === 'POST' ? status : 404, body: { message } }))
    expect(await edgesTo({ apiUrl: url }).packages.restoreVersion(owner, ref, 7)).toMatchObject({ kind })
  })
})

describe('cancelling', () => {
  it('ends reads and waits, and lets a write end', async () => {
    const stop = new AbortController()
    const { url } = await site(({ method }) => {
      if (method === 'DELETE') stop.abort()
      return { status: 204 }
    })
    const { packages } = edgesTo({ apiUrl: url, signal: stop.signal })
    expect(await packages.deleteVersion(owner, ref, 7)).toEqual({ kind: 'done' })
    await expect(packages.deleteVersion(owner, ref, 8)).rejects.toMatchObject({ code: 'cancelled' })
  })
})

describe('dist-tags', () => {
  it.each([
    ['lib', '/@octo-org%2Flib'],
    ['@octo-org/lib', '/@octo-org%2Flib']
  ])('of %s are asked for under the scope of the owner, in lower case', async (name, path) => {
    const { url, asked } = await site(() => ({ body: { 'dist-tags': { latest: '1.0.0' } } }))
    const { distTags } = edgesTo({ apiUrl: url, npmRegistryUrl: `${url}/_registry/npm/` })
    expect(await distTags.read({ owner: 'Octo-Org', type: 'npm', name })).toEqual({ latest: '1.0.0' })
    expect(asked).toMatchObject([{ path: `/_registry/npm${path}`, authorization: 'Bearer ghp_simulator' }])
  })

  it.each<[string, Told, string]>([
    ['are not there', { body: {} }, 'api'],
    ['are no texts', { body: { 'dist-tags': { latest: 1 } } }, 'api'],
    ['belong to a package that is not there', { status: 404, body: {} }, 'not-found'],
    ['may not be read', { status: 403, body: {} }, 'auth'],
    ['do not come', { status: 502, body: {} }, 'network']
  ])('that %s are a failure', async (_, told, code) => {
    const { url } = await site(() => told)
    await expect(edgesTo({ apiUrl: url }).distTags.read(ref)).rejects.toMatchObject({ code })
  })
})

describe('a name that would lead to another address', () => {
  it.each(['..', '.', '', 'a/../b', 'a//b'])('%j is asked for nowhere', async (name) => {
    const { url, asked } = await site(() => ({ body: [] }))
    const { packages } = edgesTo({ apiUrl: url })
    const bad = { ...ref, name }
    const requests = [
      () => packages.getPackage(owner, bad.type, name),
      () => packages.listVersions(owner, bad, 'active'),
      () => packages.deletePackage(owner, bad),
      () => packages.restorePackage(owner, bad)
    ]
    for (const request of requests) await expect((async () => request())()).rejects.toMatchObject({ code: 'config' })
    expect(asked).toEqual([])
  })
})
