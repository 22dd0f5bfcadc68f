import { DETACHED_TYPE } from '../../domain/manifest.js'
import type { Notice, Reason } from '../../domain/plan.js'
import type { Policy } from '../../domain/policy.js'
import type { Unit } from '../graph/units.js'

/**
 * Whether this is the throw-away version of an interrupted untag, perhaps with the tag that was to be removed. It is not an
 * image: it takes no place in a count, and no rule votes on it unless it lists it by id.
 */
export const isLeftover = (unit: Unit): boolean => unit.root.manifest?.artifactType === DETACHED_TYPE

/** Whether `finish` decides, and not the rules. The rules decide one that lost its tag like anything untagged. */
export const finishesUntag = (unit: Unit, policy: Policy): boolean =>
  isLeftover(unit) && (unit.names.length > 0 || policy.partialTags === 'untag')

/** Decides a leftover: `partial-tags: untag` finishes the untag once the leftover is older than the grace period. */
export function finish(
  { names, time }: Unit,
  policy: Policy,
  now: number,
  youngest: number
): { readonly keep: boolean; readonly reason: Reason } {
  const [name] = names
  const about = name === undefined ? {} : { name }
  if (policy.partialTags === 'keep') return { keep: true, reason: { code: 'no-rule', ...about } }
  if (time === undefined) return { keep: true, reason: { code: 'no-timestamp', ...about } }
  const age = Math.max(0, now - time)
  return time > youngest
    ? { keep: true, reason: { code: 'grace-period', age, ...about } }
    : { keep: false, reason: { code: 'not-kept', age, leftover: true, ...about } }
}

/** One notice for each leftover of an interrupted untag, with what becomes of it. */
export function leftoverNotice(
  units: readonly Unit[],
  isDeleted: (unit: Unit) => boolean,
  policy: Policy
): readonly Notice[] {
  return units.filter(isLeftover).map((unit): Notice => {
    const what = `${unit.names.join(', ') || unit.root.version.name.slice(0, 19)} was left by an interrupted untag`
    if (isDeleted(unit)) return { level: 'notice', message: `${what}, which is finished now` }
    const remedy =
      policy.partialTags === 'untag'
        ? `a run after the grace period of ${policy.gracePeriod.text} finishes the untag`
        : `partial-tags: untag or version-ids: ${unit.root.version.id} removes it`
    return { level: 'notice', message: `${what} and is not an image: ${remedy}` }
  })
}
