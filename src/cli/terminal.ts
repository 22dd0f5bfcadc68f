import { createInterface } from 'node:readline'

/** Where lines go: standard output or standard error. */
export interface Stream {
  write(text: string): unknown
  on(event: 'error', listener: (error: unknown) => void): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

type Input = NodeJS.ReadableStream & { readonly isTTY?: boolean }

/** Where lines are written that are safe to show. */
export interface Terminal {
  info(text: string): void
  setFailed(text: string): void
  /** One line that the next one takes the place of; only where somebody looks. */
  progress?(text: string): void
  /** The result; with `--json` the only thing on standard output. */
  result(text: string): void
  /** A question of yes or no; absent where nobody can answer. No answer is a no. */
  ask?(question: string): Promise<boolean>
}

const CLEAR_LINE = '\r\u001b[2K'

/** The colours of a line by its first word: of those that every terminal has, and never the only sign. */
const COLOURS: readonly (readonly [RegExp, number])[] = [
  [/^(Error|Failed|Conflict|Stopped)\b/, 31],
  [/^ *(Would delete|Delete|Deleted|Would remove tag|Remove tag|Removed tag)\b/, 33],
  [/^(Warning|Held|Refused|Skipped|Deferred)\b/, 35],
  [/^ *(Restored|Would restore)\b/, 32],
  [/^(Planned|Result|Plan for)\b/, 1],
  [/^ *Keep\b/, 2]
]

function coloured(text: string): string {
  const colour = COLOURS.find(([words]) => words.test(text))?.[1]
  return colour === undefined ? text : `\u001b[${colour}m${text}\u001b[0m`
}

/** With `json`, standard output is kept for the result. Colours only where a person looks who has not set `NO_COLOR`. */
export function createTerminal(out: Stream, err: Stream, json: boolean, input?: Input): Terminal {
  // If a reader such as `head` ends first, the run must not stop in the middle of its deletions.
  for (const stream of [out, err]) stream.on('error', () => undefined)
  const log = json ? err : out
  let pending = false

  function clear(): void {
    if (pending) err.write(CLEAR_LINE)
    pending = false
  }
  function line(stream: Stream, text: string): void {
    clear()
    stream.write(`${stream.isTTY === true && !process.env.NO_COLOR ? coloured(text) : text}\n`)
  }

  return {
    info: (text) => line(log, text),
    setFailed: (text) => line(err, `Error: ${text}`),
    ...(err.isTTY === true && {
      progress(text: string) {
        const width = Math.max(20, (err.columns ?? 80) - 1)
        err.write(`${CLEAR_LINE}${[...text.replaceAll('\n', ' ')].slice(0, width).join('')}`)
        pending = true
      }
    }),
    result: (text) => line(out, text),
    ...(input?.isTTY === true &&
      err.isTTY === true && {
        ask(question: string) {
          clear()
          return askIn(input, err, question)
        }
      })
  }
}

function askIn(input: Input, output: Stream, question: string): Promise<boolean> {
  return new Promise((resolve) => {
    const lines = createInterface({ input })
    output.write(`${question} [y/N] `)
    lines.once('line', (answer) => {
      resolve(/^\s*y(es)?\s*$/i.test(answer))
      lines.close()
    })
    lines.once('close', () => resolve(false))
    // An interruption at this point means no.
    process.once('SIGINT', () => lines.close())
  })
}
