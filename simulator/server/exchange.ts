import type { IncomingHttpHeaders } from 'node:http'
import type { RequestKind } from './kinds.js'

/** The three services of GitHub that are simulated; each has an address of its own. */
export type Part = 'api' | 'registry' | 'npm'

/** One request as it came in. */
export interface Request {
  /** Counts from 1, over all parts. */
  readonly n: number
  readonly part: Part
  readonly method: string
  /** Undecoded, without the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly kind: RequestKind
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

export const JSON_TYPE = 'application/json; charset=utf-8'

export function jsonReply(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers: { 'content-type': JSON_TYPE, ...headers }, body: JSON.stringify(value) }
}

/** A part of a path; as it is where it is no proper encoding. */
export function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
