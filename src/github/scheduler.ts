import type { Budget, Clock } from '../app/ports.js'
import type { Failure } from '../domain/failure.js'
import { Alarm } from './alarm.js'
import { PrimaryBudget } from './primaryBudget.js'
import type { PaceAfterwards } from './retryDecision.js'
import { SlidingWindow } from './slidingWindow.js'
import { cancelled, type Line, type Turn, tooLong, WaitingLines } from './waitingLines.js'
import { WritePace } from './writePace.js'

/** GitHub's secondary limit for REST: points a minute ("Rate limits for the REST API"). */
const POINTS_A_MINUTE = 900
/** Left to others with the same token: a step before this one, a job beside it. */
const POINTS_OF_OTHERS = 30
const READ_POINTS = 1
const WRITE_POINTS = 5
const READS_WHEN_SLOWED = 4
/** Milliseconds; the log does not mention shorter waits. */
const TOLD_WAIT_MS = 2000

export interface SchedulerOptions {
  readonly clock: Clock
  /** Aborted: nothing more is sent, what waits ends as `cancelled`; what is under way is left to end. */
  readonly signal?: AbortSignal
  /** Writes in flight. */
  readonly deleteConcurrency: number
  readonly pace: 'fast' | 'gentle'
  /** The most requests in any hour. */
  readonly requestsPerHour?: number
  /** Milliseconds since the epoch: waits that end before it are slept, all others if they are short. See `latest`. */
  readonly deadline?: number
  /** Requests in flight. Default: 16; GitHub's documented limit is 100 for all that share a token. */
  readonly connections?: number
  /** Milliseconds that GitHub's minute lasts. Default: 60,000. */
  readonly minute?: number
  /** Is called when everything waits: how long, and why. */
  readonly onWait?: (ms: number, reason: string) => void
}

/** When a request may go, and why not now. `shared`: no other request may go before it either. */
interface Admission {
  readonly at: number
  readonly reason: string
  readonly shared: boolean
}

/**
 * Lets every REST request of a run go in its turn: in bursts as long as the minute's points allow, then as points come
 * free. While a pause lasts nothing is sent at all. After a refusal writes are slower, and become faster by themselves.
 */
export class Scheduler {
  private readonly clock: Clock
  private readonly minute: number
  private readonly points: SlidingWindow
  private readonly hour: SlidingWindow | undefined
  private readonly primary = new PrimaryBudget()
  private readonly pace: WritePace
  private readonly lines = new WaitingLines((stop) => this.refuse(cancelled(), stop))
  private readsInFlight = 0
  private writesInFlight = 0
  private preparing = 0
  private epoch = 0
  private inARow = 0
  /** A write is among the refused: reads that go through say nothing about it. */
  private writeRefused = false
  /** One request at a time. */
  private alone = false
  private paused = { until: 0, reason: '' }
  private halted: Failure | undefined
  private readonly alarm: Alarm
  private toldUntil = 0

  constructor(private readonly options: SchedulerOptions) {
    const { clock, signal, requestsPerHour, pace, minute = 60_000 } = options
    this.clock = clock
    this.minute = minute
    this.alarm = new Alarm(clock, () => this.admit())
    this.points = new SlidingWindow(POINTS_A_MINUTE - POINTS_OF_OTHERS, minute)
    this.hour = requestsPerHour === undefined ? undefined : new SlidingWindow(requestsPerHour, 60 * minute)
    this.pace = new WritePace(minute, pace)
    signal?.addEventListener('abort', () => this.refuse(cancelled()))
  }

  /**
   * Waits for its turn, then works. Throws `Failure`: `rate-limit` where the wait would be too long, `cancelled` (`stop` too
   * ends the waiting, not the work), or what `halt` was given. Calls of `learn`, `pause` and `halt` within `work` take effect
   * before anything else is sent.
   */
  async run<T>(write: boolean, work: (turn: Turn) => Promise<T>, stop?: AbortSignal): Promise<T> {
    const turn = await this.turn(write, stop)
    try {
      return await work(turn)
    } finally {
      this.end(turn)
    }
  }

  /** Counts a request that went without a turn of its own: what follows waits for it. */
  spent(write: boolean): void {
    this.take(write)
    this.give(write)
  }

  /** Takes note of what an answer says about limits. */
  learn(headers: Readonly<Record<string, string>>): void {
    this.primary.learn(headers, this.clock.now())
  }

  /** Work of a turn before its request. It may need requests of its own: until it is done the turn takes no place from them. */
  async prepare(work: () => Promise<void>): Promise<void> {
    this.preparing += 1
    this.admit()
    try {
      await work()
    } finally {
      this.preparing -= 1
    }
  }

  /** Whether a pause or an end that came after the turn was granted keeps it from sending. */
  forbids(turn: Turn): boolean {
    const ended = this.halted !== undefined || this.options.signal?.aborted === true
    return ended || this.outdated(turn) || this.paused.until > this.clock.now()
  }

  /** How many refusals there are in a row if the answer of this turn is one. */
  refusals(turn: Turn): number {
    return this.inARow + (this.outdated(turn) ? 0 : 1)
  }

  /** Whether everything was paused after the turn was granted: what it is answered was known then. */
  outdated(turn: Turn): boolean {
    return turn.epoch !== this.epoch
  }

  /** Sends nothing for `ms`. */
  pause(turn: Turn, ms: number, reason: string, afterwards: PaceAfterwards): void {
    const until = this.clock.now() + ms
    if (until > this.paused.until) this.paused = { until, reason }
    if (this.outdated(turn)) return
    this.epoch += 1
    this.inARow += 1
    this.writeRefused ||= turn.write
    this.alone ||= afterwards === 'alone'
    if (afterwards !== 'as-before') this.pace.slow(until)
  }

  /** Takes note of an answer that was not a refusal. */
  accepted(turn: Turn): void {
    if (this.outdated(turn) || (this.writeRefused && !turn.write)) return
    this.inARow = 0
    this.writeRefused = false
    this.alone = false
  }

  /** Sends nothing more in this run. */
  halt(failure: Failure): void {
    this.halted ??= failure
    this.refuse(this.halted)
  }

  /**
   * Requests that may still be sent, as far as known, and when there will be more (milliseconds since the epoch).
   * `undefined` too where the run has the time to wait for more.
   */
  remainingBudget(): Budget | undefined {
    const now = this.clock.now()
    const budget = this.leftOfTheHour(now)
    const { deadline } = this.options
    const waits = deadline !== undefined && (budget?.resetAt ?? now + this.hourLasts()) < deadline
    return waits ? undefined : budget
  }

  /** With the next hour where the reset is so near that it is waited for. */
  private leftOfTheHour(now: number): Budget | undefined {
    const primary = this.primary.left(now)
    const own = this.hour?.left(now)
    if (primary === undefined) return own === undefined ? undefined : { requests: own }
    const near = primary.resetAt <= this.latest(now)
    const free = Math.max(0, primary.remaining - this.inFlight()) + (near ? primary.limit : 0)
    if (own !== undefined && own < free) return { requests: own }
    return { requests: free, resetAt: primary.resetAt + (near ? this.hourLasts() : 0) }
  }

  private hourLasts(): number {
    return 60 * this.minute
  }

  /** When a wait that begins now must be over: after two minutes, or at the deadline, but never later than a minute after that. */
  private latest(now: number): number {
    const { deadline } = this.options
    const bound = now + 2 * this.minute
    return deadline === undefined ? bound : Math.max(deadline, Math.min(bound, deadline + this.minute))
  }

  private turn(write: boolean, stop: AbortSignal | undefined): Promise<Turn> {
    if (this.halted) return Promise.reject(this.halted)
    if (this.options.signal?.aborted || stop?.aborted) return Promise.reject(cancelled())
    const turn = this.lines.wait(write, stop)
    this.admit()
    return turn
  }

  private end({ write }: Turn): void {
    this.give(write)
    if (write) this.writesInFlight -= 1
    else this.readsInFlight -= 1
    this.admit()
  }

  /** Lets go whatever may go now; first come, first served, save that reads pass writes that wait for each other. */
  private admit(): void {
    const now = this.clock.now()
    let earliest: Admission | undefined
    for (let granted = true; granted; ) {
      granted = false
      earliest = undefined
      for (const line of this.lines.byArrival()) {
        const admission = this.admission(line.write, now)
        granted = admission.at <= now
        if (granted) this.start(line)
        else if (earliest === undefined || admission.at < earliest.at) earliest = admission
        if (granted || admission.shared) break
      }
    }
    if (earliest === undefined) this.alarm.clear()
    else if (Number.isFinite(earliest.at)) this.wakeAt(earliest, now)
  }

  private start({ write, queue }: Line): void {
    const next = queue.shift()
    if (next === undefined) return
    this.take(write)
    if (write) {
      this.writesInFlight += 1
      this.pace.wrote(this.clock.now())
    } else this.readsInFlight += 1
    next.grant({ write, epoch: this.epoch })
  }

  private take(write: boolean): void {
    this.points.start(write ? WRITE_POINTS : READ_POINTS)
    this.hour?.start(1)
  }

  private give(write: boolean): void {
    const now = this.clock.now()
    this.points.finish(write ? WRITE_POINTS : READ_POINTS, now)
    this.hour?.finish(1, now)
  }

  private admission(write: boolean, now: number): Admission {
    const never = { at: Number.POSITIVE_INFINITY, reason: '' }
    if (this.paused.until > now) return { at: this.paused.until, reason: this.paused.reason, shared: true }
    if (this.inFlight() >= (this.alone ? 1 : (this.options.connections ?? 16))) return { ...never, shared: true }
    if (write) {
      const most = this.alone ? 1 : this.pace.writesInFlight(this.options.deleteConcurrency, now)
      if (this.writesInFlight >= most) return { ...never, shared: false }
      const paced = this.pace.nextWriteAt(now)
      if (paced > now) return { at: paced, reason: 'gentle pace', shared: false }
    } else if (this.pace.slowed(now) && this.readsInFlight >= READS_WHEN_SLOWED) return { ...never, shared: false }
    const points = this.points.roomAt(write ? WRITE_POINTS : READ_POINTS, now)
    const hour = this.hour?.roomAt(1, now) ?? now
    const primary = this.primaryAt(now)
    const at = Math.max(points, hour, primary)
    const reason =
      at === points
        ? `GitHub's limit of ${POINTS_A_MINUTE} points a minute`
        : at === hour
          ? `the ${this.options.requestsPerHour} requests an hour of requests-per-hour are used`
          : "the token's requests of this hour are used"
    return { at, reason, shared: true }
  }

  private primaryAt(now: number): number {
    const left = this.primary.left(now)
    if (left === undefined || left.remaining > this.inFlight()) return now
    return this.inFlight() > 0 ? Number.POSITIVE_INFINITY : left.resetAt
  }

  private inFlight(): number {
    return this.readsInFlight + this.writesInFlight - this.preparing
  }

  private wakeAt({ at, reason }: Admission, now: number): void {
    if (at > this.latest(now)) {
      this.refuse(tooLong(at, now, reason))
      return
    }
    if (at - now >= TOLD_WAIT_MS && now >= this.toldUntil) {
      this.toldUntil = at
      this.options.onWait?.(at - now, reason)
    }
    this.alarm.set(at, now)
  }

  private refuse(failure: Failure, stop?: AbortSignal): void {
    this.lines.refuse(failure, stop)
    this.admit()
  }
}
