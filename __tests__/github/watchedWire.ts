import { createTransport, type HttpResponse, type Transport } from '../../src/http/transport.js'
import { VirtualClock } from './virtualClock.js'

type Event =
  | { readonly kind: 'sent'; readonly what: string; readonly at: number }
  | { readonly kind: 'refused'; readonly until: number }

/** Requests over HTTP and the waits that their answers ask for, in one order and in simulated time. */
export class WatchedWire {
  readonly clock: VirtualClock
  readonly transport: Transport
  private readonly events: Event[] = []
  private inFlight = 0
  /** The most requests that were in flight at once: beyond the connections they would wait unseen. */
  peak = 0

  /** `waitOf`: milliseconds that an answer asks everybody to wait, if it does. */
  constructor(
    connections: number,
    private readonly waitOf: (response: HttpResponse) => number | undefined
  ) {
    const clock = new VirtualClock(() => this.inFlight > 0)
    const inner = createTransport({ connections, userAgent: 'tester' })
    this.clock = clock
    this.transport = {
      send: async (request) => {
        this.events.push({ kind: 'sent', what: `${request.method} ${request.url}`, at: clock.now() })
        this.inFlight += 1
        this.peak = Math.max(this.peak, this.inFlight)
        try {
          const response = await inner.send(request)
          const wait = this.waitOf(response)
          if (wait !== undefined) this.events.push({ kind: 'refused', until: clock.now() + wait })
          return response
        } finally {
          this.inFlight -= 1
        }
      },
      close: () => inner.close()
    }
  }

  get sent(): number {
    return this.events.filter(({ kind }) => kind === 'sent').length
  }

  get refused(): number {
    return this.events.length - this.sent
  }

  /** What was sent after an answer that asked to wait, before that wait was over. */
  sentDuringWaits(): readonly string[] {
    let until = 0
    const wrong: string[] = []
    for (const event of this.events) {
      if (event.kind === 'refused') until = Math.max(until, event.until)
      else if (event.at < until) wrong.push(`${event.what}, ${until - event.at} ms too early`)
    }
    return wrong
  }
}
