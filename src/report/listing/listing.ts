import { plainJson, visible } from '../../domain/visible.js'
import { logText, markdownCell } from '../text/escape.js'
import { table, withShortDigests } from '../text/markdownTable.js'

/** Rows of one shape, as a program or a person wants them. */
export interface Listing {
  /** A sentence that sums it up. */
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export type ListingFormat = 'text' | 'markdown' | 'csv' | 'json'

export function renderListing({ title, columns, rows }: Listing, format: ListingFormat): string {
  switch (format) {
    case 'text':
      if (rows.length === 0) return logText(title)
      return [
        logText(title),
        ...aligned([columns, ...rows].map((row) => row.map((cell) => logText(withShortDigests(cell)))))
      ].join('\n')
    case 'markdown': {
      const cells = rows.map((row) => row.map((cell) => markdownCell(withShortDigests(cell))))
      return [markdownCell(title, 2000), '', ...(rows.length === 0 ? [] : [table(columns, cells, { rest: '' })])].join(
        '\n'
      )
    }
    case 'csv':
      return [columns, ...rows].map((row) => row.map(csvCell).join(',')).join('\n')
    case 'json':
      return plainJson(
        { title, rows: rows.map((row) => Object.fromEntries(columns.map((column, i) => [column, row[i] ?? '']))) },
        2
      )
  }
}

/** Wider texts than this are not waited for. */
const WIDEST = 60

function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, i) =>
    rows.reduce((most, row) => Math.max(most, Math.min(row[i]?.length ?? 0, WIDEST)), 0)
  )
  return rows.map((row) =>
    row
      .map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd()
  )
}

/** A spreadsheet takes a cell that begins like this for a formula. */
const FORMULA = /^[=+\-@\t\r]/

function csvCell(text: string): string {
  const shown = visible(text)
  const safe = FORMULA.test(shown) ? `'${shown}` : shown
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
