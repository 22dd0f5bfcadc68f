import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { data, Evaluator, Lexer, Parser } from '@actions/expressions'
import { parse } from 'yaml'
import { type ActionRun, runAction } from '../../demo/runAction.js'
import type { Simulator } from '../../simulator/simulator.js'

/** The action of the repository, or one in a folder of it. */
export const OWN_ACTION = /^package-retention\/package-retention(?:\/(\w+))?@/

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
  readonly strategy?: unknown
}

export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>
  readonly permissions?: Readonly<Record<string, string>>
  readonly jobs: Readonly<Record<string, Job>>
}

export function readWorkflow(file: string): Workflow {
  return parse(readFileSync(join('docs/recipes', file), 'utf8')) as Workflow
}

/** What expressions may look at beside `steps`, `strategy` and `matrix`. */
export interface Contexts {
  readonly github: { readonly run_id: string; readonly token: string; readonly event?: unknown }
  readonly inputs: Readonly<Record<string, unknown>>
  readonly secrets: Readonly<Record<string, string>>
}

/** Of a job without a strategy of its own, as is every one in a called workflow, whatever calls it. */
const NO_STRATEGY = {
  strategy: { 'fail-fast': true, 'job-index': 0, 'job-total': 1, 'max-parallel': 1 },
  matrix: null
}

export interface Runner {
  /** Runs the steps of a job as a runner would; returns the outputs of the steps by their ids. */
  runJob(job: Job, contexts: Contexts): Promise<Readonly<Record<string, StepResult>>>
  /** Of this action, in order. */
  readonly runs: readonly ActionRun[]
  readonly workspace: string
  /** What a checkout brings: for a ref, or `''` for none, texts by path. */
  readonly trees: Map<string, Readonly<Record<string, string>>>
  summary(): string
  dispose(): void
}

interface StepResult {
  readonly outputs: Readonly<Record<string, string>>
}

/** A runner whose jobs share a workspace; caches are what is left in it. The artifacts of a run are folders, one for each name. */
export function createRunner(simulator: Simulator, token: string, repository: string): Runner {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'recipe-')))
  const [workspace, temp, artifacts, summaryFile] = ['workspace', 'temp', 'artifacts', 'summary.md'].map((name) =>
    join(root, name)
  ) as [string, string, string, string]
  for (const folder of [workspace, temp, artifacts]) mkdirSync(folder)
  writeFileSync(summaryFile, '')
  const runs: ActionRun[] = []
  const trees: Runner['trees'] = new Map()

  function checkout({ ref = '', path = '' }: Readonly<Record<string, string>>): StepResult {
    for (const [file, text] of Object.entries(trees.get(ref) ?? {})) {
      const target = resolve(workspace, path, file)
      mkdirSync(dirname(target), { recursive: true })
      writeFileSync(target, text)
    }
    return { outputs: {} }
  }

  async function own(folder: string, inputs: Readonly<Record<string, string>>): Promise<StepResult> {
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
      inputs
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
        PATH: process.env.PATH,
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: summaryFile,
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

  async function runStep(step: Step, run: string, contexts: object): Promise<StepResult | undefined> {
    if (step.if !== undefined && !evaluate(step.if, contexts).coerceBoolean) return undefined
    const given = filled(step.with ?? {}, contexts)
    const action = step.uses ?? ''
    const [whole, folder = ''] = OWN_ACTION.exec(action) ?? []
    if (whole !== undefined) return own(folder, given)
    if (step.run !== undefined) return script(step.run, filled(step.env ?? {}, contexts))
    if (action.startsWith('actions/upload-artifact@')) return upload(run, given)
    if (action.startsWith('actions/download-artifact@')) return download(run, given)
    if (action.startsWith('actions/checkout@')) return checkout(given)
    if (/^actions\/cache(\/restore|\/save)?@/.test(action)) return { outputs: {} }
    throw new Error(`no stand-in for ${action}`)
  }

  return {
    async runJob({ steps = [], strategy }, contexts) {
      if (strategy !== undefined) throw new Error('no stand-in for a strategy')
      const results: Record<string, StepResult> = {}
      for (const step of steps) {
        const result = await runStep(step, contexts.github.run_id, { ...contexts, ...NO_STRATEGY, steps: results })
        if (step.id !== undefined) results[step.id] = result ?? { outputs: {} }
      }
      return results
    },
    runs,
    workspace,
    trees,
    summary: () => readFileSync(summaryFile, 'utf8'),
    dispose: () => rmSync(root, { recursive: true, force: true })
  }
}

function filled(values: Readonly<Record<string, unknown>>, contexts: object): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, interpolate(String(value), contexts)]))
}

function interpolate(text: string, contexts: object): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => evaluate(expression, contexts).text)
}

const NAMES = ['github', 'inputs', 'secrets', 'matrix', 'needs', 'steps', 'strategy']

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

/** Puts a file of `docs/recipes` where the recipe expects it. */
export function place(runner: Runner, from: string, to: string): void {
  const file = join(runner.workspace, to)
  mkdirSync(dirname(file), { recursive: true })
  cpSync(join('docs/recipes', from), file)
}
