import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { type Simulator, startSimulator } from '../../simulator/simulator.js'
import { brokenSince, tagsOf } from '../e2e/harness.js'
import {
  CALLED,
  fileOf,
  PERSONAL_TOKEN,
  RECIPES,
  REPOSITORY,
  type Recipe,
  repositoriesOf,
  text
} from './recipeTable.js'
import { createRunner, OWN_ACTION, OWN_WORKFLOW, type Runner, readWorkflow } from './runWorkflow.js'

/** A token of a job, as GitHub writes them since 2026. */
const JOB_TOKEN = `ghs_1234567_${'recipe'.repeat(20)}.x.y`
const recipes: readonly string[] = readdirSync('docs/recipes').filter((name) => name.endsWith('.yml'))

interface Stage {
  readonly runner: Runner
  run(file: string, more?: Partial<Recipe> & { readonly id?: string }): Promise<void>
  /** Tags of containers that are no digest's, and versions of all others. */
  names(): readonly string[]
}

let dispose = async (): Promise<void> => undefined
afterEach(() => dispose())

async function stageOf(recipe: Recipe): Promise<Stage> {
  const { packages, edition, now } = recipe
  const owner = packages[0]?.owner ?? 'acme'
  const owners = { [owner]: { type: 'Organization' } } as const
  const simulator = await startSimulator(
    { owners, repositories: repositoriesOf(recipe), packages, ...(now !== undefined && { now }) },
    { limits: { secondary: 'off' }, ...(edition && { edition }) }
  )
  simulator.world.addToken({ value: JOB_TOKEN, repository: REPOSITORY })
  simulator.world.addToken({ value: PERSONAL_TOKEN, scopes: ['read:packages', 'write:packages', 'delete:packages'] })
  const called = Object.fromEntries(Object.entries(CALLED).map(([uses, file]) => [uses, text(file)]))
  const runner = createRunner({ simulator, token: JOB_TOKEN, repository: REPOSITORY, called })
  dispose = async () => {
    runner.dispose()
    await simulator.stop()
  }
  for (const [path, content] of Object.entries(recipe.files ?? {})) put(join(runner.workspace, path), content)
  for (const [name, script] of Object.entries(recipe.programs ?? {})) {
    put(join(runner.programs, name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(runner.programs, name), 0o755)
  }
  const whole = tagsOf(simulator.world)
  return {
    runner,
    names: () => {
      expect(brokenSince(whole, simulator.world)).toEqual([])
      return namesOf(simulator)
    },
    async run(file, { id = '1', inputs = {}, payload = {}, secrets = {}, fails } = {}) {
      const github = { run_id: id, token: JOB_TOKEN, repository: REPOSITORY, event: payload }
      await runner.run(readWorkflow(file), { github, inputs: typed(file, inputs), secrets })
      expect({ fails, errors: runner.errors }).toEqual({ fails, errors: fails ? [expect.anything()] : [] })
    }
  }
}

function put(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}

/** Inputs of `workflow_dispatch` with their defaults. */
function typed(file: string, given: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  const { on } = parse(text(file)) as { on: { workflow_dispatch?: { inputs?: Record<string, { type?: string }> } } }
  const inputs = Object.entries(on.workflow_dispatch?.inputs ?? {})
  return Object.fromEntries(
    inputs.map(([name, { type }]) => [name, type === 'boolean' ? given[name] === 'true' : (given[name] ?? '')])
  )
}

function namesOf({ world }: Simulator): readonly string[] {
  return [...world.packages()].flatMap(({ facts, byTag, byName }) =>
    facts.type === 'container' ? [...byTag.keys()].filter((tag) => !tag.startsWith('sha256-')) : [...byName.keys()]
  )
}

describe('recipes as they are printed, run step by step', () => {
  it.each(Object.entries(RECIPES))('%s', async (title, recipe) => {
    const stage = await stageOf(recipe)
    const before = stage.names()
    await stage.run(fileOf(title), recipe)
    const left = stage.names()
    expect(before.filter((each) => !left.includes(each)).sort()).toEqual([...recipe.gone].sort())
    if (recipe.calls !== undefined) expect(readFileSync(stage.runner.calls, 'utf8')).toMatch(recipe.calls)
    if (recipe.log !== undefined) expect(stage.runner.runs.map(({ log }) => log).join('\n')).toMatch(recipe.log)
  })

  it('restore.yml undoes nightly-prune.yml, and the next prune keeps what came back', async () => {
    const recipe = RECIPES['nightly-prune.yml'] as Recipe
    const stage = await stageOf(recipe)
    const before = stage.names()
    await stage.run('nightly-prune.yml')
    const pruned = stage.names()
    expect(pruned).toHaveLength(before.length - recipe.gone.length)
    await stage.run('restore.yml', { id: '2', inputs: { 'run-id': '1', 'dry-run': 'true' } })
    expect(stage.names()).toEqual(pruned)
    await stage.run('restore.yml', { id: '3', inputs: { 'run-id': '1' } })
    expect([...stage.names()].sort()).toEqual([...before].sort())
    await stage.run('nightly-prune.yml', { id: '4' })
    expect([...stage.names()].sort()).toEqual([...before].sort())
  })

  it.each([
    ['a name', { match: 'build-41' }, ['build-41']],
    ['the time', { 'deleted-within': '2h' }, ['build-41', 'build-42', 'build-43']]
  ])('restore.yml restores by %s', async (_, inputs, back) => {
    const stage = await stageOf(RECIPES['nightly-prune.yml'] as Recipe)
    await stage.run('nightly-prune.yml')
    const left = stage.names()
    await stage.run('restore.yml', { id: '2', inputs })
    expect([...stage.names()].sort()).toEqual([...left, ...back].sort())
  })
})

describe('every recipe', () => {
  it.each<string>(recipes)('%s is run by a test above, and docs/recipes/README.md tells what it is for', (name) => {
    expect([...Object.keys(RECIPES).map(fileOf), 'restore.yml']).toContain(name)
    expect(text('README.md')).toContain(`(${name})`)
  })

  it.each<string>(recipes)(
    '%s pins the actions of others by commit, asks for no more than it needs, and ends in time',
    (name) => {
      const uses = text(name)
        .split('\n')
        .filter((line) => /^\s*(- )?uses:/.test(line))
      const others = uses.filter((line) => !/uses: (package-retention\/|my-org\/\.github\/)/.test(line))
      expect(others.filter((line) => !/uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([])
      const { permissions, jobs } = readWorkflow(name)
      expect(permissions).toBeDefined()
      for (const job of Object.values(jobs)) {
        if (job.steps === undefined) continue
        expect((job as { 'timeout-minutes'?: number })['timeout-minutes']).toBeDefined()
        const checkouts = job.steps.filter(({ uses = '' }) => uses.startsWith('actions/checkout@'))
        expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([])
        expect(job.steps.filter(({ run = '' }) => run.includes('${{'))).toEqual([])
      }
      const used = Object.values(jobs).flatMap((job) => [
        job.uses ?? '',
        ...(job.steps ?? []).map((step) => step.uses ?? '')
      ])
      expect(used.some((each) => OWN_ACTION.test(each) || OWN_WORKFLOW.test(each) || each in CALLED)).toBe(true)
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

  it.each<string>(readdirSync('docs/recipes/policies'))('policies/%s is followed by a recipe above', (name) => {
    const policy = text(`policies/${name}`)
    expect(parse(policy)).toHaveProperty('rules')
    expect(Object.values(RECIPES).flatMap(({ files = {} }) => Object.values(files))).toContain(policy)
  })
})
