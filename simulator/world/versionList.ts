import type { Assumptions } from './assumptions.js'
import type { Clock } from './clock.js'
import { RESTORE_WINDOW_MS, type StoredVersion, type VersionState } from './version.js'

/** The versions of one package by id, and as lists; a list is sorted once per change, not once per page. */
export class VersionList {
  readonly #byId = new Map<number, StoredVersion>()
  readonly #clock: Clock
  readonly #order: Assumptions['order']
  #sorted: StoredVersion[] = []
  #unsorted = false
  #active: readonly StoredVersion[] | undefined
  #deleted: readonly StoredVersion[] | undefined
  #frozen: { readonly lists: Record<VersionState, readonly StoredVersion[]>; left: number } | undefined

  constructor(clock: Clock, order: Assumptions['order']) {
    this.#clock = clock
    this.#order = order
  }

  get size(): number {
    return this.#byId.size
  }

  get(id: number): StoredVersion | undefined {
    return this.#byId.get(id)
  }

  all(): IterableIterator<StoredVersion> {
    return this.#byId.values()
  }

  add(version: StoredVersion): void {
    this.#byId.set(version.id, version)
    this.#sorted.push(version)
    this.#unsorted = true
  }

  changed(): void {
    this.#active = undefined
    this.#deleted = undefined
  }

  /** All of them, active or deleted, in the order of lists. */
  inOrder(): readonly StoredVersion[] {
    if (this.#unsorted) {
      this.#sorted.sort(comparison(this.#order))
      this.#unsorted = false
    }
    return this.#sorted
  }
  /** What is there now. */
  list(state: VersionState): readonly StoredVersion[] {
    if (state === 'active') {
      this.#active ??= this.inOrder().filter((version) => version.deletedAt === undefined)
      return this.#active
    }
    this.#deleted ??= this.inOrder().filter((version) => version.deletedAt !== undefined)
    const oldest = this.#clock.now() - RESTORE_WINDOW_MS
    return this.#deleted.every((version) => (version.deletedAt ?? 0) >= oldest)
      ? this.#deleted
      : this.#deleted.filter((version) => (version.deletedAt ?? 0) >= oldest)
  }

  /** What was there at the time of `freeze`, for as many lists as it said; `undefined` once that is over. */
  frozen(state: VersionState): readonly StoredVersion[] | undefined {
    if (this.#frozen === undefined) return undefined
    const { lists } = this.#frozen
    this.#frozen.left -= 1
    if (this.#frozen.left <= 0) this.#frozen = undefined
    return lists[state]
  }

  /** The next `requests` lists show the versions as they are now, whatever happens to them. */
  freeze(requests: number): void {
    const copies = (state: VersionState) => this.list(state).map((version) => ({ ...version }))
    this.#frozen =
      requests > 0 ? { lists: { active: copies('active'), deleted: copies('deleted') }, left: requests } : undefined
  }
}

function comparison(order: Assumptions['order']): (a: StoredVersion, b: StoredVersion) => number {
  if (order === 'newest') return (a, b) => b.createdAt - a.createdAt || b.id - a.id
  if (order === 'oldest') return (a, b) => a.createdAt - b.createdAt || a.id - b.id
  return (a, b) => scattered(a.id) - scattered(b.id)
}

/** A bijection on 32 bits, so that no two ids meet. */
export function scattered(id: number): number {
  return Math.imul(id ^ (id >>> 15), 0x2c1b3c6d) >>> 0
}
