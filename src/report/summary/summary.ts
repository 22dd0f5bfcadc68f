import type { PackageReport, Report } from '../../domain/outcome.js'
import type { PackageRef } from '../../domain/package.js'
import { number } from '../../domain/visible.js'
import { countPackage, countReport } from '../text/counts.js'
import { markdownCell, markdownName, markdownTarget } from '../text/escape.js'
import { bytesOf, table } from '../text/markdownTable.js'
import { bytesText, counted } from '../text/naming.js'
import { goesText } from '../text/outcomeText.js'
import { failureText, resultText } from '../text/result.js'
import { undo, type WorkflowRun } from '../text/undo.js'
import { chart } from './chart.js'
import { packageSection } from './summaryPackage.js'
import { restoreTable } from './summaryRestore.js'

/** Above 1,048,576 bytes the runner drops a step's summary as a whole; the rest is a margin. */
export const SUMMARY_BYTES = 1_040_000
export interface SummaryOptions {
  /** At most this many bytes of UTF-8. */
  readonly bytes?: number
  readonly workflow?: WorkflowRun
}

/** The job summary in GitHub-flavoured markdown: whole rows only, those that do not fit are counted. */
export function renderSummary(report: Report, options: SummaryOptions = {}): string {
  const bytes = Math.min(options.bytes ?? SUMMARY_BYTES, SUMMARY_BYTES)
  const head = [title(report), `**${markdownCell(resultText(report), 1500)}**`, ...failure(report)].join('\n\n')
  const tail = [undo(report, options.workflow ?? {}), files(report)].filter((text) => text !== '')
  const fixed = bytesOf(head) + bytesOf(tail.join('\n\n')) + 200
  if (fixed > bytes) return bytesOf(head) <= bytes ? head : ''
  let left = bytes - fixed
  const parts = [head]
  for (const part of middle(report, left)) {
    const size = bytesOf(part) + 2
    if (part === '' || size > left) continue
    parts.push(part)
    left -= size
  }
  return `${[...parts, ...tail, ...sections(report, left)].join('\n\n')}\n`
}

function title({ operation, dryRun }: Report): string {
  const words = { prune: '', apply: ': apply a plan', restore: ': restore', packages: ': packages' }
  return `## Package Retention${words[operation]}${dryRun ? ' (dry run)' : ''}`
}

function failure(report: Report): readonly string[] {
  const text = failureText(report, 'see below')
  if (text === undefined) return []
  // The first line repeats the result, which stands above.
  const lines = text.split('\n').slice(1)
  return [['> [!CAUTION]', ...lines.map((line) => `> - ${markdownCell(line)}`)].join('\n')]
}

function middle(report: Report, left: number): readonly string[] {
  const share = Math.floor(left * 0.4)
  if (report.operation === 'packages') return [listTable(report, left)]
  if (report.operation === 'restore') return [restoreTable(report.restored, left)]
  const decisions = report.packages.flatMap(({ plan }) => plan?.decisions ?? [])
  return [resultTable(report, share), chart(decisions, report.dryRun ? 'would stay' : 'stays', goesText(report)) ?? '']
}

function resultTable(report: Report, bytes: number): string {
  if (report.packages.length === 0) return ''
  const went = report.dryRun ? 'Would go' : 'Deleted'
  const head = ['Package', 'Type', 'Kept', went, 'Held back', 'Refused', 'Failed', 'Freed (estimate)']
  const rows = report.packages.map((each) => resultRow(each, report.dryRun))
  if (report.packages.length > 1) rows.push(totalRow(report))
  const rest = 'the outputs and the plan file have them all.'
  return table(head, rows, { bytes, total: rows.length, rest })
}

function resultRow(each: PackageReport, dryRun: boolean): readonly string[] {
  const { kept, planned, deleted, skipped, alreadyGone, deferred, fused, refused, failed } = countPackage(each)
  if (each.plan === undefined) return [packageLink(each.package), each.package.type, '', '', '', '', 'not read', '']
  const goes = dryRun ? planned : deleted
  const held = skipped + deferred + fused + alreadyGone
  const freed = each.plan.freed === undefined || goes === 0 ? '' : bytesText(each.plan.freed)
  const partly = !dryRun && deleted < planned && freed !== '' ? `up to ${freed}` : freed
  return [packageLink(each.package), each.package.type, ...[kept, goes, held, refused, failed].map(number), partly]
}

function totalRow(report: Report): readonly string[] {
  const { kept, planned, deleted, skipped, alreadyGone, deferred, fused, refused, failed } = countReport(report)
  const held = skipped + deferred + fused + alreadyGone
  const known = report.packages.flatMap(({ plan }) => (plan?.freed === undefined ? [] : [plan.freed]))
  const freed = known.reduce((a, b) => a + b, 0)
  const numbers = [kept, report.dryRun ? planned : deleted, held, refused, failed].map((n) => `**${number(n)}**`)
  return [
    `**${counted(report.packages.length, 'package')}**`,
    '',
    ...numbers,
    freed === 0 ? '' : `**${bytesText(freed)}**`
  ]
}

function listTable(report: Report, bytes: number): string {
  const head = ['Package', 'Type', 'Versions', 'Visibility', 'Repository']
  const rows = report.packages.map(({ package: each }) => {
    if (!('visibility' in each)) return [packageLink(each), each.type, '', '', '']
    const versions = each.versionCount === undefined ? '' : number(each.versionCount)
    const repository = each.repository === undefined ? '' : markdownName(each.repository)
    return [packageLink(each), each.type, versions, markdownCell(each.visibility), repository]
  })
  return table(head, rows, { bytes, total: rows.length, rest: 'the output `matrix` and the log have them.' })
}

/** The name, linked to its page where one is known. */
function packageLink(each: PackageRef & { readonly htmlUrl?: string }): string {
  const target = each.htmlUrl === undefined ? undefined : markdownTarget(each.htmlUrl)
  return target === undefined ? markdownName(each.name) : `[${markdownName(each.name)}](${target})`
}

function files(report: Report): string {
  const named = [
    ['Plan', report.planFile],
    ['Receipt', report.receiptFile],
    ['Report page', report.reportFile]
  ] as const
  return named.flatMap(([word, path]) => (path === undefined ? [] : [`${word}: ${markdownName(path)}`])).join(' · ')
}

/** Each package gets its share of the room; what one does not need is left to those after it. */
function sections(report: Report, bytes: number): readonly string[] {
  const planned = report.packages.filter(({ plan, notices }) => plan !== undefined || notices.length > 0)
  const shown: string[] = []
  let left = bytes - 200
  for (const [i, each] of planned.entries()) {
    const share = Math.floor(left / (planned.length - i))
    const text = packageSection(each, { dryRun: report.dryRun, bytes: share, open: planned.length === 1 })
    const size = bytesOf(text) + 2
    if (text === '' || size > left) continue
    shown.push(text)
    left -= size
  }
  const missing = planned.length - shown.length
  const rest =
    missing === 0 ? [] : [`… and the plans of ${counted(missing, 'more package', 'more packages')}: see the plan file.`]
  return shown.length === 0 ? rest : ['### What goes, what stays, and why', ...shown, ...rest]
}
