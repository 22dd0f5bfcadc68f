const GENTLE_WRITES_A_MINUTE = 60
/** What 900 points a minute allow at 5 points a write. */
const FAST_WRITES_A_MINUTE = 180
const SLOWEST_WRITES_A_MINUTE = 7.5

/**
 * How far apart writes are. Fast: not at all, the points decide. Gentle: one a second, as GitHub's best practices ask. A
 * refusal halves the pace, and each quiet minute doubles it until it is what it was.
 */
export class WritePace {
  /** Milliseconds. */
  private interval: number
  private readonly shortest: number
  private quietSince = 0
  private lastWrite = Number.NEGATIVE_INFINITY

  constructor(
    private readonly minute: number,
    pace: 'fast' | 'gentle'
  ) {
    this.shortest = pace === 'gentle' ? minute / GENTLE_WRITES_A_MINUTE : 0
    this.interval = this.shortest
  }

  slow(quietSince: number): void {
    this.interval = Math.min(2 * Math.max(this.interval, this.fast()), this.minute / SLOWEST_WRITES_A_MINUTE)
    this.quietSince = quietSince
  }

  wrote(now: number): void {
    this.lastWrite = now
  }

  nextWriteAt(now: number): number {
    this.recover(now)
    return this.lastWrite + this.interval
  }

  /** How many of the writes that may be in flight are in flight at this pace. */
  writesInFlight(most: number, now: number): number {
    this.recover(now)
    if (this.slowed(now)) return 1
    return this.interval === 0 ? most : Math.max(1, Math.floor((most * this.fast()) / this.interval))
  }

  /** Whether it is so slow that one write at a time and few reads will do. */
  slowed(now: number): boolean {
    this.recover(now)
    return this.interval >= this.minute / GENTLE_WRITES_A_MINUTE
  }

  private recover(now: number): void {
    while (this.interval > this.shortest && now - this.quietSince >= this.minute) {
      this.quietSince += this.minute
      this.interval = Math.max(this.shortest, this.interval / 2)
      if (this.interval <= this.fast()) this.interval = this.shortest
    }
  }

  private fast(): number {
    return this.minute / FAST_WRITES_A_MINUTE
  }
}
