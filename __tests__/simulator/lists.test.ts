import { describe, expect, it } from '@jest/globals'
import type { Assumptions } from '../../simulator/world/assumptions.js'
import { World } from '../../simulator/world/world.js'
import { type Call, itemsOf, messageOf, rest } from './client.js'
import { startForTest } from './startForTest.js'

const day = 86_400_000
const ref = { owner: 'acme', type: 'npm', name: 'web' } as const
const list = '/orgs/acme/packages/npm/web/versions'

function worldOf(count: number, assumptions: Partial<Assumptions> = {}): World {
  const world = new World({ assumptions })
  world.addOwner('acme')
  world.addToken({ value: 'ghp_simulator' })
  world.addPackage(ref)
  const now = world.clock.now()
  for (let n = 1; n <= count; n += 1) world.addVersion(ref, { name: `1.0.${n}`, createdAt: now - (count - n) * day })
  return world
}

describe('pages', () => {
  it('are 30 long and name the next and the last page', async () => {
    const simulator = await startForTest(worldOf(250))
    const answer = await rest(simulator, list)
    expect(itemsOf(answer)).toHaveLength(30)
    expect(answer.headers.get('link')).toBe(
      `<${simulator.url}${list}?page=2>; rel="next", <${simulator.url}${list}?page=9>; rel="last"`
    )
  })

  it('are 100 long at most, and keep what else was asked', async () => {
    const simulator = await startForTest(worldOf(250))
    const answer = await rest(simulator, `${list}?per_page=500&state=active&page=2`)
    expect(itemsOf(answer)).toHaveLength(100)
    const at = (page: number) => `<${simulator.url}${list}?per_page=500&state=active&page=${page}>`
    expect(answer.headers.get('link')).toBe(
      `${at(1)}; rel="prev", ${at(3)}; rel="next", ${at(3)}; rel="last", ${at(1)}; rel="first"`
    )
  })

  it('have no Link header where there is one', async () => {
    const simulator = await startForTest(worldOf(3))
    expect((await rest(simulator, list)).headers.get('link')).toBeNull()
  })

  it('beyond the last are empty', async () => {
    const simulator = await startForTest(worldOf(3))
    expect((await rest(simulator, `${list}?page=7`)).json).toEqual([])
  })

  it.each([
    [101, 400],
    [100, 200]
  ])('of packages end at 10,000 entries: page %i of 100 gets %i', async (page, status) => {
    const simulator = await startForTest(worldOf(1))
    const answer = await rest(simulator, `/orgs/acme/packages?package_type=npm&per_page=100&page=${page}`)
    expect(answer.status).toBe(status)
  })
})

describe('order', () => {
  const names = async (order: Assumptions['order']) => {
    const simulator = await startForTest(worldOf(40, { order }))
    const pages = [await rest(simulator, list), await rest(simulator, `${list}?page=2`)]
    return pages.flatMap((page) => itemsOf(page).map((item) => item.name))
  }
  const oldestFirst = Array.from({ length: 40 }, (_, index) => `1.0.${index + 1}`)

  it('is newest first', async () => {
    expect(await names('newest')).toEqual([...oldestFirst].reverse())
  })

  it('can be oldest first', async () => {
    expect(await names('oldest')).toEqual(oldestFirst)
  })

  it('can be a shuffle in which every version has one place', async () => {
    const shuffled = await names('random')
    expect(shuffled).not.toEqual(oldestFirst)
    expect([...shuffled].sort()).toEqual([...oldestFirst].sort())
  })
})

describe('conditional requests', () => {
  it('get 304 until something changes, and cost nothing', async () => {
    const world = worldOf(3)
    const simulator = await startForTest(world)
    const first = await rest(simulator, list)
    const again: Call = { headers: { 'if-none-match': first.headers.get('etag') ?? '' } }
    const unchanged = await rest(simulator, list, again)
    expect([unchanged.status, unchanged.text]).toEqual([304, ''])
    expect(unchanged.headers.get('x-ratelimit-used')).toBe('1')
    world.addVersion(ref, { name: '2.0.0' })
    expect((await rest(simulator, list, again)).status).toBe(200)
  })
})

describe('addresses', () => {
  it.each([
    ['encoded', '/orgs/acme/packages/npm/tools%2Fweb', 200, ''],
    ['with a slash', '/orgs/acme/packages/npm/tools/web', 404, 'Not Found'],
    ['with a slash at the end', '/orgs/acme/packages/npm/tools%2Fweb/', 404, 'Not Found'],
    ['of a package that is not there', '/orgs/acme/packages/npm/nothing', 404, 'Package not found.'],
    ['of an owner that is not there', '/orgs/nobody/packages/npm/web', 404, 'Not Found'],
    ['of a user as an organization', '/orgs/octocat/packages/npm/web', 404, 'Not Found'],
    ['in other letters', '/orgs/ACME/packages/npm/tools%2Fweb', 200, ''],
    ['of an organization among the users', '/users/acme/packages/npm/tools%2Fweb', 200, '']
  ])('%s', async (_title, path, status, message) => {
    const world = worldOf(1)
    world.addPackage({ ...ref, name: 'tools/web' })
    const simulator = await startForTest(world)
    const answer = await rest(simulator, path)
    expect([answer.status, messageOf(answer)]).toEqual([status, message])
  })

  it.each([
    ['2022-11-28', 200],
    ['2026-03-10', 200],
    ['2021-01-01', 400]
  ])('in version %s of the API get %i', async (version, status) => {
    const simulator = await startForTest(worldOf(1))
    const answer = await rest(simulator, list, { headers: { 'x-github-api-version': version } })
    expect(answer.status).toBe(status)
  })

  it('begin with /api/v3 on GitHub Enterprise Server, which has no limits', async () => {
    const simulator = await startForTest(worldOf(1), { edition: 'ghes' })
    const answer = await rest(simulator, list)
    expect(simulator.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api\/v3$/)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('x-ratelimit-limit')).toBeNull()
    const limits = await rest(simulator, '/rate_limit')
    expect([limits.status, messageOf(limits)]).toEqual([404, 'Rate limiting is not enabled.'])
  })
})

describe('accounts and repositories', () => {
  it('say what kind of owner a login is', async () => {
    const simulator = await startForTest(worldOf(1))
    expect((await rest(simulator, '/users/acme')).json).toMatchObject({ type: 'Organization' })
    expect((await rest(simulator, '/user')).json).toMatchObject({ login: 'octocat', type: 'User' })
  })

  it('list releases, branches and open pull requests in pages', async () => {
    const world = worldOf(1)
    const releases = Array.from({ length: 45 }, (_, index) => `v1.${index}.0`)
    world.addRepository('acme/app', { releases, branches: ['main', 'next'], pulls: [7, 9] })
    const simulator = await startForTest(world)
    const last = await rest(simulator, '/repos/acme/app/releases?page=2')
    expect((last.json as { tag_name: string }[]).map((release) => release.tag_name)).toEqual(releases.slice(30))
    expect((await rest(simulator, '/repos/acme/app/branches')).json).toMatchObject([{ name: 'main' }, { name: 'next' }])
    expect((await rest(simulator, '/repos/acme/app/pulls?state=open')).json).toMatchObject([
      { number: 7 },
      { number: 9 }
    ])
  })
  it('list git tags and environments, and tell of one environment', async () => {
    const world = worldOf(1)
    const tags = Array.from({ length: 45 }, (_, index) => `v1.${index}`)
    const deployments = [{ environment: 'review', ref: 'main' }]
    world.addRepository('acme/app', { tags, environments: ['production', 'a/b'], deployments })
    const simulator = await startForTest(world)
    const page = await rest(simulator, '/repos/acme/app/tags?page=2')
    expect((page.json as { name: string }[]).map((tag) => tag.name)).toEqual(tags.slice(30))
    const environments = await rest(simulator, '/repos/acme/app/environments?per_page=2')
    expect(environments.json).toMatchObject({ total_count: 3, environments: [{ name: 'production' }, { name: 'a/b' }] })
    expect(environments.headers.get('link')).toContain('rel="next"')
    expect((await rest(simulator, '/repos/acme/app/environments/a%2Fb')).json).toMatchObject({ name: 'a/b' })
    expect((await rest(simulator, '/repos/acme/app/environments/none')).status).toBe(404)
  })

  it('list deployments, by environment too, and their statuses', async () => {
    const { simulator } = await withDeployments({})
    const all = (await rest(simulator, deployments)).json as { id: number; ref: string; sha: string }[]
    expect(all.map(({ ref }) => ref)).toEqual(['v2', 'v1', 'main'])
    expect(all[1]?.sha).toBe('b'.repeat(40))
    const asked = await rest(simulator, `${deployments}?environment=production&per_page=1`)
    expect(asked.json).toMatchObject([{ environment: 'production', ref: 'v2', task: 'deploy' }])
    expect(asked.headers.get('link')).toContain('rel="next"')
    const staging = await rest(simulator, `${deployments}?environment=staging`)
    expect(staging.json).toMatchObject([{ environment: 'staging', ref: 'main' }])
    const statuses = await rest(simulator, `${deployments}/${all[1]?.id}/statuses`)
    expect(statuses.json).toMatchObject([{ state: 'inactive' }, { state: 'success', environment: 'production' }])
    expect((await rest(simulator, `${deployments}/${all[0]?.id}/statuses`)).json).toEqual([])
    expect((await rest(simulator, `${deployments}/1/statuses`)).status).toBe(404)
  })

  it.each([
    ['deployments', 'deployments', true, 403],
    ['deployments', 'deployments', false, 200],
    ['actions', 'environments', true, 403],
    ['contents', 'tags', true, 403],
    ['contents', 'deployments', true, 200]
  ] as const)(
    'without the permission %s, %s of a private repository (%s) get %i',
    async (right, area, isPrivate, status) => {
      const { simulator } = await withDeployments({ private: isPrivate })
      simulator.world.addToken({ value: 'ghs_job', [right]: 'none' })
      const answer = await rest(simulator, `/repos/acme/app/${area}`, { token: 'ghs_job' })
      expect(answer.status).toBe(status)
      if (status === 403) expect(messageOf(answer)).toBe('Resource not accessible by integration')
    }
  )
})

const deployments = '/repos/acme/app/deployments'

async function withDeployments(facts: { readonly private?: boolean }) {
  const world = worldOf(1)
  world.addRepository('acme/app', {
    ...facts,
    deployments: [
      { environment: 'production', ref: 'v2' },
      { environment: 'production', ref: 'v1', sha: 'b'.repeat(40), statuses: ['inactive', 'success'] },
      { environment: 'staging', ref: 'main', statuses: ['failure'] }
    ]
  })
  return { simulator: await startForTest(world) }
}
