import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { singleImage } from '../../simulator/images/singleImage.js'
import type { ScenarioPackage, ScenarioRepository } from '../../simulator/scenario/scenario.js'
import type { Simulator } from '../../simulator/simulator.js'
import { brokenSince, tagsOf } from '../e2e/harness.js'
import type { WorkflowRun } from './act.js'
import { inAnEngine, REPOSITORY, run, runWell, serve } from './stage.js'

const PERSONAL_TOKEN = 'ghp_0123456789abcdef'

type Times = Readonly<Record<string, string>>

const one = (
  type: ScenarioPackage['type'],
  name: string,
  versions: ScenarioPackage['versions'] = []
): ScenarioPackage => ({
  owner: 'acme',
  type,
  name,
  repository: REPOSITORY,
  versions
})
const images = (name: string, tags: Times, image = 'multi-arch'): ScenarioPackage =>
  one(
    'container',
    name,
    Object.entries(tags).map(([tag, at]) => ({ image, tags: [tag], at }))
  )

/** `<prefix><day>`, so many days old. */
const aged = (prefix: string, from: number, to: number): Times =>
  Object.fromEntries(Array.from({ length: to - from + 1 }, (_, i) => [`${prefix}${from + i}`, `${from + i}d`]))

const text = (path: string): string => readFileSync(join('docs/recipes', path), 'utf8')

interface Recipe extends Partial<WorkflowRun> {
  readonly packages: readonly ScenarioPackage[]
  readonly linked?: ScenarioRepository
  readonly edition?: 'ghes'
  /** Tags or version names that are there before and not afterwards, in any package. */
  readonly gone: readonly string[]
  readonly log?: RegExp
}

const policyFile = '.github/retention.yaml'
/** Of twelve weeks, of which the policy keeps eight. */
const nightlies = images('my-app', {
  'nightly-1': '1d',
  ...Object.fromEntries([20, 27, 34, 41, 48, 55, 62, 69, 76, 83, 90].map((day) => [`nightly-${day}`, `${day}d`]))
})

/** Each with a world of its own, in which it has something to do. */
const RECIPES: Readonly<Record<string, Recipe>> = {
  'build-caches.yml': {
    packages: [
      one('container', 'my-app-cache', [
        { image: 'multi-arch', tags: ['release'], at: '90d' },
        { image: 'build-cache', tags: ['main'], at: '3d' },
        { image: 'build-cache', tags: ['old'], at: '30d' }
      ])
    ],
    gone: ['old']
  },
  'enterprise-server.yml': {
    packages: [images('my-app', aged('build-', 31, 43))],
    edition: 'ghes',
    gone: [],
    log: /9 versions/
  },
  'keep-per-branch.yml': {
    packages: [images('my-app', { main: '90d', ...aged('main-00000', 10, 16), ...aged('fix-00000', 10, 13) })],
    linked: { branches: ['main'] },
    gone: ['main-0000015', 'main-0000016']
  },
  'maven-snapshots.yml': {
    packages: [
      one('maven', 'com.example.client', {
        '1.0.0': '200d',
        '1.0.0-SNAPSHOT': '1d',
        '1.1.0-SNAPSHOT': '150d',
        '1.2.0-SNAPSHOT': '120d',
        '1.3.0-SNAPSHOT': '100d'
      })
    ],
    gone: ['1.0.0-SNAPSHOT', '1.1.0-SNAPSHOT']
  },
  'monorepo.yml': {
    packages: [
      images('service-1', { latest: '200d', 'pr-1': '30d', 'pr-2': '1d' }),
      one('npm', 'lib-1', { '1.0.0': '9d', ...aged('2.0.0-rc.', 11, 18) })
    ],
    secrets: { RETENTION_TOKEN: PERSONAL_TOKEN },
    files: { [policyFile]: text('policies/monorepo.yaml') },
    gone: ['2.0.0-rc.16', '2.0.0-rc.17', '2.0.0-rc.18', 'pr-1']
  },
  'multi-arch-signed.yml': {
    packages: [
      images(
        'my-app',
        { 'v1.0.0': '900d', 'v1.1.0': '850d', 'v2.0.0-rc.1': '510d', 'v2.0.0': '500d', 'v3.0.0': '400d' },
        'signed-image'
      )
    ],
    linked: { releases: ['v1.1.0'] },
    gone: ['v1.0.0', 'v2.0.0-rc.1']
  },
  'nightly-prune.yml': {
    packages: [images('my-app', { 'v1.0.0': '400d', latest: '2d', ...aged('build-', 31, 43) })],
    event: 'schedule',
    gone: ['build-41', 'build-42', 'build-43']
  },
  'npm-canaries.yml': {
    packages: [{ ...one('npm', 'my-sdk', aged('2.0.0-canary.', 15, 27)), distTags: { canary: '2.0.0-canary.26' } }],
    gone: ['2.0.0-canary.25', '2.0.0-canary.27']
  },
  'plan-approve-apply.yml': {
    packages: [nightlies],
    files: { [policyFile]: text('policies/approved.yaml') },
    gone: ['nightly-69', 'nightly-76', 'nightly-83', 'nightly-90']
  },
  'policy-change.yml': {
    packages: [nightlies],
    event: 'pull_request',
    payload: { number: 12, pull_request: { number: 12, base: { sha: 'abc' } } },
    files: {
      [`refs/abc/${policyFile}`]: text('policies/approved.yaml'),
      [policyFile]: text('policies/approved.yaml').replace('weekly: 8', 'within: 50d')
    },
    gone: [],
    log: /\+container my-app sha256:\w+ nightly-55\b/
  },
  'pull-request-closed.yml': {
    packages: [images('my-app', { 'pr-1': '1d', 'pr-12': '1d', 'pr-12-abc': '2d', 'pr-120': '1d', main: '1d' })],
    event: 'pull_request',
    payload: { action: 'closed', number: 12, pull_request: { head: { repo: { full_name: REPOSITORY } } } },
    gone: ['pr-12', 'pr-12-abc']
  },
  'pull-request-sweep.yml': {
    packages: [images('my-app', { main: '90d', 'pr-7': '30d', 'pr-7-abc': '30d', 'pr-70': '30d', 'pr-72': '3d' })],
    linked: { pulls: [7] },
    gone: ['pr-70', 'pr-72']
  }
}

type World = Pick<Recipe, 'packages' | 'linked' | 'edition'>

async function stage({ packages, linked = {}, edition }: World, owner = 'acme'): Promise<Simulator> {
  const owners = { [owner]: { type: 'Organization' } } as const
  const scenario = { owners, repositories: { [REPOSITORY]: linked }, packages, ...(edition && { edition }) }
  const simulator = await serve(scenario)
  const scopes = ['read:packages', 'write:packages', 'delete:packages']
  simulator.world.addToken({ value: PERSONAL_TOKEN, scopes })
  return simulator
}

/** Tags of containers that are no digest's, and versions of all others. */
const names = ({ world }: Simulator): readonly string[] =>
  [...world.packages()].flatMap(({ facts, byTag, byName }) =>
    facts.type === 'container' ? [...byTag.keys()].filter((tag) => !tag.startsWith('sha256-')) : [...byName.keys()]
  )

inAnEngine('recipes as they are printed, in a workflow engine', () => {
  it.each(Object.entries(RECIPES))('%s', async (name, recipe) => {
    if (name === 'policy-change.yml' && spawnSync('jq', ['--version']).status !== 0) {
      console.warn('SKIPPED: jq is not there, which policy-change.yml compares two plans with.')
      return
    }
    const simulator = await stage(recipe)
    const [before, tags] = [names(simulator), tagsOf(simulator.world)]
    const log = await runWell(simulator, text(name), recipe)
    const left = new Set(names(simulator))
    expect(before.filter((each) => !left.has(each)).sort()).toEqual([...recipe.gone].sort())
    expect(brokenSince(tags, simulator.world)).toEqual([])
    if (recipe.log !== undefined) expect(log).toMatch(recipe.log)
    expect(log).not.toContain(PERSONAL_TOKEN)
  })

  it('restore.yml, after nightly-prune.yml', async () => {
    const { packages, event = '' } = RECIPES['nightly-prune.yml'] as Recipe
    const simulator = await stage({ packages })
    const before = simulator.world.snapshot()
    await run(simulator, text('nightly-prune.yml'), { event })
    expect(simulator.world.snapshot()).not.toEqual(before)
    for (const dryRun of ['true', 'false']) {
      await runWell(simulator, text('restore.yml'), { inputs: { 'run-id': '1', 'dry-run': dryRun } })
      if (dryRun === 'true') expect(simulator.world.snapshot()).not.toEqual(before)
    }
    expect(simulator.world.snapshot()).toEqual(before)
  })

  it('restore.yml, where a tag was pushed anew: holds what came back all the same', async () => {
    const { packages, gone, event = '' } = RECIPES['nightly-prune.yml'] as Recipe
    const simulator = await stage({ packages })
    await runWell(simulator, text('nightly-prune.yml'), { event })
    const left = names(simulator)
    const [taken = '', ...back] = gone
    simulator.world.push('acme', 'my-app', [singleImage('new')], [taken])
    const { status, log } = await run(simulator, text('restore.yml'), { inputs: { 'run-id': '1', 'dry-run': 'false' } })
    expect(status).not.toBe(0)
    expect(log).toMatch(new RegExp(`::error::.*${taken} is on`))
    expect([...names(simulator)].sort()).toEqual([...left, ...gone].sort())

    await runWell(simulator, text('nightly-prune.yml'), { event })
    expect(names(simulator)).toEqual(expect.arrayContaining(back))
  })

  it('organization.yml, and restore.yml for one of its packages', async () => {
    const owner = 'my-org'
    const secrets = { RETENTION_TOKEN: PERSONAL_TOKEN }
    const packages = [
      { ...images('app', { latest: '200d', ...aged('v', 366, 388) }), owner },
      { ...images('charts/app', { main: '400d', ...aged('v', 466, 488) }), owner }
    ]
    const simulator = await stage({ packages }, owner)
    const [before, tags] = [names(simulator), tagsOf(simulator.world)]
    const log = await runWell(simulator, text('organization.yml'), {
      secrets,
      files: {
        [policyFile]: text('policies/organization.yaml'),
        '.github/workflows/organization-package.yml': text('organization-package.yml')
      }
    })
    const gone = () => before.filter((each) => !names(simulator).includes(each))
    expect(gone()).toEqual(['v386', 'v387', 'v388', 'v486', 'v487', 'v488'])
    expect(brokenSince(tags, simulator.world)).toEqual([])
    expect(log).not.toContain(PERSONAL_TOKEN)

    // As docs/restore.md says of a run that had a token of its own.
    const restore = text('restore.yml').replace(
      'receipt-file: receipt.jsonl',
      `$&\n          token: \${{ secrets.RETENTION_TOKEN }}`
    )
    const inputs = { 'run-id': '1', artifact: 'retention-receipt-container-charts+app', 'dry-run': 'false' }
    await runWell(simulator, restore, { secrets, inputs, repository: `${owner}/retention` })
    expect(gone()).toEqual(['v386', 'v387', 'v388'])
  })

  it('are all of them run', () => {
    const there = readdirSync('docs/recipes').filter((file) => file.endsWith('.yml'))
    const above = ['organization.yml', 'organization-package.yml', 'restore.yml']
    expect([...Object.keys(RECIPES), ...above].sort()).toEqual(there.sort())
  })
})
