import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, jest } from '@jest/globals'
import type { LogEntry } from '../../simulator/server/log.js'
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/simulator.js'
import type { PackageSnapshot, Snapshot } from '../../simulator/world/snapshot.js'
import { World } from '../../simulator/world/world.js'
import { listenForStop } from '../../src/action/cancel.js'
import { createConsole } from '../../src/action/console.js'
import { readEnvironment } from '../../src/action/environment.js'
import type { Clock } from '../../src/app/ports.js'
import { CLOCK, TIMING, type Timing } from '../../src/compose.js'
import { INPUTS } from '../../src/config/inputs/inputs.js'
import { failureOf } from '../../src/domain/failure.js'
import type { Report } from '../../src/domain/outcome.js'
import { perform } from '../../src/perform.js'
import { type RunOutput, reportOutputs } from '../../src/report/text/outputs.js'
import { inProcess } from '../model/inProcess.js'

/** The bundle that is tested: the committed one, or the one that `BUNDLE` names. */
const bundle = resolve(process.env.BUNDLE ?? 'dist/index.js')

/** Processes are started by the dozen, on machines that do other things too. */
jest.setTimeout(180_000)

export const OWNER = 'octo-org'
export const TOKEN = 'ghp_everything'
export const DAY = 86_400_000

export type Inputs = Readonly<Record<string, string>>

export interface Ran {
  /** Exit status; `null` for a process that a signal ended. */
  readonly status: number | null
  readonly log: string
  readonly outputs: Readonly<Partial<Record<RunOutput, string>>>
  readonly summary: string
}

/** As `Ran`, and what only a run in this process can show. */
export interface RanHere extends Ran {
  readonly report: Report | undefined
}

/** Receipts are flushed line by line, so a disk in memory, where there is one, takes half the time of a whole run away. */
const fast = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
/** A folder for this test file's own files, gone when its tests are over. */
export const workspace = mkdtempSync(join(fast, 'retention-e2e-'))
afterAll(() => rmSync(workspace, { recursive: true, force: true }))

/** For tests of hundreds of runs: memory may be scarce. */
export function emptyWorkspace(): void {
  for (const name of readdirSync(workspace)) rmSync(join(workspace, name), { recursive: true })
}

const running: Simulator[] = []
const children: ChildProcess[] = []
afterEach(async () => {
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL')
  await Promise.all(running.splice(0).map((simulator) => simulator.stop()))
})

export function newWorld(options: ConstructorParameters<typeof World>[0] = {}): World {
  const world = new World(options)
  world.addOwner(OWNER)
  world.addToken({ value: TOKEN, login: 'octocat' })
  return world
}

/** GitHub's limits are off: they are slept out, and what is tested here is what happens, not when. */
export async function simulate(world: World, options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator(world, { limits: { primary: 'off', secondary: 'off' }, ...options })
  running.push(simulator)
  return simulator
}

function variables(simulator: Simulator, inputs: Inputs): Record<string, string> {
  const given = { token: TOKEN, owner: OWNER, ...inputs }
  const entries = Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value] as const)
  return {
    ...simulator.environment,
    ...Object.fromEntries(entries),
    GITHUB_WORKSPACE: workspace,
    RUNNER_TEMP: workspace
  }
}

export interface Process {
  readonly child: ChildProcess
  readonly ended: Promise<Ran>
}

/** For a process that need not wait in real time. */
export const HASTY = { NODE_OPTIONS: `--import ${pathToFileURL(join(import.meta.dirname, 'hasty.mjs')).href}` }

let processes = 0

/** Starts the bundle in a process of its own, as the runner does. */
export function start(simulator: Simulator, inputs: Inputs, more: Readonly<Record<string, string>> = {}): Process {
  processes += 1
  const files = { output: join(workspace, `output-${processes}`), summary: join(workspace, `summary-${processes}`) }
  for (const file of Object.values(files)) writeFileSync(file, '')
  const env = {
    PATH: process.env.PATH,
    ...variables(simulator, inputs),
    GITHUB_ACTIONS: 'true',
    GITHUB_OUTPUT: files.output,
    GITHUB_STEP_SUMMARY: files.summary,
    ...more
  }
  const child = spawn(process.execPath, [bundle], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
  const ended = new Promise<Ran>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status) =>
      resolve({
        status,
        log: Buffer.concat(chunks).toString('utf8'),
        outputs: parseOutputs(readFileSync(files.output, 'utf8')),
        summary: readFileSync(files.summary, 'utf8')
      })
    )
  })
  return { child, ended }
}

export function runBundle(simulator: Simulator, inputs: Inputs): Promise<Ran> {
  return start(simulator, inputs).ended
}

/** What the runner sends when a job is cancelled. */
export type Signals = EventEmitter

/** What a run waits for passes at once, for the simulator too; its limits and the answers that hang take real time. */
function hastyClock({ world }: Simulator): Clock {
  const now = (): number => world.clock.now()
  return {
    now,
    async sleep(ms, signal) {
      const until = now() + ms
      await CLOCK.sleep(1, signal)
      world.clock.advance(Math.max(0, until - now()))
    }
  }
}

/** The same run in this process: as true, and a hundred times as fast to start. */
export function runHere(
  simulator: Simulator,
  inputs: Inputs,
  signals: Signals = new EventEmitter(),
  timing: Timing = TIMING
): Promise<RanHere> {
  return runWith(simulator, variables(simulator, inputs), signals, timing)
}

/** A run in this process with all that a process would find in its environment. */
export async function runWith(
  simulator: Simulator,
  env: NodeJS.ProcessEnv,
  signals: Signals = new EventEmitter(),
  timing: Timing = TIMING
): Promise<RanHere> {
  const environment = readEnvironment(
    INPUTS.map(({ name }) => name),
    env
  )
  const lines: string[] = []
  const write = (kind: string) => (text: string | Error) => lines.push(`${kind}${text}`)
  const commands = {
    info: write(''),
    debug: write('debug: '),
    notice: write('notice: '),
    warning: write('warning: '),
    error: write('error: '),
    setFailed: write('failed: '),
    startGroup: write('group: '),
    endGroup: () => {}
  }
  const console = createConsole({
    runner: true,
    debug: true,
    secrets: [environment.raw.inputs.token ?? ''],
    now: Date.now,
    commands
  })
  const cancellation = listenForStop(signals)
  let report: Report | undefined
  let why: string | undefined
  try {
    const hasty = { clock: hastyClock(simulator), ...timing }
    ;({ report, failed: why } = await perform(environment, cancellation, console, { timing: hasty }))
  } catch (error) {
    const { message, remedy } = failureOf(error)
    why = [message, remedy].filter(Boolean).join(' ')
  } finally {
    cancellation.dispose()
  }
  if (why !== undefined) console.fail(why)
  return {
    status: why === undefined ? 0 : 1,
    log: lines.join('\n'),
    outputs: report === undefined ? {} : reportOutputs(report),
    summary: '',
    report
  }
}

/** For tests of hundreds of runs that are not about connections: most of their time would be sockets. */
export const runInMemory = (simulator: Simulator, inputs: Inputs): Promise<RanHere> =>
  runHere(simulator, inputs, undefined, { ...TIMING, transport: inProcess(simulator) })

/** `name<<DELIMITER`, the value, the delimiter: as the runner's toolkit writes them. The last one may be cut off. */
export function parseOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {}
  const lines = text.split('\n')
  for (let index = 0; index < lines.length; index += 1) {
    const [, name, delimiter] = /^([^=]+?)<<(.+)$/.exec(lines[index] ?? '') ?? []
    if (name === undefined || delimiter === undefined) continue
    const end = lines.indexOf(delimiter, index + 1)
    if (end === -1) break
    outputs[name] = lines.slice(index + 1, end).join('\n')
    index = end
  }
  return outputs
}

export interface ReceiptLine {
  readonly kind: 'header' | 'intent' | 'outcome'
  readonly step: number
  readonly action: string
  readonly id?: number
  readonly result: string
}

/** The whole lines of a receipt; a kill may have cut the last one. */
export function readReceipt(file: string): readonly ReceiptLine[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as ReceiptLine)
}

export const count = (ran: Ran, name: RunOutput): number => Number(ran.outputs[name])

/** Ids of versions that are deleted. */
export function deletedIds(snapshot: Snapshot): ReadonlySet<number> {
  const all = Object.values(snapshot).flatMap(({ versions }) => versions)
  return new Set(all.filter(({ deleted }) => deleted).map(({ id }) => id))
}

/** The snapshot without versions that were made since: an untag leaves a deleted throw-away version behind. */
export function without(snapshot: Snapshot, since: Snapshot): Snapshot {
  const known = new Set(Object.values(since).flatMap(({ versions }) => versions.map(({ id }) => id)))
  const entries = Object.entries(snapshot).map(([key, one]): [string, PackageSnapshot] => [
    key,
    { ...one, versions: one.versions.filter(({ id }) => known.has(id)) }
  ])
  return Object.fromEntries(entries)
}

/** Ids that requests of this kind were answered well for. */
export function changedBy(log: readonly LogEntry[], kind: 'delete-version' | 'restore-version'): readonly number[] {
  return log
    .filter((entry) => entry.kind === kind && entry.status === 204)
    .map(({ path }) => Number(/\/versions\/(\d+)/.exec(path)?.[1]))
}

/** Every tag of the owner's containers, with what it names and whether it can be pulled. */
export function tagsOf(
  world: World
): ReadonlyMap<string, { readonly digest: string | undefined; readonly ok: boolean }> {
  const tags = new Map<string, { digest: string | undefined; ok: boolean }>()
  for (const { facts, byTag } of world.packages()) {
    if (facts.type !== 'container' && facts.type !== 'docker') continue
    for (const tag of byTag.keys()) {
      const { digest, ok } = world.checkTag(facts.owner, facts.name, tag, facts.type)
      tags.set(`${facts.name}:${tag}`, { digest, ok })
    }
  }
  return tags
}

/** Tags that could be pulled before, are still there, and cannot be pulled now. */
export function brokenSince(before: ReturnType<typeof tagsOf>, world: World): readonly string[] {
  return [...tagsOf(world)].filter(([tag, { ok }]) => !ok && before.get(tag)?.ok !== false).map(([tag]) => tag)
}
