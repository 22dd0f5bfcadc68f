import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect } from '@jest/globals'
import { loadScenario } from '../../simulator/scenario/load.js'
import type { Scenario } from '../../simulator/scenario/scenario.js'
import type { Simulator, SimulatorOptions } from '../../simulator/simulator.js'
import { simulate } from '../e2e/harness.js'
import { ACT, type Ended, findAct, type Running, startWorkflow, type WorkflowRun } from './act.js'

const act = findAct()
if (act === undefined) {
  console.warn(
    `SKIPPED: act is not there, so no workflow engine runs the action. With Go: GOBIN=$PWD/.build/act/${ACT} go install github.com/nektos/act@${ACT}`
  )
}
export const inAnEngine = act === undefined ? describe.skip : describe

export const REPOSITORY = 'acme/app'
export const JOB_TOKEN = `ghs_1234567_${'simulated'.repeat(12)}.act.token`

let folder = ''
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'act-')))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** For all files of a test's runs; artifacts are in `artifacts/<id of the run>`. */
export const folderOfRuns = (): string => folder

/** A simulator that knows the token of the job. */
export async function serve(scenario: Scenario, options: SimulatorOptions = {}): Promise<Simulator> {
  const { world, behaviour } = loadScenario(scenario)
  world.addToken({ value: JOB_TOKEN, repository: REPOSITORY })
  return simulate(world, { ...behaviour, ...options })
}

type More = Partial<Omit<WorkflowRun, 'workflow' | 'simulator'>>

/** `workflow` is its text. */
export function start(simulator: Simulator, workflow: string, more: More = {}): Promise<Running> {
  return startWorkflow(act ?? '', { workflow, simulator, token: JOB_TOKEN, repository: REPOSITORY, folder, ...more })
}

/** With `ACT_LOG` set, what the engine says is shown. */
export async function run(simulator: Simulator, workflow: string, more: More = {}): Promise<Ended> {
  const ended = await (await start(simulator, workflow, more)).ended
  if (process.env.ACT_LOG) process.stdout.write(ended.log)
  return ended
}

export async function runWell(simulator: Simulator, workflow: string, more: More = {}): Promise<string> {
  const { status, log } = await run(simulator, workflow, more)
  expect({ status, log: status === 0 ? '' : log }).toEqual({ status: 0, log: '' })
  expect(log).not.toContain(JOB_TOKEN)
  return log
}
