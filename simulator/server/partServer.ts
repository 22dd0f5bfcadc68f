import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse
} from 'node:http'
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

export interface RawRequest {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  body(): Promise<Buffer>
}

export interface WireAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** The connection breaks after this part of the body. */
  readonly cutOff: boolean
}

export interface Answered {
  readonly wire: WireAnswer | 'hang' | 'reset'
  /** To be called when the client has the answer, or has given up. */
  ended(): void
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
    const { method = 'GET', url = '/', headers } = incoming
    const { wire, ended } = await this.answer({ method, url, headers, body: () => bodyOf(incoming) })
    if (outgoing.closed) ended()
    else outgoing.once('close', ended)
    if (wire === 'hang') return
    if (wire === 'reset') {
      incoming.socket.resetAndDestroy()
      return
    }
    outgoing.writeHead(wire.status, wire.headers)
    if (wire.cutOff) outgoing.write(wire.body, () => outgoing.socket?.destroy())
    else outgoing.end(wire.body)
  }

  /** Works on one request, wherever it came from. */
  async answer({ method, url, headers, body }: RawRequest): Promise<Answered> {
    const { log, count, startedAt, world, events, faults, onRequest } = this.#shared
    const service = this.#service
    if (service === undefined) throw new Error(`${this.part} is not ready`)
    const [path = '', query = ''] = url.split('?', 2)
    const { kind, ref } = service.route(method, path)
    const points = this.part === 'api' ? pointsOf(method) : 0
    const time = performance.now() - startedAt
    const facts = { n: count(), part: this.part, method, path, kind }
    const entry: LogEntry = { ...facts, query, time, points, status: 0, end: undefined, fault: undefined }
    log.push(entry)
    const sent = method === 'GET' || method === 'HEAD' ? NOTHING : await body()
    const request: Request = { ...facts, query: new URLSearchParams(query), headers, body: sent }

    events.before(world, request)
    const effect = (await onRequest?.(request, world)) ?? faults.pick(request)
    entry.fault = effect === undefined ? undefined : typeof effect === 'string' ? effect : JSON.stringify(effect)
    if (typeof effect === 'object' && 'lag' in effect && ref !== undefined) {
      world.package(ref)?.versions.freeze(effect.lag)
    }
    const visit = service.admit(request)
    this.#inFlight += 1
    this.#peakInFlight = Math.max(this.#peakInFlight, this.#inFlight)
    const ended = (): void => {
      this.#inFlight -= 1
      visit.done(0)
    }
    const wait = this.#latency + (typeof effect === 'object' && 'delay' in effect ? effect.delay : 0)
    // A client may have given up, and the server stopped, before this is over.
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait).unref())
    if (effect === 'hang' || effect === 'reset') return { wire: effect, ended }
    const instead = effect === undefined ? undefined : replyInstead(effect, request, this.#shared.limiter, visit.token)
    const reply = instead ?? visit.answer()
    events.after(world, request)
    if (effect === 'lost-answer') return { wire: 'reset', ended }
    return { wire: this.#wire(request, visit, spoiled(effect, request, reply), effect, entry), ended }
  }

  #wire(request: Request, visit: Visit, reply: Reply, effect: Effect | undefined, entry: LogEntry): WireAnswer {
    visit.done(reply.status)
    entry.status = reply.status
    entry.end = performance.now() - this.#shared.startedAt
    const body = Buffer.from(reply.body ?? '')
    const length = String(body.length)
    const bodiless = reply.status === 204 || reply.status === 304
    const date = new Date(this.#shared.world.clock.now() + this.#shared.clockSkewMs).toUTCString()
    const headers = {
      date,
      ...visit.headers(),
      ...(!bodiless && { 'content-length': length }),
      ...reply.headers,
      ...(effect !== undefined && !bodiless && request.method !== 'HEAD' && { 'content-length': length })
    }
    const cutOff = effect === 'cut-body'
    return {
      status: reply.status,
      headers,
      body: cutOff ? body.subarray(0, Math.floor(body.length / 2)) : body,
      cutOff
    }
  }
}

const NOTHING = Buffer.alloc(0)

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
