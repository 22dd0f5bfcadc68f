import { DETACHED_TYPE } from '../../domain/manifest.js'
import type { Notice, Reason } from '../../domain/plan.js'
import type { Policy } from '../../domain/policy.js'
import type { Unit } from '../graph/units.js'

/**
 * The throw-away version that an interrupted untag left, with the tag that was on its way out. It is no image: it takes no
 * place among those that a rule keeps, and no rule votes on it but one that lists it by id.
 */
export const isLeftover = (unit: Unit): boolean => unit.root.manifest?.artifactType === DETACHED_TYPE

/** Whether `finish` decides, and not the rules: those speak of one that lost its tag too as of anything untagged. */
export const finishesUntag = (unit: Unit, policy: Policy): boolean =>
  isLeftover(unit) && (unit.names.length > 0 || policy.partialTags === 'untag')

/** What becomes of it: `partial-tags: untag` finishes what was begun, once nobody can be at it any more. */
export function finish(
  { names, time }: Unit,
  policy: Policy,
  now: number,
  youngest: number
): { readonly keep?: Reason; readonly go?: Reason } {
  const [name] = names
  const about = name === undefined ? {} : { name }
  if (policy.partialTags === 'keep') return { keep: { code: 'no-rule', ...about } }
  if (time === undefined) return { keep: { code: 'no-timestamp', ...about } }
  const age = Math.max(0, now - time)
  return time > youngest
    ? { keep: { code: 'grace-period', age, ...about } }
    : { go: { code: 'not-kept', age, leftover: true, ...about } }
}

export function leftoverNotice(
  units: readonly Unit[],
  goes: (unit: Unit) => boolean,
  policy: Policy
): readonly Notice[] {
  return units.filter(isLeftover).map((unit): Notice => {
    const what = `${unit.names.join(', ') || unit.root.version.name.slice(0, 19)} is what an interrupted untag left`
    if (goes(unit)) return { level: 'notice', message: `${what}: the untag is finished now` }
    const remedy =
      policy.partialTags === 'untag'
        ? `a run after the grace period of ${policy.gracePeriod.text} finishes the untag`
        : `partial-tags: untag or version-ids: ${unit.root.version.id} removes it`
    return { level: 'notice', message: `${what}, no image: ${remedy}` }
  })
}
