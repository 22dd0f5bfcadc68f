import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { singleImage } from '../../simulator/images/singleImage.js'
import type { Simulator } from '../../simulator/simulator.js'
import { ALL } from '../amount.js'
import { fileOf, PERSONAL_TOKEN, RECIPES, type Recipe, repositoriesOf, text } from '../docs/recipeTable.js'
import { brokenSince, tagsOf } from '../e2e/harness.js'
import { folderOfRuns, inAnEngine, run, runWell, serve } from './stage.js'

async function stage(recipe: Recipe): Promise<Simulator> {
  const { packages, edition } = recipe
  const owners = { [packages[0]?.owner ?? 'acme']: { type: 'Organization' } } as const
  const scenario = { owners, repositories: repositoriesOf(recipe), packages, ...(edition && { edition }) }
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

/** Only other workflows call the first kind: its caller is run. After a job that failed, act starts no other. It has its own time. */
const isForAct = ({ event, fails, now }: Recipe): boolean => event !== 'workflow_call' && !fails && now === undefined
/** With other programs and workflows that are called. `act.test.ts` has a matrix, several jobs and artifacts; the others are alike. */
const SAMPLE = /^(build-caches|company-repository|failure-issue|policy-change)\.yml/
/** What the sample runs without an engine, in `docs/recipes.test.ts`. */
const inSearch = ALL ? it : it.skip

const nightly = RECIPES['nightly-prune.yml'] as Recipe

inAnEngine('recipes as they are printed, in a workflow engine', () => {
  const rows = Object.entries(RECIPES).filter(([title, recipe]) => isForAct(recipe) && (ALL || SAMPLE.test(title)))
  it.each(rows)('%s', async (title, recipe) => {
    const simulator = await stage(recipe)
    const [before, tags] = [names(simulator), tagsOf(simulator.world)]
    const log = await runWell(simulator, text(fileOf(title)), recipe)
    const left = new Set(names(simulator))
    expect(before.filter((each) => !left.has(each)).sort()).toEqual([...recipe.gone].sort())
    expect(brokenSince(tags, simulator.world)).toEqual([])
    if (recipe.log !== undefined) expect(log).toMatch(recipe.log)
    if (recipe.calls !== undefined) expect(readFileSync(join(folderOfRuns(), 'calls'), 'utf8')).toMatch(recipe.calls)
    expect(log).not.toContain(PERSONAL_TOKEN)
  })

  inSearch('restore.yml undoes nightly-prune.yml', async () => {
    const simulator = await stage(nightly)
    const before = simulator.world.snapshot()
    await runWell(simulator, text('nightly-prune.yml'), { event: 'schedule' })
    expect(simulator.world.snapshot()).not.toEqual(before)
    for (const dryRun of ['true', 'false']) {
      await runWell(simulator, text('restore.yml'), { inputs: { 'run-id': '1', 'dry-run': dryRun } })
      if (dryRun === 'true') expect(simulator.world.snapshot()).not.toEqual(before)
    }
    expect(simulator.world.snapshot()).toEqual(before)
  })

  it('restore.yml keeps what it restored, although one tag was pushed again', async () => {
    const simulator = await stage(nightly)
    await runWell(simulator, text('nightly-prune.yml'), { event: 'schedule' })
    const left = names(simulator)
    const [taken = '', ...back] = nightly.gone
    simulator.world.push('acme', 'app', [singleImage('new')], [taken])
    const { status, log } = await run(simulator, text('restore.yml'), { inputs: { 'run-id': '1', 'dry-run': 'false' } })
    expect(status).not.toBe(0)
    expect(log).toMatch(new RegExp(`Summary - [^]*conflict: ${taken} is on`))
    expect([...names(simulator)].sort()).toEqual([...left, ...nightly.gone].sort())

    await runWell(simulator, text('nightly-prune.yml'), { event: 'schedule' })
    expect(names(simulator)).toEqual(expect.arrayContaining(back))
  })
})
