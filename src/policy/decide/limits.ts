import type { PackageType } from '../../domain/package.js'
import type { Violation } from '../../domain/plan.js'
import type { Policy } from '../../domain/policy.js'
import { type Closure, ownsNamed } from '../graph/closure.js'
import type { Node } from '../graph/graph.js'
import type { Unit, Units } from '../graph/units.js'
import { isLeftover } from './leftover.js'

export interface MinKeepResult {
  /** Candidates that stay after all, and what for. */
  readonly stays: ReadonlyMap<Unit, 'min-keep' | 'refused-last'>
}

/**
 * Keeps the newest named candidates, with their tags, until `min-keep` named units stay, and foresees what GitHub refuses:
 * the last tagged version of a container package (digest-derived tags count, as far as is known) and the last version of any
 * package. `losesNames` says of a unit that `partial-tags: untag` would take all its names.
 */
export function applyMinKeep(
  units: Units,
  closure: (stays: ReadonlySet<Unit>) => Closure,
  losesNames: (unit: Unit) => boolean,
  minKeep: number,
  type: PackageType,
  emptyIsAllowed: boolean
): MinKeepResult {
  const stays = new Map<Unit, 'min-keep' | 'refused-last'>()
  const isNamed = (unit: Unit): boolean => unit.names.length > 0 && unit.state !== 'ghost' && !isLeftover(unit)
  let closed = closure(new Set())
  const goes = (unit: Unit): boolean => closed.deleted.has(unit.root)
  const loses = (unit: Unit): boolean => goes(unit) || (!stays.has(unit) && losesNames(unit))
  const losing = units.units.filter((unit) => isNamed(unit) && loses(unit)).sort(newestUnitFirst)
  const named = (): number => units.units.filter((unit) => isNamed(unit) && !loses(unit)).length
  let kept = named()
  for (const unit of losing) {
    if (kept >= minKeep) break
    // With one unit that stays, those that it reaches stay too.
    if (!loses(unit)) continue
    stays.set(unit, 'min-keep')
    if (!ownsNamed(unit)) kept += 1
    else {
      closed = closure(new Set(stays.keys()))
      kept = named()
    }
  }
  if (stays.size > 0) closed = closure(new Set(stays.keys()))
  if (emptyIsAllowed && closed.deleted.size === units.nodes.length) return { stays }
  const refused = lastOf(units, closed, type, (unit) => loses(unit) && !goes(unit))
  if (refused !== undefined) stays.set(refused, 'refused-last')
  return { stays }
}

/** The newest unit that GitHub would refuse to delete as the last of its kind, or whose last tag it would refuse to take. */
function lastOf(
  { units, nodes }: Units,
  { deleted }: Closure,
  type: PackageType,
  isStripped: (unit: Unit) => boolean
): Unit | undefined {
  const newest = (fits: (unit: Unit) => boolean): Unit | undefined => [...units].sort(newestUnitFirst).find(fits)
  const goes = ({ root }: Unit): boolean => deleted.has(root)
  if (type === 'container' || type === 'docker') {
    const tagged = nodes.filter(({ version }) => version.tags.length > 0)
    const stripped = new Set(units.filter(isStripped).map(({ root }) => root))
    const keepsTag = (node: Node): boolean =>
      !deleted.has(node) && !(stripped.has(node) && node.version.tags.length === node.names.length)
    if (tagged.length > 0 && !tagged.some(keepsTag)) {
      return (
        newest((unit) => unit.names.length > 0 && (goes(unit) || isStripped(unit))) ??
        newest((unit) => goes(unit) && [...unit.members].some(({ version }) => version.tags.length > 0))
      )
    }
  }
  return deleted.size === nodes.length ? newest(goes) : undefined
}

/** More units than `max-delete` allows: nothing goes in that package. */
export function checkMaxDelete(limit: Policy['maxDelete'], going: number, all: number): Violation | undefined {
  if (limit === undefined) return undefined
  const allowed = 'units' in limit ? limit.units : (all * limit.percent) / 100
  if (going <= allowed) return undefined
  const said = 'units' in limit ? unitsText(limit.units) : `${limit.percent}% of ${unitsText(all)}`
  return {
    code: 'max-delete',
    message: `${unitsText(going)} would be deleted; max-delete allows ${said}. Nothing is deleted in this package.`
  }
}

export function newestUnitFirst(a: Unit, b: Unit): number {
  return (b.time ?? 0) - (a.time ?? 0) || b.root.version.id - a.root.version.id
}

const unitsText = (count: number): string => `${count} ${count === 1 ? 'unit' : 'units'}`
