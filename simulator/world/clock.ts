/** The time of the simulated server, in milliseconds since the epoch. */
export interface Clock {
  now(): number
  /** Lets time pass at once: ages everything, and ends restore windows. */
  advance(ms: number): void
}

/** Runs with real time from `start` (default: now). */
export function runningClock(start = Date.now()): Clock {
  const origin = Date.now()
  let ahead = start - origin
  return {
    now: () => Date.now() + ahead,
    advance: (ms) => {
      ahead += ms
    }
  }
}

/** Stands still unless it is advanced. */
export function frozenClock(at: number): Clock {
  let time = at
  return {
    now: () => time,
    advance: (ms) => {
      time += ms
    }
  }
}
