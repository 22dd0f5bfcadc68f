import type { RestoreItem } from '../domain/outcome.js'
import { markdownCell, markdownName } from './escape.js'
import { table } from './markdownTable.js'
import { digestOf, namesOf, shortDigest } from './naming.js'

const MOST_ROWS = 1000

/** What did not come back first: it needs somebody. */
const ORDER: readonly RestoreItem['kind'][] = [
  'failed',
  'conflict',
  'expired',
  'deferred',
  'restored',
  'would-restore',
  'retagged',
  'would-retag',
  'already-active'
]

export function restoreTable(items: readonly RestoreItem[], bytes: number): string {
  if (items.length === 0) return ''
  const sorted = items.toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))
  const rows = sorted.map(({ package: ref, version, kind, message }) => {
    const names = version === undefined ? [] : namesOf(version)
    const digest = version === undefined ? undefined : digestOf(version)
    return [
      markdownName(ref.name),
      version === undefined
        ? 'the package'
        : names.length === 0
          ? '*untagged*'
          : names
              .slice(0, 5)
              .map((name) => markdownName(name))
              .join(' '),
      digest === undefined ? '' : `\`${shortDigest(digest)}\``,
      kind.replace('-', ' '),
      markdownCell(message ?? '')
    ]
  })
  const options = { bytes, total: rows.length, mostRows: MOST_ROWS, rest: 'the log has them all.' }
  return table(['Package', 'Name', 'Digest', 'Result', 'Why'], rows, options)
}
