import type { Random } from '../../simulator/generate/random.js'
import { ASSUMPTION_VALUES, type Assumptions } from '../../simulator/world/assumptions.js'

/** Some of what GitHub does not document, each value of each switch now and then. */
export function randomAssumptions(random: Random): Partial<Assumptions> {
  const keys = Object.keys(ASSUMPTION_VALUES) as (keyof Assumptions)[]
  const drawn = keys.filter((key) => random.chance(key === 'order' ? 0.5 : 0.12))
  return Object.fromEntries(drawn.map((key) => [key, random.pick<unknown>(ASSUMPTION_VALUES[key])]))
}
