import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, delimiter, dirname, join, resolve } from 'node:path'
import { data, Evaluator, Lexer, Parser } from '@actions/expressions'
import { expect } from '@jest/globals'
import { parse } from 'yaml'
import { type ActionRun, runAction } from '../../demo/runAction.js'
import type { Simulator } from '../../simulator/simulator.js'
import { runWith } from '../e2e/harness.js'

/** The action, and those in its folders. */
export const OWN_ACTION = /^package-retention\/package-retention(\/\w+)?@/
/** Reusable workflows of this repository. */
export const OWN_WORKFLOW = /^package-retention\/package-retention\/(\.github\/workflows\/\w+\.yml)@/

/** The inputs that the action in a folder declares: GitHub warns of any other. */
export function declaredBy(folder: string): readonly string[] {
  const text = readFileSync(join(folder, 'action.yml'), 'utf8')
  return Object.keys((parse(text) as { readonly inputs: object }).inputs)
}

/** The folder of the bundle that is tested: the committed one, or the one that `BUNDLE` names. */
const ownAction = resolve(dirname(process.env.BUNDLE ?? 'dist/index.js'), '..')

export interface Step {
  readonly id?: string
  readonly if?: string
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, unknown>>
}

export interface Job {
  readonly steps?: readonly Step[]
  readonly outputs?: Readonly<Record<string, string>>
  readonly permissions?: Readonly<Record<string, string>>
  readonly strategy?: { readonly matrix: string }
  readonly if?: string
  readonly needs?: string | readonly string[]
  readonly env?: Readonly<Record<string, unknown>>
  /** A reusable workflow, in place of steps. */
  readonly uses?: string
  readonly with?: Readonly<Record<string, unknown>>
  readonly secrets?: Readonly<Record<string, unknown>>
}

export interface Workflow {
  readonly on: { readonly workflow_call?: Call | null } | string
  readonly permissions?: Readonly<Record<string, string>>
  readonly jobs: Readonly<Record<string, Job>>
}

interface Call {
  readonly inputs?: Readonly<Record<string, { readonly type: string; readonly default?: string | boolean }>>
  readonly outputs?: Readonly<Record<string, { readonly value: string }>>
}

/** What a called workflow declares. */
export function callOf({ on }: Workflow): Call {
  return (typeof on === 'string' ? undefined : on.workflow_call) ?? {}
}

export function readWorkflow(file: string): Workflow {
  return parse(readFileSync(join('docs/recipes', file), 'utf8')) as Workflow
}

/** What expressions may look at beside `steps`, `strategy` and `matrix`. */
export interface Contexts {
  readonly github: {
    readonly run_id: string
    readonly token: string
    readonly repository?: string
    readonly event?: unknown
  }
  readonly inputs: Readonly<Record<string, unknown>>
  readonly secrets: Readonly<Record<string, string>>
}

/** Outside a matrix. */
const NO_STRATEGY = { 'fail-fast': true, 'job-index': 0, 'job-total': 1, 'max-parallel': 1 }

const OWN_COMMIT = { workflow_repository: 'package-retention/package-retention', workflow_sha: 'own' }

interface JobResult {
  readonly result: 'success' | 'failure' | 'skipped'
  readonly outputs: Readonly<Record<string, string>>
}

export interface Runner {
  /** Runs all jobs, one after another, in the order in which they are written. */
  run(workflow: Workflow, contexts: Contexts): Promise<Readonly<Record<string, JobResult>>>
  /** What went wrong. */
  readonly errors: readonly string[]
  /** Of this action, in order. */
  readonly runs: readonly ActionRun[]
  readonly workspace: string
  /** Holds programs that come before those on PATH. */
  readonly programs: string
  /** What those programs wrote down. */
  readonly calls: string
  dispose(): void
}

interface StepResult {
  readonly outputs: Readonly<Record<string, string>>
}

interface Places {
  readonly simulator: Simulator
  readonly token: string
  /** `owner/name` */
  readonly repository: string
  /** Workflows of other repositories: text by what `uses` says. */
  readonly called?: Readonly<Record<string, string>>
}

/** A runner whose jobs share a workspace; caches are what is left in it. The artifacts of a run are folders, one for each name. */
export function createRunner({ simulator, token, repository, called = {} }: Places): Runner {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'recipe-')))
  const [workspace, temp, artifacts, programs] = ['workspace', 'temp', 'artifacts', 'programs'].map((name) =>
    join(root, name)
  ) as [string, string, string, string]
  for (const folder of [workspace, temp, artifacts, programs]) mkdirSync(folder)
  const calls = join(root, 'calls')
  writeFileSync(calls, '')
  const runs: ActionRun[] = []
  const errors: string[] = []

  /** The workspace has other commits and other repositories in `refs/`; the action itself needs no copy. */
  function checkout({ ref = '', repository: other = '', path = '.' }: Readonly<Record<string, string>>): StepResult {
    const state = join(workspace, 'refs', ref || other)
    if (path !== '.package-retention' && (ref || other) !== '') {
      cpSync(state, resolve(workspace, path), { recursive: true })
    }
    return { outputs: {} }
  }

  async function own(folder: string, inputs: Readonly<Record<string, string>>): Promise<StepResult> {
    expect(declaredBy(join(ownAction, folder))).toEqual(expect.arrayContaining(Object.keys(inputs)))
    const run = await runAction(
      {
        action: join(ownAction, folder),
        workspace,
        temp,
        repository,
        token,
        environment: {
          ...simulator.environment,
          'INPUT_REGISTRY-URL': simulator.registryUrl,
          'INPUT_NPM-REGISTRY-URL': simulator.npmUrl
        }
      },
      inputs,
      (_main, env) => {
        // The runner's toolkit looks there itself.
        process.env.GITHUB_OUTPUT = env.GITHUB_OUTPUT
        return runWith(simulator, env)
      }
    )
    runs.push(run)
    if (run.status !== 0) throw new Error(run.log)
    return run
  }

  function script(text: string, env: Readonly<Record<string, string>>): StepResult {
    const output = join(root, 'script-output')
    writeFileSync(output, '')
    const { status, stderr } = spawnSync('bash', ['-eo', 'pipefail', '-c', text], {
      cwd: workspace,
      encoding: 'utf8',
      env: {
        PATH: [programs, process.env.PATH].join(delimiter),
        CALLS: calls,
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: join(root, 'summary.md'),
        GITHUB_REPOSITORY: repository,
        ...env
      }
    })
    if (status !== 0) throw new Error(stderr)
    const lines = readFileSync(output, 'utf8').trim().split('\n')
    return { outputs: Object.fromEntries(lines.map((line) => line.split('=', 2))) }
  }

  /** Files of several folders keep their paths from the one that holds all; here they are of one. */
  function upload(run: string, { name = 'artifact', path = '' }: Readonly<Record<string, string>>): StepResult {
    if (name === '' || /["<>:|*?\\/\r\n]/.test(name)) throw new Error(`no name of an artifact: '${name}'`)
    const artifact = join(artifacts, run, name)
    mkdirSync(dirname(artifact), { recursive: true })
    // GitHub, too, refuses a second one of the name.
    mkdirSync(artifact)
    for (const file of path
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean)) {
      statSync(file)
      cpSync(file, join(artifact, basename(file)))
    }
    return { outputs: {} }
  }

  function download(run: string, given: Readonly<Record<string, string>>): StepResult {
    const { name = 'artifact', path = '', 'run-id': from, 'github-token': token } = given
    cpSync(join(artifacts, (token && from) || run, name), resolve(workspace, path), { recursive: true })
    return { outputs: {} }
  }

  async function runStep(step: Step, env: Step['env'], contexts: Readonly<Record<string, unknown>>) {
    const run = (contexts as { readonly github: Contexts['github'] }).github.run_id
    const given = filled(step.with ?? {}, contexts)
    const action = step.uses ?? ''
    const [, folder] = /^\.\/\.package-retention\/?(\w*)$/.exec(action) ?? []
    if (folder !== undefined) return own(folder, given)
    if (OWN_ACTION.test(action)) return own(OWN_ACTION.exec(action)?.[1] ?? '', given)
    if (step.run !== undefined) return script(step.run, filled({ ...env, ...step.env }, contexts))
    if (action.startsWith('actions/upload-artifact@')) return upload(run, given)
    if (action.startsWith('actions/download-artifact@')) return download(run, given)
    if (action.startsWith('actions/checkout@')) return checkout(given)
    if (/^actions\/cache(\/restore|\/save)?@/.test(action)) return { outputs: {} }
    throw new Error(`no stand-in for ${action}`)
  }

  async function runSteps({ steps = [], outputs = {}, env = {} }: Job, contexts: object): Promise<JobResult> {
    const results: Record<string, StepResult> = {}
    let failed = false
    for (const step of steps) {
      const known = { ...contexts, steps: results }
      const runs = step.if === undefined ? !failed : holds(step.if, known, failed)
      if (!runs) continue
      try {
        const result = await runStep(step, env, known)
        if (step.id !== undefined) results[step.id] = result
      } catch (error) {
        errors.push(String(error))
        failed = true
      }
    }
    return { result: failed ? 'failure' : 'success', outputs: filled(outputs, { ...contexts, steps: results }) }
  }

  function workflowAt(uses: string): Workflow {
    const [, path] = OWN_WORKFLOW.exec(uses) ?? []
    const text = path === undefined ? called[uses] : readFileSync(path, 'utf8')
    if (text === undefined) throw new Error(`no workflow for ${uses}`)
    return parse(text) as Workflow
  }

  async function call(job: Job, contexts: Contexts): Promise<JobResult> {
    const workflow = workflowAt(job.uses ?? '')
    const { inputs: declared = {}, outputs = {} } = callOf(workflow)
    const given = filled(job.with ?? {}, contexts)
    expect(Object.keys(given).filter((name) => declared[name] === undefined)).toEqual([])
    const inputs = Object.fromEntries(
      Object.entries(declared).map(([name, { type, default: standard = '' }]) => {
        const value = given[name] ?? String(standard)
        return [name, type === 'boolean' ? value === 'true' : value]
      })
    )
    const jobs = await run(workflow, { ...contexts, inputs, secrets: filled(job.secrets ?? {}, contexts) })
    const values = Object.entries(outputs).map(([name, { value }]) => [name, value] as const)
    return {
      result: Object.values(jobs).some(({ result }) => result === 'failure') ? 'failure' : 'success',
      outputs: filled(Object.fromEntries(values), { ...contexts, jobs })
    }
  }

  async function run({ jobs }: Workflow, contexts: Contexts): Promise<Readonly<Record<string, JobResult>>> {
    const needs: Record<string, JobResult> = {}
    for (const [name, job] of Object.entries(jobs)) {
      const failed = Object.values(needs).some(({ result }) => result !== 'success')
      const known = { ...contexts, needs, job: OWN_COMMIT, strategy: NO_STRATEGY, matrix: null }
      const runs = job.if === undefined ? !failed : holds(job.if, known, failed)
      needs[name] = { result: 'skipped', outputs: {} }
      if (!runs) continue
      for (const row of rowsOf(job, known)) {
        const own = { ...known, matrix: row }
        needs[name] = await (job.uses === undefined ? runSteps(job, own) : call(job, own))
      }
    }
    return needs
  }

  return {
    run,
    runs,
    errors,
    workspace,
    programs,
    calls,
    dispose() {
      delete process.env.GITHUB_OUTPUT
      rmSync(root, { recursive: true, force: true })
    }
  }
}

/** Rows of a matrix that an expression gives. */
function rowsOf({ strategy }: Job, contexts: object): readonly unknown[] {
  if (strategy === undefined) return [null]
  const [, json] = /^\$\{\{ fromJSON\((.*)\) \}\}$/.exec(strategy.matrix) ?? []
  const { include } = JSON.parse(evaluate(json ?? '', contexts).text) as { include: readonly unknown[] }
  return include
}

/** A condition without `always()` asks that nothing failed before. */
function holds(condition: string, contexts: object, failed: boolean): boolean {
  return (condition.includes('always()') || !failed) && evaluate(condition, contexts).coerceBoolean
}

function filled(values: Readonly<Record<string, unknown>>, contexts: object): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, interpolate(String(value), contexts)]))
}

function interpolate(text: string, contexts: object): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => evaluate(expression, contexts).text)
}

const NAMES = ['github', 'inputs', 'secrets', 'matrix', 'needs', 'steps', 'strategy', 'jobs', 'job']

/** By GitHub's own evaluator. */
function evaluate(expression: string, contexts: object): { readonly text: string; readonly coerceBoolean: boolean } {
  const { tokens } = new Lexer(expression.trim()).lex()
  const always = { name: 'always', minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(true) }
  const tree = new Parser(tokens, NAMES, [always]).parse()
  const context = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary
  const value = new Evaluator(tree, context, new Map([['always', always]])).evaluate()
  const text = value.coerceString()
  return { text, coerceBoolean: value.kind === data.Kind.Boolean ? text === 'true' : text !== '' }
}
