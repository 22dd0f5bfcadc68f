import type { PackageReport, Report } from '../../domain/outcome.js'
import { clip, plainJson, visible } from '../../domain/visible.js'
import { addCounts, type Counts, countPackage, countReport, countRestored, versionsIn } from './counts.js'
import { explanationFacts, versionFacts } from './explanationFacts.js'
import { itemsOf, packagesOf } from './restoreResult.js'
import { failureText, resultText } from './result.js'

/** All outputs of a job share 1 MB, which GitHub estimates in UTF-16: about 500,000 characters. */
const SUMMARY_LENGTH = 65_536
const DELETED_LENGTH = 131_072
const MATRIX_LENGTH = 65_536
/** Jobs in one matrix. */
const MOST_JOBS = 256

export type RunOutput = keyof ReturnType<typeof reportOutputs>

/** The outputs for later steps. Counts are of versions; in a dry run only planned and kept are above 0. */
export function reportOutputs(report: Report) {
  const counts = countReport(report)
  const real = (count: number): string => String(report.dryRun ? 0 : count)
  const deleted = boundedList(deletedVersions(report), DELETED_LENGTH)
  const include = matrixOf(report)
  const changed = counts.deleted + counts.removedTags + counts.restored + counts.retagged > 0
  return {
    'planned-count': String(counts.planned),
    'deleted-count': real(counts.deleted),
    'removed-tags-count': real(counts.removedTags),
    'kept-count': keptByPlan(report),
    'restored-count': real(counts.restored),
    'refused-count': real(counts.refused),
    'deferred-count': real(counts.deferred),
    'failed-count': real(counts.failed),
    changed: String(!report.dryRun && changed),
    'plan-file': report.planFile ?? '',
    'receipt-file': report.receiptFile ?? '',
    'report-file': report.reportFile ?? '',
    summary: summaryJson(report, counts, deleted.left, include.left),
    deleted: deleted.json,
    matrix: `{"include":${include.json}}`
  }
}

function matrixOf(report: Report): BoundedList {
  const jobs = report.operation === 'packages' ? report.packages.map(({ package: each }) => matrixRow(each)) : []
  const include = boundedList(jobs.slice(0, MOST_JOBS), MATRIX_LENGTH - 20)
  return { ...include, left: jobs.length - include.count }
}

/** Warns of packages for which the matrix has no room; `undefined` if it has them all. */
export function outputsWarning(report: Report): string | undefined {
  const { left, count } = matrixOf(report)
  if (left === 0) return undefined
  return `The output matrix has ${count} packages, which is all that it may hold; ${left} more are not in it. Split them by package-type or package-name.`
}

/** Counts every version that the plan does not delete now; a dry run and a real run give the same number. */
function keptByPlan({ packages }: Report): string {
  const { total, planned } = addCounts(packages.map(countPackage))
  return String(total - planned)
}

function summaryJson(report: Report, counts: Counts, deletedLeft: number, matrixLeft: number): string {
  const packages = packagesOf(report).map((each) => packageSummary(each, report))
  const failure = failureText(report)
  const head = {
    version: 1,
    operation: report.operation,
    dryRun: report.dryRun,
    result: clip(visible(resultText(report)), 1000),
    ...(failure !== undefined && { failure: clip(failure, 4000) }),
    ...(report.stopped !== undefined && { stopped: clip(visible(report.stopped), 300) }),
    // A list of packages has planned nothing: its versions are GitHub's own count.
    ...(report.operation !== 'packages' && { counts: forDryRun(counts, report.dryRun) }),
    deletedTruncated: deletedLeft > 0,
    matrixTruncated: matrixLeft > 0
  }
  const left = SUMMARY_LENGTH - plainJson(head).length - 160
  const list = boundedList(packages, left)
  const answer = answerOf(report, left - list.json.length)
  const json = plainJson({ ...head, packagesLeftOut: list.left }).slice(0, -1)
  return `${json},"packages":${list.json}${answer}}`
}

/** The explanations, or the versions that can be restored, as many as there is room for. */
function answerOf({ operation, explained, restorable }: Report, room: number): string {
  if (operation === 'explain') {
    const list = boundedList((explained ?? []).map(explanationFacts), room)
    return `,"explained":${list.json},"explainedLeftOut":${list.left}`
  }
  if (restorable === undefined) return ''
  const items = restorable.map(({ package: { owner, type, name }, version }) => ({
    package: { owner, type, name },
    version: versionFacts(version)
  }))
  const list = boundedList(items, room)
  return `,"restorable":${list.json},"restorableLeftOut":${list.left}`
}

function packageSummary(report: PackageReport, whole: Report): object {
  const { owner, type, name } = report.package
  return {
    owner,
    type,
    name,
    ...(whole.operation === 'packages'
      ? { ...('versionCount' in report.package && { versions: report.package.versionCount }) }
      : { counts: forDryRun(countIn(report, whole), whole.dryRun) }),
    ...(report.failure !== undefined && {
      failure: { code: report.failure.code, message: clip(visible(report.failure.message), 500) }
    }),
    ...((report.plan?.violations.length ?? 0) > 0 && {
      violations: report.plan?.violations.map(({ message }) => clip(visible(message), 300))
    })
  }
}

function countIn(report: PackageReport, whole: Report): Counts {
  return whole.operation === 'restore' ? countRestored(itemsOf(report, whole)) : countPackage(report)
}

function forDryRun(counts: Counts, dryRun: boolean): Partial<Counts> {
  const { total, planned, plannedTags, kept, deferred, blocked } = counts
  return dryRun ? { total, planned, plannedTags, kept, deferred, blocked } : counts
}

function deletedVersions(report: Report): readonly object[] {
  return report.packages.flatMap((each) =>
    each.outcomes
      .filter(({ kind }) => kind === 'done')
      .flatMap(({ step }) => versionsIn(step, each.plan))
      .map(({ name, tags }) => ({ package: each.package.name, name, tags }))
  )
}

function matrixRow(each: PackageReport['package']): object {
  const versions = 'versionCount' in each ? each.versionCount : undefined
  return { 'package-name': each.name, 'package-type': each.type, owner: each.owner, versions: versions ?? 0 }
}

interface BoundedList {
  readonly json: string
  readonly count: number
  /** Items that had no room. */
  readonly left: number
}

/** A JSON array of at most `length` characters. It has whole items only, and counts those that do not fit. */
function boundedList(items: readonly object[], length: number): BoundedList {
  const parts: string[] = []
  let used = 2
  for (const item of items) {
    const json = plainJson(item)
    if (used + json.length + 1 > length) break
    parts.push(json)
    used += json.length + 1
  }
  return { json: `[${parts.join(',')}]`, count: parts.length, left: items.length - parts.length }
}
