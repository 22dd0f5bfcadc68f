import { withRemedy } from '../../domain/failure.js'
import type { Report, RestoreItem } from '../../domain/outcome.js'
import { markdownCell, markdownName } from '../text/escape.js'
import { digestCell, namesCell, table, withShortDigests } from '../text/markdownTable.js'
import { momentText, namesOf } from '../text/naming.js'
import { timeLeft } from '../text/restorable.js'
import { troubleFirst } from '../text/restoreResult.js'

const MOST_ROWS = 1000
const REST = 'the report page has them all.'

/** The versions that can be restored, where nothing was selected or found. */
export function restorableTable({ restorable = [], startedAt }: Report, bytes: number): string {
  if (restorable.length === 0) return ''
  const rows = restorable.map(({ package: ref, version }) => [
    markdownName(ref.name),
    namesCell(namesOf(version)),
    digestCell(version),
    String(version.id),
    momentText(version.deletedAt),
    timeLeft(version, startedAt)
  ])
  const head = ['Package', 'Name', 'Digest', 'Version', 'Deleted', 'Time left']
  return table(head, rows, { title: '### What can be restored\n\n', bytes, mostRows: MOST_ROWS, rest: REST })
}

export function restoreTable(items: readonly RestoreItem[], bytes: number): string {
  if (items.length === 0) return ''
  const rows = troubleFirst(items).map((item) => {
    const { package: ref, version, kind } = item
    return [
      markdownName(ref.name),
      version === undefined ? 'the package' : namesCell(namesOf(version)),
      digestCell(version),
      kind.replaceAll('-', ' '),
      markdownCell(withShortDigests(withRemedy(item)))
    ]
  })
  return table(['Package', 'Name', 'Digest', 'Result', 'Why'], rows, { bytes, mostRows: MOST_ROWS, rest: REST })
}
