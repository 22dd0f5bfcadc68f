/** Where lines go: standard output or standard error. */
export interface Stream {
  write(text: string): unknown
  on(event: 'error', listener: (error: unknown) => void): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

/** Takes lines that are safe to show. */
export interface Terminal {
  info(text: string): void
  setFailed(text: string): void
  /** One line that the next one takes the place of; only where somebody looks. */
  progress?(text: string): void
  /** What the program was asked for; the only thing on standard output in JSON. */
  result(text: string): void
}

const CLEAR_LINE = '\r\u001b[2K'

/** With `json`, standard output is kept for the result. */
export function createTerminal(out: Stream, err: Stream, json: boolean): Terminal {
  // A reader such as `head` that has gone must not end a run in the middle of its deletions.
  for (const stream of [out, err]) stream.on('error', () => undefined)
  const log = json ? err : out
  let pending = false

  function clear(): void {
    if (pending) err.write(CLEAR_LINE)
    pending = false
  }
  function line(stream: Stream, text: string): void {
    clear()
    stream.write(`${text}\n`)
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
    result: (text) => line(out, text)
  }
}
