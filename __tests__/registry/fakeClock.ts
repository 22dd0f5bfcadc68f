import type { Clock } from '../../src/app/ports.js'

/** Sleeping takes no time and moves the clock on. */
export interface FakeClock extends Clock {
  readonly slept: number[]
  advance(ms: number): void
}

export function fakeClock(start = 1_800_000_000_000): FakeClock {
  let now = start
  const slept: number[] = []
  return {
    slept,
    now: () => now,
    advance: (ms) => {
      now += ms
    },
    async sleep(ms) {
      slept.push(ms)
      now += ms
    }
  }
}
