import { setTimeout as wait } from 'node:timers/promises'
import type { Clock as ServerClock } from '../../simulator/world/clock.js'
import type { Clock } from '../../src/app/ports.js'
import { Failure } from '../../src/domain/failure.js'

/** How much faster the model sleeps than the world does. */
const HASTE = 2_000

/** One time for server and client that stands still until somebody sleeps. */
export class ModelClock implements Clock, ServerClock {
  #time: number

  constructor(start: number) {
    this.#time = start
  }

  now(): number {
    return this.#time
  }

  advance(ms: number): void {
    this.#time += ms
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const until = this.#time + ms
    try {
      await wait(Math.ceil(ms / HASTE), undefined, signal === undefined ? {} : { signal })
    } catch (cause) {
      throw new Failure('cancelled', 'Stopped while waiting.', undefined, { cause })
    }
    this.#time = Math.max(this.#time, until)
  }
}

/** The same time on a clock that is wrong. */
export const skewed = (clock: ModelClock, ahead: number): Clock => ({
  now: () => clock.now() + ahead,
  sleep: (ms, signal) => clock.sleep(ms, signal)
})
