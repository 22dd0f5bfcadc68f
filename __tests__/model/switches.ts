import type { Random } from '../../simulator/generate/random.js'
import { ASSUMPTION_VALUES, type Assumptions } from '../../simulator/world/assumptions.js'

/** `true` draws the switches below too: it needs the guards against lists that lag or ignore `state`, and against a cascade. */
export const GUARDED = process.env.MODEL_GUARDED === 'true'

const NEED_GUARDS: readonly (keyof Assumptions)[] = [
  'activeListLag',
  'deletedListLag',
  'versionLag',
  'versionCountLag',
  'registryLag',
  'tagListLag',
  'lagAfter',
  'stateIgnoredIn',
  'cascade'
]

/** Some of what GitHub does not document, each value of each switch now and then. */
export function randomAssumptions(random: Random): Partial<Assumptions> {
  const keys = Object.keys(ASSUMPTION_VALUES) as (keyof Assumptions)[]
  const drawn = keys.filter((key) => random.chance(key === 'order' ? 0.5 : 0.12))
  const usable = drawn.filter((key) => GUARDED || !NEED_GUARDS.includes(key))
  return Object.fromEntries(usable.map((key) => [key, random.pick<unknown>(ASSUMPTION_VALUES[key])]))
}
