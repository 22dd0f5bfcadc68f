import { hexOf } from '../images/digest.js'

/** A stream of numbers that depends on its seed alone. */
export interface Random {
  /** From 0 up to, not including, 1. */
  fraction(): number
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number
  chance(probability: number): boolean
  /** One of the items; the list must not be empty. */
  pick<T>(items: readonly T[]): T
  shuffled<T>(items: readonly T[]): readonly T[]
}

/** mulberry32, started from a hash of the seed: small, fast, and the same on every machine. */
export function randomFrom(seed: string | number): Random {
  let state = Number.parseInt(hexOf(`random ${seed}`).slice(0, 8), 16)
  const fraction = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (low: number, high: number) => low + Math.floor(fraction() * (high - low + 1))
  return {
    fraction,
    between,
    chance: (probability) => fraction() < probability,
    pick: <T>(items: readonly T[]) => {
      if (items.length === 0) throw new Error('nothing to pick from')
      return items[between(0, items.length - 1)] as T
    },
    shuffled: <T>(items: readonly T[]) =>
      items
        .map((item) => ({ item, at: fraction() }))
        .sort((a, b) => a.at - b.at)
        .map(({ item }) => item)
  }
}
