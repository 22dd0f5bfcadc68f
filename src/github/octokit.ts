import { Failure } from '../domain/failure.js'
import { isObject, parseJson } from '../domain/json.js'
import type { Method, Transport } from '../http/transport.js'
import { type Answer, messageOf } from './answer.js'

/** What Octokit needs of `fetch`. Bodies are parsed by us, as Octokit hands on what it cannot parse as text. */
export function fetchThrough(transport: Transport) {
  return async (
    url: string,
    init: { method: Method; headers: Record<string, string>; body?: string; signal?: AbortSignal }
  ) => {
    const response = await transport.send({
      method: init.method,
      url,
      headers: init.headers,
      body: init.body,
      signal: init.signal
    })
    const text = Buffer.from(response.body).toString('utf8')
    // Without them Octokit neither parses an error body by itself nor writes about deprecation to the console.
    const { 'content-type': _type, deprecation: _deprecation, ...headers } = response.headers
    return {
      status: response.status,
      url: response.url,
      headers: new Map(Object.entries(headers)),
      body: text,
      text: () => Promise.resolve(text)
    }
  }
}

export interface RefusedAnswer {
  readonly answer: Omit<Answer, 'uncertain'>
  /** As it came. */
  readonly body: unknown
}

/** Octokit throws for every status from 400 on. */
export function refusedAnswer(error: unknown): RefusedAnswer | undefined {
  if (!isObject(error) || !isObject(error.response) || !('status' in error.response)) return undefined
  const { status, headers, data: body } = error.response as { status: number; headers: object; data?: unknown }
  const data = parse(body)
  return { answer: { status, headers: lowerCased(headers), data, message: messageOf(data) }, body }
}

/** Octokit wraps what `fetch` throws. */
export function thrownFailure(error: unknown): Failure {
  if (isObject(error) && error.cause instanceof Failure) return error.cause
  if (error instanceof Failure) return error
  return new Failure('bug', `A request could not be made: ${String(error)}.`, undefined, { cause: error })
}

/** The value of a JSON body; `undefined` for anything else. */
export function parse(body: unknown): unknown {
  return typeof body === 'string' ? parseJson(body) : undefined
}

export function lowerCased(headers: object): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]))
}
