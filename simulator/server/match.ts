import { randomFrom } from '../generate/random.js'
import type { Part, Request } from './exchange.js'
import type { RequestKind } from './kinds.js'

/** Which requests: all that is given must hold. */
export interface Match {
  readonly part?: Part
  readonly method?: string
  readonly kind?: RequestKind | readonly RequestKind[]
  /** Part of the path with its query; a text between slashes (`/versions\/\d+$/`) is a regular expression. */
  readonly path?: string | RegExp
  /** Only the nth that fits, from 1. */
  readonly nth?: number
  /** Only every nth that fits. */
  readonly every?: number
  /** From 0 to 1; the same `seed` picks the same ones. */
  readonly probability?: number
  readonly seed?: number
  /** At most so many. */
  readonly times?: number
}

/** Counts what fits, and says which of it is meant. */
export class Matcher {
  readonly #match: Match
  readonly #path: RegExp | string | undefined
  readonly #random: () => number
  #seen = 0
  #picked = 0

  constructor(match: Match) {
    this.#match = match
    this.#path = typeof match.path === 'string' ? patternOf(match.path) : match.path
    this.#random = randomFrom(match.seed ?? 1).fraction
  }

  picks(request: Request): boolean {
    const { nth, every, probability, times } = this.#match
    if (times !== undefined && this.#picked >= times) return false
    if (!this.#fits(request)) return false
    this.#seen += 1
    if (nth !== undefined && this.#seen !== nth) return false
    if (every !== undefined && this.#seen % every !== 0) return false
    if (probability !== undefined && this.#random() >= probability) return false
    this.#picked += 1
    return true
  }

  #fits(request: Request): boolean {
    const { part, method, kind } = this.#match
    if (part !== undefined && part !== request.part) return false
    if (method !== undefined && method.toUpperCase() !== request.method) return false
    if (kind !== undefined && !(typeof kind === 'string' ? kind === request.kind : kind.includes(request.kind))) {
      return false
    }
    if (this.#path === undefined) return true
    const query = request.query.toString()
    const address = query === '' ? request.path : `${request.path}?${query}`
    return typeof this.#path === 'string' ? address.includes(this.#path) : this.#path.test(address)
  }
}

function patternOf(path: string): RegExp | string {
  const [, source] = /^\/(.+)\/$/.exec(path) ?? []
  return source === undefined ? path : new RegExp(source)
}
