import type { OutcomeKind, PackageReport, Report, RestoreItem } from '../../domain/outcome.js'
import { packageKey } from '../../domain/package.js'
import type { PackagePlan, Step } from '../../domain/plan.js'
import { isTrouble } from './restoreResult.js'

/** All count versions, but for those whose name ends in `Tags` and `retagged`, which count tags. */
export interface Counts {
  readonly total: number
  readonly planned: number
  /** Tags that the plan takes off versions that it keeps. */
  readonly plannedTags: number
  /** By the plan; what it leaves for later is not among them. */
  readonly kept: number
  readonly deleted: number
  /** By `restore`, or undone by the final check. */
  readonly restored: number
  readonly refused: number
  /** By the plan (`delete-limit`, a recent push that cannot be read yet), or because the run ended first. */
  readonly deferred: number
  readonly failed: number
  /** A re-check found other facts, or a step that this one waits for did not succeed. */
  readonly skipped: number
  readonly alreadyGone: number
  /** Would be deleted, but `max-delete` stops the package. */
  readonly blocked: number
  /** Tags taken off versions that are kept. */
  readonly removedTags: number
  /** Tags that `restore` put back, or would. */
  readonly retagged: number
}

const NOTHING: Counts = {
  total: 0,
  planned: 0,
  plannedTags: 0,
  kept: 0,
  deleted: 0,
  restored: 0,
  refused: 0,
  deferred: 0,
  failed: 0,
  skipped: 0,
  alreadyGone: 0,
  blocked: 0,
  removedTags: 0,
  retagged: 0
}

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

/** What a plan would do, before anything of it is done. */
export const countPlan = (plan: PackagePlan): Counts =>
  countPackage({ package: plan.package, plan, outcomes: [], notices: [] })

export function countPackage(report: PackageReport): Counts {
  const counts: Record<keyof Counts, number> = { ...NOTHING }
  const { plan } = report
  if (plan !== undefined) {
    for (const { verdict, heldBy, reasons } of plan.decisions) {
      counts.total += 1
      if (heldBy === 'max-delete') counts.blocked += 1
      else if (heldBy === 'delete-limit' || reasons[0]?.code === 'deferred') counts.deferred += 1
      else if (verdict === 'keep') counts.kept += 1
    }
    counts.planned = plannedVersions(plan)
    counts.plannedTags = plan.steps.filter(({ kind }) => kind === 'untag').length
  }
  for (const { step, kind } of report.outcomes) {
    const versions = versionsIn(step, plan)
    counts[COUNTED_AS[kind]] += versions
    if (kind === 'done' && step.kind === 'untag') counts.removedTags += 1
  }
  return counts
}

/** Versions that are among the skipped because a step that they wait for did not succeed. */
export function blockedVersions(report: Report): number {
  const blocked = report.packages.flatMap(({ plan, outcomes }) =>
    outcomes.filter(({ kind }) => kind === 'blocked').map(({ step }) => versionsIn(step, plan))
  )
  return blocked.reduce((a, b) => a + b, 0)
}

/** Sums over all packages, and what `restore` did. */
export function countReport(report: Report): Counts {
  return addCounts([...report.packages.map(countPackage), countRestored(report.restored)])
}

export function addCounts(all: readonly Counts[]): Counts {
  const sum: Record<keyof Counts, number> = { ...NOTHING }
  for (const counts of all) for (const key of Object.keys(counts) as (keyof Counts)[]) sum[key] += counts[key]
  return sum
}

/** Items of tags and of parts: their versions are there, or have items of their own. */
const BESIDE: ReadonlySet<RestoreItem['kind']> = new Set(['retagged', 'would-retag', 'conflict', 'incomplete'])

/** A tag that now names something else and a version past its 30 days are failures: what was asked for is not there. */
export function countRestored(items: readonly RestoreItem[]): Counts {
  const counts = { ...NOTHING }
  const seen = new Set<string>()
  for (const { kind, package: ref, version } of items) {
    // A version that came back without one of its tags has an item for each.
    const key = `${packageKey(ref)} ${version?.id ?? ''}`
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

/** Versions in the steps of a package; none if a limit stops it. */
export function plannedVersions(plan: PackagePlan): number {
  return plan.steps.reduce((sum, step) => sum + versionsIn(step, plan), 0)
}

/** A package deletion takes every version that the plan deletes; an untag takes none. */
export function versionsIn(step: Step, plan: PackagePlan | undefined): number {
  if (step.kind === 'untag') return 0
  if (step.kind === 'delete') return 1
  return plan?.decisions.filter(({ verdict }) => verdict === 'delete').length ?? 0
}
