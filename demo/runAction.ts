import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

export interface Workflow {
  /** Folder of the checkout that holds `action.yml` and `dist/`. */
  readonly action: string
  readonly workspace: string
  readonly temp: string
  /** `owner/name`. */
  readonly repository: string
  readonly token: string
  /** Addresses of the servers, as environment variables. */
  readonly environment: Readonly<Record<string, string>>
}

export interface ActionRun {
  readonly status: number | null
  readonly log: string
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
  readonly milliseconds: number
}

/** Runs `main` with these environment variables to its end. */
export type Start = (
  main: string,
  env: NodeJS.ProcessEnv
) => Promise<{ readonly status: number | null; readonly log: string }>

interface ActionFile {
  readonly inputs?: Readonly<Record<string, { readonly default?: string | number | boolean | null } | null>>
  readonly runs: { readonly main: string }
}

/**
 * Runs the bundle, by default in a process of its own, as the runner does for a step: inputs and their defaults from `action.yml` as
 * `INPUT_*`, fresh files for outputs and summary, nothing of this process's own workflow variables.
 */
export async function runAction(
  workflow: Workflow,
  inputs: Readonly<Record<string, string>>,
  start: Start = startProcess
): Promise<ActionRun> {
  const action = parse(readFileSync(join(workflow.action, 'action.yml'), 'utf8')) as ActionFile
  const folder = join(workflow.temp, `_runner_file_commands_${randomUUID()}`)
  mkdirSync(folder, { recursive: true })
  const files = { output: join(folder, 'output'), summary: join(folder, 'summary'), event: join(folder, 'event.json') }
  writeFileSync(files.output, '')
  writeFileSync(files.summary, '')
  writeFileSync(files.event, JSON.stringify({ repository: { full_name: workflow.repository } }))
  const env = {
    ...ownEnvironment(),
    ...inputVariables({ ...defaults(action, workflow), ...inputs }),
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: workflow.repository,
    GITHUB_REPOSITORY_OWNER: workflow.repository.split('/')[0],
    GITHUB_EVENT_NAME: 'workflow_dispatch',
    GITHUB_EVENT_PATH: files.event,
    GITHUB_RUN_ID: '1',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_WORKSPACE: workflow.workspace,
    RUNNER_TEMP: workflow.temp,
    GITHUB_OUTPUT: files.output,
    GITHUB_STEP_SUMMARY: files.summary,
    ...workflow.environment
  }
  const startedAt = performance.now()
  const { status, log } = await start(join(workflow.action, action.runs.main), env)
  return {
    status,
    log,
    outputs: parseOutputs(readFileSync(files.output, 'utf8')),
    summary: readFileSync(files.summary, 'utf8'),
    milliseconds: performance.now() - startedAt
  }
}

function defaults(action: ActionFile, { token }: Workflow): Record<string, string> {
  const entries = Object.entries(action.inputs ?? {}).flatMap(([name, input]) => {
    const value = input?.default
    return value === undefined || value === null ? [] : [[name, String(value)] as const]
  })
  return Object.fromEntries(entries.map(([name, value]) => [name, value.includes('github.token') ? token : value]))
}

function inputVariables(inputs: Readonly<Record<string, string>>): Record<string, string> {
  const variable = (name: string) => `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [variable(name), value]))
}

/** Without this machine's proxy too: the servers are on the loopback interface. */
function ownEnvironment(): Record<string, string | undefined> {
  const foreign = /^(INPUT|GITHUB|RUNNER|ACTIONS)_|_PROXY$|^GH_TOKEN$/i
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)))
}

const startProcess: Start = (main, env) => {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, log: Buffer.concat(chunks).toString('utf8') }))
  })
}

/** `name=value`, or `name<<DELIMITER` with the value on the lines up to the delimiter. */
function parseOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {}
  const lines = text.split(/\r?\n/)
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? ''
    const [, name, delimiter] = /^([^=]+?)<<(.+)$/.exec(line) ?? []
    if (name !== undefined && delimiter !== undefined) {
      const end = lines.indexOf(delimiter, index + 1)
      outputs[name] = lines.slice(index + 1, end).join('\n')
      index = end
    } else if (line.includes('=')) {
      outputs[line.slice(0, line.indexOf('='))] = line.slice(line.indexOf('=') + 1)
    }
  }
  return outputs
}
