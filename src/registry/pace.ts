import { setMaxListeners } from 'node:events'
import type { Clock } from '../app/ports.js'
import { createTurns } from '../http/transport.js'

/** When the next request may go out. */
export interface RequestPace {
  /** Runs `work` once there is a place, room in the rate, and no pause but one that is too long to be waited for. */
  turn<T>(work: () => Promise<T>): Promise<T>
  /** No turn begins during this many milliseconds. */
  pause(ms: number): void
  /** Milliseconds of pause that are left. */
  pausedFor(): number
  /** Lowers the rate after a refusal, for good; `allowed` is what the server says it grants in a minute. */
  slow(allowed?: number): void
}

export interface PaceOptions {
  readonly clock: Clock
  readonly concurrency: number
  /** Sustained rate. */
  readonly perMinute: number
  /** Requests that may go out at once before the rate holds. */
  readonly burst: number
  readonly signal: AbortSignal
}

/** The server counts others too (jobs of the same token), so staying just below what it grants is not enough. */
const SLOWER = 1.25
const SHARE = 0.9
/** Refusals within this time are answers to one and the same burst. */
const ONE_BURST_MS = 1000
/** Ten a second: slower than this no limit is known to be. */
const LONGEST_INTERVAL = 100
/** A job is paid by the minute, so it waits for no longer pause than this; what it could not read is kept. */
export const LONGEST_PAUSE_MS = 60_000

/** Bounds requests in flight and per minute, for one run and one registry. */
export function createPace({ clock, concurrency, perMinute, burst, signal }: PaceOptions): RequestPace {
  let interval = 60_000 / perMinute
  let slowedAt = Number.NEGATIVE_INFINITY
  const places = createTurns(concurrency)
  let pausedUntil = 0
  /** When the rate would be used up to, if the requests so far had gone out evenly (GCRA). */
  let paidUntil = 0

  // All places may wait on it before anything is sent; above ten, Node would warn of a leak.
  setMaxListeners(0, signal)

  const pausedFor = (): number => Math.max(0, pausedUntil - clock.now())

  async function room(): Promise<void> {
    const now = clock.now()
    paidUntil = Math.max(paidUntil, now) + interval
    let wait = paidUntil - burst * interval - now
    for (;;) {
      wait = Math.max(wait, pausedFor())
      if (wait < 1 || signal.aborted || pausedFor() > LONGEST_PAUSE_MS) return
      await clock.sleep(wait, signal)
      wait = 0
    }
  }

  const turn = <T>(work: () => Promise<T>): Promise<T> =>
    places(async () => {
      await room()
      return work()
    })

  function pause(ms: number): void {
    pausedUntil = Math.max(pausedUntil, clock.now() + ms)
  }

  function slow(allowed?: number): void {
    if (clock.now() - slowedAt < ONE_BURST_MS) return
    slowedAt = clock.now()
    const granted = allowed === undefined ? 0 : 60_000 / (allowed * SHARE)
    interval = Math.min(LONGEST_INTERVAL, Math.max(interval * SLOWER, granted))
  }

  return { turn, pause, pausedFor, slow }
}
