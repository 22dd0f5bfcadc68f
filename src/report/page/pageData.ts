import type { PackageReport, Report, RestoreItem } from '../../domain/outcome.js'
import { isWebAddress } from '../../domain/package.js'
import type { Decision, PackagePlan } from '../../domain/plan.js'
import { clip, number, visible } from '../../domain/visible.js'
import { countRestored } from '../text/counts.js'
import { heldByTags, heldText } from '../text/held.js'
import { digestOf, nameOfIn, namesOf, timeOf } from '../text/naming.js'
import { outcomeText } from '../text/outcomeText.js'
import { FREED, type NumberColumn, numberColumns, numbersOf } from '../text/packageNumbers.js'
import { memberCounts } from '../text/planGroups.js'
import { protectionsText } from '../text/protections.js'
import { keeperText, type NameOf, reasonsText } from '../text/reason.js'
import { isTrouble, itemsOf, packagesOf } from '../text/restoreResult.js'
import { resultText, violationText } from '../text/result.js'

const MOST_NAMES = 50
const STOPPED = 'stopped by max-delete'

/** What the page shows, as plain data: every text in it is ready to be shown, nothing in it is markup. */
export interface PageData {
  readonly dryRun: boolean
  /** What keeps versions, the most of them first: a reason in words, and how many units it keeps. */
  readonly keepers: readonly (readonly [string, number])[]
  /** What the columns of numbers in the table of packages are called. */
  readonly heads: readonly string[]
  readonly result: string
  readonly facts: readonly (readonly [string, string])[]
  readonly packages: readonly PagePackage[]
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
  /** 1: the plan deletes it, or a restore failed. */
  readonly go: 0 | 1
  /** 1: a member of the units in `units`. */
  readonly member: 0 | 1
  readonly units: readonly number[]
  /** Direct owners by id; `s` where it refers to them, `e` where they list it. */
  readonly owners?: readonly (readonly [number, 's' | 'e'])[]
  /** Milliseconds. */
  readonly time?: number
  /** How many members share its verdict. */
  readonly members?: number
  /** Tags that are removed although the version is kept. */
  readonly untag?: readonly string[]
  readonly code: string
  readonly rule?: string
  readonly why: string
  /** Instead of a verdict: what restore did with it. */
  readonly said?: string
  /** What became of the deletion in a real run, or what stopped it. */
  readonly outcome?: string
  readonly url?: string
}

export function pageData(report: Report): PageData {
  const packages = packagesOf(report)
  const restore = report.operation === 'restore'
  const columns = numberColumns(report)
  return {
    dryRun: report.dryRun,
    keepers: keepersOf(report),
    heads: restore
      ? ['Versions', report.dryRun ? 'Would be restored' : 'Restored', 'Failed']
      : [...columns.map(({ title }) => title), FREED],
    result: visible(resultText(report)),
    facts: factsOf(report),
    packages: packages.map((each) => packageOf(each, columns, report)),
    rows: allRows(packages, report)
  }
}

function* allRows(packages: readonly PackageReport[], report: Report): Generator<PageRow> {
  for (const [p, each] of packages.entries()) {
    yield* rowsOf(each, p)
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

function packageOf(report: PackageReport, columns: readonly NumberColumn[], whole: Report): PagePackage {
  const { package: each, plan, failure, notices } = report
  const held = plan === undefined ? undefined : heldByTags(plan)
  const shields = plan === undefined ? undefined : protectionsText(plan)
  const remarks = [
    ...(failure === undefined
      ? []
      : [`Failed: ${failure.message}${failure.remedy === undefined ? '' : ` ${failure.remedy}`}`]),
    ...(plan?.violations ?? []).map((violation) => `Stopped: ${violationText(violation)}`),
    ...(held === undefined ? [] : [`Held: ${heldText(held)}`]),
    ...(shields === undefined ? [] : [shields]),
    ...[...(plan?.notices ?? []), ...notices].map(({ message }) => message)
  ]
  return {
    name: visible(each.name),
    type: each.type,
    owner: visible(each.owner),
    ...('htmlUrl' in each && isWebAddress(each.htmlUrl) && { url: each.htmlUrl }),
    numbers: cellsOf(report, columns, whole),
    ...(isStopped(plan) && { stopped: true as const }),
    remarks: [...new Set(remarks)].slice(0, 50).map((remark) => clip(visible(remark), 600))
  }
}

function cellsOf(report: PackageReport, columns: readonly NumberColumn[], whole: Report): readonly string[] {
  if (whole.operation === 'restore') {
    const items = itemsOf(report, whole)
    const versions = new Set(items.map(({ version }) => version?.id)).size
    const done = items.filter(({ kind }) => kind === (whole.dryRun ? 'would-restore' : 'restored')).length
    return [versions, done, countRestored(items).failed].map(number)
  }
  return numbersOf(report, columns, whole).map((text) => text || '–')
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

const MOST_KEEPERS = 200

/** Each kept unit counts with its first reason; a protection is told by what it names. */
function keepersOf({ packages }: Report): PageData['keepers'] {
  const counts = new Map<string, number>()
  for (const { plan } of packages) {
    for (const { verdict, role, reasons } of plan?.decisions ?? []) {
      const [reason] = reasons
      if (verdict !== 'keep' || role === 'member' || reason === undefined) continue
      const text = clip(visible(keeperText(reason)), 300)
      counts.set(text, (counts.get(text) ?? 0) + 1)
    }
  }
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, MOST_KEEPERS)
}

function* rowsOf({ plan, outcomes }: PackageReport, p: number): Generator<PageRow> {
  if (plan === undefined) return
  const nameOf = nameOfIn(plan.decisions)
  const became = outcomesById(plan, outcomes)
  const members = memberCounts(plan.decisions)
  for (const decision of plan.decisions) yield rowOf(decision, p, nameOf, became, members.get(decision.version.id))
}

function rowOf(
  decision: Decision,
  p: number,
  nameOf: NameOf,
  became: ReadonlyMap<number, string>,
  members: number | undefined
): PageRow {
  const { version, verdict, reasons, role, units, owners, kind, state, untag } = decision
  const names = namesOf(version)
  const digest = digestOf(version)
  const time = timeOf(version)
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
    ...(members !== undefined && { members }),
    ...(untag.length > 0 && { untag: untag.slice(0, MOST_NAMES).map((tag) => clip(visible(tag), 300)) }),
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
    if (step.kind === 'untag') became.set(step.version.id, `tag ${clip(visible(step.tag), 128)}: ${text}`)
    if (step.kind === 'delete-package') for (const { version } of plan.decisions) became.set(version.id, text)
  }
  return became
}

function isStopped(plan: PackagePlan | undefined): plan is PackagePlan {
  return plan !== undefined && plan.violations.length > 0
}
