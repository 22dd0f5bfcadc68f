import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import type { Scenario, ScenarioPackage } from '../../simulator/scenario/scenario.js'
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/simulator.js'
import { brokenSince, tagsOf } from '../e2e/harness.js'
import { ACT, findAct, runWorkflow, saidBy, startWorkflow, type WorkflowRun, workflowNamed } from './act.js'

const act = findAct()
if (act === undefined) {
  console.warn(
    `SKIPPED: act is not there, so no workflow engine runs the action. With Go: GOBIN=$PWD/.build/act/${ACT} go install github.com/nektos/act@${ACT}`
  )
}
const inAnEngine = act === undefined ? describe.skip : describe

// Not a measure of the action: a workflow starts Node several times, on a machine that may be busy.
jest.setTimeout(120_000)

const token = `ghs_1234567_${'simulated'.repeat(12)}.act.token`

/** Days between versions; the newest is a day old. */
function npm(name: string, versions: number): ScenarioPackage {
  const names = Array.from({ length: versions }, (_, index) => [`1.${index}.0`, `${(versions - index) * 10}d`] as const)
  return { owner: 'acme', type: 'npm', name, repository: 'acme/web', versions: Object.fromEntries(names) }
}

const image: ScenarioPackage = {
  owner: 'acme',
  type: 'container',
  name: 'app',
  repository: 'acme/web',
  versions: [1, 2, 3, 4].map((minor) => ({
    image: 'signed-image',
    tags: [`v1.${minor}.0`, ...(minor === 4 ? ['latest'] : [])],
    at: `${60 - minor * 10}d`,
    settings: { cosign: ['signature'], attestations: 'annotated' }
  }))
}

const policy = `version: 1
rules:
  - packages: [app, web]
    types: [container, npm]
    match: {}
    keep: [{ last: 2 }]
`

inAnEngine('the action in a workflow engine', () => {
  let simulator: Simulator
  let folder: string

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'act-')))
  })
  afterEach(async () => {
    await simulator.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  async function serve(packages: readonly ScenarioPackage[], options: SimulatorOptions = {}): Promise<void> {
    const scenario: Scenario = { owners: { acme: { type: 'Organization' } }, packages }
    simulator = await startSimulator(scenario, { limits: { primary: 'off', secondary: 'off' }, ...options })
    simulator.world.addToken({ value: token, repository: 'acme/web' })
  }

  const run = (workflow: string, more: Partial<WorkflowRun> = {}): WorkflowRun => ({
    workflow: workflowNamed(workflow),
    simulator,
    token,
    repository: 'acme/web',
    folder,
    ...more
  })
  const engine = act ?? ''
  const activeNames = (name: string): readonly string[] =>
    [...simulator.world.packages()]
      .filter(({ facts }) => facts.name === name)
      .flatMap(({ byName }) => [...byName.keys()])

  it('plans, waits for the approval, applies exactly that plan and takes it back', async () => {
    await serve([image, npm('web', 5)])
    const before = simulator.world.snapshot()
    const pullable = tagsOf(simulator.world)
    const { status, log } = await runWorkflow(
      engine,
      run('plan-approve-apply-restore.yml', { files: { '.github/retention.yml': policy } })
    )
    if (process.env.ACT_LOG) process.stdout.write(log)
    expect({ status, log: status === 0 ? '' : log }).toEqual({ status: 0, log: '' })
    const planned = Number(/approved (\d+) deletions/.exec(saidBy(log, 'approve'))?.[1])
    expect(planned).toBeGreaterThan(10)
    expect(saidBy(log, 'apply')).toContain(`deleted ${planned} of ${planned}, changed true`)
    expect(saidBy(log, 'restore')).toContain(`restored ${planned}`)
    expect(simulator.world.snapshot()).toEqual(before)
    expect(brokenSince(pullable, simulator.world)).toEqual([])
    expect(log).not.toContain(token)
  })

  it('reads inputs by expressions, and gives outputs and the summary to the next step', async () => {
    await serve([npm('web', 5)])
    const { log } = await runWorkflow(engine, run('step.yml', { inputs: { keep: '3' }, variables: { TYPE: 'npm' } }))
    const said = saidBy(log, 'outputs')
    expect(said).toContain('planned 2, kept 3, changed false')
    expect(said).toContain('plan plan.json, report report.html')
    expect(said).toContain('expressions read the outputs')
    expect(log.slice(log.indexOf('Summary - ## Package Retention'))).toContain('| `1.0.0` |')
    expect(activeNames('web')).toHaveLength(5)
  })

  it('refuses an undeclared input before the first request, and later steps still run', async () => {
    await serve([npm('web', 5)])
    const { status, log } = await runWorkflow(engine, run('step.yml', { job: 'undeclared' }))
    expect(status).not.toBe(0)
    expect(log).toMatch(/::error::.*there is no input "dryrun".*dry-run/)
    expect(saidBy(log, 'undeclared')).toContain("after it came failure, deleted ''")
    expect(simulator.log).toEqual([])
  })

  it('fails the step that a fuse stops, which a workflow may go on from', async () => {
    await serve([npm('web', 5)])
    const { status, log } = await runWorkflow(engine, run('step.yml', { job: 'refused' }))
    if (process.env.ACT_LOG) process.stdout.write(log)
    expect(status).toBe(0)
    expect(saidBy(log, 'refused')).toContain('outcome failure, conclusion success, deleted 0')
    expect(activeNames('web')).toHaveLength(5)
  })

  it('fans packages out over a job matrix', async () => {
    await serve([npm('web', 3), npm('worker', 4), npm('web-old', 2), npm('api', 2)])
    const { status, log } = await runWorkflow(engine, run('matrix.yml'))
    expect({ status, log: status === 0 ? '' : log }).toEqual({ status: 0, log: '' })
    expect([...log.matchAll(/\| (\S+ lost \d+)/g)].map(([, text]) => text).sort()).toEqual([
      'web lost 2',
      'worker lost 3'
    ])
    expect(activeNames('web-old')).toHaveLength(2)
  })

  it('leaves a receipt of everything it did to a later step when the job is cancelled', async () => {
    let cancel = (): unknown => undefined
    await serve([npm('web', 40)], {
      latency: { api: 20 },
      onRequest: ({ kind }) => {
        if (kind === 'delete-version' && ++deletions === 5) cancel()
        return undefined
      }
    })
    let deletions = 0
    const { child, ended } = await startWorkflow(engine, run('cancelled.yml'))
    cancel = () => child.kill('SIGINT')
    const { status, log } = await ended
    expect(status).not.toBe(0)
    if (process.env.ACT_LOG) process.stdout.write(log)
    const left = activeNames('web').length
    expect(left).toBeLessThan(40)
    expect(left).toBeGreaterThan(30)
    expect(log).not.toContain(token)

    const receipt = readFileSync(join(folder, 'artifacts/receipt/receipt.jsonl'), 'utf8')
    const restore = await runWorkflow(engine, run('restore.yml', { files: { 'receipt.jsonl': receipt } }))
    expect({ status: restore.status, said: saidBy(restore.log, 'restore') }).toMatchObject({ status: 0 })
    expect(activeNames('web')).toHaveLength(40)
  })
})
