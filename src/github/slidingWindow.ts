/**
 * How much was used within a span of time that moves along. What is used counts from its start until one span after its
 * completion, so that no span of the server's own clock can hold more than the limit, wherever it begins.
 */
export class SlidingWindow {
  private open = 0
  private closed = 0
  private readonly completed: { readonly at: number; readonly points: number }[] = []

  /** `span` in milliseconds. */
  constructor(
    private readonly limit: number,
    private readonly span: number
  ) {}

  start(points: number): void {
    this.open += points
  }

  finish(points: number, now: number): void {
    this.open -= points
    this.closed += points
    this.completed.push({ at: now, points })
  }

  left(now: number): number {
    this.expire(now)
    return Math.max(0, this.limit - this.open - this.closed)
  }

  /** When there is room for `points`: `now`, a later time, or `Infinity` where something under way must end first. */
  roomAt(points: number, now: number): number {
    let missing = points - this.left(now)
    if (missing <= 0) return now
    for (const one of this.completed) {
      missing -= one.points
      if (missing <= 0) return one.at + this.span
    }
    return Number.POSITIVE_INFINITY
  }

  private expire(now: number): void {
    let first = this.completed[0]
    while (first !== undefined && first.at + this.span <= now) {
      this.closed -= first.points
      this.completed.shift()
      first = this.completed[0]
    }
  }
}
