import type { EventEmitter } from 'node:events'
import type { Simulator } from '../../simulator/simulator.js'
import { listenForStop } from '../../src/action/cancel.js'
import { failureOf } from '../../src/app/failureOf.js'
import type { Console, Files, Ports } from '../../src/app/ports.js'
import { run } from '../../src/app/run.js'
import { readConfig } from '../../src/config/inputs/read.js'
import type { Config } from '../../src/domain/config.js'
import { Failure } from '../../src/domain/failure.js'
import type { Report } from '../../src/domain/outcome.js'
import { createClient } from '../../src/github/client.js'
import { createDistTags } from '../../src/github/distTags.js'
import { createPackages } from '../../src/github/packages.js'
import { createRepository } from '../../src/github/repository.js'
import { Scheduler } from '../../src/github/scheduler.js'
import { createTransport } from '../../src/http/transport.js'
import { createManifests } from '../../src/registry/client.js'
import { type OutputName, reportOutputs } from '../../src/report/text/outputs.js'
import type { ModelClock } from './modelClock.js'
import { OWNER, TOKEN } from './worlds.js'

const USER_AGENT = 'package-retention'
/** Milliseconds of real time; a fault that hangs is not waited for longer. */
const LIMITS = { connections: 16, headersTimeout: 3_000, bodyTimeout: 3_000 }

export interface Ran {
  readonly report?: Report
  readonly failure?: Failure
  readonly outputs: Readonly<Partial<Record<OutputName, string>>>
  readonly said: readonly string[]
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

export interface Surroundings {
  readonly simulator: Simulator
  readonly clock: ModelClock
  readonly files: MemoryFiles
  readonly signals: EventEmitter
}

let runs = 0

/** One run in this process: the parts of the product wired as they are in production, on the model's time. */
export async function runProduct(around: Surroundings, inputs: Readonly<Record<string, string>>): Promise<Ran> {
  const { simulator, clock, files, signals } = around
  const said: string[] = []
  const config = configOf(simulator, inputs)
  const cancellation = listenForStop(signals)
  const { ended: cancelled, stop } = cancellation
  const api = createTransport({ ...LIMITS, userAgent: USER_AGENT, proxy: {} })
  const registry = createTransport({ ...LIMITS, userAgent: USER_AGENT, proxy: {} })
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
    manifests: createManifests({
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
    return { report, outputs: reportOutputs(report), said }
  } catch (error) {
    return { failure: failureOf(error), outputs: {}, said }
  } finally {
    cancellation.dispose()
    await Promise.all([api.close(), registry.close()])
  }
}

function configOf(simulator: Simulator, inputs: Readonly<Record<string, string>>): Config {
  const addresses = {
    'api-url': simulator.url,
    'registry-url': simulator.registryUrl,
    'npm-registry-url': simulator.npmUrl
  }
  runs += 1
  const reading = readConfig(
    {
      inputs: { token: TOKEN, owner: OWNER, ...addresses, ...inputs },
      unknown: [],
      apiUrl: simulator.url,
      serverUrl: 'https://github.com',
      workspace: '/workspace',
      temp: '/temp',
      outputDirectory: `/temp/run-${runs}`
    },
    new Map()
  )
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems))
  return reading.config
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
