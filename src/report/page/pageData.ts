import type { PackageReport, Report, RestoreItem } from '../../domain/outcome.js'
import type { Decision, PackagePlan } from '../../domain/plan.js'
import { clip, number, visible } from '../../domain/visible.js'
import { isWebAddress } from '../../domain/webAddress.js'
import { type Timeline, timeline } from '../summary/timeline.js'
import { countPackage, countRestored } from '../text/counts.js'
import { heldByTags, heldText } from '../text/held.js'
import { bytesText, digestOf, nameOfIn, namesOf, timeOf } from '../text/naming.js'
import { goesText, outcomeText } from '../text/outcomeText.js'
import { type NameOf, reasonsText } from '../text/reason.js'
import { isTrouble, itemsOf, packagesOf } from '../text/restoreResult.js'
import { resultText } from '../text/result.js'

const MOST_BARS = 60
const MOST_NAMES = 50
const STOPPED = 'stopped by max-delete'

/** What the page shows, as plain data: every text in it is ready to be shown, nothing in it is markup. */
export interface PageData {
  readonly dryRun: boolean
  /** What is said of versions that the plan lets go. */
  readonly goes: string
  /** What the columns of numbers in the table of packages are called. */
  readonly heads: readonly string[]
  readonly result: string
  readonly facts: readonly (readonly [string, string])[]
  readonly packages: readonly PagePackage[]
  readonly bars?: Pick<Timeline, 'unit' | 'labels'>
  /** Made one by one: all of them together are larger than the plan. */
  readonly rows: Iterable<PageRow>
}

export interface PagePackage {
  readonly name: string
  readonly type: string
  readonly owner: string
  readonly url?: string
  /** As the heads name them. */
  readonly numbers: readonly string[]
  /** A limit keeps what would go. */
  readonly stopped?: true
  readonly remarks: readonly string[]
}

/** Short keys: there may be many thousands of rows. */
export interface PageRow {
  /** Index of its package. */
  readonly p: number
  readonly id: number
  readonly names: readonly string[]
  /** More names than are shown. */
  readonly more?: number
  readonly digest?: string
  readonly kind: string
  /** 1: goes. */
  readonly go: 0 | 1
  /** 1: a member of the units in `units`. */
  readonly member: 0 | 1
  readonly units: readonly number[]
  /** Direct owners by id; `s` where it refers to them, `e` where they list it. */
  readonly owners?: readonly (readonly [number, 's' | 'e'])[]
  /** Milliseconds. */
  readonly time?: number
  /** Index of its bar. */
  readonly bar?: number
  readonly code: string
  readonly rule?: string
  readonly why: string
  /** In place of goes or stays: what restore made of it. */
  readonly said?: string
  /** What became of it, where it was to go and the run was real; or what stopped it. */
  readonly outcome?: string
  readonly url?: string
}

export function pageData(report: Report): PageData {
  const decisions = report.packages.flatMap(({ plan }) => plan?.decisions ?? [])
  const line = timeline(decisions, MOST_BARS)
  const packages = packagesOf(report)
  const restore = report.operation === 'restore'
  return {
    dryRun: report.dryRun,
    goes: goesText(report),
    heads: restore
      ? ['Versions', report.dryRun ? 'Would be restored' : 'Restored', 'Failed']
      : ['Kept', report.dryRun ? 'Would go' : 'Deleted', 'Held back', 'Refused', 'Failed', 'Freed (estimate)'],
    result: visible(resultText(report)),
    facts: factsOf(report),
    packages: packages.map((each) => packageOf(each, report)),
    ...(line !== undefined && { bars: { unit: line.unit, labels: line.labels } }),
    rows: allRows(packages, report, line)
  }
}

function* allRows(packages: readonly PackageReport[], report: Report, line: Timeline | undefined): Generator<PageRow> {
  for (const [p, each] of packages.entries()) {
    yield* rowsOf(each, p, line)
    for (const item of itemsOf(each, report)) yield restoredRow(item, p)
  }
}

function factsOf(report: Report): readonly (readonly [string, string])[] {
  const { plan, planFile, receiptFile, requests } = report
  const asked = Object.entries(requests).filter(([, count]) => count > 0)
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Started', new Date(report.startedAt).toISOString()],
    ['Owner', plan?.owner],
    ['Policy', plan && `sha256:${plan.policyHash}`],
    ['Plan file', planFile],
    ['Receipt', receiptFile],
    ['Requests', asked.length === 0 ? undefined : asked.map(([kind, count]) => `${kind} ${count}`).join(', ')]
  ]
  return facts.flatMap(([word, value]) => (value === undefined ? [] : [[word, visible(value)] as const]))
}

function packageOf(report: PackageReport, whole: Report): PagePackage {
  const { package: each, plan, failure, notices } = report
  const held = plan === undefined ? undefined : heldByTags(plan)
  const remarks = [
    ...(failure === undefined
      ? []
      : [`Failed: ${failure.message}${failure.remedy === undefined ? '' : ` ${failure.remedy}`}`]),
    ...(plan?.violations ?? []).map(({ message }) => `Stopped: ${message}`),
    ...(held === undefined ? [] : [`Held: ${heldText(held)}`]),
    ...[...(plan?.notices ?? []), ...notices].map(({ message }) => message)
  ]
  return {
    name: visible(each.name),
    type: each.type,
    owner: visible(each.owner),
    ...('htmlUrl' in each && isWebAddress(each.htmlUrl) && { url: each.htmlUrl }),
    numbers: numbersOf(report, whole),
    ...(isStopped(plan) && { stopped: true as const }),
    remarks: [...new Set(remarks)].slice(0, 50).map((remark) => clip(visible(remark), 600))
  }
}

function numbersOf(report: PackageReport, whole: Report): readonly string[] {
  if (whole.operation === 'restore') {
    const items = itemsOf(report, whole)
    const versions = new Set(items.map(({ version }) => version?.id)).size
    const done = items.filter(({ kind }) => kind === (whole.dryRun ? 'would-restore' : 'restored')).length
    return [versions, done, countRestored(items).failed].map(number)
  }
  const { kept, planned, deleted, skipped, deferred, fused, alreadyGone, refused, failed } = countPackage(report)
  const held = skipped + deferred + fused + alreadyGone
  const freed = report.plan?.freed
  const shown = [kept, whole.dryRun ? planned : deleted, held, refused, failed].map(number)
  return [...shown, freed === undefined || planned === 0 ? '–' : bytesText(freed)]
}

function restoredRow({ version, kind, message }: RestoreItem, p: number): PageRow {
  const digest = version && digestOf(version)
  const time = version && timeOf(version)
  return {
    p,
    id: version?.id ?? 0,
    names: version === undefined ? ['the package'] : namesOf(version).map((name) => clip(visible(name), 300)),
    ...(digest !== undefined && { digest }),
    kind: version === undefined ? 'package' : 'version',
    go: isTrouble(kind) ? 1 : 0,
    member: 0,
    units: [],
    ...(time !== undefined && { time }),
    code: kind,
    why: clip(visible(message ?? ''), 1500),
    said: kind.replaceAll('-', ' '),
    ...(version?.htmlUrl !== undefined && isWebAddress(version.htmlUrl) && { url: version.htmlUrl })
  }
}

function* rowsOf({ plan, outcomes }: PackageReport, p: number, line: Timeline | undefined): Generator<PageRow> {
  if (plan === undefined) return
  const nameOf = nameOfIn(plan.decisions)
  const became = outcomesById(plan, outcomes)
  for (const decision of plan.decisions) yield rowOf(decision, p, nameOf, line, became)
}

function rowOf(
  decision: Decision,
  p: number,
  nameOf: NameOf,
  line: Timeline | undefined,
  became: ReadonlyMap<number, string>
): PageRow {
  const { version, verdict, reasons, role, units, owners, kind, state } = decision
  const names = namesOf(version)
  const digest = digestOf(version)
  const time = timeOf(version)
  const bar = line?.indexOf(time)
  const outcome = became.get(version.id)
  const rule = reasons[0]?.rule
  return {
    p,
    id: version.id,
    names: names.slice(0, MOST_NAMES).map((name) => clip(visible(name), 300)),
    ...(names.length > MOST_NAMES && { more: names.length - MOST_NAMES }),
    ...(digest !== undefined && { digest }),
    kind: visible(state === undefined || state === 'complete' ? kind : `${state} ${kind}`),
    go: verdict === 'delete' ? 1 : 0,
    member: role === 'member' ? 1 : 0,
    units,
    ...(owners !== undefined &&
      owners.length > 0 && { owners: owners.map(({ id, by }) => [id, by === 'subject' ? 's' : 'e']) }),
    ...(time !== undefined && { time }),
    ...(bar !== undefined && { bar }),
    code: reasons[0]?.code ?? '',
    ...(rule !== undefined && { rule: clip(visible(rule), 100) }),
    why: clip(visible(reasonsText(decision, nameOf)), 1500),
    ...(outcome !== undefined && { outcome }),
    ...(version.htmlUrl !== undefined && isWebAddress(version.htmlUrl) && { url: version.htmlUrl })
  }
}

function outcomesById(plan: PackagePlan, outcomes: PackageReport['outcomes']): ReadonlyMap<number, string> {
  const became = new Map<number, string>()
  if (isStopped(plan)) {
    for (const { version, verdict } of plan.decisions) if (verdict === 'delete') became.set(version.id, STOPPED)
  }
  for (const { step, kind, message } of outcomes) {
    const text = clip(visible(message === undefined ? outcomeText(kind) : `${outcomeText(kind)}: ${message}`), 400)
    if (step.kind === 'delete') became.set(step.version.id, text)
    if (step.kind === 'untag') became.set(step.version.id, `untag ${clip(visible(step.tag), 128)}: ${text}`)
    if (step.kind === 'delete-package') for (const { version } of plan.decisions) became.set(version.id, text)
  }
  return became
}

function isStopped(plan: PackagePlan | undefined): plan is PackagePlan {
  return plan !== undefined && plan.violations.length > 0
}
