import type { World } from '../world/world.js'
import type { Request } from './exchange.js'
import { type Match, Matcher } from './match.js'

/** When: as a request of that number comes in, or before or after the work on each that matches is done. */
export type Moment = { readonly request: number } | { readonly before: Match } | { readonly after: Match }

/** Something that others do while a client works. */
export interface WorldEvent {
  readonly at: Moment
  readonly run: (world: World, request: Request) => void
}

export class Events {
  readonly #before: { readonly picks: (request: Request) => boolean; readonly run: WorldEvent['run'] }[] = []
  readonly #after: { readonly picks: (request: Request) => boolean; readonly run: WorldEvent['run'] }[] = []

  constructor(events: readonly WorldEvent[]) {
    for (const event of events) this.add(event)
  }

  add({ at, run }: WorldEvent): void {
    if ('request' in at) {
      this.#before.push({ picks: (request) => request.n === at.request, run })
      return
    }
    const rows = 'before' in at ? this.#before : this.#after
    const matcher = new Matcher('before' in at ? at.before : at.after)
    rows.push({ picks: (request) => matcher.picks(request), run })
  }

  before(world: World, request: Request): void {
    for (const row of this.#before) if (row.picks(request)) row.run(world, request)
  }

  after(world: World, request: Request): void {
    for (const row of this.#after) if (row.picks(request)) row.run(world, request)
  }
}
