import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Asked, NAME, OWNER, type Serving, TOKEN, type Wanted } from './servers.js'

/** The servers, in a process of their own: their processor time and memory are not the bundle's. */
export class Servers {
  private constructor(
    private readonly child: ChildProcess,
    readonly serving: Serving
  ) {}

  static async start(wanted: Wanted): Promise<Servers> {
    const child = fork(join(import.meta.dirname, 'servers.js'), { stdio: 'inherit' })
    child.send(wanted)
    const [serving] = (await once(child, 'message')) as [Serving]
    return new Servers(child, serving)
  }

  /** What was asked since the last call. */
  async asked(): Promise<Asked> {
    this.child.send('asked')
    const [asked] = (await once(this.child, 'message')) as [Asked]
    return asked
  }

  async stop(): Promise<void> {
    this.child.send('stop')
    await once(this.child, 'exit')
  }
}

export interface Bundle {
  /** `index.js`. */
  readonly main: string
  /** The Node that runs it. */
  readonly node: string
}

export interface Usage {
  readonly status: number | null
  readonly log: string
  readonly outputs: Readonly<Record<string, string>>
  /** The plan file; empty if there is none. */
  readonly plan: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  /** From the start of the process to its end. */
  readonly seconds: number
  /** Of the process alone, user and system. */
  readonly cpuSeconds: number
  /** The most that was resident. */
  readonly megabytes: number
}

/** Written by the process itself when it ends: nothing else can tell a child's peak of memory. */
const REPORT_USAGE =
  "import{writeFileSync}from'node:fs';process.on('exit',()=>writeFileSync(process.env.BENCH_USAGE,JSON.stringify(process.resourceUsage())))"

/** Runs the bundle as a step would. */
export async function runBundle(
  { main, node }: Bundle,
  serving: Serving,
  inputs: Readonly<Record<string, string>>,
  { workspace, measured = true }: { readonly workspace?: string; readonly measured?: boolean } = {}
): Promise<Usage> {
  const temp = mkdtempSync(join(tmpdir(), 'package-retention-bench-'))
  const [usageFile, output, summary] = ['usage.json', 'output', 'summary'].map((name) => join(temp, name)) as [
    string,
    string,
    string
  ]
  for (const file of [output, summary]) writeFileSync(file, '')
  const env = {
    PATH: process.env.PATH,
    ...variables({ token: TOKEN, owner: OWNER, 'package-name': NAME, ...inputs }),
    ...serving.environment,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: `${OWNER}/${NAME}`,
    GITHUB_WORKSPACE: workspace ?? temp,
    RUNNER_TEMP: temp,
    GITHUB_OUTPUT: output,
    GITHUB_STEP_SUMMARY: summary,
    BENCH_USAGE: usageFile
  }
  const preload = measured ? ['--import', `data:text/javascript,${encodeURIComponent(REPORT_USAGE)}`] : []
  const startedAt = performance.timeOrigin + performance.now()
  const child = spawn(node, [...preload, main], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
  const [status] = (await once(child, 'close')) as [number | null]
  const seconds = (performance.timeOrigin + performance.now() - startedAt) / 1000
  const usage = measured
    ? (JSON.parse(readFileSync(usageFile, 'utf8')) as NodeJS.ResourceUsage)
    : { userCPUTime: 0, systemCPUTime: 0, maxRSS: 0 }
  const outputs = parseOutputs(readFileSync(output, 'utf8'))
  const planFile = outputs['plan-file']
  const plan = planFile === undefined ? '' : readFileSync(planFile, 'utf8')
  rmSync(temp, { recursive: true, force: true })
  return {
    status,
    log: Buffer.concat(chunks).toString('utf8'),
    outputs,
    plan,
    startedAt,
    seconds,
    cpuSeconds: (usage.userCPUTime + usage.systemCPUTime) / 1e6,
    megabytes: usage.maxRSS / 1024
  }
}

function variables(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]))
}

/** Those of one line; the counts are. */
function parseOutputs(text: string): Record<string, string> {
  const found = [...text.matchAll(/^([a-z-]+)(?:=|<<(ghadelimiter_\S+)\n)(.*)$/gm)]
  return Object.fromEntries(found.map(([, name = '', , value = '']) => [name, value]))
}
