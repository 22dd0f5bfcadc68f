import { Failure } from '../domain/failure.js'

/** The right to send one request. */
export interface Turn {
  readonly write: boolean
  /** Counts pauses: a refusal of a request that was sent before the last pause says nothing new. */
  readonly epoch: number
}

interface Waiting {
  readonly order: number
  readonly stop: AbortSignal | undefined
  grant(turn: Turn): void
  refuse(failure: Failure): void
}

export interface Line {
  readonly write: boolean
  readonly queue: Waiting[]
}

/** Reads and writes that wait for their turn, each line in the order of arrival. */
export class WaitingLines {
  private readonly reads: Line = { write: false, queue: [] }
  private readonly writes: Line = { write: true, queue: [] }
  private readonly stops = new WeakSet<AbortSignal>()
  private order = 0

  /** `onStop` is called when a signal is aborted that requests wait with. */
  constructor(private readonly onStop: (stop: AbortSignal) => void) {}

  /** Resolves when its turn is granted; throws what it is refused with. */
  wait(write: boolean, stop: AbortSignal | undefined): Promise<Turn> {
    // One listener for a signal, however many wait with it: more than ten make Node print a warning.
    if (stop !== undefined && !this.stops.has(stop)) {
      this.stops.add(stop)
      stop.addEventListener('abort', () => this.onStop(stop))
    }
    return new Promise((grant, refuse) => {
      const { queue } = write ? this.writes : this.reads
      queue.push({ order: this.order, stop, grant, refuse })
      this.order += 1
    })
  }

  /** The lines that are not empty; first the line whose first request has waited longest. */
  byArrival(): readonly Line[] {
    const { reads, writes } = this
    if (reads.queue[0] === undefined) return writes.queue[0] === undefined ? [] : [writes]
    if (writes.queue[0] === undefined) return [reads]
    return reads.queue[0].order < writes.queue[0].order ? [reads, writes] : [writes, reads]
  }

  /** Refuses all, or only those that wait with this signal. */
  refuse(failure: Failure, stop?: AbortSignal): void {
    for (const { queue } of [this.reads, this.writes]) {
      for (const one of queue.splice(0)) {
        if (stop === undefined || one.stop === stop) one.refuse(failure)
        else queue.push(one)
      }
    }
  }
}

/** Whoever waits is refused with this where the wait is too long. Times in milliseconds. */
export function tooLong(at: number, now: number, reason: string): Failure {
  const minutes = Math.ceil((at - now) / 60_000)
  return new Failure(
    'rate-limit',
    `Stopped rather than wait ${minutes} min: ${reason}. It can go on at ${new Date(at).toISOString()}.`,
    'Run it again after that time; it picks up where it stopped. With a longer time-limit the run waits.'
  )
}

/** What a request that waits is refused with when the run ends. */
export function cancelled(): Failure {
  return new Failure('cancelled', 'Cancelled before the request was sent.')
}
