import type { SimulatorOptions } from '../simulator.js'
import { frozenClock, runningClock } from '../world/clock.js'
import { World } from '../world/world.js'
import { eventsOf } from './actions.js'
import { Population } from './populate.js'
import type { Scenario } from './scenario.js'
import { validateScenario } from './validate.js'

export interface Loaded {
  readonly world: World
  readonly options: SimulatorOptions
}

/** The token of a scenario that has none. */
export const DEFAULT_TOKEN = 'ghp_simulator'

/** Makes the world that a scenario describes. Throws one error with every mistake in the scenario. */
export function loadScenario(scenario: Scenario): Loaded {
  validateScenario(scenario)
  const start = scenario.now === undefined ? Date.now() : Date.parse(scenario.now)
  const world = new World({
    clock: scenario.frozen ? frozenClock(start) : runningClock(start),
    assumptions: scenario.assumptions ?? {}
  })
  for (const [login, { type, sso }] of Object.entries(scenario.owners ?? {})) {
    world.addOwner(login, type, { sso: sso ?? false })
  }
  for (const [fullName, facts] of Object.entries(scenario.repositories ?? {})) world.addRepository(fullName, facts)
  for (const [value, facts] of Object.entries(scenario.tokens ?? { [DEFAULT_TOKEN]: {} })) {
    world.addToken({ ...facts, value })
  }
  const population = new Population(world)
  for (const stored of scenario.packages ?? []) population.addPackage(stored)
  const { edition, basePath, limits, latency, faults, registryTokens, clockSkewMs } = scenario
  return {
    world,
    options: {
      ...(edition !== undefined && { edition }),
      ...(basePath !== undefined && { basePath }),
      ...(limits && { limits }),
      ...(latency && { latency }),
      ...(faults && { faults }),
      ...(registryTokens && { registryTokens }),
      ...(clockSkewMs !== undefined && { clockSkewMs }),
      events: eventsOf(scenario.events ?? [], population)
    }
  }
}
