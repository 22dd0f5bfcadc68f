import type { Gap, Inventory } from '../../domain/inventory.js'
import type { Reason } from '../../domain/plan.js'
import type { VersionScheme } from '../../pattern/versionOrder.js'
import type { Unit } from '../graph/units.js'
import { pullRequestNumbers } from './pullRequests.js'

type UnreadableReason = Extract<Reason, { code: 'unreadable' }>

/** Kinds of gaps that may protect any name. */
const isWhole = (kind: Gap['kind']): kind is 'releases' | 'git-tags' | 'branches' | 'deployments' =>
  ['releases', 'git-tags', 'branches', 'deployments'].includes(kind)

/** Fail closed: what could not be read protects every name that it might have protected. `template`: of `open-pull-requests`. */
export function unreadableNames(
  { gaps, package: { type } }: Inventory,
  units: readonly Unit[],
  scheme: VersionScheme,
  template: string | undefined
): (name: string) => UnreadableReason | undefined {
  const whole = gaps.flatMap(({ kind }) => (isWhole(kind) ? [kind] : []))[0]
  const numbers =
    template !== undefined && gaps.some(({ kind }) => kind === 'open-pull-requests')
      ? pullRequestNumbers(template, type)
      : undefined
  const standIns = gaps.some(({ kind }) => kind === 'dist-tags') ? distTagStandIns(units, scheme) : undefined
  return (name) => {
    if (whole !== undefined) return { code: 'unreadable', name, what: whole }
    if (numbers !== undefined && numbers(name).length > 0)
      return { code: 'unreadable', name, what: 'open-pull-requests' }
    if (standIns?.has(name)) return { code: 'unreadable', name, what: 'dist-tags' }
    return undefined
  }
}

/** The highest release and the newest version: the likeliest dist-tags if the packument cannot be read. */
function distTagStandIns(units: readonly Unit[], scheme: VersionScheme): ReadonlySet<string> {
  const [newest] = units.toSorted((a, b) => (b.time ?? 0) - (a.time ?? 0))
  const [highest] = units
    .flatMap((unit) => unit.names.flatMap((name) => scheme.parse(name) ?? []))
    .filter((version) => !version.prerelease)
    .sort((a, b) => scheme.compare(b, a))
  return new Set([...(newest?.names ?? []), ...(highest === undefined ? [] : [highest.text])])
}
