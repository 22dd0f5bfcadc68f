import { CHECKS } from '../../conformance/checks.ts'
import { type Options, runConformance } from '../../conformance/conformance.ts'
import type { Send } from '../../conformance/exchange.ts'
import type { Conformance } from '../../conformance/report.ts'
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/simulator.js'
import type { Assumptions } from '../../simulator/world/assumptions.js'
import { frozenClock } from '../../simulator/world/clock.js'
import { World } from '../../simulator/world/world.js'
import type { Method } from '../../src/http/transport.js'
import { inProcess } from '../model/inProcess.js'

const START = Date.parse('2026-11-22T12:00:00Z')

export interface Stage {
  readonly simulator: Simulator
  readonly options: Options
  /** Lines of evidence. */
  readonly evidence: string[]
}

export interface Settings {
  readonly assumptions?: Partial<Assumptions>
  /** By default a job of the repository `acme/app`, whose owner is an organization. */
  readonly person?: boolean
  readonly simulator?: SimulatorOptions
  readonly options?: Partial<Options>
}

/** A simulator whose time passes only while the checks sleep, and what they need to run on it. */
export async function stageFor({
  assumptions = {},
  person = false,
  simulator: how,
  options
}: Settings): Promise<Stage> {
  const clock = frozenClock(START)
  const world = new World({ assumptions, clock })
  world.addOwner('acme')
  world.addRepository('acme/app')
  const token = person ? 'ghp_person' : 'ghs_job'
  world.addToken({ value: token, ...(!person && { repository: 'acme/app' }) })
  // Limits of a minute work on real time, of which next to none passes here.
  const limits = { secondary: 'off', registryPushes: 1_000_000 } as const
  const simulator = await startSimulator(world, { ...how, limits: { ...limits, ...how?.limits } })
  const evidence: string[] = []
  return {
    simulator,
    evidence,
    options: {
      apiUrl: simulator.url,
      registryUrl: simulator.registryUrl,
      npmUrl: simulator.npmUrl,
      repository: 'https://github.com/acme/app',
      token,
      owner: person ? 'octocat' : 'acme',
      run: '4711-1',
      clock: {
        now: () => clock.now(),
        sleep: async (ms) => clock.advance(ms)
      },
      checks: CHECKS.filter(({ optional }) => optional === undefined),
      keep: false,
      evidence: (line) => evidence.push(line),
      isCancelled: () => false,
      ...options
    }
  }
}

/** Runs the checks from start to end, without connections. */
export async function conformanceOf(settings: Settings): Promise<Conformance & Stage> {
  const stage = await stageFor(settings)
  try {
    return { ...(await runConformance({ ...stage.options, send: inMemory(stage.simulator) })), ...stage }
  } finally {
    await stage.simulator.stop()
  }
}

function inMemory(simulator: Simulator): Send {
  const { send } = inProcess(simulator)
  return async ({ method = 'GET', ...question }) => {
    const { status, headers, body } = await send({ method: method as Method, ...question })
    return { status, headers: new Headers(headers), text: Buffer.from(body).toString() }
  }
}

/** What was observed, by the key of each assumption; why not, where it could not be told. */
export function observedIn({ findings }: Conformance): Record<string, unknown> {
  return Object.fromEntries(findings.map(({ key, observed, why }) => [key, observed ?? `? ${why}`]))
}
