import { spawnSync } from 'node:child_process'
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import type { ScenarioPackage, ScenarioRepository } from '../../simulator/scenario/scenario.js'
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/simulator.js'
import { type Contexts, createRunner, OWN_ACTION, place, type Runner, readWorkflow } from './runWorkflow.js'

// Each recipe runs the bundle in processes of its own, a few of them one after another.

const REPOSITORY = 'acme/app'
/** A token of a job, as GitHub writes them since 2026. */
const JOB_TOKEN = `ghs_1234567_${'recipe'.repeat(20)}.x.y`
const PERSONAL_TOKEN = 'ghp_0123456789abcdef'
const recipes: readonly string[] = readdirSync('docs/recipes').filter((name) => name.endsWith('.yml'))

interface Stage {
  readonly simulator: Simulator
  readonly runner: Runner
  /** Tags of a container package, version names of any other, in order. */
  left(name: string): readonly string[]
}

let stage: Stage | undefined
afterEach(async () => {
  stage?.runner.dispose()
  await stage?.simulator.stop()
  stage = undefined
})

async function on(
  packages: readonly ScenarioPackage[],
  repository: ScenarioRepository = {},
  owner = 'acme',
  options: SimulatorOptions = {}
): Promise<Stage> {
  const simulator = await startSimulator(
    { owners: { [owner]: { type: 'Organization' } }, repositories: { [REPOSITORY]: repository }, packages },
    { limits: { secondary: 'off' }, ...options }
  )
  simulator.world.addToken({ value: JOB_TOKEN, repository: REPOSITORY })
  simulator.world.addToken({ value: PERSONAL_TOKEN, scopes: ['read:packages', 'write:packages', 'delete:packages'] })
  const runner = createRunner(simulator, JOB_TOKEN, REPOSITORY)
  stage = {
    simulator,
    runner,
    left(name) {
      const stored = [...simulator.world.packages()].find(({ facts }) => facts.name === name)
      const broken = [...(stored?.byTag.keys() ?? [])].filter((tag) => !simulator.world.checkTag(owner, name, tag).ok)
      expect(broken).toEqual([])
      const names = stored?.facts.type === 'container' ? stored.byTag.keys() : (stored?.byName.keys() ?? [])
      return [...names].sort()
    }
  }
  return stage
}

const images = (name: string, tags: Readonly<Record<string, string>>): ScenarioPackage => ({
  owner: 'acme',
  type: 'container',
  name,
  repository: REPOSITORY,
  versions: Object.entries(tags).map(([tag, at]) => ({ image: 'multi-arch', tags: [tag], at }))
})
const versions = (type: 'npm' | 'maven', name: string, times: Readonly<Record<string, string>>): ScenarioPackage => ({
  owner: 'acme',
  type,
  name,
  repository: REPOSITORY,
  versions: times
})

type Given = Partial<Omit<Contexts, 'github'>> & { readonly github?: Partial<Contexts['github']> }

/** Runs the first job of a recipe, or the one named, and returns what came of its steps. */
function run({ runner }: Stage, recipe: string, given: Given = {}, job?: string) {
  const { jobs } = readWorkflow(recipe)
  const chosen = job === undefined ? Object.values(jobs)[0] : jobs[job]
  if (chosen === undefined) throw new Error(`${recipe} has no job ${job}`)
  const { inputs = {}, secrets = {} } = given
  return runner.runJob(chosen, { github: { run_id: '7', token: JOB_TOKEN, ...given.github }, inputs, secrets })
}

const ages = (prefix: string, days: readonly number[]) =>
  Object.fromEntries(days.map((day) => [`${prefix}${day}`, `${day}d`]))
const days = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)

describe('nightly-prune.yml and restore.yml', () => {
  it('prune what is old, and bring it back from the receipt, held against the next prune', async () => {
    const stage = await on([images('my-app', { 'v1.0.0': '400d', latest: '2d', ...ages('build-', days(31, 43)) })])
    const before = stage.left('my-app')
    await run(stage, 'nightly-prune.yml')
    const pruned = stage.left('my-app')
    expect(pruned).toEqual([...named('build-', 31, 40), 'latest', 'v1.0.0'].sort())

    await run(stage, 'restore.yml', { inputs: { 'run-id': '7', 'dry-run': true } })
    expect(stage.left('my-app')).toEqual(pruned)
    await run(stage, 'restore.yml', { inputs: { 'run-id': '7', 'dry-run': false } })
    expect(stage.left('my-app')).toEqual(before)
    await run(stage, 'nightly-prune.yml', { github: { run_id: '8' } })
    expect(stage.left('my-app')).toEqual(before)
  })

  it('undo, if no run is named, the latest that the schedule began, and none of a pull request', async () => {
    const { runner } = await on([])
    const runs = ['pull_request', 'workflow_dispatch', 'schedule', 'schedule'].map((event, i) => ({ event, id: 9 - i }))
    const gh = join(runner.workspace, 'gh')
    writeFileSync(
      gh,
      `#!${process.execPath}\n(${standInForGh.toString()})(${JSON.stringify(runs)}, process.argv.slice(2))`
    )
    chmodSync(gh, 0o755)
    const [find] = readWorkflow('restore.yml').jobs.restore?.steps ?? []
    const path = process.env.PATH
    process.env.PATH = `${runner.workspace}${delimiter}${path}`
    try {
      const contexts = { github: { run_id: '10', token: JOB_TOKEN }, inputs: { 'run-id': '' }, secrets: {} }
      const { run } = await runner.runJob({ steps: find === undefined ? [] : [find] }, contexts)
      expect(run?.outputs).toEqual({ id: '7' })
    } finally {
      process.env.PATH = path
    }
  })

  it('change nothing when started by hand without more', async () => {
    const stage = await on([images('my-app', ages('build-', days(31, 43)))])
    await run(stage, 'nightly-prune.yml', { inputs: { 'dry-run': true } })
    expect(stage.left('my-app')).toHaveLength(13)
  })
})

/** `gh run list`: its flags that choose among runs, newest first, and one field of the first that fits. */
function standInForGh(runs: readonly { readonly event: string; readonly id: number }[], args: readonly string[]) {
  const flag = (name: string): string | undefined => args[args.indexOf(name) + 1]
  if (args.slice(0, 2).join(' ') !== 'run list' || flag('--workflow') !== 'nightly-prune.yml') process.exit(1)
  const event = args.includes('--event') ? flag('--event') : undefined
  const [first] = runs.filter((each) => event === undefined || each.event === event)
  if (flag('--jq') === '.[0].databaseId') process.stdout.write(`${first?.id}\n`)
}

function named(prefix: string, from: number, to: number): readonly string[] {
  return days(from, to).map((day) => `${prefix}${day}`)
}

describe('pull-request-closed.yml', () => {
  const closed = { github: { event: { number: 12 } } }

  it('deletes the images of that pull request and of no other', async () => {
    const stage = await on([
      images('my-app', { 'pr-1': '1d', 'pr-12': '1d', 'pr-12-abc': '2d', 'pr-120': '1d', main: '1d' })
    ])
    await run(stage, 'pull-request-closed.yml', closed)
    expect(stage.left('my-app')).toEqual(['main', 'pr-1', 'pr-120'])
  })

  it('is content where nothing was ever published', async () => {
    const stage = await on([images('another', { main: '1d' })])
    await run(stage, 'pull-request-closed.yml', closed)
    expect(stage.left('another')).toEqual(['main'])
  })
})

describe('pull-request-sweep.yml', () => {
  it('keeps images of open pull requests, and of closed ones for two days', async () => {
    const tags = { main: '90d', 'pr-7': '30d', 'pr-7-abc': '30d', 'pr-70': '30d', 'pr-71-x': '1d', 'pr-72': '3d' }
    const stage = await on([images('my-app', tags)], { pulls: [7] })
    await run(stage, 'pull-request-sweep.yml')
    expect(stage.left('my-app')).toEqual(['main', 'pr-7', 'pr-7-abc', 'pr-71-x'])
  })
})

describe('keep-per-branch.yml', () => {
  it('counts each branch by itself', async () => {
    const commits = (branch: string, count: number) =>
      Object.fromEntries(days(1, count).map((day) => [`${branch}-${String(day).padStart(7, '0')}`, `${day * 10}d`]))
    const stage = await on([images('my-app', { main: '5d', ...commits('main', 8), ...commits('fix-login', 3) })], {
      branches: ['main']
    })
    await run(stage, 'keep-per-branch.yml')
    expect(stage.left('my-app')).toEqual([
      ...Object.keys(commits('fix-login', 3)),
      'main',
      ...Object.keys(commits('main', 5))
    ])
  })
})

describe('multi-arch-signed.yml', () => {
  it('deletes superseded candidates and unsupported lines with their signatures, and breaks nothing that stays', async () => {
    const signed = (tag: string, at: string) => ({ image: 'signed-image', tags: [tag], at })
    const stage = await on(
      [
        {
          owner: 'acme',
          type: 'container',
          name: 'my-app',
          repository: REPOSITORY,
          versions: [
            signed('v1.0.0', '900d'),
            signed('v1.1.0', '850d'),
            signed('v2.0.0-rc.1', '510d'),
            signed('v2.0.0', '500d'),
            signed('v3.0.0', '400d'),
            signed('v3.1.0-rc.1', '100d')
          ]
        }
      ],
      { releases: ['v1.1.0'] }
    )
    await run(stage, 'multi-arch-signed.yml')
    const names = stage.left('my-app').filter((tag) => !tag.startsWith('sha256-'))
    expect(names).toEqual(['v1.1.0', 'v2.0.0', 'v3.0.0', 'v3.1.0-rc.1'])
  })
})

describe('npm-canaries.yml', () => {
  it('keeps ten, the young, releases and what a dist-tag points at', async () => {
    const canaries = Object.fromEntries(days(15, 30).map((day) => [`2.0.0-canary.${100 - day}`, `${day}d`]))
    const stage = await on([
      {
        ...versions('npm', 'my-sdk', { '1.0.0': '300d', ...canaries }),
        distTags: { latest: '1.0.0', canary: '2.0.0-canary.70' }
      }
    ])
    await run(stage, 'npm-canaries.yml')
    const kept = days(15, 24).map((day) => `2.0.0-canary.${100 - day}`)
    expect(stage.left('my-sdk')).toEqual(['1.0.0', '2.0.0-canary.70', ...kept].sort())
  })
})

describe('maven-snapshots.yml', () => {
  it('deletes snapshots whose release is there, and old ones but for two', async () => {
    const stage = await on([
      versions('maven', 'com.example.client', {
        '1.0.0': '200d',
        '1.0.0-SNAPSHOT': '1d',
        '1.1.0-SNAPSHOT': '150d',
        '1.2.0-SNAPSHOT': '120d',
        '1.3.0-SNAPSHOT': '100d'
      })
    ])
    await run(stage, 'maven-snapshots.yml')
    expect(stage.left('com.example.client')).toEqual(['1.0.0', '1.2.0-SNAPSHOT', '1.3.0-SNAPSHOT'])
  })
})

describe('build-caches.yml', () => {
  it('deletes old caches, and no image beside them', async () => {
    const cache = (tag: string, at: string) => ({ image: 'build-cache', tags: [tag], at })
    const stage = await on([
      {
        ...images('my-app-cache', { release: '90d' }),
        versions: [{ image: 'multi-arch', tags: ['release'], at: '90d' }, cache('main', '3d'), cache('old', '30d')]
      }
    ])
    await run(stage, 'build-caches.yml')
    expect(stage.left('my-app-cache')).toEqual(['main', 'release'])
  })
})

describe('enterprise-server.yml', () => {
  it('finds its plan on a server whose API is under /api/v3', async () => {
    const stage = await on([images('my-app', ages('build-', days(31, 43)))], {}, 'acme', { edition: 'ghes' })
    await run(stage, 'enterprise-server.yml')
    expect(stage.runner.runs[0]?.outputs['planned-count']).toBe(String(3 * 3))
    expect(stage.left('my-app')).toHaveLength(13)
  })
})

describe('monorepo.yml', () => {
  it('prunes fifty packages by one policy file', async () => {
    const services = days(1, 40).map((n) =>
      images(`service-${n}`, { latest: '200d', 'pr-2': '1d', 'build-1': '1d', ...(n > 35 && { 'pr-1': '30d' }) })
    )
    const libraries = days(1, 9).map((n) =>
      versions('npm', `lib-${n}`, { '1.0.0': '9d', ...ages('2.0.0-rc.', days(1, 8)) })
    )
    const billing = images('billing-api', { 'v1.0.0': '500d', 'v2.0.0': '300d', 'v2.1.0': '200d' })
    const stage = await on([...services, ...libraries, billing])
    place(stage.runner, 'policies/monorepo.yaml', '.github/retention.yaml')
    await run(stage, 'monorepo.yml', { secrets: { RETENTION_TOKEN: PERSONAL_TOKEN } })
    expect(stage.left('service-40')).toEqual(['build-1', 'latest', 'pr-2'])
    expect(stage.left('lib-9')).toEqual(['1.0.0', ...named('2.0.0-rc.', 1, 5)])
    expect(stage.left('billing-api')).toEqual(['v2.0.0', 'v2.1.0'])
  })
})

describe('organization.yml', () => {
  it('lists the packages, and prunes each in a job of its own', async () => {
    const mine = (name: string) => ({
      ...images(name, { latest: '200d', ...ages('v', days(366, 390)) }),
      owner: 'my-org'
    })
    const stage = await on([mine('app'), mine('charts/app')], {}, 'my-org')
    place(stage.runner, 'policies/organization.yaml', '.github/retention.yaml')
    const { list } = await run(stage, 'organization.yml', { secrets: { RETENTION_TOKEN: PERSONAL_TOKEN } }, 'list')
    const matrix = JSON.parse(list?.outputs.matrix ?? '') as { include: readonly Record<string, unknown>[] }
    expect(matrix.include.map((row) => row['package-name'])).toEqual(['app', 'charts/app'])
    for (const row of matrix.include) {
      await run(stage, 'organization-package.yml', { secrets: { token: PERSONAL_TOKEN }, inputs: row })
    }
    for (const name of ['app', 'charts/app']) expect(stage.left(name)).toHaveLength(21)
  })

  it('hands every input on that the workflow for one package asks for', () => {
    const inputs = (readWorkflow('organization-package.yml').on.workflow_call as { inputs: object }).inputs
    const call = readWorkflow('organization.yml').jobs.prune as { with?: object }
    expect(Object.keys(call.with ?? {})).toEqual(Object.keys(inputs))
  })
})

describe('plan-approve-apply.yml', () => {
  it('carries out the plan that was approved, and nothing that came after it', async () => {
    const stage = await on([images('my-app', ages('nightly-', [1, 2, 20, 27, 34, 41, 48, 55, 62, 69, 76, 83, 100]))])
    place(stage.runner, 'policies/approved.yaml', '.github/retention.yaml')
    const { plan } = await run(stage, 'plan-approve-apply.yml', {}, 'plan')
    expect(plan?.outputs['planned-count']).not.toBe('0')
    const shown = stage.left('my-app')
    expect(shown).toHaveLength(13)
    const [first] = stage.runner.runs
    const file = JSON.parse(readFileSync(first?.outputs['plan-file'] ?? '', 'utf8')) as PlanFile
    const goes = going(file)
    await run(stage, 'plan-approve-apply.yml', {}, 'apply')
    expect(stage.left('my-app')).toEqual(shown.filter((tag) => !goes.includes(tag)))
    expect(goes.length).toBeGreaterThan(0)
  })
})

interface PlanFile {
  readonly packages: readonly {
    readonly decisions: readonly { verdict: string; version: { tags: readonly string[] } }[]
  }[]
}

function going({ packages }: PlanFile): readonly string[] {
  return packages.flatMap(({ decisions }) =>
    decisions.filter(({ verdict }) => verdict === 'delete').flatMap(({ version }) => version.tags)
  )
}

const hasScriptTools = spawnSync('bash', ['-c', 'command -v jq diff']).status === 0

describe('policy-change.yml', () => {
  const title = 'shows what the change deletes more and what less'
  if (!hasScriptTools) it.skip(`${title} (SKIPPED: needs bash, jq and diff)`, () => undefined)
  else
    it(title, async () => {
      const stage = await on([images('my-app', ages('nightly-', [1, 2, 20, 21, 100]))])
      const policy = readFileSync('docs/recipes/policies/approved.yaml', 'utf8')
      const file = '.github/retention.yaml'
      stage.runner.trees.set('abc', { [file]: policy })
      const shorter = policy.replace('within: 14d', 'within: 36h').replace('weekly: 8', 'within: 50d')
      stage.runner.trees.set('', { [file]: shorter })
      const base = { github: { event: { pull_request: { base: { sha: 'abc' } } } } }
      await run(stage, 'policy-change.yml', base)
      const lines = stage.runner.summary().split('\n')
      expect(lines.filter((line) => /^\+container my-app sha256:\w+ nightly-100$/.test(line))).toHaveLength(1)
      expect(stage.left('my-app')).toHaveLength(5)
    })

  it('reads the names-from file of each side', async () => {
    const stage = await on([images('my-app', ages('nightly-', [1, 2, 20, 21, 100]))])
    const policy = (rules: string): string =>
      `version: 1\nmax-delete: 100%\nprotect: { names-from: keep.txt }\nrules: [${rules}]\n`
    const file = '.github/retention.yaml'
    const rule = '{ packages: [my-app], types: [container], match: { names: ["*"] }, keep: [{ last: 1 }] }'
    stage.runner.trees.set('abc', { [file]: policy(rule), 'keep.txt': 'nightly-20\n' })
    stage.runner.trees.set('', { [file]: policy(rule), 'keep.txt': 'nightly-21\n' })
    const { jobs } = readWorkflow('policy-change.yml')
    const steps = jobs.compare?.steps?.filter(({ run }) => run === undefined) ?? []
    const event = { pull_request: { base: { sha: 'abc' } } }
    const results = await stage.runner.runJob(
      { steps },
      { github: { run_id: '7', token: JOB_TOKEN, event }, inputs: {}, secrets: {} }
    )
    const protectedBy = (id: string) => readFileSync(results[id]?.outputs['plan-file'] ?? '', 'utf8')
    expect([protectedBy('current'), protectedBy('proposed')]).toEqual([
      expect.stringContaining('"pattern": "nightly-20"'),
      expect.stringContaining('"pattern": "nightly-21"')
    ])
  })
})

describe('every recipe', () => {
  const text = (name: string) => readFileSync(join('docs/recipes', name), 'utf8')
  const tests = readFileSync(join('__tests__/docs/recipes.test.ts'), 'utf8')

  it.each<string>(recipes)('%s is run by a test above, and docs/recipes/README.md tells what it is for', (name) => {
    expect(tests).toContain(name)
    expect(text('README.md')).toContain(`(${name})`)
  })

  it.each<string>(recipes)(
    '%s pins the actions of others by commit, asks for no more than it needs, and ends in time',
    (name) => {
      const uses = text(name)
        .split('\n')
        .filter((line) => /^\s*(- )?uses:/.test(line))
      const others = uses.filter((line) => !/uses: (package-retention\/|\.\/)/.test(line))
      expect(others.filter((line) => !/uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([])
      const { permissions, jobs } = readWorkflow(name)
      expect(permissions).toBeDefined()
      for (const job of Object.values(jobs)) {
        if (job.steps === undefined) continue
        expect((job as { 'timeout-minutes'?: number })['timeout-minutes']).toBeDefined()
        const checkouts = job.steps.filter(({ uses = '' }) => uses.startsWith('actions/checkout@'))
        expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([])
        expect(job.steps.filter(({ run = '' }) => run.includes('${{'))).toEqual([])
        expect(job.steps.some(({ uses = '' }) => OWN_ACTION.test(uses))).toBe(true)
      }
    }
  )

  it('uses the version of an action that the workflows of this repository use', () => {
    const pins = (file: string) => [
      ...readFileSync(file, 'utf8').matchAll(/uses: (actions\/(?:checkout|(?:up|down)load-artifact))@(\S+)/g)
    ]
    const own = new Map(
      readdirSync('.github/workflows')
        .flatMap((name) => pins(`.github/workflows/${name}`))
        .map((found) => [found[1], found[2]])
    )
    const used = recipes.flatMap((name) => pins(`docs/recipes/${name}`))
    expect(used.filter((found) => own.get(found[1]) !== found[2]).map((found) => found[0])).toEqual([])
  })

  it.each<string>(readdirSync('docs/recipes/policies'))(
    'policies/%s is named for the recipe that follows it',
    (name) => {
      expect(parse(text(`policies/${name}`))).toHaveProperty('rules')
      expect(tests).toContain(`policies/${name}`)
    }
  )
})
