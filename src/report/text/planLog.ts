import { withRemedy } from '../../domain/failure.js'
import type { Outcome, OutcomeKind, PackageReport, Report, RestoreItem } from '../../domain/outcome.js'
import { packageKey } from '../../domain/package.js'
import type { PackagePlan, Plan, Step } from '../../domain/plan.js'
import { counted, number } from '../../domain/visible.js'
import { addCounts, countPackage, countPlan } from './counts.js'
import { logText } from './escape.js'
import { explanationLines } from './explainText.js'
import { heldText } from './held.js'
import { bytesText, labelWithDigest, nameOfIn, shortDigest, versionText } from './naming.js'
import { type NumberColumn, numberColumns } from './packageNumbers.js'
import { groupPlan, type Row, type RowGroup } from './planGroups.js'
import { protectionsText } from './protections.js'
import { type NameOf, reasonsText } from './reason.js'
import { activeAlready, itemsOf, packagesOf, restoreAside, restoredText, troubleFirst } from './restoreResult.js'
import { plannedText, requestsText, resultText, violationText } from './result.js'

/** The web view of a log grows slow with long groups. */
const MOST_LINES = 1000

/** The log lines below the title of one package plan. Each begins with a fixed word, so that people can search for it. */
export function planLines(plan: PackagePlan, dryRun: boolean): readonly string[] {
  const nameOf = nameOfIn(plan.decisions)
  const verb = dryRun || plan.violations.length > 0 ? 'Would delete' : 'Delete'
  const groups = groupPlan(plan)
  const room = Math.max(1, Math.floor(MOST_LINES / Math.max(1, groups.length)))
  return [
    ...plan.violations.map((violation) => `Stopped: ${logText(violationText(violation))}`),
    ...groups.flatMap((group) => groupLines(group, verb, room, nameOf)),
    ...untagLines(plan, dryRun),
    ...heldText(plan).map((text) => `Held ${logText(text)}`),
    ...protectionsText(plan),
    ...untaggedLine(plan)
  ]
}

/** `Plan for container/octo-org/app: 34 of 120 versions to delete, 2 tags to remove, 86 kept, about 1.2 GB freed` */
export function planTitle(plan: PackagePlan): string {
  const { planned, plannedTags, kept, deferred, blocked, total } = countPlan(plan)
  const parts = [
    `${number(planned)} of ${counted(total, 'version')} to delete`,
    ...(plannedTags === 0 ? [] : [`${counted(plannedTags, 'tag')} to remove`]),
    ...(deferred === 0 ? [] : [`${number(deferred)} left for the next run`]),
    ...(blocked === 0 ? [] : [`${number(blocked)} stopped by max-delete`]),
    `${number(kept)} kept`,
    ...(plan.freed === undefined || planned === 0 ? [] : [`about ${bytesText(plan.freed)} freed`])
  ]
  return `Plan for ${logText(packageKey(plan.package))}: ${parts.join(', ')}`
}

function groupLines(group: RowGroup, deletes: string, room: number, nameOf: NameOf): readonly string[] {
  const verb = group.verdict === 'delete' ? deletes : 'Keep'
  const shown = group.rows.slice(0, room)
  const left = group.rows.length - shown.length
  return [
    `${verb} ${counted(group.versions, 'version')}: ${logText(group.title)}`,
    ...shown.map((row) => `  ${verb} ${rowText(row, nameOf)}`),
    ...(left > 0 ? [`  ${verb} ${left} more, in the plan file`] : [])
  ]
}

function rowText({ decision, members }: Row, nameOf: NameOf): string {
  const with_ = members === 0 ? '' : ` with ${counted(members, 'member')}`
  return `${logText(labelWithDigest(decision.version))}${with_}: ${logText(reasonsText(decision, nameOf))}`
}

function untagLines(plan: PackagePlan, dryRun: boolean): readonly string[] {
  const untags = plan.steps.filter((step) => step.kind === 'untag')
  const verb = dryRun ? 'Would remove tag' : 'Remove tag'
  const shown = untags
    .slice(0, MOST_LINES)
    .map(({ tag, version }) => `${verb} ${logText(tag)} from ${shortDigest(version.name)}`)
  return untags.length > shown.length
    ? [...shown, `${verb} ${untags.length - shown.length} more, in the plan file`]
    : shown
}

/** Where nothing is deleted, people look for the untagged versions that GitHub's page shows. */
function untaggedLine({ decisions, steps }: PackagePlan): readonly string[] {
  if (steps.length > 0) return []
  const members = decisions.filter(
    ({ version, reasons }) =>
      version.tags.length === 0 && reasons.some(({ code }) => code === 'part-of' || code === 'refers-to')
  )
  return members.length === 0
    ? []
    : [`Untagged ${counted(members.length, 'version')} without a tag: part of what is kept, and deleted only with it`]
}

/** The head of a run: owner, time and policy. */
export function headerLines(plan: Plan, dryRun: boolean): readonly string[] {
  return [
    `Owner ${logText(plan.owner)}`,
    `Time ${new Date(plan.now).toISOString()}`,
    `Policy sha256:${plan.policyHash}`,
    ...(dryRun ? ['Dry run: nothing will be changed'] : []),
    `Planned ${plannedText(addCounts(plan.packages.map(countPlan)), `in ${counted(plan.packages.length, 'package')}`)}`
  ]
}

const OUTCOME_WORDS: Readonly<Record<OutcomeKind, string>> = {
  done: 'Deleted',
  'already-gone': 'Already deleted',
  changed: 'Skipped',
  'refused-downloads': 'Refused',
  'refused-last': 'Refused',
  blocked: 'Skipped',
  deferred: 'Deferred',
  restored: 'Restored',
  failed: 'Failed'
}

/** `Deleted v1.0.0 (version 12)`: one line for one outcome, while it runs. */
export function outcomeLine({ step, kind, message }: Outcome): string {
  const word = kind === 'done' && step.kind === 'untag' ? 'Removed tag' : OUTCOME_WORDS[kind]
  const blocked = kind === 'blocked' ? ': a step before it did not succeed' : ''
  return `${word} ${logText(stepText(step))}${blocked}${message === undefined ? '' : `: ${logText(message)}`}`
}

function stepText(step: Step): string {
  switch (step.kind) {
    case 'delete':
      return versionText(step.version)
    case 'untag':
      return `${step.tag} from ${shortDigest(step.version.name)}`
    case 'delete-package':
      return 'the whole package'
  }
}

/** The log lines below the title of a restore: the result of each version, tag and package, failures first. */
export function restoreLines(items: readonly RestoreItem[]): readonly string[] {
  const shown = troubleFirst(items).slice(0, MOST_LINES).map(restoreLine)
  return items.length > shown.length ? [...shown, `And ${items.length - shown.length} more, on the report page`] : shown
}

/** `Would restore 3 versions` */
export function restoreTitle(items: readonly RestoreItem[], dryRun: boolean): string {
  const active = activeAlready(items)
  if (active !== undefined) return `Nothing to restore: ${active}`
  return `${dryRun ? 'Would restore' : 'Restored'} ${restoredText(items, dryRun)}`
}

/** The result of one item of a restore. */
function restoreLine(item: RestoreItem): string {
  const { package: ref, version, kind } = item
  const words = {
    restored: 'Restored',
    'would-restore': 'Would restore',
    'already-active': 'Active already',
    retagged: 'Tagged again',
    'would-retag': 'Would tag again',
    conflict: 'Conflict',
    incomplete: 'Incomplete',
    expired: 'Expired',
    failed: 'Failed',
    deferred: 'Deferred'
  }
  const what = version === undefined ? 'the package' : versionText(version)
  const text = withRemedy(item)
  const why = text === '' ? '' : `: ${logText(text)}`
  return `${words[kind]} ${logText(packageKey(ref))} ${logText(what)}${why}`
}

/** The last lines of a run: one for each package, then the result. */
export function resultLines(report: Report): readonly string[] {
  const files = [
    ['Plan file', report.planFile],
    ['Receipt', report.receiptFile],
    ['Report page', report.reportFile]
  ] as const
  const explained = (report.explained ?? []).flatMap((each) => explanationLines(each).map(logText))
  const requests = requestsText(report)
  return [
    ...packageLines(report),
    ...explained,
    ...(requests === undefined ? [] : [`Requests ${requests}`]),
    ...files.flatMap(([word, path]) => (path === undefined ? [] : [`${word} ${logText(path)}`])),
    `Result ${logText(resultText(report))}`
  ]
}

function packageLines(report: Report): readonly string[] {
  const columns = numberColumns(report)
  return packagesOf(report).map((each) => packageLine(each, columns, report))
}

function packageLine(report: PackageReport, columns: readonly NumberColumn[], whole: Report): string {
  const { dryRun } = whole
  const key = logText(packageKey(report.package))
  if (report.failure !== undefined) {
    return `Failed ${key}: ${logText(withRemedy(report.failure))}`
  }
  const items = itemsOf(report, whole)
  if (items.length > 0) {
    const active = activeAlready(items)
    if (active !== undefined) return `Package ${key}: ${active}`
    const done = `${restoredText(items, dryRun)} ${dryRun ? 'would be restored' : 'restored'}`
    return `Package ${key}: ${[done, ...restoreAside(items)].join(', ')}`
  }
  if (report.plan === undefined) return `Package ${key}`
  const counts = countPackage(report)
  const numbers = columns.map(({ title, count }) => `${number(count(counts))} ${title.toLowerCase()}`)
  return `Package ${key}: ${numbers.join(', ')}`
}
