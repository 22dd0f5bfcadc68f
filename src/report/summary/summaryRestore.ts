import { withRemedy } from '../../domain/failure.js'
import type { Report, RestoreItem } from '../../domain/outcome.js'
import { markdownCell, markdownName } from '../text/escape.js'
import { namesCell, table, withShortDigests } from '../text/markdownTable.js'
import { digestOf, momentText, namesOf, shortDigest } from '../text/naming.js'
import { timeLeft } from '../text/restorable.js'
import { troubleFirst } from '../text/restoreResult.js'

const MOST_ROWS = 1000
const REST = 'the report page has them all.'

/** The versions that can be restored, where nothing was selected or found. */
export function restorableTable({ restorable = [], startedAt }: Report, bytes: number): string {
  if (restorable.length === 0) return ''
  const rows = restorable.map(({ package: ref, version }) => {
    const digest = digestOf(version)
    return [
      markdownName(ref.name),
      namesCell(namesOf(version)),
      digest === undefined ? '' : `\`${shortDigest(digest)}\``,
      String(version.id),
      momentText(version.deletedAt),
      timeLeft(version, startedAt)
    ]
  })
  const head = ['Package', 'Name', 'Digest', 'Version', 'Deleted', 'Time left']
  return table(head, rows, { title: '### What can be restored\n\n', bytes, mostRows: MOST_ROWS, rest: REST })
}

export function restoreTable(items: readonly RestoreItem[], bytes: number): string {
  if (items.length === 0) return ''
  const rows = troubleFirst(items).map((item) => {
    const { package: ref, version, kind } = item
    const digest = version === undefined ? undefined : digestOf(version)
    return [
      markdownName(ref.name),
      version === undefined ? 'the package' : namesCell(namesOf(version)),
      digest === undefined ? '' : `\`${shortDigest(digest)}\``,
      kind.replaceAll('-', ' '),
      markdownCell(withShortDigests(withRemedy(item)))
    ]
  })
  return table(['Package', 'Name', 'Digest', 'Result', 'Why'], rows, { bytes, mostRows: MOST_ROWS, rest: REST })
}
