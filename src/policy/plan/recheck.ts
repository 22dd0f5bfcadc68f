import type { Inventory } from '../../domain/inventory.js'
import type { DeleteStep, PackagePlan } from '../../domain/plan.js'
import type { Policy } from '../../domain/policy.js'
import type { Version } from '../../domain/version.js'
import { versionScheme } from '../../pattern/scheme.js'
import { doubtOf, doubtReason } from '../decide/doubt.js'
import { applyMinKeep, type SparedUnits } from '../decide/limits.js'
import { protectors } from '../decide/protect.js'
import { deletedWith } from '../graph/closure.js'
import { buildUnits, type Unit } from '../graph/units.js'

/**
 * The reasons against planned deletions, by version id, now that `fresh` was read. The rules are not applied again, as ranks
 * may have moved. A version is kept if it was retagged or touched, if something that is kept needs it now, or may need it
 * because not everything could be read, if it is protected now, or if too few versions would be left. A version that does not
 * exist any more stops nothing.
 */
export function recheck(plan: PackagePlan, policy: Policy, fresh: Inventory, now: number): ReadonlyMap<number, string> {
  const against = new Map<number, string>()
  const planned = new Map<number, DeleteStep>()
  for (const step of plan.steps) if (step.kind === 'delete') planned.set(step.version.id, step)
  const doubt = doubtOf(fresh, policy, now)
  if (doubt !== undefined)
    return new Map([...planned.keys()].map((id) => [id, `${doubtReason(doubt)}: it may need this version`]))
  const graph = buildUnits(fresh, policy)
  for (const { version } of graph.nodes) {
    const was = planned.get(version.id)?.version
    const change = was && changeOf(was, version)
    if (change !== undefined) against.set(version.id, change)
  }
  const protection = protectors(fresh, policy, graph.units, versionScheme(fresh.package.type))
  const isDeleted = (unit: Unit): boolean => planned.has(unit.root.version.id) && !against.has(unit.root.version.id)
  for (const unit of graph.units) {
    const protectedBy = isDeleted(unit) ? protection.protects(unit) : undefined
    if (protectedBy === undefined) continue
    const { reason } = protectedBy
    against.set(
      unit.root.version.id,
      reason.code === 'protected'
        ? `it is protected now (${reason.by}): ${reason.what}`
        : `${reason.what} could not be read now`
    )
  }
  const deletedWithout = (kept: Pick<SparedUnits, 'has'>) =>
    deletedWith(graph, (unit) => isDeleted(unit) && !kept.has(unit))
  const spared = applyMinKeep(graph, deletedWithout, () => false, policy.minKeep)
  const deleted = deletedWithout(spared)
  for (const unit of spared.keys())
    against.set(unit.root.version.id, 'fewer named versions are there than when it was planned')
  for (const node of graph.nodes) {
    const { id } = node.version
    if (!planned.has(id) || deleted.has(node) || against.has(id)) continue
    against.set(id, 'something that is kept refers to it now')
  }
  return against
}

/** How a version changed between two readings, in words; `undefined` if its tags and its time are the same. */
export function changeOf(was: Version, is: Version): string | undefined {
  const gained = is.tags.filter((tag) => !was.tags.includes(tag))
  const lost = was.tags.filter((tag) => !is.tags.includes(tag))
  if (gained.length > 0) return `it was tagged ${gained.join(', ')} since the plan was made`
  if (lost.length > 0) return `the tag ${lost.join(', ')} was taken off since the plan was made`
  if (is.updatedAt !== was.updatedAt) return 'it was changed since the plan was made'
  return undefined
}
