import { describe, expect, it } from '@jest/globals'
import type { Scenario } from '../../simulator/scenario/scenario.js'
import type { TokenFacts } from '../../simulator/world/token.js'
import { messageOf, rest } from './client.js'
import { startForTest } from './startForTest.js'

const job = 'ghs_12345_eyJhbGciOi.eyJpc3MiOi-J9.c2lnbmF0dXJl_XQ'

function scenario(token: Omit<TokenFacts, 'value'>, value = 'ghp_simulator'): Scenario {
  const versions = [{ name: '1' }, { name: '2' }]
  return {
    owners: { acme: { type: 'Organization', sso: true } },
    tokens: { [value]: token },
    packages: [
      { owner: 'acme', type: 'npm', name: 'web', repository: 'acme/web', versions },
      { owner: 'acme', type: 'npm', name: 'open', visibility: 'public', versions },
      { owner: 'acme', type: 'maven', name: 'com.acme.core', repository: 'acme/core', versions }
    ]
  }
}

const list = '/orgs/acme/packages?package_type=npm'
const versions = '/orgs/acme/packages/npm/web/versions'

describe('a classic token', () => {
  it.each([
    ['list packages', list, 'You need at least read:packages scope to list packages.'],
    ['list versions', versions, "You need at least read:packages scope to get a package's versions."]
  ])('without read:packages cannot %s', async (_title, path, message) => {
    const simulator = await startForTest(scenario({ scopes: ['repo'] }))
    const answer = await rest(simulator, path)
    expect([answer.status, messageOf(answer)]).toEqual([403, message])
    expect(answer.headers.get('x-oauth-scopes')).toBe('repo')
    expect(answer.headers.get('x-accepted-oauth-scopes')).toBe('read:packages')
  })

  it.each([
    [['read:packages', 'delete:packages'], 204, 403],
    [['write:packages'], 403, 204],
    [['read:packages'], 403, 403]
  ])('with %j gets %i for a deletion and %i for a restore', async (scopes, deletion, restore) => {
    const simulator = await startForTest(scenario({ scopes }))
    const stored = simulator.world.packageAt({ owner: 'acme', type: 'npm', name: 'web' })
    const [first, second] = stored.versions.list('active')
    stored.remove(second?.id ?? 0)
    stored.add({ id: 1, name: '3', createdAt: 0, updatedAt: 0, deletedAt: undefined, tags: [], downloads: 0 })
    const change = (path: string, method: string) => rest(simulator, `${versions}/${path}`, { method })
    expect((await change(`${first?.id}`, 'DELETE')).status).toBe(deletion)
    expect((await change(`${second?.id}/restore`, 'POST')).status).toBe(restore)
  })

  it('without the admin role reads, and finds nothing to delete', async () => {
    const simulator = await startForTest(scenario({ admin: [] }))
    const [version] = simulator.world.packageAt({ owner: 'acme', type: 'npm', name: 'web' }).versions.list('active')
    expect((await rest(simulator, `${versions}/${version?.id}`)).status).toBe(200)
    const answer = await rest(simulator, `${versions}/${version?.id}`, { method: 'DELETE' })
    expect([answer.status, messageOf(answer)]).toEqual([404, 'Package not found.'])
  })

  it('without single sign-on is sent to authorize itself', async () => {
    const simulator = await startForTest(scenario({ sso: [] }))
    const answer = await rest(simulator, list)
    expect(answer.status).toBe(403)
    expect(answer.headers.get('x-github-sso')).toMatch(/^required; url=https:\/\/github\.com\/orgs\/acme\/sso\?/)
  })

  it('without single sign-on is told that a list over organizations is partial', async () => {
    const simulator = await startForTest(scenario({ sso: [] }))
    const answer = await rest(simulator, '/user/packages?package_type=npm')
    const acme = simulator.world.account('acme')
    expect(answer.headers.get('x-github-sso')).toBe(`partial-results; organizations=${acme?.id}`)
  })

  it('does not see private packages that it may not read', async () => {
    const simulator = await startForTest(scenario({ reads: [] }))
    expect((await rest(simulator, list)).json).toMatchObject([{ name: 'open' }])
    expect((await rest(simulator, versions)).status).toBe(404)
  })
})

describe('a GITHUB_TOKEN', () => {
  const facts = { repository: 'acme/app', packages: 'write' } as const

  it('cannot list container packages', async () => {
    const simulator = await startForTest(scenario(facts, job))
    const answer = await rest(simulator, '/orgs/acme/packages?package_type=container', { token: job })
    expect([answer.status, messageOf(answer)]).toEqual([400, 'Invalid argument.'])
    expect((await rest(simulator, list, { token: job })).status).toBe(200)
  })

  it('has no account of its own, and no scopes', async () => {
    const simulator = await startForTest(scenario(facts, job))
    const answer = await rest(simulator, '/user', { token: job })
    expect([answer.status, messageOf(answer)]).toEqual([403, 'Resource not accessible by integration'])
    expect(answer.headers.get('x-oauth-scopes')).toBeNull()
  })

  it.each([
    ['none', 403, 403],
    ['read', 200, 403],
    ['write', 200, 204]
  ] as const)('with packages: %s gets %i for reading and %i for deleting', async (packages, read, change) => {
    const simulator = await startForTest(scenario({ ...facts, packages }, job))
    const [version] = simulator.world.packageAt({ owner: 'acme', type: 'npm', name: 'web' }).versions.list('active')
    const path = `${versions}/${version?.id}`
    expect((await rest(simulator, path, { token: job })).status).toBe(read)
    expect((await rest(simulator, path, { token: job, method: 'DELETE' })).status).toBe(change)
  })

  it.each([
    ['maven/com.acme.core', 'acme/core', 'github.com', 200],
    ['maven/com.acme.core', 'acme/app', 'github.com', 404],
    ['npm/web', 'acme/app', 'github.com', 200],
    ['npm/web', 'acme/app', 'ghes', 404],
    ['npm/web', 'acme/web', 'ghes', 200]
  ] as const)('gets for %s, in a workflow of %s on %s, %i', async (path, repository, edition, status) => {
    const simulator = await startForTest(scenario({ ...facts, repository }, job), { edition })
    const answer = await rest(simulator, `/orgs/acme/packages/${path}`, { token: job })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('x-accepted-github-permissions')).toBe('packages=read')
  })
})

describe('other credentials', () => {
  it('fine-grained tokens are refused', async () => {
    const simulator = await startForTest(scenario({}, 'github_pat_1'))
    const answer = await rest(simulator, list, { token: 'github_pat_1' })
    expect([answer.status, messageOf(answer)]).toEqual([403, 'Resource not accessible by personal access token'])
  })

  it('bad ones in a row lock out good ones', async () => {
    const simulator = await startForTest(scenario({}), { limits: { badCredentials: 2 } })
    const statuses = []
    for (const token of ['ghp_simulator', 'bad', 'bad', 'bad', 'ghp_simulator']) {
      statuses.push((await rest(simulator, list, { token })).status)
    }
    expect(statuses).toEqual([200, 401, 401, 403, 403])
  })

  it('a token that is revoked is bad from then on', async () => {
    const simulator = await startForTest(scenario({}))
    expect((await rest(simulator, list)).status).toBe(200)
    simulator.world.revokeToken('ghp_simulator')
    const answer = await rest(simulator, list)
    expect([answer.status, messageOf(answer)]).toEqual([401, 'Bad credentials'])
  })
})
