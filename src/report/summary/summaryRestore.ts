import type { RestoreItem } from '../../domain/outcome.js'
import { markdownCell, markdownName } from '../text/escape.js'
import { table } from '../text/markdownTable.js'
import { digestOf, namesOf, shortDigest } from '../text/naming.js'
import { troubleFirst } from '../text/restoreResult.js'
import { namesCell, withShortDigests } from './nameCell.js'

const MOST_ROWS = 1000

export function restoreTable(items: readonly RestoreItem[], bytes: number): string {
  if (items.length === 0) return ''
  const rows = troubleFirst(items).map(({ package: ref, version, kind, message }) => {
    const digest = version === undefined ? undefined : digestOf(version)
    return [
      markdownName(ref.name),
      version === undefined ? 'the package' : namesCell(namesOf(version)),
      digest === undefined ? '' : `\`${shortDigest(digest)}\``,
      kind.replaceAll('-', ' '),
      markdownCell(withShortDigests(message ?? ''))
    ]
  })
  const options = { bytes, total: rows.length, mostRows: MOST_ROWS, rest: 'the report page has them all.' }
  return table(['Package', 'Name', 'Digest', 'Result', 'Why'], rows, options)
}
