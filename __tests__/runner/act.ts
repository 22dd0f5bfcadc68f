import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'
import { parseDocument } from 'yaml'
import { ACTION_FILES } from '../../scripts/configDocs.js'
import type { Simulator } from '../../simulator/simulator.js'
import { CALLED } from '../docs/recipeTable.js'

/** The release that `.ci/run` builds; the first ones that know `using: node24` are newer than 0.2.80. */
export const ACT = 'v0.2.89'

const OWN = 'package-retention/package-retention'
const here = import.meta.dirname
const bundle = resolve(process.env.BUNDLE ?? 'dist/index.js')

/** Others' actions need a network: these stand in for them. */
const STAND_INS: Readonly<Record<string, string>> = {
  'actions/upload-artifact': 'upload-artifact',
  'actions/download-artifact': 'download-artifact',
  'actions/checkout': 'checkout',
  'actions/cache': 'cache',
  'actions/cache/restore': 'cache',
  'actions/cache/save': 'cache'
}

/** nektos/act: the one that `ACT` names, built by `.ci/run`, or on PATH. */
export function findAct(): string | undefined {
  const onPath = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  const built = resolve('.build/act', ACT, 'act')
  const candidates = [process.env.ACT ?? '', built, ...onPath.map((each) => join(each, 'act'))]
  return candidates.filter((path) => path !== '').find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

export interface WorkflowRun {
  /** Text of the workflow. */
  readonly workflow: string
  readonly simulator: Simulator
  readonly token: string
  /** `owner/name` of the repository that the workflow is in. */
  readonly repository: string
  /** For all files of the run; the first one in it has the id 1. Later ones find the artifacts and caches of the earlier. */
  readonly folder: string
  readonly event?: string
  /** Only this job. */
  readonly job?: string
  readonly payload?: unknown
  /** Of `workflow_dispatch`. */
  readonly inputs?: Readonly<Record<string, string>>
  readonly variables?: Readonly<Record<string, string>>
  /** Beside `GITHUB_TOKEN`. */
  readonly secrets?: Readonly<Record<string, string>>
  readonly environment?: Readonly<Record<string, string>>
  /** Programs that come before those on PATH: texts of shell scripts, which may write into the file `$CALLS`. */
  readonly programs?: Readonly<Record<string, string>>
  /** Files of the repository: path to text. */
  readonly files?: Readonly<Record<string, string>>
}

export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
}

export interface Ended {
  readonly status: number | null
  /** Without colours. */
  readonly log: string
}

/** Starts a workflow in act's host mode: steps run on this machine, without containers. */
export async function startWorkflow(act: string, run: WorkflowRun): Promise<Running> {
  const [home, repository, action, artifacts, caches] = ['home', 'repository', 'action', 'artifacts', 'caches'].map(
    (name) => join(run.folder, name)
  ) as [string, string, string, string, string]
  rmSync(repository, { recursive: true, force: true })
  const event = run.event ?? 'workflow_dispatch'
  const workflow = join(repository, '.github/workflows/workflow.yml')
  for (const [path, text] of [[workflow, run.workflow] as const, ...filesOf(run, repository)]) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  for (const folder of [home, action, artifacts, caches]) mkdirSync(folder, { recursive: true })
  const id = String(readdirSync(artifacts).length + 1)
  mkdirSync(join(artifacts, id))
  layOut(action, run.simulator)
  const payload = join(run.folder, 'event.json')
  writeFileSync(payload, JSON.stringify(run.payload ?? { inputs: run.inputs ?? {} }))
  const programs = join(run.folder, 'programs')
  for (const [name, script] of Object.entries(run.programs ?? {})) writeProgram(join(programs, name), script)
  const env = {
    PATH: [programs, process.env.PATH].join(delimiter),
    HOME: home,
    XDG_CACHE_HOME: join(home, '.cache'),
    NO_COLOR: '1'
  }
  await commit(repository, run.repository, env)
  const args = [
    event,
    ...['--workflows', workflow, '--eventpath', payload, '--no-cache-server'],
    ...pairs('--platform', { 'ubuntu-latest': '-self-hosted', 'self-hosted': '-self-hosted' }),
    ...pairs('--secret', { GITHUB_TOKEN: run.token, ...run.secrets }),
    ...['--concurrent-jobs', '1'],
    ...localActions([run.workflow, ...reusable(), ...Object.values(run.files ?? {})].join('\n'), action).flatMap(
      (each) => ['--local-repository', each]
    ),
    ...(run.job === undefined ? [] : ['--job', run.job]),
    ...pairs('--env', {
      GITHUB_API_URL: run.simulator.url,
      GITHUB_RUN_ID: id,
      ARTIFACTS: artifacts,
      CACHES: caches,
      CALLS: join(run.folder, 'calls'),
      ACTION: action,
      FILES: repository,
      NO_COLOR: '1',
      ...run.environment
    }),
    ...pairs('--input', run.inputs),
    ...pairs('--var', run.variables)
  ]
  const child = spawn(act, args, { cwd: repository, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
  const ended = new Promise<Ended>((settle, reject) => {
    child.on('error', reject)
    child.on('close', (status) => settle({ status, log: Buffer.concat(chunks).toString('utf8') }))
  })
  return { child, ended }
}

export const workflowNamed = (name: string): string => readFileSync(join(here, 'workflows', name), 'utf8')

/** What a job wrote, without act's own words: the lines of one job in order. */
export function saidBy(log: string, job: string): string {
  const said = [...log.matchAll(/^\[([^\]]+)\]\s+\| ?(.*)$/gm)]
  return said
    .filter(([, name = '']) => name.split('/').at(-1)?.trim() === job)
    .map(([, , text]) => text)
    .join('\n')
}

function writeProgram(path: string, script: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
}

/** The repository of the action: the actions, the bundle, the reusable workflows. */
function layOut(folder: string, simulator: Simulator): void {
  for (const { path } of ACTION_FILES) {
    mkdirSync(join(folder, dirname(path)), { recursive: true })
    writeFileSync(join(folder, path), actionFor(path, simulator))
  }
  cpSync(dirname(bundle), join(folder, 'dist'), { recursive: true })
  cpSync('.github/workflows', join(folder, '.github/workflows'), { recursive: true })
  for (const [uses, recipe] of Object.entries(CALLED)) {
    const target = join(folder, 'called', uses.replace(/^[\w-]+\/[\w.-]+\//, '').replace(/@.*/, ''))
    mkdirSync(dirname(target), { recursive: true })
    cpSync(join('docs/recipes', recipe), target)
  }
}

/** act's server is github.com, so the action's defaults name the registries instead of being derived from it. */
function actionFor(path: string, { registryUrl, npmUrl }: Simulator): string {
  const action = parseDocument(readFileSync(path, 'utf8'))
  action.setIn(['inputs', 'registry-url', 'default'], registryUrl)
  action.setIn(['inputs', 'npm-registry-url', 'default'], npmUrl)
  return action.toString()
}

function filesOf({ files = {} }: WorkflowRun, repository: string): readonly (readonly [string, string])[] {
  return Object.entries(files).map(([path, text]) => [join(repository, path), text] as const)
}

/** `owner/name@ref=folder` for each action that the workflow uses. */
function localActions(workflow: string, own: string): readonly string[] {
  const used = [...workflow.matchAll(/^\s*(?:- )?uses:\s*['"]?([\w.-]+\/[\w./-]+)@([\w./-]+)/gm)]
  const folders = used.map(([, name = '', ref = '']) => {
    const standIn = STAND_INS[name]
    if (`${name}@${ref}` in CALLED) return `${name.split('/').slice(0, 2).join('/')}@${ref}=${join(own, 'called')}`
    if (!`${name}/`.startsWith(`${OWN}/`) && standIn === undefined)
      throw new Error(`There is no stand-in for the action ${name}.`)
    const repository = name.split('/').slice(0, 2).join('/')
    return `${repository}@${ref}=${standIn === undefined ? own : join(here, 'actions', standIn)}`
  })
  return [...new Set(folders)]
}

/** Workflows that others may call. */
function reusable(): readonly string[] {
  const own = ['prune', 'restore'].map((name) => readFileSync(`.github/workflows/${name}.yml`, 'utf8'))
  return [...own, ...Object.values(CALLED).map((name) => readFileSync(join('docs/recipes', name), 'utf8'))]
}

function pairs(flag: string, values: Readonly<Record<string, string>> = {}): readonly string[] {
  return Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`])
}

/** act takes the name of the repository from its remote, and needs a commit. */
async function commit(folder: string, repository: string, env: NodeJS.ProcessEnv): Promise<void> {
  const author = ['-c', 'user.name=test', '-c', 'user.email=test@example.com']
  await git(['init', '--quiet', '--initial-branch=main', '.'])
  await git(['remote', 'add', 'origin', `https://github.com/${repository}.git`])
  await git(['add', '--all'])
  await git([...author, 'commit', '--quiet', '--message', 'Workflow'])

  function git(args: readonly string[]): Promise<void> {
    return new Promise((settle, reject) => {
      const child = spawn('git', args, { cwd: folder, env, stdio: ['ignore', 'ignore', 'inherit'] })
      child.on('error', reject)
      child.on('close', (status) => (status === 0 ? settle() : reject(new Error(`git ${args[0]}: ${status}`))))
    })
  }
}
