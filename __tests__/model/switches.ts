import { type Random, randomFrom } from '../../simulator/generate/random.js'
import type { LimitSettings } from '../../simulator/server/limits.js'
import { ASSUMPTION_VALUES, type Assumptions } from '../../simulator/world/assumptions.js'

/** Some of what GitHub does not document, each value of each switch now and then. */
export function randomAssumptions(random: Random): Partial<Assumptions> {
  const keys = Object.keys(ASSUMPTION_VALUES) as (keyof Assumptions)[]
  const drawn = keys.filter((key) => random.chance(key === 'order' ? 0.5 : 0.12))
  return Object.fromEntries(drawn.map((key) => [key, random.pick<unknown>(ASSUMPTION_VALUES[key])]))
}

/** GitHub has answered 401 to a good token under many deletions: in some worlds, each time after so many of them. */
export function randomLimits(seed: string): Partial<LimitSettings> {
  const random = randomFrom(`limits ${seed}`)
  const off = { primary: 'off', secondary: 'off' } as const
  if (!random.chance(0.1)) return { ...off, minuteMs: 30 }
  // The limits know real time only. A minute outlasts the trial, and the next request is accepted again. The registry's
  // second would be as real, and the product waits in the model's time.
  const endless = { registryReads: 6_000_000, registryPushes: 6_000_000 }
  return { ...off, ...endless, minuteMs: 60_000, refuseTokenAfter: random.between(1, 6), refuseTokenSeconds: 0 }
}
