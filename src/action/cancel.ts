import type { Stop } from '../app/ports.js'

/** Where signals come from: the process. */
export interface Signals {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown
  off(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown
}

export interface Cancellation {
  readonly stop: Stop
  /**
   * Aborted when nothing more is sent, waited for or read. A signal aborts it at once. So does the time limit while nothing
   * was changed; otherwise the run checks first what it changed, and has a minute for that after its last change.
   */
  readonly ended: AbortSignal
  /** Aborted when what is in flight has had its time: the report must be written before the runner kills the process. */
  readonly overdue: AbortSignal
  /** Asks to stop so many milliseconds from now. */
  limit(ms: number): void
  /** Told before each request that changes something. */
  changing(): void
  /** Leaves signals to their default again: an ended run must not hold the process. */
  dispose(): void
}

/**
 * On cancellation the runner sends SIGINT to the process, SIGTERM 7.5 s later, and kills it after another 2.5 s. Both only
 * ask to stop, so that the step in flight can end and the receipt be written; what comes first is the reason.
 */
export function listenForStop(signals: Signals = process): Cancellation {
  const controller = new AbortController()
  const ending = new AbortController()
  const giveUp = new AbortController()
  let patience: NodeJS.Timeout | undefined
  let reason: string | undefined
  let urgent = false
  let timer: NodeJS.Timeout | undefined
  let changed = false
  let closing: NodeJS.Timeout | undefined
  const ask = (why: string): void => {
    if (reason !== undefined) return
    reason = why
    controller.abort()
  }
  const cancel = (signal: keyof typeof PATIENCE): void => {
    urgent = true
    ask(`cancelled (${signal})`)
    ending.abort()
    patience ??= setTimeout(() => giveUp.abort(), PATIENCE[signal]).unref()
  }
  const endSoon = (): void => {
    clearTimeout(closing)
    closing = setTimeout(() => ending.abort(), CLOSING_MS).unref()
  }
  const interrupted = (): void => cancel('SIGINT')
  const terminated = (): void => cancel('SIGTERM')
  signals.on('SIGINT', interrupted)
  signals.on('SIGTERM', terminated)
  return {
    stop: {
      signal: controller.signal,
      get reason() {
        return reason
      },
      get urgent() {
        return urgent
      }
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
    dispose() {
      clearTimeout(timer)
      clearTimeout(patience)
      clearTimeout(closing)
      signals.off('SIGINT', interrupted)
      signals.off('SIGTERM', terminated)
    }
  }
}

/** Milliseconds: SIGTERM follows SIGINT after 7.5 s, and the end follows SIGTERM after 2.5. */
const PATIENCE = { SIGINT: 5000, SIGTERM: 1500 } as const

/** How long a run may still read and wait when its time is over. */
const CLOSING_MS = 60_000

/** Node fires a longer one at once. */
const LONGEST_TIMER = 2 ** 31 - 1
