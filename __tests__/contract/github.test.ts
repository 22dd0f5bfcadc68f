import { describe, expect, it } from '@jest/globals'
import type { Scenario } from '../../simulator/scenario/scenario.js'
import type { Simulator, SimulatorOptions } from '../../simulator/simulator.js'
import type { PackageRef, PackageType } from '../../src/domain/package.js'
import { type EdgeOptions, type Edges, edgesTo, real } from '../github/edges.js'
import { startForTest } from '../simulator/startForTest.js'

const types: readonly PackageType[] = ['container', 'npm', 'maven', 'rubygems', 'nuget', 'docker']
const lib: PackageRef = { owner: 'octo-org', type: 'npm', name: 'lib' }

const scenario: Scenario = {
  owners: {
    'octo-org': { type: 'Organization' },
    'closed-org': { type: 'Organization', sso: true },
    octocat: { type: 'User' },
    hubot: { type: 'User' }
  },
  repositories: {
    'octo-org/app': {
      releases: ['v1.0.0', 'v2.0.0'],
      branches: Array.from({ length: 150 }, (_, index) => `branch-${index}`),
      pulls: [7, 12],
      tags: ['v1.0.0', 'lib/v2'],
      deployments: [
        { environment: 'production', ref: 'v4', sha: '4'.repeat(40), statuses: ['failure', 'pending'] },
        { environment: 'production', ref: 'v3', sha: '3'.repeat(40), statuses: ['in_progress'] },
        { environment: 'production', ref: 'v2', sha: '2'.repeat(40), statuses: ['success', 'pending'] },
        { environment: 'production', ref: 'v1', sha: '1'.repeat(40), statuses: ['success'] },
        { environment: 'broken', ref: 'v1', sha: '1'.repeat(40), statuses: ['error'] },
        { environment: 'idle', ref: 'v1', sha: '1'.repeat(40), statuses: ['inactive', 'success'] }
      ]
    }
  },
  tokens: {
    ghp_all: { login: 'octocat', sso: [] },
    ghp_read: { login: 'octocat', scopes: ['read:packages'] },
    ghp_none: { login: 'octocat', scopes: [] },
    ghs_job: { repository: 'octo-org/app' },
    ghs_reader: { repository: 'octo-org/app', packages: 'read' },
    ghs_guest: { repository: 'octo-org/app', admin: [] },
    github_pat_fine: {}
  },
  packages: [
    ...types.map((type) => ({
      owner: 'octo-org',
      type,
      name: type === 'container' ? 'app/web' : `${type}-lib`,
      visibility: 'private' as const,
      repository: 'octo-org/app',
      versions: ['1', '2', '3'].map((n, index) =>
        type === 'container'
          ? { image: 'image', tags: [`v${n}`], at: `${3 - index}d` }
          : { name: `${n}.0.0`, at: `${3 - index}d` }
      )
    })),
    {
      owner: 'octo-org',
      type: 'npm',
      name: 'lib',
      distTags: { latest: '1.0.250', next: '1.0.9' },
      versions: [{ name: '1.0.{n}', count: 250, at: '1d', every: '1h' }]
    },
    {
      owner: 'octo-org',
      type: 'npm',
      name: 'popular',
      visibility: 'public',
      versions: [
        { name: '1.0.0', at: '3d', downloads: 9000 },
        { name: '2.0.0', at: '2d' }
      ]
    },
    { owner: 'octo-org', type: 'npm', name: 'single', versions: [{ name: '1.0.0', at: '3d' }] },
    { owner: 'octocat', type: 'npm', name: 'mine', visibility: 'private', versions: [{ name: '1.0.0', at: '3d' }] },
    { owner: 'closed-org', type: 'npm', name: 'secret', versions: [{ name: '1.0.0', at: '3d' }] }
  ]
}

interface Started {
  readonly simulator: Simulator
  readonly as: (token: string, options?: Partial<EdgeOptions>) => Edges
}

async function started(options?: SimulatorOptions): Promise<Started> {
  const simulator = await startForTest(scenario, options)
  const addresses = { apiUrl: simulator.url, npmRegistryUrl: simulator.npmUrl }
  return { simulator, as: (token, more) => edgesTo({ ...addresses, token, ...more }) }
}

async function firstId(edges: Edges, ref: PackageRef): Promise<number> {
  const versions = await edges.packages.listVersions(await edges.packages.owner(ref.owner), ref, 'active')
  return versions[0]?.id ?? 0
}

describe('owners', () => {
  it.each([
    ['ghp_all', 'octo-org', 'organization'],
    ['ghp_all', 'octocat', 'self'],
    ['ghp_all', 'hubot', 'user'],
    ['ghs_job', 'octocat', 'user'],
    ['ghp_all', 'OCTO-ORG', 'organization']
  ])('look to %s as they are: %s is %s', async (token, login, kind) => {
    const { as } = await started()
    expect(await as(token).packages.owner(login)).toEqual({ login: login.toLowerCase(), kind })
  })

  it('that are not there', async () => {
    const { as } = await started()
    await expect(as('ghp_all').packages.owner('nobody')).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe.each(types)('%s', (type) => {
  it('is listed, read, deleted and restored', async () => {
    const { as } = await started()
    const { packages, client } = as('ghp_all')
    const owner = await packages.owner('octo-org')
    const info = (await packages.listPackages(owner, type)).find(({ versionCount }) => versionCount === 3)
    if (info === undefined) throw new Error('There is one.')
    const found = await packages.getPackage(owner, type, info.name)
    expect(found).toMatchObject({
      owner: 'octo-org',
      type,
      visibility: expect.any(String),
      versionCount: expect.any(Number)
    })
    const versions = await packages.listVersions(owner, info, 'active')
    expect(versions).toHaveLength(info.versionCount ?? 0)
    const id = versions[0]?.id ?? 0
    expect(await packages.getVersion(owner, info, id)).toEqual(versions[0])
    expect(await packages.deleteVersion(owner, info, id)).toEqual({ kind: 'done' })
    expect(await packages.getVersion(owner, info, id)).toBeUndefined()
    expect(await packages.deleteVersion(owner, info, id)).toEqual({ kind: 'already-gone' })
    expect((await packages.listVersions(owner, info, 'deleted')).map((version) => version.id)).toEqual([id])
    expect(await packages.restoreVersion(owner, info, id)).toEqual({ kind: 'done' })
    expect(await packages.restoreVersion(owner, info, id)).toEqual({ kind: 'already-active' })
    expect(await packages.getVersion(owner, info, id)).toMatchObject({ id, tags: versions[0]?.tags })
    expect(client.counts()).toMatchObject({ owner: 1, delete: 2, restore: 2 })
  })

  it('is deleted as a whole and restored', async () => {
    const { as } = await started()
    const { packages } = as('ghp_all')
    const owner = await packages.owner('octo-org')
    const ref = { ...lib, type, name: type === 'container' ? 'app/web' : `${type}-lib` }
    expect(await packages.deletePackage(owner, ref)).toEqual({ kind: 'done' })
    await expect(packages.getPackage(owner, type, ref.name)).rejects.toMatchObject({ code: 'not-found' })
    expect(await packages.deletePackage(owner, ref)).toEqual({ kind: 'already-gone' })
    expect(await packages.restorePackage(owner, ref)).toEqual({ kind: 'done' })
    expect(await packages.listVersions(owner, ref, 'active')).toHaveLength(3)
  })
})

describe('the own account and GitHub Enterprise Server', () => {
  it('private packages of the own account', async () => {
    const { as } = await started()
    const { packages } = as('ghp_all')
    const owner = await packages.owner('octocat')
    expect(await packages.listPackages(owner, 'npm')).toMatchObject([{ name: 'mine', owner: 'octocat' }])
    expect(await packages.listVersions(owner, { owner: 'octocat', type: 'npm', name: 'mine' }, 'active')).toHaveLength(
      1
    )
  })

  it('an address below /api/v3, without limits', async () => {
    const { as } = await started({ edition: 'ghes' })
    const { packages } = as('ghp_all')
    expect(await packages.listVersions(await packages.owner('octo-org'), lib, 'active')).toHaveLength(250)
  })
})

describe('a long list', () => {
  it('is read page by page, whatever its order, at one request a page', async () => {
    const { simulator, as } = await started()
    const { packages } = as('ghs_job')
    const owner = await packages.owner('octo-org')
    simulator.clearLog()
    const versions = await packages.listVersions(owner, lib, 'active')
    expect(new Set(versions.map(({ name }) => name)).size).toBe(250)
    expect(simulator.log.map(({ query }) => new URLSearchParams(query).get('page')).sort()).toEqual(['1', '2', '3'])
  })

  it.each(['cut-body', 'short-body', 'empty', 'wrong-body', 'reset'] as const)(
    'with a page that is spoiled (%s) is complete all the same',
    async (effect) => {
      const { simulator, as } = await started()
      simulator.addFault({ kind: 'list-versions', nth: 2 }, effect)
      const { packages } = as('ghs_job')
      const versions = await packages.listVersions(await packages.owner('octo-org'), lib, 'active')
      expect(new Set(versions.map(({ id }) => id)).size).toBe(250)
    }
  )

  it('with an answer that hangs is complete after the time limit of that request', async () => {
    const { simulator, as } = await started()
    simulator.addFault({ kind: 'list-versions', nth: 2 }, 'hang')
    const { packages } = as('ghs_job', { transport: { headersTimeout: 200 } })
    const versions = await packages.listVersions(await packages.owner('octo-org'), lib, 'active')
    expect(versions).toHaveLength(250)
  })
})

describe('what GitHub will not do', () => {
  it.each([
    ['ghs_job', lib.owner, 'single', { kind: 'refused-last' }],
    ['ghs_job', lib.owner, 'popular', { kind: 'refused-downloads' }]
  ])('as %s: delete of %s/%s', async (token, owner, name, expected) => {
    const { as } = await started()
    const { packages } = as(token)
    const ref = { owner, type: 'npm' as const, name }
    const versions = await packages.listVersions(await packages.owner(owner), ref, 'active')
    const id = versions.find((version) => version.name === '1.0.0')?.id ?? 0
    expect(await packages.deleteVersion(await packages.owner(owner), ref, id)).toMatchObject(expected)
  })

  it.each([
    ['ghs_reader', 'auth', 'packages: write'],
    ['ghs_guest', 'auth', 'Manage Actions access'],
    ['ghp_read', 'auth', 'delete:packages']
  ])('delete as %s: %s, %s; and the version is still there', async (token, code, says) => {
    const { as } = await started()
    const edges = as(token)
    const id = await firstId(edges, lib)
    const owner = await edges.packages.owner('octo-org')
    const refused = edges.packages.deleteVersion(owner, lib, id)
    await expect(refused).rejects.toMatchObject({ code, remedy: expect.stringContaining(says) })
    expect(await edges.packages.getVersion(owner, lib, id)).toMatchObject({ id })
  })

  it.each([
    ['ghp_none', 'octo-org', 'npm', 'auth', 'read:packages'],
    ['ghs_job', 'octo-org', 'container', 'auth', 'Name the packages exactly'],
    ['github_pat_fine', 'octo-org', 'npm', 'auth', 'fine-grained'],
    ['ghp_all', 'closed-org', 'npm', 'sso', 'https://github.com/orgs/closed-org/sso'],
    ['ghp_wrong', 'octo-org', 'npm', 'auth', 'expired']
  ] as const)('list as %s: %s %s: %s, %s', async (token, login, type, code, says) => {
    const { as } = await started()
    const refused = as(token).packages.listPackages({ login, kind: 'organization' }, type)
    await expect(refused).rejects.toMatchObject({ code, remedy: expect.stringContaining(says) })
  })

  it('list what the token has no single sign-on for: a warning', async () => {
    const { as } = await started()
    const { packages, warnings } = as('ghp_all')
    await packages.listPackages({ login: 'octocat', kind: 'self' }, 'npm')
    expect(warnings).toEqual([expect.stringContaining('single sign-on')])
  })
})

describe('faults while changing', () => {
  it.each(['lost-answer', 'reset', { status: 502 }] as const)('%j: deleted, and told so', async (effect) => {
    const { simulator, as } = await started()
    const edges = as('ghs_job')
    const id = await firstId(edges, lib)
    const owner = await edges.packages.owner('octo-org')
    simulator.addFault({ kind: 'delete-version', times: 1 }, effect)
    expect(await edges.packages.deleteVersion(owner, lib, id)).toMatchObject({ kind: 'done' })
    expect(await edges.packages.getVersion(owner, lib, id)).toBeUndefined()
    simulator.addFault({ kind: 'restore-version', times: 1 }, effect)
    expect(await edges.packages.restoreVersion(owner, lib, id)).toEqual({ kind: 'done' })
  })

  it('a lost token in the middle: nothing is sent with it any more', async () => {
    const { simulator, as } = await started()
    const edges = as('ghs_job', { scheduler: { connections: 1 } })
    const owner = await edges.packages.owner('octo-org')
    for (const nth of [3, 3]) {
      simulator.addFault({ kind: 'delete-version', nth }, { status: 401, body: { message: 'Bad credentials' } })
    }
    const versions = await edges.packages.listVersions(owner, lib, 'active')
    const results = await Promise.allSettled(
      versions.slice(0, 20).map(({ id }) => edges.packages.deleteVersion(owner, lib, id))
    )
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
    expect(simulator.log.filter(({ kind }) => kind === 'delete-version')).toHaveLength(4)
  })
})

describe('limits', () => {
  it('200 deletions stay within the points of the minute: no refusal', async () => {
    const minute = 300
    const { simulator } = await started({ limits: { minuteMs: minute } })
    const options = { apiUrl: simulator.url, token: 'ghs_job', minute, scheduler: { minute } }
    const { packages } = edgesTo(options, real)
    const owner = await packages.owner('octo-org')
    const versions = await packages.listVersions(owner, lib, 'active')
    const results = await Promise.all(versions.slice(0, 200).map(({ id }) => packages.deleteVersion(owner, lib, id)))
    expect(results.every(({ kind }) => kind === 'done')).toBe(true)
    expect(simulator.log.filter(({ status }) => status === 403 || status === 429)).toEqual([])
  })

  it.each([403, 429] as const)('a secondary refusal with %i is waited out, and the work is done', async (status) => {
    const minute = 300
    const { simulator } = await started({ limits: { minuteMs: minute, retryAfter: false, status } })
    const options = { apiUrl: simulator.url, token: 'ghs_job', minute, scheduler: { minute } }
    const { packages } = edgesTo(options, real)
    const owner = await packages.owner('octo-org')
    const versions = await packages.listVersions(owner, lib, 'active')
    simulator.addFault({ kind: 'delete-version', nth: 10 }, { limited: 'secondary', status })
    const results = await Promise.all(versions.slice(0, 30).map(({ id }) => packages.deleteVersion(owner, lib, id)))
    expect(results.every(({ kind }) => kind === 'done')).toBe(true)
  })

  it('the last request of the hour: the next ends with the time to come back, and is not sent', async () => {
    const { simulator } = await started({ limits: { primary: 5 } })
    const { packages } = edgesTo({ apiUrl: simulator.url, token: 'ghs_job' }, real)
    const owner = await packages.owner('octo-org')
    await packages.listVersions(owner, lib, 'active')
    await packages.getPackage(owner, 'npm', 'lib')
    await expect(packages.getPackage(owner, 'npm', 'lib')).rejects.toMatchObject({ code: 'rate-limit' })
    expect(simulator.log).toHaveLength(5)
  })
})

describe('the linked repository', () => {
  it('releases, branches and open pull requests', async () => {
    const { as } = await started()
    const { repository } = as('ghs_job')
    expect(await repository.releases('octo-org/app')).toEqual(['v1.0.0', 'v2.0.0'])
    expect(await repository.branches('octo-org/app')).toHaveLength(150)
    expect(await repository.openPullRequests('octo-org/app')).toEqual([7, 12])
    await expect(repository.branches('octo-org/none')).rejects.toMatchObject({ code: 'not-found' })
  })

  it('git tags and the default branch', async () => {
    const { repository } = (await started()).as('ghs_job')
    expect(await repository.gitTags('octo-org/app')).toEqual(['v1.0.0', 'lib/v2'])
    expect(await repository.defaultBranch('octo-org/app')).toBe('main')
  })

  it('the newest deployment that succeeded, and newer ones that have not failed', async () => {
    const { repository } = (await started()).as('ghs_job')
    const refs = async (environment: string) =>
      (await repository.deployments('octo-org/app', environment)).map(({ ref }) => ref)
    expect(await refs('production')).toEqual(['v3', 'v2'])
    expect(await refs('idle')).toEqual(['v1'])
    await expect(refs('broken')).rejects.toMatchObject({ code: 'config' })
    await expect(refs('nowhere')).rejects.toMatchObject({ code: 'config' })
  })
})

describe('dist-tags', () => {
  it('come from the packument', async () => {
    const { as } = await started()
    expect(await as('ghs_job').distTags.read(lib)).toEqual({ latest: '1.0.250', next: '1.0.9' })
    await expect(as('ghp_none').distTags.read(lib)).rejects.toMatchObject({ code: 'auth' })
  })
})
