import type { Change } from './assumptions.js'
import type { Clock } from './clock.js'
import type { StoredVersion } from './version.js'

interface Entry {
  readonly at: number
  readonly id: number
  readonly before: StoredVersion | undefined
}

/** How versions looked before what happened to them lately, for the places that show changes late. */
export class RecentChanges {
  readonly #clock: Clock
  /** How long a change is remembered, in milliseconds. */
  readonly #memory: number
  readonly #after: readonly Change[]
  #entries: Entry[] = []

  constructor(clock: Clock, memorySeconds: number, after: readonly Change[]) {
    this.#clock = clock
    this.#memory = memorySeconds * 1000
    this.#after = after
  }

  /** To be called before the version changes; `before` is `undefined` if it was not there. */
  record(change: Change, at: number, id: number, before: StoredVersion | undefined): void {
    if (this.#memory === 0 || !this.#after.includes(change)) return
    const oldest = this.#clock.now() - this.#memory
    this.#entries = this.#entries.filter((entry) => entry.at > oldest)
    this.#entries.push({ at, id, before: before && { ...before } })
  }

  /** Versions that changed within the last seconds, by id, as they were before; `undefined` for one that was not there. */
  before(seconds: number): ReadonlyMap<number, StoredVersion | undefined> {
    const start = this.#clock.now() - seconds * 1000
    const earlier = new Map<number, StoredVersion | undefined>()
    for (const { at, id, before } of this.#entries) if (at > start && !earlier.has(id)) earlier.set(id, before)
    return earlier
  }
}
