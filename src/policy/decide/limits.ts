import type { Violation } from '../../domain/plan.js'
import type { Policy } from '../../domain/policy.js'
import { counted } from '../../domain/visible.js'
import { ownsNamed } from '../graph/closure.js'
import type { Node } from '../graph/graph.js'
import { newestUnitFirst, type Unit, type UnitGraph } from '../graph/units.js'
import { isLeftover } from './leftover.js'

/** Why a unit that the rules would delete is kept. */
export type SparedUnits = ReadonlyMap<Unit, 'min-keep' | 'refused-last'>

/**
 * Keeps the newest named candidates, with their tags, until `min-keep` named units are kept, and foresees what GitHub refuses:
 * to delete the last tagged version of a container package (digest-derived tags count, as far as is known) and the last version
 * of any package. `deletedWithout`: the versions that are deleted if these units are kept; `losesNames`: whether
 * `partial-tags: untag` would take all names of a unit.
 */
export function applyMinKeep(
  graph: UnitGraph,
  deletedWithout: (spared: Pick<SparedUnits, 'has'>) => ReadonlySet<Node>,
  losesNames: (unit: Unit) => boolean,
  minKeep: number
): SparedUnits {
  const spared = new Map<Unit, 'min-keep' | 'refused-last'>()
  const isNamed = (unit: Unit): boolean => unit.names.length > 0 && unit.state !== 'ghost' && !isLeftover(unit)
  let deleted = deletedWithout(spared)
  const isDeleted = (unit: Unit): boolean => deleted.has(unit.root)
  const loses = (unit: Unit): boolean => isDeleted(unit) || (!spared.has(unit) && losesNames(unit))
  const losing = graph.units.filter((unit) => isNamed(unit) && loses(unit)).sort(newestUnitFirst)
  const named = (): number => graph.units.filter((unit) => isNamed(unit) && !loses(unit)).length
  let kept = named()
  for (const unit of losing) {
    if (kept >= minKeep) break
    // With a unit that is kept, the units that it reaches are kept too.
    if (!loses(unit)) continue
    spared.set(unit, 'min-keep')
    if (!ownsNamed(unit)) kept += 1
    else {
      deleted = deletedWithout(spared)
      kept = named()
    }
  }
  if (spared.size > 0) deleted = deletedWithout(spared)
  const refused = lastOf(graph, deleted, (unit) => loses(unit) && !isDeleted(unit))
  if (refused !== undefined) spared.set(refused, 'refused-last')
  return spared
}

/** The newest unit that GitHub would refuse to delete as the last of its kind, or whose last tag it would refuse to take. */
function lastOf(
  { units, nodes }: UnitGraph,
  deleted: ReadonlySet<Node>,
  isStripped: (unit: Unit) => boolean
): Unit | undefined {
  // To spare a replaced fallback index keeps nothing: it would be deleted with what it follows.
  const newestFirst = units.filter(({ root }) => !root.follows).sort(newestUnitFirst)
  const isDeleted = ({ root }: Unit): boolean => deleted.has(root)
  const tagged = nodes.filter(({ version }) => version.tags.length > 0)
  const stripped = new Set(units.filter(isStripped).map(({ root }) => root))
  const keepsTag = (node: Node): boolean =>
    !deleted.has(node) && !(stripped.has(node) && node.version.tags.length === node.names.length)
  if (tagged.length > 0 && !tagged.some(keepsTag)) {
    return (
      newestFirst.find((unit) => unit.names.length > 0 && (isDeleted(unit) || isStripped(unit))) ??
      newestFirst.find((unit) => isDeleted(unit) && [...unit.members].some(({ version }) => version.tags.length > 0))
    )
  }
  return deleted.size === nodes.length ? newestFirst.find(isDeleted) : undefined
}

/** The violation if more units would be deleted than `max-delete` allows. */
export function checkMaxDelete(limit: Policy['maxDelete'], deleted: number, all: number): Violation | undefined {
  if (limit === undefined) return undefined
  const allowed = 'units' in limit ? limit.units : (all * limit.percent) / 100
  if (deleted <= allowed) return undefined
  const limitText = 'units' in limit ? counted(limit.units, 'unit') : `${limit.percent}% of ${counted(all, 'unit')}`
  return {
    code: 'max-delete',
    message: `${counted(deleted, 'unit')} would be deleted; max-delete allows ${limitText}. Nothing is deleted in this package.`
  }
}
