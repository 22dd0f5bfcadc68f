import type { EventEmitter } from 'node:events'
import type { Simulator } from '../../simulator/simulator.js'
import { listenForStop } from '../../src/action/cancel.js'
import type { Console, Files, Ports } from '../../src/app/ports.js'
import { run } from '../../src/app/run.js'
import { readConfig } from '../../src/config/inputs/read.js'
import type { Config } from '../../src/domain/config.js'
import { Failure, factsOf, failureOf } from '../../src/domain/failure.js'
import type { Report } from '../../src/domain/outcome.js'
import { createClient } from '../../src/github/client.js'
import { createDistTags } from '../../src/github/distTags.js'
import { createPackages } from '../../src/github/packages.js'
import { createRepository } from '../../src/github/repository.js'
import { Scheduler } from '../../src/github/scheduler.js'
import { createTransport, type Transport } from '../../src/http/transport.js'
import { createManifests } from '../../src/registry/client.js'
import { type RunOutput, reportOutputs } from '../../src/report/text/outputs.js'
import { inProcess } from './inProcess.js'
import { type SentDeletion, watchLooks } from './looks.js'
import { type ModelClock, skewed } from './modelClock.js'
import { OWNER, TOKEN } from './worlds.js'

const USER_AGENT = 'package-retention'
/** Milliseconds of real time; a fault that hangs is not waited for longer. */
const LIMITS = { connections: 16, headersTimeout: 3_000, bodyTimeout: 3_000 }

export interface Ran {
  readonly report?: Report
  readonly failure?: NonNullable<Report['failure']>
  readonly outputs: Readonly<Partial<Record<RunOutput, string>>>
  readonly said: readonly string[]
  readonly deletions: readonly SentDeletion[]
}

/** The files of a run: text by path, each line there as soon as it is written. */
export class MemoryFiles implements Files {
  readonly texts = new Map<string, string>()

  async read(path: string): Promise<string> {
    const text = this.texts.get(path)
    if (text === undefined) throw new Failure('config', `${path} is not there`)
    return text
  }

  async exists(path: string): Promise<boolean> {
    return this.texts.has(path)
  }

  async write(path: string, text: string): Promise<void> {
    this.texts.set(path, text)
  }

  async append(path: string): Promise<{ line(text: string): Promise<void>; close(): Promise<void> }> {
    this.texts.set(path, this.texts.get(path) ?? '')
    return {
      line: async (text) => {
        this.texts.set(path, `${this.texts.get(path)}${text}\n`)
      },
      close: async () => {}
    }
  }
}

type Addresses = Pick<Simulator, 'url' | 'registryUrl' | 'npmUrl'>

export interface Surroundings {
  readonly simulator: Simulator
  readonly clock: ModelClock
  readonly files: MemoryFiles
  readonly signals: EventEmitter
  /** How far the runner's clock is ahead of the server's, in milliseconds. */
  readonly ahead: number
  /** How many manifests are read at once. */
  readonly readers?: number
}

let runs = 0

/** One run in this process: the parts of the product wired as they are in production, on the model's time. */
export async function runProduct(around: Surroundings, inputs: Readonly<Record<string, string>>): Promise<Ran> {
  const { simulator, files, signals } = around
  const clock = skewed(around.clock, around.ahead)
  const said: string[] = []
  const config = configOf(simulator, inputs)
  const cancellation = listenForStop(signals)
  const { ended: cancelled, stop } = cancellation
  const transport = () =>
    around.clock.overHttp
      ? createTransport({ ...LIMITS, userAgent: USER_AGENT, proxy: {} })
      : timed(inProcess(simulator), around.clock)
  const { transport: api, deletions } = watchLooks(transport(), around.clock)
  const registry = transport()
  const { deleteConcurrency, pace } = config
  const scheduler = new Scheduler({
    clock,
    signal: cancelled,
    deleteConcurrency,
    pace,
    connections: 16,
    onWait: () => {}
  })
  const client = createClient({
    token: TOKEN,
    apiUrl: config.apiUrl,
    userAgent: USER_AGENT,
    transport: api,
    scheduler,
    clock,
    signal: cancelled,
    random: () => 0.5,
    onRetry: () => {}
  })
  const ports: Ports = {
    packages: createPackages(client, { warn: (text) => said.push(text) }),
    manifests: {
      ...createManifests({
        registryUrl: config.registryUrl,
        token: TOKEN,
        transport: registry,
        clock,
        signal: cancelled,
        pace,
        trustedHosts: [],
        onRequest: () => {},
        onWait: () => {}
      }),
      ...(around.readers !== undefined && { concurrency: around.readers })
    },
    repository: createRepository(client),
    distTags: createDistTags({
      token: TOKEN,
      npmRegistryUrl: config.npmRegistryUrl,
      transport: api,
      clock,
      signal: cancelled,
      onRequest: () => {}
    }),
    clock,
    files,
    console: listening(said),
    stop,
    requests: () => ({})
  }
  try {
    const report = await run(config, ports, { onFiles: () => {} })
    const { failure } = report
    return { report, ...(failure && { failure }), outputs: reportOutputs(report), said, deletions }
  } catch (error) {
    return { failure: factsOf(failureOf(error)), outputs: {}, said, deletions }
  } finally {
    cancellation.dispose()
    await Promise.all([api.close(), registry.close()])
  }
}

const timed = ({ send, close }: Transport, clock: ModelClock): Transport => ({
  send: (request) => clock.during(() => send(request)),
  close
})

/** Whether the product takes these inputs: not every policy that can be drawn makes sense. */
export function isReadable(simulator: Addresses, inputs: Readonly<Record<string, string>>): boolean {
  return !('problems' in reading(simulator, inputs))
}

function configOf(simulator: Addresses, inputs: Readonly<Record<string, string>>): Config {
  const found = reading(simulator, inputs)
  if ('problems' in found) throw new Error(JSON.stringify(found.problems))
  return found.config
}

function reading(simulator: Addresses, inputs: Readonly<Record<string, string>>): ReturnType<typeof readConfig> {
  const addresses = {
    'api-url': simulator.url,
    'registry-url': simulator.registryUrl,
    'npm-registry-url': simulator.npmUrl
  }
  runs += 1
  return readConfig(
    {
      inputs: { token: TOKEN, owner: OWNER, ...addresses, ...inputs },
      unknown: [],
      apiUrl: simulator.url,
      serverUrl: 'https://github.com',
      workspace: '/workspace',
      temp: '/temp',
      outputDirectory: `/temp/run-${runs}`
    },
    { texts: new Map(), fitting: new Map() }
  )
}

function listening(said: string[]): Console {
  const say = (text: string): void => {
    said.push(text)
  }
  return {
    info: () => {},
    debug: () => {},
    notice: say,
    warning: say,
    error: say,
    progress: () => {},
    group: (_, body) => body()
  }
}
