import type { Inventory } from '../../domain/inventory.js'
import type { PackagePlan, Step } from '../../domain/plan.js'
import type { Policy } from '../../domain/policy.js'
import type { Version } from '../../domain/version.js'
import { versionScheme } from '../../pattern/scheme.js'
import { doubtOf, doubtReason } from '../decide/doubt.js'
import { applyMinKeep } from '../decide/limits.js'
import { protectors } from '../decide/protect.js'
import { type Closure, computeClosure } from '../graph/closure.js'
import { buildUnits, type Unit } from '../graph/units.js'

type Delete = Extract<Step, { kind: 'delete' }>

/**
 * What speaks against deletions that were planned on older facts: version id to the reason. Rules are not asked again, ranks
 * may have moved; but nothing goes that was retagged or touched, that something which stays needs now, or may need as not
 * all could be read, that has become protected, or without which too little would stay. Versions that are gone already are no obstacle.
 */
export function recheck(plan: PackagePlan, policy: Policy, fresh: Inventory, now: number): ReadonlyMap<number, string> {
  const against = new Map<number, string>()
  const planned = new Map<number, Delete>()
  for (const step of plan.steps) if (step.kind === 'delete') planned.set(step.version.id, step)
  const doubt = doubtOf(fresh, policy, now)
  if (doubt !== undefined)
    return new Map([...planned.keys()].map((id) => [id, `${doubtReason(doubt)}: it may need this version`]))
  const units = buildUnits(fresh, policy)
  for (const { version } of units.nodes) {
    const was = planned.get(version.id)?.version
    const change = was && changeOf(was, version)
    if (change !== undefined) against.set(version.id, change)
  }
  const shields = protectors(fresh, policy, units.units, versionScheme(fresh.package.type))
  const goes = (unit: Unit): boolean => planned.has(unit.root.version.id) && !against.has(unit.root.version.id)
  for (const unit of units.units) {
    const shield = goes(unit) ? shields.protects(unit) : undefined
    if (shield === undefined) continue
    const { reason } = shield
    against.set(
      unit.root.version.id,
      reason.code === 'protected'
        ? `it is protected now (${reason.by}): ${reason.what}`
        : `${reason.what} could not be read now`
    )
  }
  const closure = (stays: ReadonlySet<Unit>): Closure => computeClosure(units, (unit) => goes(unit) && !stays.has(unit))
  const { stays } = applyMinKeep(units, closure, () => false, policy.minKeep, fresh.package.type, false)
  const { deleted } = closure(new Set(stays.keys()))
  for (const unit of stays.keys())
    against.set(unit.root.version.id, 'fewer named versions are there than when it was planned')
  for (const node of units.nodes) {
    const { id } = node.version
    if (!planned.has(id) || deleted.has(node) || against.has(id)) continue
    against.set(id, 'something that stays refers to it now')
  }
  return against
}

/** What moved between two readings of one version; `undefined`: nothing that matters. */
export function changeOf(was: Version, is: Version): string | undefined {
  const gained = is.tags.filter((tag) => !was.tags.includes(tag))
  const lost = was.tags.filter((tag) => !is.tags.includes(tag))
  if (gained.length > 0) return `it was tagged ${gained.join(', ')} meanwhile`
  if (lost.length > 0) return `the tag ${lost.join(', ')} was taken off meanwhile`
  if (is.updatedAt !== was.updatedAt) return 'it was changed meanwhile'
  return undefined
}
