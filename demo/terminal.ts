import { styleText } from 'node:util'

type Cell = string | number

/** No colour where the text goes to a file or a pipe, or where `NO_COLOR` asks for none (no-color.org). */
const colour = process.stdout.isTTY === true && !process.env.NO_COLOR

const style = (format: Parameters<typeof styleText>[0], text: string) => (colour ? styleText(format, text) : text)

export function say(text = ''): void {
  process.stdout.write(`${text}\n`)
}

export function heading(text: string): void {
  say(`\n${style('bold', text)}\n${style('dim', '─'.repeat(text.length))}`)
}

export const dim = (text: string) => style('dim', text)

/** One line a check; tells whether it held. */
export function check(what: string, held: boolean): boolean {
  say(`  ${held ? style('green', 'ok    ') : style('red', 'FAILED')}  ${what}`)
  return held
}

/** Columns as wide as their widest cell; numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): void {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => width(row[column]))))
  const line = (cells: readonly Cell[]) =>
    cells
      .map((cell, column) => {
        const space = ' '.repeat((widths[column] ?? 0) - width(cell))
        return typeof cell === 'number' ? `${space}${cell}` : `${cell}${space}`
      })
      .join('  ')
      .trimEnd()
  say(`  ${style('dim', line(head))}`)
  for (const row of rows) say(`  ${line(row)}`)
}

function width(cell: Cell | undefined): number {
  return [...String(cell ?? '')].length
}
