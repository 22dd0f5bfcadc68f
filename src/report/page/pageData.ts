import { withRemedy } from '../../domain/failure.js'
import type { PackageReport, Report } from '../../domain/outcome.js'
import { isWebAddress } from '../../domain/package.js'
import { clip, number, visible } from '../../domain/visible.js'
import { countRestored } from '../text/counts.js'
import { heldText } from '../text/held.js'
import { FREED, type NumberColumn, numberColumns, numbersOf } from '../text/packageNumbers.js'
import { protectionsText } from '../text/protections.js'
import { keeperText } from '../text/reason.js'
import { itemsOf, packagesOf } from '../text/restoreResult.js'
import { requestsText, resultText, violationText } from '../text/result.js'
import { isStopped, type PageRow, pageRows } from './pageRows.js'

/** The contents of the page as plain data. Every text is ready to be shown; none is markup. */
export interface PageData {
  readonly dryRun: boolean
  /** Each reason that keeps units, in words, with their number; the largest number first. */
  readonly keepers: readonly (readonly [string, number])[]
  /** Titles of the columns of numbers in the table of packages. */
  readonly heads: readonly string[]
  readonly result: string
  /** Why the whole run failed, and what to do about it. */
  readonly failure?: string
  readonly facts: readonly (readonly [string, string])[]
  readonly packages: readonly PagePackage[]
  /** Made one by one, because all together are larger than the plan. */
  readonly rows: Iterable<PageRow>
}

export interface PagePackage {
  readonly name: string
  readonly type: string
  readonly owner: string
  readonly url?: string
  /** The numbers in the order of the heads. */
  readonly numbers: readonly string[]
  /** A limit stops the deletions. */
  readonly stopped?: true
  readonly remarks: readonly string[]
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
    ...(report.failure !== undefined && { failure: clip(visible(withRemedy(report.failure)), 1500) }),
    facts: factsOf(report),
    packages: packages.map((each) => packageOf(each, columns, report)),
    rows: pageRows(packages, report)
  }
}

function factsOf(report: Report): readonly (readonly [string, string])[] {
  const { plan, planFile, receiptFile } = report
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Started', new Date(report.startedAt).toISOString()],
    ['Owner', plan?.owner],
    ['Policy', plan && `sha256:${plan.policyHash}`],
    ['Plan file', planFile],
    ['Receipt', receiptFile],
    ['Requests', requestsText(report)]
  ]
  return facts.flatMap(([word, value]) => (value === undefined ? [] : [[word, visible(value)] as const]))
}

function packageOf(report: PackageReport, columns: readonly NumberColumn[], whole: Report): PagePackage {
  const { package: each, plan, failure, notices } = report
  const remarks = [
    ...(failure === undefined ? [] : [`Failed: ${withRemedy(failure)}`]),
    ...(plan?.violations ?? []).map((violation) => `Stopped: ${violationText(violation)}`),
    ...heldText(plan).map((text) => `Held: ${text}`),
    ...protectionsText(plan),
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

const MOST_KEEPERS = 200

/** Each kept unit counts with its first reason; a protection is shown by what it names. */
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
