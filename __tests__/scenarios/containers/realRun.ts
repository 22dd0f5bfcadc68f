import type { LogEntry } from '../../../simulator/server/log.js'
import { type SimulatorOptions, startSimulator } from '../../../simulator/simulator.js'
import type { World } from '../../../simulator/world/world.js'
import { listenForStop } from '../../../src/action/cancel.js'
import type { Console, Files } from '../../../src/app/ports.js'
import { run } from '../../../src/app/run.js'
import { compose, TIMING } from '../../../src/compose.js'
import type { Report } from '../../../src/domain/outcome.js'
import { createManifests } from '../../../src/registry/client.js'
import { inProcess } from '../../model/inProcess.js'
import { fakeClock } from '../../registry/fakeClock.js'
import { type Inputs, pruneConfig, rawInputs } from './policyFrom.js'

export interface RealRun {
  readonly report: Report
  /** Every request that the simulator saw. */
  readonly log: readonly LogEntry[]
  /** Every line of text that a person would see. */
  readonly said: readonly string[]
  /** Waits of the run itself, in milliseconds. */
  readonly slept: readonly number[]
}

/** A run as the action makes it on this world; only waits take no time, and requests and files stay in memory. */
export async function realRun(
  world: World,
  inputs: Inputs,
  {
    clockAhead = 0,
    ...options
  }: Pick<SimulatorOptions, 'faults' | 'events' | 'limits'> & { /** Milliseconds. */ readonly clockAhead?: number } = {}
): Promise<RealRun> {
  if (!world.tokens.has('ghp_simulator')) world.addToken({ value: 'ghp_simulator', login: 'octocat' })
  const simulator = await startSimulator(world, { ...options, limits: { primary: 'off', ...options.limits } })
  const addresses = {
    'api-url': simulator.url,
    'registry-url': simulator.registryUrl,
    'npm-registry-url': simulator.npmUrl
  }
  const raw = rawInputs({ ...addresses, ...inputs }, { apiUrl: simulator.url })
  const said: string[] = []
  const cancellation = listenForStop({ on: () => undefined, off: () => undefined })
  const transport = inProcess(simulator)
  const { ports } = compose(
    pruneConfig(raw),
    { raw, proxy: {}, runner: false, debug: false },
    cancellation,
    consoleInto(said),
    { ...TIMING, transport }
  )
  try {
    const manifests = createManifests({
      registryUrl: simulator.registryUrl,
      token: 'ghp_simulator',
      transport,
      clock: fakeClock(),
      signal: cancellation.ended,
      random: () => 0.5
    })
    const slept: number[] = []
    const sleep = async (ms: number): Promise<void> => {
      slept.push(ms)
    }
    const clock = { now: () => world.clock.now() + clockAhead, sleep }
    const all = { ...ports, clock, manifests, files: memory() }
    const report = await run(pruneConfig(raw), all, { onFiles: () => undefined })
    return { report, log: [...simulator.log], said, slept }
  } finally {
    cancellation.dispose()
    await simulator.stop()
  }
}

function consoleInto(said: string[]): Console {
  const say = (text: string): void => {
    said.push(text)
  }
  return {
    info: say,
    debug: () => undefined,
    notice: say,
    warning: say,
    error: say,
    progress: () => undefined,
    group: (title, body) => {
      say(title)
      return body()
    }
  }
}

function memory(): Files {
  const files = new Map<string, string>()
  return {
    read: async (path) => files.get(path) ?? '',
    exists: async (path) => files.has(path),
    write: async (path, text) => {
      files.set(path, typeof text === 'string' ? text : [...text].join(''))
    },
    append: async () => ({ line: async () => undefined, close: async () => undefined })
  }
}
