import type { KeepRule, Picks } from './candidate.js'

/** The newest N of the list. */
export const last: KeepRule = {
  key: 'last',
  pick(item, narrowed): Picks {
    const of = item.last ?? 0
    return new Map(narrowed.slice(0, of).map((candidate, i) => [candidate, { code: 'last', rank: i + 1, of }]))
  }
}
