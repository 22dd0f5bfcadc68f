import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { World } from '../world/world.js'
import type { Events } from './events.js'
import type { Part, Reply, Request } from './exchange.js'
import { type Effect, type Faults, replyInstead, spoiled } from './faults.js'
import type { Limiter } from './limiter.js'
import { pointsOf } from './limits.js'
import type { LogEntry } from './log.js'
import type { Service, Visit } from './service.js'

/** Looks at each request before it is worked on, may change the world, and may return what goes wrong with it. */
export type RequestHook = (request: Request, world: World) => Effect | undefined | Promise<Effect | undefined>

/** What all parts of one simulator share. */
export interface Shared {
  readonly world: World
  readonly limiter: Limiter
  readonly faults: Faults
  readonly events: Events
  readonly log: LogEntry[]
  /** Numbers the requests. */
  readonly count: () => number
  readonly startedAt: number
  readonly clockSkewMs: number
  readonly onRequest: RequestHook | undefined
}

/** One HTTP server on 127.0.0.1. */
export class PartServer {
  readonly part: Part
  /** Milliseconds before each answer. */
  readonly #latency: number
  readonly #shared: Shared
  readonly #server: Server
  #service: Service | undefined
  #inFlight = 0
  #peakInFlight = 0

  constructor(part: Part, latency: number, shared: Shared) {
    this.part = part
    this.#latency = latency
    this.#shared = shared
    this.#server = createServer((incoming, outgoing) => {
      this.#serve(incoming, outgoing).catch((error: unknown) => {
        outgoing.destroy()
        process.stderr.write(`simulator: ${error instanceof Error ? error.stack : String(error)}\n`)
      })
    })
    this.#server.keepAliveTimeout = 60_000
  }

  /** The most requests that were worked on at once. */
  get peakInFlight(): number {
    return this.#peakInFlight
  }

  /** Returns `http://127.0.0.1:<port>`; port 0 takes a free one. */
  async listen(port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, '127.0.0.1', resolve)
    })
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** To be called before the first request. */
  serve(service: Service): void {
    this.#service = service
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
    })
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { log, count, startedAt, world, events, faults, onRequest } = this.#shared
    const service = this.#service
    if (service === undefined) throw new Error(`${this.part} is not ready`)
    const { method = 'GET', url = '/' } = incoming
    const [path = '', query = ''] = url.split('?', 2)
    const { kind, ref } = service.route(method, path)
    const points = this.part === 'api' ? pointsOf(method) : 0
    const time = performance.now() - startedAt
    const facts = { n: count(), part: this.part, method, path, kind }
    const entry: LogEntry = { ...facts, query, time, points, status: 0, end: undefined, fault: undefined }
    log.push(entry)
    const body = method === 'GET' || method === 'HEAD' ? NOTHING : await bodyOf(incoming)
    const request: Request = { ...facts, query: new URLSearchParams(query), headers: incoming.headers, body }

    events.before(world, request)
    const effect = (await onRequest?.(request, world)) ?? faults.pick(request)
    entry.fault = effect === undefined ? undefined : typeof effect === 'string' ? effect : JSON.stringify(effect)
    if (typeof effect === 'object' && 'lag' in effect && ref !== undefined) {
      world.package(ref)?.versions.freeze(effect.lag)
    }
    const visit = this.#enter(service, request, outgoing)
    const wait = this.#latency + (typeof effect === 'object' && 'delay' in effect ? effect.delay : 0)
    // A client may have given up, and the server stopped, before this is over.
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait).unref())
    if (effect === 'hang') return
    if (effect === 'reset') {
      incoming.socket.resetAndDestroy()
      return
    }
    const instead = effect === undefined ? undefined : replyInstead(effect, request, this.#shared.limiter, visit.token)
    const reply = instead ?? visit.answer()
    events.after(world, request)
    this.#send(outgoing, request, visit, spoiled(effect, request, reply), effect, entry)
  }

  #enter(service: Service, request: Request, outgoing: ServerResponse): Visit {
    const visit = service.admit(request)
    this.#inFlight += 1
    this.#peakInFlight = Math.max(this.#peakInFlight, this.#inFlight)
    outgoing.once('close', () => {
      this.#inFlight -= 1
      visit.done(0)
    })
    return visit
  }

  #send(
    outgoing: ServerResponse,
    request: Request,
    visit: Visit,
    reply: Reply,
    effect: Effect | undefined,
    entry: LogEntry
  ): void {
    if (effect === 'lost-answer') {
      outgoing.socket?.resetAndDestroy()
      return
    }
    visit.done(reply.status)
    entry.status = reply.status
    entry.end = performance.now() - this.#shared.startedAt
    const length = Buffer.byteLength(reply.body ?? '')
    const bodiless = reply.status === 204 || reply.status === 304
    const date = new Date(this.#shared.world.clock.now() + this.#shared.clockSkewMs).toUTCString()
    outgoing.writeHead(reply.status, {
      date,
      ...visit.headers(),
      ...(!bodiless && { 'content-length': String(length) }),
      ...reply.headers,
      ...(effect !== undefined && !bodiless && request.method !== 'HEAD' && { 'content-length': String(length) })
    })
    if (effect === 'cut-body') {
      outgoing.write(Buffer.from(reply.body ?? '').subarray(0, Math.floor(length / 2)), () =>
        outgoing.socket?.destroy()
      )
      return
    }
    outgoing.end(reply.body)
  }
}

const NOTHING = Buffer.alloc(0)

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
