import type { OutcomeKind, PackageReport, Report, RestoreItem } from '../../domain/outcome.js'
import type { PackagePlan, Step } from '../../domain/plan.js'
import type { Version } from '../../domain/version.js'
import { isTrouble, itemKey } from './restoreResult.js'

/** Each counts versions, except that `retagged` and names that end in `Tags` count tags. */
const COUNTED = [
  'total',
  'planned',
  /** Tags that the plan takes off versions that it keeps. */
  'plannedTags',
  /** By the plan, without the versions that it leaves for later. */
  'kept',
  'deleted',
  /** By `restore`, or undone by the final check. */
  'restored',
  'refused',
  /** By the plan (`delete-limit`, a recent push that cannot be read yet), or because the run ended first. */
  'deferred',
  'failed',
  /** A re-check found other facts, or a step that this one waits for did not succeed. */
  'skipped',
  'alreadyGone',
  /** Would be deleted, but `max-delete` stops the package. */
  'blocked',
  /** Tags taken off versions that are kept. */
  'removedTags',
  /** Tags that `restore` put back, or would. */
  'retagged'
] as const
export type Counts = Readonly<Record<(typeof COUNTED)[number], number>>

const zeros = () => Object.fromEntries(COUNTED.map((key) => [key, 0])) as Record<keyof Counts, number>

const COUNTED_AS: Readonly<Record<OutcomeKind, keyof Counts>> = {
  done: 'deleted',
  'already-gone': 'alreadyGone',
  changed: 'skipped',
  'refused-downloads': 'refused',
  'refused-last': 'refused',
  blocked: 'skipped',
  deferred: 'deferred',
  restored: 'restored',
  failed: 'failed'
}

/** Counts of a plan that is not executed yet. */
export const countPlan = (plan: PackagePlan): Counts =>
  countPackage({ package: plan.package, plan, outcomes: [], notices: [] })

export function countPackage(report: PackageReport): Counts {
  const counts = zeros()
  const { plan } = report
  if (plan !== undefined) {
    for (const { verdict, heldBy, reasons } of plan.decisions) {
      counts.total += 1
      if (heldBy === 'max-delete') counts.blocked += 1
      else if (heldBy === 'delete-limit' || reasons[0]?.code === 'deferred') counts.deferred += 1
      else if (verdict === 'keep') counts.kept += 1
    }
    counts.planned = plan.steps.flatMap((step) => versionsIn(step, plan)).length
    counts.plannedTags = plan.steps.filter(({ kind }) => kind === 'untag').length
  }
  for (const { step, kind } of report.outcomes) {
    counts[COUNTED_AS[kind]] += versionsIn(step, plan).length
    if (kind === 'done' && step.kind === 'untag') counts.removedTags += 1
  }
  return counts
}

/** Versions that are among the skipped because a step that they wait for did not succeed. */
export function blockedVersions(report: Report): number {
  return report.packages.flatMap(({ plan, outcomes }) =>
    outcomes.filter(({ kind }) => kind === 'blocked').flatMap(({ step }) => versionsIn(step, plan))
  ).length
}

/** Sums of all packages and of the restored items. */
export function countReport(report: Report): Counts {
  return addCounts([...report.packages.map(countPackage), countRestored(report.restored)])
}

export function addCounts(all: readonly Counts[]): Counts {
  const sum = zeros()
  for (const counts of all) for (const key of COUNTED) sum[key] += counts[key]
  return sum
}

/** Items of tags and of parts: their versions are there, or have items of their own. */
const BESIDE: ReadonlySet<RestoreItem['kind']> = new Set(['retagged', 'would-retag', 'conflict', 'incomplete'])

/** A tag that names another version now and a version past its 30 days count as failed: they were asked for and are not there. */
export function countRestored(items: readonly RestoreItem[]): Counts {
  const counts = zeros()
  const seen = new Set<string>()
  for (const item of items) {
    const { kind, version } = item
    // A version that came back without one of its tags has an item for each.
    const key = itemKey(item)
    const first = version === undefined || !seen.has(key)
    if (!BESIDE.has(kind) && kind !== 'already-active') {
      if (first) counts.planned += 1
      seen.add(key)
    }
    if (kind === 'restored') counts.restored += 1
    else if (kind === 'retagged' || kind === 'would-retag') counts.retagged += 1
    else if (kind === 'deferred') counts.deferred += 1
    else if (isTrouble(kind)) counts.failed += 1
  }
  return counts
}

/** The versions that a step deletes: a package deletion takes every version that the plan deletes, an untag none. */
export function versionsIn(step: Step, plan: PackagePlan | undefined): readonly Version[] {
  if (step.kind === 'untag') return []
  if (step.kind === 'delete') return [step.version]
  return (plan?.decisions ?? []).filter(({ verdict }) => verdict === 'delete').map(({ version }) => version)
}
