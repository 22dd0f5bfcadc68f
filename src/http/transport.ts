import { setMaxListeners } from 'node:events'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { Agent, type Dispatcher, ProxyAgent } from 'undici'
import { Failure } from '../domain/failure.js'
import { type ProxySettings, proxyFor } from './proxy.js'
import { receive, tooLarge } from './receive.js'

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

export interface HttpRequest {
  readonly method: Method
  readonly url: string
  /** Names in lower case. `user-agent` and `accept-encoding` are added. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array | undefined
  readonly signal?: AbortSignal | undefined
  /** The answer gives out a credential: its body is handed on as it came. */
  readonly asksForCredential?: boolean
}

export interface HttpResponse {
  readonly status: number
  /** Where the answer came from, after redirects. */
  readonly url: string
  /** Names in lower case; repeated headers are joined by a comma and a blank. */
  readonly headers: Readonly<Record<string, string>>
  /** Complete and decompressed. */
  readonly body: Uint8Array
}

/**
 * Sends one request and reads the whole answer, whatever its status. It never retries.
 *
 * Throws `Failure`: `network` (no complete answer: refused, reset, timed out, cut off; sending again may help),
 * `api` (an answer that cannot be used: too large, or a redirect that is not followed), `cancelled` (by the signal).
 */
export interface Transport {
  send(request: HttpRequest): Promise<HttpResponse>
  /** Ends idle connections and those in use. */
  close(): Promise<void>
}

export interface TransportOptions {
  /** Per origin; more requests than that wait for their turn. */
  readonly connections: number
  readonly userAgent: string
  readonly proxy?: ProxySettings
  /** Milliseconds from the start of a request to its headers, connecting included. Default: 30,000. */
  readonly headersTimeout?: number
  /** Milliseconds from the headers to the end of the body. Default: 60,000. */
  readonly bodyTimeout?: number
  /** Bytes of a body, decompressed. Default: 64 MiB. */
  readonly maxBytes?: number
  /**
   * ASCII texts, such as a token and its encodings. They and the credential of a request are taken out of its answer, headers
   * and body: some servers quote what they were sent.
   */
  readonly secrets?: readonly string[]
  /** Is called before a redirect is followed: it is a request of its own. */
  readonly onRedirect?: (request: HttpRequest) => void
}

const REDIRECTS = new Set([301, 302, 307, 308])
const MAX_REDIRECTS = 5
/** Characters. GitHub's tokens have at least forty; a text as short as `token` is in harmless headers too. */
const SHORTEST_SECRET = 12
const unzip = promisify(gunzip)

/** Opens keep-alive connections as they are needed. Node reads `NODE_EXTRA_CA_CERTS` by itself. */
export function createTransport(options: TransportOptions): Transport {
  const { connections, userAgent, proxy = {}, headersTimeout = 30_000, bodyTimeout = 60_000, secrets = [] } = options
  const maxBytes = options.maxBytes ?? 64 * 1024 * 1024
  const dispatchers = new Map<string, Dispatcher>()
  const turns = new Map<string, Turns>()

  function dispatcherFor(url: URL): Dispatcher {
    const uri = proxyFor(url, proxy)
    const key = uri ?? 'direct'
    const known = dispatchers.get(key)
    if (known !== undefined) return known
    const made = uri === undefined ? new Agent({ connections }) : new ProxyAgent({ uri, connections })
    dispatchers.set(key, made)
    return made
  }

  function turnsFor(origin: string): Turns {
    const known = turns.get(origin) ?? createTurns(connections)
    turns.set(origin, known)
    return known
  }

  async function exchange(request: HttpRequest, url: URL): Promise<HttpResponse> {
    const label = `${request.method} ${url.origin}${url.pathname}`
    try {
      const { status, headers, body } = await receive(
        dispatcherFor(url),
        {
          origin: url.origin,
          path: url.pathname + url.search,
          method: request.method,
          headers: { 'user-agent': userAgent, 'accept-encoding': 'gzip', ...request.headers },
          body: request.body ?? null,
          headersTimeout: 0,
          bodyTimeout: 0
        },
        { label, headersTimeout, bodyTimeout, maxBytes, signal: request.signal }
      )
      const whole = await decode(body, headers, maxBytes, label)
      const hidden = [...secrets, ...credentialOf(request)].filter(({ length }) => length >= SHORTEST_SECRET)
      return {
        status,
        url: url.href,
        headers: cleanHeaders(headers, hidden),
        body: request.asksForCredential && status === 200 ? whole : cleanBody(whole, hidden)
      }
    } catch (error) {
      throw error instanceof Failure ? error : connectionFailure(label, error)
    }
  }

  async function send(request: HttpRequest): Promise<HttpResponse> {
    // One signal stops every request in flight; above ten, Node would warn of a leak.
    if (request.signal) setMaxListeners(0, request.signal)
    let url = new URL(request.url)
    for (let redirects = 0; ; redirects += 1) {
      const target = url
      const response = await turnsFor(target.origin)(() => exchange(request, target), request.signal)
      const next = followed(request, target, response)
      if (next === undefined) return response
      if (redirects === MAX_REDIRECTS) {
        throw new Failure(
          'api',
          `${request.method} ${target.origin}${target.pathname}: more than ${MAX_REDIRECTS} redirects.`
        )
      }
      options.onRedirect?.(request)
      url = next
    }
  }

  async function close(): Promise<void> {
    await Promise.all([...dispatchers.values()].map((dispatcher) => dispatcher.destroy()))
    dispatchers.clear()
  }

  return { send, close }
}

/**
 * Redirects stay on their origin: nothing this product asks for lives elsewhere, and credentials never leave.
 * 301 and 302 allow a client to change the method, so only reads follow them.
 */
function followed(request: HttpRequest, url: URL, response: HttpResponse): URL | undefined {
  const location = response.headers.location
  if (!REDIRECTS.has(response.status) || location === undefined || !URL.canParse(location, url.href)) return undefined
  if (request.method !== 'GET' && response.status < 307) return undefined
  const next = new URL(location, url)
  if (next.origin === url.origin) return next
  throw new Failure(
    'api',
    `${request.method} ${url.origin}${url.pathname} was redirected to ${next.origin}, another origin; that is not followed.`,
    'Check the configured address of the server.'
  )
}

type Turns = <T>(work: () => Promise<T>, signal?: AbortSignal) => Promise<T>

/** At most `places` at a time, first come, first served: so that time limits do not count time spent queueing. */
export function createTurns(places: number): Turns {
  let free = places
  const waiting: (() => void)[] = []
  return async (work, signal) => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      if (signal?.aborted) throw new Failure('cancelled', 'Cancelled before the request was sent.')
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free += 1
    }
  }
}

async function decode(
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>>,
  maxBytes: number,
  label: string
): Promise<Uint8Array> {
  if (headers['content-encoding']?.toLowerCase() !== 'gzip' || bytes.byteLength === 0) return bytes
  try {
    return await unzip(bytes, { maxOutputLength: maxBytes })
  } catch (error) {
    if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(label, maxBytes)
    throw new Failure('network', `${label}: the compressed answer is damaged.`, undefined, { cause: error })
  }
}

/** The runner does not mask a registry's token: it was made during this run. */
function credentialOf({ headers }: HttpRequest): readonly string[] {
  const credential = headers?.authorization?.split(' ').at(-1)
  return credential === undefined || credential === '' ? [] : [credential]
}

/** Before anything reads it: log, summary, outputs and files all show text of answers, each with escapes of its own. */
function cleanBody(body: Uint8Array, secrets: readonly string[]): Uint8Array {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  if (!secrets.some((secret) => bytes.includes(secret))) return body
  return Buffer.from(hide(bytes.toString('latin1'), secrets), 'latin1')
}

function cleanHeaders(headers: HttpResponse['headers'], secrets: readonly string[]): HttpResponse['headers'] {
  const all = Object.values(headers).join('\n')
  if (!secrets.some((secret) => all.includes(secret))) return headers
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, hide(value, secrets)]))
}

function hide(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text)
}

function connectionFailure(label: string, error: unknown): Failure {
  const code = codeOf(error)
  const certificate = code !== undefined && /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/.test(code)
  const why = error instanceof Error && error.message !== '' ? error.message : 'connection failed'
  return new Failure(
    'network',
    `${label}: ${why}${code && !why.includes(code) ? ` (${code})` : ''}.`,
    certificate
      ? 'If the server uses a private certificate authority, set NODE_EXTRA_CA_CERTS on the runner.'
      : undefined,
    { cause: error }
  )
}

/** The code that Node or undici gave a failure of the connection, such as `ECONNRESET`. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  if ('code' in error && typeof error.code === 'string') return error.code
  return 'cause' in error ? codeOf(error.cause) : undefined
}
