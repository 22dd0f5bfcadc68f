import { setTimeout as wait } from 'node:timers/promises'
import type { Clock as ServerClock } from '../../simulator/world/clock.js'
import type { Clock } from '../../src/app/ports.js'
import { Failure } from '../../src/domain/failure.js'

/** How much faster the model sleeps than the world does, where it sleeps at all. */
const HASTE = 2_000
/** Turns of the event loop without a request after which everybody is taken to sleep. */
const QUIET_TURNS = 3

interface Sleeper {
  readonly until: number
  wake(): void
}

/**
 * One time for server and client that stands still until somebody sleeps. Where requests take no connection, a sleeper wakes
 * when its time has come or when nobody else is at work: then the same seed does the same, however busy the machine is.
 */
export class ModelClock implements Clock, ServerClock {
  readonly #sleepers = new Set<Sleeper>()
  #time: number
  #requests = 0
  #quiet = 0
  #turns = false

  constructor(
    start: number,
    /** Requests take connections, whose time is real. */
    readonly overHttp = true
  ) {
    this.#time = start
  }

  now(): number {
    return this.#time
  }

  advance(ms: number): void {
    this.#time += ms
  }

  /** Nobody wakes before the request is answered, save those whose time has come. */
  async during<T>(request: () => Promise<T>): Promise<T> {
    this.#requests += 1
    try {
      return await request()
    } finally {
      this.#requests -= 1
      this.#quiet = 0
    }
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const until = this.#time + ms
    try {
      if (this.overHttp) await wait(Math.ceil(ms / HASTE), undefined, signal === undefined ? {} : { signal })
      else await this.#asleep(until, signal)
    } catch (cause) {
      throw new Failure('cancelled', 'Stopped while waiting.', undefined, { cause })
    }
    this.#time = Math.max(this.#time, until)
  }

  #asleep(until: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const stop = (): void => {
        this.#sleepers.delete(sleeper)
        reject(signal?.reason)
      }
      const wake = (): void => {
        signal?.removeEventListener('abort', stop)
        resolve()
      }
      const sleeper = { until, wake }
      signal?.addEventListener('abort', stop, { once: true })
      this.#sleepers.add(sleeper)
      this.#watch()
    })
  }

  #watch(): void {
    if (this.#turns || this.#sleepers.size === 0) return
    this.#turns = true
    setImmediate(() => {
      this.#turns = false
      this.#quiet = this.#requests === 0 ? this.#quiet + 1 : 0
      const [first] = [...this.#sleepers].sort((a, b) => a.until - b.until)
      if (first !== undefined && (first.until <= this.#time || this.#quiet > QUIET_TURNS)) {
        this.#sleepers.delete(first)
        this.#quiet = 0
        this.#time = Math.max(this.#time, first.until)
        first.wake()
      }
      this.#watch()
    })
  }
}

/** The same time on a clock that is wrong. */
export const skewed = (clock: ModelClock, ahead: number): Clock => ({
  now: () => clock.now() + ahead,
  sleep: (ms, signal) => clock.sleep(ms, signal)
})
