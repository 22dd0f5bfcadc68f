import type { Outcome, PackageReport } from '../../domain/outcome.js'
import type { PackagePlan } from '../../domain/plan.js'
import { timeOf } from '../../domain/version.js'
import { counted, number } from '../../domain/visible.js'
import { countPackage } from '../text/counts.js'
import { htmlText, markdownCell, markdownName } from '../text/escape.js'
import { heldText } from '../text/held.js'
import { type Block, bytesOf, digestCell, fitting, namesCell, table } from '../text/markdownTable.js'
import { dateText, digestOf, kindText, nameOfIn, namesOf, shortDigest } from '../text/naming.js'
import { OUTCOME_TEXT } from '../text/outcomeText.js'
import { groupPlan, type RowGroup } from '../text/planGroups.js'
import { protectionsText } from '../text/protections.js'
import { type NameOf, reasonsText } from '../text/reason.js'
import { lineOf, violationText } from '../text/result.js'

/** More rows than a person reads; the report page has them all. */
const MOST_ROWS = { delete: 300, keep: 60, outcome: 200 }
const MOST_NOTICES = 20
const REST = 'the report page and the plan file have them all.'

/** The plan of one package and what became of it, folded; empty if not even its head fits in `bytes`. */
export function packageSection(
  report: PackageReport,
  options: { readonly dryRun: boolean; readonly bytes: number; readonly open: boolean }
): string {
  const head = `<details${options.open ? ' open' : ''}><summary>${heading(report, options.dryRun)}</summary>`
  const parts = [head, ...remarks(report)]
  const left = options.bytes - bytesOf([...parts, '</details>'].join('\n\n')) - 4
  if (left < 0) return bytesOf(`${head}</details>`) <= options.bytes ? `${head}</details>` : ''
  return [...parts, ...fitting(blocks(report, options.dryRun), left).shown, '</details>'].join('\n\n')
}

function heading(report: PackageReport, dryRun: boolean): string {
  const { type, owner, name } = report.package
  const { planned, plannedTags, deleted, removedTags, total } = countPackage(report)
  const deletions = dryRun ? `${number(planned)} to delete` : `${number(deleted)} deleted`
  const tags =
    plannedTags === 0
      ? ''
      : `, ${counted(dryRun ? plannedTags : removedTags, 'tag')} ${dryRun ? 'to remove' : 'removed'}`
  return `<code>${htmlText(name)}</code> (${type}, ${htmlText(owner)}): ${deletions} of ${counted(total, 'version')}${tags}`
}

function remarks({ plan, notices }: PackageReport): readonly string[] {
  // Warnings stand at the top of the summary.
  const quiet = [...(plan?.notices ?? []), ...notices].filter(({ level }) => level === 'notice')
  const messages = [...new Set(quiet.map(({ message }) => message))]
  const lines = [
    ...(plan?.violations ?? []).map((violation) => `- **Stopped:** ${markdownCell(violationText(violation))}`),
    ...heldText(plan).map((text) => `- **Held:** ${markdownCell(text)}`),
    ...protectionsText(plan).map((text) => `- ${markdownCell(text)}`),
    ...messages.slice(0, MOST_NOTICES).map((message) => `- ${markdownCell(message)}`),
    ...(messages.length > MOST_NOTICES ? [`- … and ${messages.length - MOST_NOTICES} more remarks`] : [])
  ]
  return lines.length === 0 ? [] : [lines.join('\n')]
}

function blocks({ plan, outcomes }: PackageReport, dryRun: boolean): readonly Block[] {
  const unusual = outcomes.filter(({ kind }) => kind !== 'done')
  const groups = plan === undefined ? [] : groupPlan(plan)
  const nameOf = nameOfIn(plan?.decisions ?? [])
  const untags =
    plan === undefined ? [] : [(bytes: number) => untagTable(plan, { dryRun, done: unusual.length === 0 }, bytes)]
  const stopped = (plan?.violations.length ?? 0) > 0
  const planned = unusual.length === 0 ? 'Deleted' : 'To delete'
  const deletes = stopped ? 'Stopped by max-delete' : dryRun ? 'Would be deleted' : planned
  return [
    (bytes) => outcomeTable(unusual, bytes),
    ...groups.filter(({ verdict }) => verdict === 'delete').map((group) => groupBlock(group, nameOf, deletes)),
    ...untags,
    ...groups.filter(({ verdict }) => verdict === 'keep').map((group) => groupBlock(group, nameOf, 'Kept'))
  ]
}

function groupBlock(group: RowGroup, nameOf: NameOf, verb: string): Block {
  return (bytes) => {
    const title = `**${verb}: ${markdownCell(group.title)}** (${counted(group.versions, 'version')})\n\n`
    const digests = group.rows.some(({ decision }) => digestOf(decision.version) !== undefined)
    const head = digests ? ['Name', 'Digest', 'What', 'Last push', 'Why'] : ['Name', 'Last push', 'Why']
    const rows = group.rows.slice(0, MOST_ROWS[group.verdict]).map(({ decision, members }) => {
      const { version } = decision
      const name = namesCell(namesOf(version))
      const what = `${markdownCell(kindText(decision))}${members === 0 ? '' : ` + ${counted(members, 'member')}`}`
      const why = markdownCell(reasonsText(decision, nameOf, group.rule))
      const date = dateText(timeOf(version))
      return digests ? [name, digestCell(version), what, date, why] : [name, date, why]
    })
    return table(head, rows, { title, bytes, total: group.rows.length, rest: REST })
  }
}

function untagTable(
  plan: PackagePlan,
  { dryRun, done }: { readonly dryRun: boolean; readonly done: boolean },
  bytes: number
): string {
  const untags = plan.steps.filter((step) => step.kind === 'untag')
  if (untags.length === 0) return ''
  const title = `**${dryRun ? 'Tags that would be removed' : done ? 'Tags removed' : 'Tags to remove'}** (${number(untags.length)})\n\n`
  const rows = untags.map(({ tag, version }) => [markdownName(tag), markdownName(shortDigest(version.name))])
  return table(['Tag', 'From'], rows, { title, bytes, mostRows: MOST_ROWS.outcome, rest: REST })
}

function outcomeTable(outcomes: readonly Outcome[], bytes: number): string {
  if (outcomes.length === 0) return ''
  const title = `**Not as planned** (${number(outcomes.length)})\n\n`
  const shownRemedies = new Set<string>()
  const rows = outcomes.map(({ step, kind, message = '', remedy }) => {
    const name =
      step.kind === 'delete-package'
        ? 'the package'
        : step.kind === 'untag'
          ? markdownName(step.tag)
          : namesCell(namesOf(step.version).length > 0 ? namesOf(step.version) : [shortDigest(step.version.name)])
    return [name, OUTCOME_TEXT[kind], markdownCell(lineOf({ message, remedy }, shownRemedies))]
  })
  const rest = 'the receipt has them all.'
  return table(['Name', 'Result', 'Why'], rows, { title, bytes, mostRows: MOST_ROWS.outcome, rest })
}
