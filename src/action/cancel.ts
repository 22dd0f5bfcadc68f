import type { Stop } from '../app/ports.js'

/** SIGHUP: the terminal was closed. */
type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP'

/** Where signals come from: the process. */
export interface Signals {
  on(signal: Signal, listener: () => void): unknown
  off(signal: Signal, listener: () => void): unknown
}

export interface Cancellation {
  readonly stop: Stop
  /**
   * Is aborted when the run may not send, wait for or read anything more: by a signal at once, and by the time limit at once
   * if the run has changed nothing. Otherwise the run has a minute after its last change to check what it changed.
   */
  readonly ended: AbortSignal
  /** Is aborted when requests in flight have had their time: the report must be written before the runner kills the process. */
  readonly overdue: AbortSignal
  /** Asks to stop in this many milliseconds. */
  limit(ms: number): void
  /** Is called before each request that changes something. */
  changing(): void
  /** Asks to stop in order, as a time limit does. */
  end(reason: string): void
  /** Leaves signals to their default again: an ended run must not hold the process. */
  dispose(): void
}

/**
 * On cancellation the runner sends SIGINT to the process, SIGTERM 7.5 s later, and kills it after another 2.5 s. Both only
 * ask to stop, so that the step in flight can end and the receipt be written; what comes first is the reason.
 */
export function listenForStop(signals: Signals = process): Cancellation {
  const controller = new AbortController()
  const cancelling = new AbortController()
  const ending = new AbortController()
  const giveUp = new AbortController()
  let patience: NodeJS.Timeout | undefined
  let reason: string | undefined
  let timer: NodeJS.Timeout | undefined
  let changed = false
  let closing: NodeJS.Timeout | undefined
  const ask = (why: string): void => {
    if (reason !== undefined) return
    reason = why
    controller.abort()
  }
  const cancel = (signal: Signal): void => {
    ask(`cancelled (${signal})`)
    cancelling.abort()
    ending.abort()
    patience ??= setTimeout(() => giveUp.abort(), PATIENCE[signal]).unref()
  }
  const endSoon = (): void => {
    clearTimeout(closing)
    closing = setTimeout(() => ending.abort(), CLOSING_MS).unref()
  }
  const listeners = SIGNALS.map((signal) => [signal, () => cancel(signal)] as const)
  for (const [signal, listener] of listeners) signals.on(signal, listener)
  return {
    stop: {
      signal: controller.signal,
      get reason() {
        return reason
      },
      cancelled: cancelling.signal
    },
    ended: ending.signal,
    overdue: giveUp.signal,
    limit(ms) {
      clearTimeout(timer)
      const passed = (): void => {
        ask(`time limit of ${Math.round(ms / 1000)} s`)
        if (changed) endSoon()
        else ending.abort()
      }
      timer = setTimeout(passed, Math.min(ms, LONGEST_TIMER)).unref()
    },
    changing() {
      changed = true
      if (closing !== undefined) endSoon()
    },
    end: ask,
    dispose() {
      clearTimeout(timer)
      clearTimeout(patience)
      clearTimeout(closing)
      for (const [signal, listener] of listeners) signals.off(signal, listener)
    }
  }
}

/** Milliseconds: SIGTERM follows SIGINT after 7.5 s, and the end follows SIGTERM after 2.5. */
const PATIENCE: Readonly<Record<Signal, number>> = { SIGINT: 5000, SIGTERM: 1500, SIGHUP: 5000 }
const SIGNALS: readonly Signal[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** How long a run may still read and wait when its time is over. */
const CLOSING_MS = 60_000

/** Node fires a longer one at once. */
const LONGEST_TIMER = 2 ** 31 - 1

/** Ends the run in order when a stream of the process is closed, for example by `| head`. */
export function endWithOutput(
  { end }: Pick<Cancellation, 'end'>,
  streams: readonly Pick<NodeJS.WriteStream, 'on'>[] = [process.stdout, process.stderr]
): void {
  for (const stream of streams) stream.on('error', () => end('its output was closed'))
}
