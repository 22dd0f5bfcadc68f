import type { PackageReport, Report } from '../../domain/outcome.js'
import { number } from '../../domain/visible.js'
import { type Counts, countPackage, countReport } from './counts.js'
import { bytesText } from './naming.js'

/** A column of numbers in a table of packages, alike in the log, the summary and the report page. */
export interface NumberColumn {
  readonly title: string
  readonly count: (counts: Counts) => number
}

/** Kept and deleted versions always have a column, anything else only if its count is above 0. */
export function numberColumns(report: Report): readonly NumberColumn[] {
  const { dryRun, packages } = report
  const all = countReport(report)
  const tags: NumberColumn = dryRun
    ? { title: 'Tags to remove', count: ({ plannedTags }) => plannedTags }
    : { title: 'Tags removed', count: ({ removedTags }) => removedTags }
  return [
    { title: 'Kept', count: ({ kept }) => kept },
    dryRun
      ? { title: 'To delete', count: ({ planned }) => planned }
      : { title: 'Deleted', count: ({ deleted }) => deleted },
    ...(all.plannedTags > 0 ? [tags] : []),
    ...TROUBLE.filter(({ title, count }) => count(all) > 0 || (title === FAILED && packages.some(isUnread)))
  ]
}

const FAILED = 'Failed'
const TROUBLE: readonly NumberColumn[] = [
  { title: 'Held back', count: ({ skipped, deferred, blocked }) => skipped + deferred + blocked },
  { title: 'Already deleted', count: ({ alreadyGone }) => alreadyGone },
  { title: 'Refused', count: ({ refused }) => refused },
  { title: FAILED, count: ({ failed }) => failed }
]

export const FREED = 'Freed (estimate)'

/** The numbers of one package in the order of the columns, and what its deletions free; none if it could not be read. */
export function numbersOf(
  each: PackageReport,
  columns: readonly NumberColumn[],
  { dryRun }: Pick<Report, 'dryRun'>
): readonly string[] {
  if (isUnread(each)) return [...columns.map(({ title }) => (title === FAILED ? 'not read' : '')), '']
  const counts = countPackage(each)
  return [...columns.map(({ count }) => number(count(counts))), freedText(each, dryRun, counts)]
}

function freedText({ plan }: PackageReport, dryRun: boolean, { planned, deleted }: Counts): string {
  const freed = plan?.freed
  if (freed === undefined || (dryRun ? planned : deleted) === 0) return ''
  return !dryRun && deleted < planned ? `up to ${bytesText(freed)}` : bytesText(freed)
}

/** Nothing was planned, because the package could not be read. */
export const isUnread = ({ plan, failure }: PackageReport): boolean => plan === undefined && failure !== undefined
