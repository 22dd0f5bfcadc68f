import { type PackageReport, type Report, type RestoreItem, untouched } from '../../domain/outcome.js'
import { packageKey } from '../../domain/package.js'
import { counted, number } from '../../domain/visible.js'
import { isNamed } from './naming.js'

/** Failures stand first, because somebody has to act. Then tags that moved. */
const ORDER: readonly RestoreItem['kind'][] = [
  'failed',
  'incomplete',
  'conflict',
  'expired',
  'deferred',
  'retagged',
  'would-retag',
  'restored',
  'would-restore',
  'already-active'
]

/** Kinds of items that were asked for and are not there. */
const TROUBLE: ReadonlySet<RestoreItem['kind']> = new Set(['failed', 'incomplete', 'conflict', 'expired'])
export const isTrouble = (kind: RestoreItem['kind']): boolean => TROUBLE.has(kind)

/** Sorts by kind; within a kind, versions with a name stand first. */
export function troubleFirst(items: readonly RestoreItem[]): readonly RestoreItem[] {
  const isUnnamed = ({ version }: RestoreItem): number => Number(version !== undefined && !isNamed(version))
  return items.toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || isUnnamed(a) - isUnnamed(b))
}

/** The version of an item, or its package. */
export const itemKey = ({ package: ref, version }: RestoreItem): string => `${packageKey(ref)} ${version?.id ?? ''}`

/** The items of one package. */
export function itemsOf(each: Pick<PackageReport, 'package'>, { restored }: Report): readonly RestoreItem[] {
  return restored.filter((item) => packageKey(item.package) === packageKey(each.package))
}

/** The packages of the report, and those that only something restored names. */
export function packagesOf({ packages, restored }: Report): readonly PackageReport[] {
  const byKey = new Map(packages.map((each) => [packageKey(each.package), each]))
  for (const { package: ref } of restored) {
    const key = packageKey(ref)
    if (!byKey.has(key)) byKey.set(key, untouched(ref))
  }
  return [...byKey.values()]
}

/** `9 of 9 versions`, or `no version`; in a dry run how many would come back. Whole packages have words of their own. */
export function restoredText(items: readonly RestoreItem[], dryRun: boolean): string {
  const { versions, packages } = tally(items)
  const parts = [
    ...(versions.planned > 0 ? [shareOf(versions, 'version', dryRun)] : []),
    ...(packages.planned > 0 ? [shareOf(packages, 'whole package', dryRun)] : [])
  ]
  return parts.length === 0 ? 'no version' : parts.join(' and ')
}

/** `3 versions are active already`, or packages, where that is all that a restore found. */
export function activeAlready(items: readonly RestoreItem[]): string | undefined {
  if (items.length === 0 || items.some(({ kind }) => kind !== 'already-active')) return undefined
  const count = new Set(items.map(itemKey)).size
  const noun = items.some(({ version }) => version !== undefined) ? 'version' : 'package'
  return `${counted(count, noun)} ${count === 1 ? 'is' : 'are'} active already`
}

/** Counts everything but the restored versions, in a few words each: `1 tag left on another version`. */
export function restoreAside(items: readonly RestoreItem[]): readonly string[] {
  const { tags, failed, incomplete, expired, deferred, unchecked } = tally(items)
  const parts = [
    [tags.elsewhere, counted(tags.elsewhere, 'tag left on another version', 'tags left on other versions')],
    [tags.failed, `${counted(tags.failed, 'tag')} could not be put back`],
    [failed, `${number(failed)} failed`],
    [incomplete, `${number(incomplete)} incomplete`],
    [expired, `${number(expired)} deleted more than 30 days ago`],
    [deferred, `${number(deferred)} left for the next run`],
    [unchecked, `${counted(unchecked, 'package')} could not be looked at again`]
  ] as const
  return parts.filter(([count]) => count > 0).map(([, text]) => text)
}

interface Share {
  planned: number
  /** Restored, or would be. */
  done: number
}

function shareOf({ planned, done }: Share, noun: string, dryRun: boolean): string {
  return dryRun && done === planned ? counted(planned, noun) : `${number(done)} of ${counted(planned, noun)}`
}

/** Counts versions, tags and packages apart. */
function tally(items: readonly RestoreItem[]) {
  const cameBack = new Set(
    items
      .filter(({ kind, version }) => version !== undefined && (kind === 'restored' || kind === 'already-active'))
      .map(itemKey)
  )
  const inPart = new Set(
    items.filter(({ version }) => version !== undefined).map(({ package: ref }) => packageKey(ref))
  )
  const sum = {
    versions: { planned: 0, done: 0 },
    packages: { planned: 0, done: 0 },
    tags: { elsewhere: 0, failed: 0 },
    failed: 0,
    incomplete: 0,
    expired: 0,
    deferred: 0,
    unchecked: 0
  }
  for (const item of items) {
    const { kind, version } = item
    if (kind === 'retagged' || kind === 'would-retag' || kind === 'already-active') continue
    if (kind === 'incomplete') sum.incomplete += 1
    else if (kind === 'conflict') sum.tags.elsewhere += 1
    else if (kind === 'failed' && cameBack.has(itemKey(item))) sum.tags.failed += 1
    else if (version === undefined && item.whole === undefined) {
      if (kind === 'deferred') sum.deferred += 1
      else if (inPart.has(packageKey(item.package))) sum.unchecked += 1
      else sum.failed += 1
    } else {
      const share = version === undefined ? sum.packages : sum.versions
      share.planned += 1
      if (kind === 'restored' || kind === 'would-restore') share.done += 1
      else sum[kind] += 1
    }
  }
  return sum
}
