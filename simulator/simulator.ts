import { DEFAULT_REGISTRY_TOKENS, RegistryTokens } from './registry/tokens.js'
import { type Loaded, loadScenario } from './scenario/load.js'
import type { Behaviour, Scenario } from './scenario/scenario.js'
import { Events, type WorldEvent } from './server/events.js'
import type { Part } from './server/exchange.js'
import { type Effect, type Fault, Faults } from './server/faults.js'
import { Limiter } from './server/limiter.js'
import { DEFAULT_LIMITS, type LimitSettings } from './server/limits.js'
import type { LogEntry } from './server/log.js'
import { type Answered, PartServer, type RawRequest, type RequestHook, type Shared } from './server/partServer.js'
import { npmService, registryService, restService } from './server/service.js'
import { World } from './world/world.js'

export interface SimulatorOptions extends Behaviour {
  readonly events?: readonly WorldEvent[]
  readonly onRequest?: RequestHook
  /** Ports; one left out, or 0, is a free one. */
  readonly ports?: Partial<Readonly<Record<Part, number>>>
}

export interface Simulator {
  /** Address of the REST API, with its base path and without a slash at the end. */
  readonly url: string
  readonly registryUrl: string
  readonly npmUrl: string
  readonly world: World
  /** Every request, in the order in which they came in. */
  readonly log: readonly LogEntry[]
  /** What an action needs in its environment and inputs to talk to it. */
  readonly environment: Readonly<Record<string, string>>
  /** Answers without a connection, as the server of that part would. */
  answer(part: Part, request: RawRequest): Promise<Answered>
  /** The most requests that were worked on at once. */
  peakInFlight(part: Part): number
  clearLog(): void
  addFault(match: Fault['match'], effect: Effect): void
  clearFaults(): void
  addEvent(event: WorldEvent): void
  /** Bearer tokens that the registry gave out stop working. */
  expireRegistryTokens(): void
  stop(): Promise<void>
}

/** Starts GitHub Packages on 127.0.0.1, with the world given or made from a scenario; `options` go before the scenario's. */
export async function startSimulator(
  source: Scenario | World = {},
  options: SimulatorOptions = {}
): Promise<Simulator> {
  const loaded: Loaded = source instanceof World ? { world: source, behaviour: {}, events: [] } : loadScenario(source)
  const { world, behaviour } = loaded
  const all: SimulatorOptions = { ...behaviour, ...options }
  const edition = all.edition ?? 'github.com'
  const basePath = all.basePath ?? (edition === 'ghes' ? '/api/v3' : '')
  const editionLimits: Partial<LimitSettings> = edition === 'ghes' ? { primary: 'off', secondary: 'off' } : {}
  const limits: LimitSettings = { ...DEFAULT_LIMITS, ...editionLimits, ...behaviour.limits, ...options.limits }
  const limiter = new Limiter(limits, () => world.clock.now() + (all.clockSkewMs ?? 0) - Date.now())
  const faults = new Faults([...(behaviour.faults ?? []), ...(options.faults ?? [])])
  const events = new Events([...loaded.events, ...(options.events ?? [])])
  const log: LogEntry[] = []
  let requests = 0
  const count = () => {
    requests += 1
    return requests
  }
  const shared: Shared = {
    world,
    limiter,
    faults,
    events,
    log,
    count,
    startedAt: performance.now(),
    clockSkewMs: all.clockSkewMs ?? 0,
    onRequest: all.onRequest
  }
  const server = (part: Part) => new PartServer(part, all.latency?.[part] ?? 0, shared)
  const servers = { api: server('api'), registry: server('registry'), npm: server('npm') }
  const registryTokens = new RegistryTokens({ ...DEFAULT_REGISTRY_TOKENS, ...all.registryTokens })
  const urls = {
    api: `${await servers.api.listen(all.ports?.api ?? 0)}${basePath}`,
    registry: await servers.registry.listen(all.ports?.registry ?? 0),
    npm: await servers.npm.listen(all.ports?.npm ?? 0)
  }
  const settings = { world, edition, basePath, limiter, registryTokens, urls }
  servers.api.serve(restService(settings))
  servers.registry.serve(registryService(settings))
  servers.npm.serve(npmService(settings))
  return {
    url: urls.api,
    registryUrl: urls.registry,
    npmUrl: urls.npm,
    world,
    log,
    environment: {
      GITHUB_API_URL: urls.api,
      'INPUT_API-URL': urls.api,
      'INPUT_REGISTRY-URL': urls.registry,
      'INPUT_NPM-REGISTRY-URL': urls.npm
    },
    answer: (part, request) => servers[part].answer(request),
    peakInFlight: (part) => servers[part].peakInFlight,
    clearLog: () => {
      log.length = 0
    },
    addFault: (match, effect) => faults.add({ ...(match && { match }), effect }),
    clearFaults: () => faults.clear(),
    addEvent: (event) => events.add(event),
    expireRegistryTokens: () => registryTokens.expireAll(),
    stop: async () => {
      await Promise.all(Object.values(servers).map((running) => running.stop()))
    }
  }
}
