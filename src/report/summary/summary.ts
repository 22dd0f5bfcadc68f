import type { Report } from '../../domain/outcome.js'
import type { PackageRef } from '../../domain/package.js'
import { counted, number, visible } from '../../domain/visible.js'
import { countReport } from '../text/counts.js'
import { htmlText, markdownCell, markdownName, markdownTarget } from '../text/escape.js'
import { explanationLines } from '../text/explainText.js'
import { type Block, bytesOf, fitting, table } from '../text/markdownTable.js'
import { bytesText } from '../text/naming.js'
import { FREED, numberColumns, numbersOf } from '../text/packageNumbers.js'
import { failureText, resultText } from '../text/result.js'
import { undo, type WorkflowRun } from '../text/undo.js'
import { chart } from './chart.js'
import { packageSection } from './summaryPackage.js'
import { restorableTable, restoreTable } from './summaryRestore.js'

/** Above 1,048,576 bytes the runner drops a step's summary as a whole; the rest is a margin. */
export const SUMMARY_BYTES = 1_040_000
export interface SummaryOptions {
  /** At most this many bytes of UTF-8. */
  readonly bytes?: number
  readonly workflow?: WorkflowRun
}

/** The job summary in GitHub-flavoured markdown. It has whole rows only, and counts those that do not fit. */
export function renderSummary(report: Report, options: SummaryOptions = {}): string {
  const bytes = Math.min(options.bytes ?? SUMMARY_BYTES, SUMMARY_BYTES)
  const head = [
    title(report),
    `**${markdownCell(resultText(report), 1500)}**`,
    ...failure(report),
    ...warnings(report)
  ].join('\n\n')
  const tail = [undo(report, options.workflow ?? {}), files(report)].filter((text) => text !== '')
  const fixed = bytesOf(head) + bytesOf(tail.join('\n\n')) + 200
  if (fixed > bytes) return bytesOf(head) <= bytes ? head : ''
  const { shown, left } = fitting(middle(report), bytes - fixed)
  // The lists that a person decides by stand first, the picture last.
  const picture = chart(report)
  const room = bytesOf(picture) + 2
  const drawn = picture !== '' && room < left / 4
  const lists = sections(report, drawn ? left - room : left)
  return `${[head, ...shown, ...lists, ...tail, ...(drawn ? [picture] : [])].join('\n\n')}\n`
}

/** The summary of a run whose configuration has mistakes: `text` is what the annotation says, with its lines. */
export function renderMistakes(text: string): string {
  const [head = '', ...lines] = text.split('\n')
  const shown = lines.map(visible)
  // A fence that no line can end.
  const longest =
    shown
      .join('\n')
      .match(/`+/g)
      ?.reduce((most, { length }) => Math.max(most, length), 2) ?? 2
  const fence = '`'.repeat(longest + 1)
  return [
    '## Package Retention',
    '',
    '> [!CAUTION]',
    `> ${markdownCell(head)}`,
    '',
    `${fence}text`,
    ...shown,
    fence,
    ''
  ].join('\n')
}

function title({ operation, dryRun }: Report): string {
  const words = {
    prune: '',
    apply: ': apply a plan',
    restore: ': restore',
    explain: ': explain',
    packages: ': packages'
  }
  return `## Package Retention${words[operation]}${dryRun ? ' (dry run)' : ''}`
}

function failure(report: Report): readonly string[] {
  const text = failureText(report, 'see below')
  if (text === undefined) return []
  // The first line repeats the result, which stands above.
  const lines = text.split('\n').slice(1)
  return [['> [!CAUTION]', ...lines.map((line) => `> - ${markdownCell(line)}`)].join('\n')]
}

const MOST_WARNINGS = 10

/** The warnings of all packages, each text once: a person should look at them first. */
function warnings({ packages }: Report): readonly string[] {
  const lines = new Set(
    packages.flatMap(({ package: each, plan, notices }) =>
      [...(plan?.notices ?? []), ...notices]
        .filter(({ level }) => level === 'warning')
        .map(({ message }) => `> - ${markdownName(each.name)}: ${markdownCell(message)}`)
    )
  )
  if (lines.size === 0) return []
  const more = lines.size > MOST_WARNINGS ? [`> - … and ${number(lines.size - MOST_WARNINGS)} more, in the log`] : []
  return [['> [!WARNING]', ...[...lines].slice(0, MOST_WARNINGS), ...more].join('\n')]
}

function middle(report: Report): readonly Block[] {
  const { operation, restored } = report
  if (operation === 'explain') return [() => explained(report)]
  if (operation === 'packages') return [(bytes) => listTable(report, bytes)]
  if (operation === 'restore')
    return [(bytes) => restoreTable(restored, bytes), (bytes) => restorableTable(report, bytes)]
  return [(bytes) => resultTable(report, Math.floor(bytes * 0.4))]
}

/** The explanations as preformatted text: the indentation shows what holds what. */
function explained({ explained = [] }: Report): string {
  const lines = explained.flatMap((each) => ['', ...explanationLines(each)]).map(htmlText)
  return lines.length === 0 ? '' : `<pre>${lines.slice(1).join('\n').replaceAll('\n\n', '\n \n')}</pre>`
}

function resultTable(report: Report, bytes: number): string {
  if (report.packages.length === 0) return ''
  const columns = numberColumns(report)
  const head = ['Package', 'Type', ...columns.map(({ title }) => title), FREED]
  const rows: (readonly string[])[] = report.packages.map((each) => [
    packageLink(each.package),
    each.package.type,
    ...numbersOf(each, columns, report)
  ])
  if (report.packages.length > 1) rows.push(totalRow(report))
  return table(head, rows, { bytes, numeric: head.slice(2), rest: 'the outputs and the plan file have them all.' })
}

function totalRow(report: Report): readonly string[] {
  const counts = countReport(report)
  const freed = report.packages.reduce((sum, { plan }) => sum + (plan?.freed ?? 0), 0)
  return [
    `**${counted(report.packages.length, 'package')}**`,
    '',
    ...numberColumns(report).map(({ count }) => `**${number(count(counts))}**`),
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
  return table(head, rows, { bytes, numeric: ['Versions'], rest: 'the output `matrix` and the log have them.' })
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

/** Each package gets its share of the room; the next ones get the room that it does not need. */
function sections(report: Report, bytes: number): readonly string[] {
  const planned = report.packages.filter(({ plan, notices }) => plan !== undefined || notices.length > 0)
  const blocks = planned.map(
    (each, i): Block =>
      (left) => {
        const share = Math.floor(left / (planned.length - i))
        return packageSection(each, { dryRun: report.dryRun, bytes: share, open: planned.length === 1 })
      }
  )
  const { shown } = fitting(blocks, bytes - 200)
  const missing = planned.length - shown.length
  const rest =
    missing === 0 ? [] : [`… and the plans of ${counted(missing, 'more package', 'more packages')}: see the plan file.`]
  return shown.length === 0 ? rest : ['### What is deleted, what is kept, and why', ...shown, ...rest]
}
