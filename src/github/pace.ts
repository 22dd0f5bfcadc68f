const GENTLE_WRITES_A_MINUTE = 60
/** What 900 points a minute allow at 5 points a write. */
const FAST_WRITES_A_MINUTE = 180
const SLOWEST = 8

/**
 * How far apart writes are. Fast: not at all, the points decide. Gentle: one a second, as GitHub's best practices ask; taken
 * after a refusal, twice as far apart after each further one, half as far after each quiet minute, until it is fast again.
 */
export class Pace {
  private interval: number
  private readonly floor: number
  private quietSince = 0
  private lastWrite = Number.NEGATIVE_INFINITY

  constructor(
    private readonly minute: number,
    pace: 'fast' | 'gentle'
  ) {
    this.floor = pace === 'gentle' ? this.gentle() : 0
    this.interval = this.floor
  }

  slow(quietSince: number): void {
    this.interval = Math.min(Math.max(this.gentle(), this.interval * 2), SLOWEST * this.gentle())
    this.quietSince = quietSince
  }

  wrote(now: number): void {
    this.lastWrite = now
  }

  nextWriteAt(now: number): number {
    this.recover(now)
    return this.lastWrite + this.interval
  }

  /** One write at a time, and fewer reads. */
  slowed(now: number): boolean {
    this.recover(now)
    return this.interval >= this.gentle()
  }

  private recover(now: number): void {
    while (this.interval > this.floor && now - this.quietSince >= this.minute) {
      this.quietSince += this.minute
      this.interval = Math.max(this.floor, this.interval / 2)
      if (this.interval < this.minute / FAST_WRITES_A_MINUTE) this.interval = this.floor
    }
  }

  private gentle(): number {
    return this.minute / GENTLE_WRITES_A_MINUTE
  }
}
