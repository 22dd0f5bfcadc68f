import { CannotTell } from './cannotTell.ts'
import type { Clock } from './clock.ts'
import type { Secrets } from './secrets.ts'

export interface Question {
  readonly method?: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body as JSON; `undefined` where it is none. */
  readonly json: unknown
}

/** Sends a request, and follows no redirect. */
export type Send = (question: Question) => Promise<Pick<Answer, 'status' | 'headers' | 'text'>>

const CHANGE_PAUSE_MS = 1_000
const TIMEOUT_MS = 30_000
const BODY_LIMIT = 20_000
/** Headers of requests that are worth keeping; the others are the same everywhere, or secret. */
const KEPT_HEADERS = ['accept', 'content-type', 'if-none-match']

/** Sends every request, one change a second at most, and writes each with its answer to the evidence. */
export class Exchange {
  /** Requests so far. */
  count = 0
  /** What the requests are for, in the evidence. */
  purpose = ''
  /** No request is sent after so many, so that a run stays small whatever it meets; the clean-up lifts it. */
  limit: number
  /** Whether changes wait for each other. */
  paced = true
  readonly #clock: Clock
  readonly #secrets: Secrets
  readonly #write: (line: string) => void
  readonly #sendOnce: Send
  #lastChange = Number.NEGATIVE_INFINITY

  constructor(clock: Clock, secrets: Secrets, limit: number, write: (line: string) => void, send = overHttp) {
    this.limit = limit
    this.#clock = clock
    this.#secrets = secrets
    this.#write = write
    this.#sendOnce = send
  }

  async send(question: Question): Promise<Answer> {
    const { method = 'GET' } = question
    if (this.count >= this.limit)
      throw new CannotTell(`the checks have sent ${this.limit} requests, and may send no more`)
    const changes = method !== 'GET' && method !== 'HEAD'
    if (changes && this.paced) {
      const wait = this.#lastChange + CHANGE_PAUSE_MS - this.#clock.now()
      if (wait > 0) await this.#clock.sleep(wait)
    }
    this.count += 1
    const start = this.#clock.now()
    const { status, headers, text } = await this.#sendOnce(question)
    if (changes) this.#lastChange = this.#clock.now()
    const answer = { status, headers, text, json: jsonOf(text) }
    this.#rememberToken(answer)
    this.#record(question, answer, start)
    return answer
  }

  /** A registry's answer may hold a token of its own. */
  #rememberToken({ json }: Answer): void {
    for (const key of ['token', 'access_token']) {
      const value = typeof json === 'object' && json !== null ? (json as Record<string, unknown>)[key] : undefined
      if (typeof value === 'string' && value !== '') this.#secrets.add(value)
    }
  }

  #record({ method = 'GET', url, headers = {}, body }: Question, answer: Answer, start: number): void {
    const line = JSON.stringify({
      n: this.count,
      check: this.purpose,
      time: new Date(start).toISOString(),
      method,
      url,
      headers: Object.fromEntries(Object.entries(headers).filter(([name]) => KEPT_HEADERS.includes(name))),
      body,
      answer: {
        afterMs: this.#clock.now() - start,
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        body: answer.text.slice(0, BODY_LIMIT)
      }
    })
    this.#write(`${this.#secrets.mask(line)}\n`)
  }
}

const overHttp: Send = async ({ method = 'GET', url, headers, body }) => {
  const response = await fetch(url, {
    method,
    headers: { 'user-agent': 'package-retention-conformance', ...headers },
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(body !== undefined && { body })
  })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
