import { isObject } from '../domain/json.js'

/** One complete answer of the REST API, whatever its status. */
export interface Answer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The parsed body; `undefined` if there is none or it is not JSON. */
  readonly data: unknown
  /** `message` of an error body; empty for anything else. */
  readonly message: string
  /** An earlier attempt of the same request got no answer: it may have been carried out. */
  readonly uncertain: boolean
}

/** The page numbers that a `Link` header names. */
export function linkedPages(headers: Readonly<Record<string, string>>): {
  readonly next?: number
  readonly last?: number
} {
  const pages: { next?: number; last?: number } = {}
  for (const [, url = '', rel] of (headers.link ?? '').matchAll(/<([^>]*)>\s*;[^,]*?rel="?(next|last)"?/g)) {
    const page = Number(/[?&]page=(\d+)/.exec(url)?.[1])
    if (Number.isSafeInteger(page) && page > 0) pages[rel === 'last' ? 'last' : 'next'] = page
  }
  return pages
}

/** `message` of GitHub's error bodies: `{"message","documentation_url","status"}`. */
export function messageOf(data: unknown): string {
  return isObject(data) && typeof data.message === 'string' ? data.message.slice(0, 500) : ''
}
