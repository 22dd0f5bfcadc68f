import { afterEach, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import type { ScenarioPackage, ScenarioVersion } from '../../simulator/scenario/scenario.js'
import { type Simulator, startSimulator } from '../../simulator/simulator.js'
import { REAL_WORKFLOWS, type RealWorkflow } from './realWorkflows.js'
import { createRunner } from './runWorkflow.js'

const DAY = 86_400_000
const TOKEN = 'ghp_0123456789abcdef'

let dispose = async (): Promise<void> => undefined
afterEach(() => dispose())

/** `type name`, or the name of a container package; that of `elsewhere` is linked to another repository. */
function packageOf(key: string, versions: string, repository: string): ScenarioPackage {
  const [owner = ''] = repository.split('/')
  const [name = '', kind = 'container'] = key.split(' ').reverse()
  const type = (kind === 'elsewhere' ? 'container' : kind) as ScenarioPackage['type']
  return {
    owner,
    type,
    name,
    repository: kind === 'elsewhere' ? `${owner}/elsewhere` : repository,
    versions: versions.split(' ').map((each): ScenarioVersion => {
      const [names = '', days = ''] = each.split('@')
      const at = `${Math.round(Number(days) * 1440)}m`
      if (type !== 'container') return { name: names, at }
      const image = /^(ghost|partial)/.exec(names)
      return { image: image === null ? 'image' : `${image[1]}-index`, tags: names === '-' ? [] : names.split('+'), at }
    })
  }
}

/** `tags@days` of what was deleted, in any package. */
function deletedIn({ world }: Simulator): readonly string[] {
  const now = world.clock.now()
  return [...world.packages()].flatMap(({ facts, versions }) =>
    [...versions.all()]
      .filter(({ deletedAt }) => deletedAt !== undefined)
      .map(({ name, tags, createdAt }) => {
        const days = Math.round((now - createdAt) / (DAY / 100)) / 100
        return `${facts.type === 'container' ? tags.join('+') || '-' : name}@${days}`
      })
  )
}

async function run({ repository, steps, packages }: RealWorkflow): Promise<readonly string[]> {
  const [owner = ''] = repository.split('/')
  const simulator = await startSimulator(
    {
      owners: { [owner]: { type: 'Organization' } },
      repositories: { [repository]: {}, [`${owner}/elsewhere`]: {} },
      packages: Object.entries(packages).map(([key, versions]) => packageOf(key, versions, repository))
    },
    { limits: { secondary: 'off' } }
  )
  simulator.world.addToken({ value: TOKEN, scopes: ['read:packages', 'write:packages', 'delete:packages'] })
  const runner = createRunner({ simulator, token: TOKEN, repository })
  dispose = async () => {
    runner.dispose()
    await simulator.stop()
  }
  const uses = 'package-retention/package-retention@v0'
  const job = { steps: steps.map((inputs) => ({ uses, with: parse(inputs) as Record<string, unknown> })) }
  const event = { package: 'janitor', number: 12, pull_request: { number: 12 } }
  const secrets = {
    GHCR_CLEANUP_PAT: TOKEN,
    CLEANUP_GHCR_TOKEN: TOKEN,
    GHCR_PAT: TOKEN,
    PAT_TOKEN: TOKEN,
    CR_PAT: TOKEN
  }
  const github = { run_id: '1', token: TOKEN, repository, event }
  await runner.run({ on: 'schedule', jobs: { prune: job } }, { github, inputs: {}, secrets })
  expect(runner.errors).toEqual([])
  return deletedIn(simulator)
}

it.each(REAL_WORKFLOWS)('$repository deletes what it meant to, in no more lines than with $tool', async (workflow) => {
  // `uses` and `with` are a line each.
  const lines = workflow.steps.reduce((sum, step) => sum + 2 + step.split('\n').length, 0)
  expect(lines).toBeLessThanOrEqual(workflow.lines)
  expect([...(await run(workflow))].sort()).toEqual(workflow.deleted.split(' ').sort())
})
