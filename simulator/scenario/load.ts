import type { WorldEvent } from '../server/events.js'
import { frozenClock, runningClock } from '../world/clock.js'
import { World } from '../world/world.js'
import { eventsOf } from './actions.js'
import { Population } from './populate.js'
import type { Behaviour, Scenario } from './scenario.js'
import { validateScenario } from './validate.js'

export interface Loaded {
  readonly world: World
  readonly behaviour: Behaviour
  readonly events: readonly WorldEvent[]
}

/** The token of a scenario that has none. */
const DEFAULT_TOKEN = 'ghp_simulator'

/** Makes the world that a scenario describes. Throws one error with every mistake in the scenario. */
export function loadScenario(scenario: Scenario): Loaded {
  validateScenario(scenario)
  const { now, frozen, assumptions, owners, repositories, tokens, packages, events, ...behaviour } = scenario
  const start = now === undefined ? Date.now() : Date.parse(now)
  const world = new World({
    clock: frozen ? frozenClock(start) : runningClock(start),
    assumptions: assumptions ?? {}
  })
  for (const [login, { type, sso }] of Object.entries(owners ?? {})) {
    world.addOwner(login, type, { sso: sso ?? false })
  }
  for (const [fullName, facts] of Object.entries(repositories ?? {})) world.addRepository(fullName, facts)
  for (const [value, facts] of Object.entries(tokens ?? { [DEFAULT_TOKEN]: {} })) {
    world.addToken({ ...facts, value })
  }
  const population = new Population(world)
  for (const stored of packages ?? []) population.addPackage(stored)
  return { world, behaviour, events: eventsOf(events ?? [], population) }
}
