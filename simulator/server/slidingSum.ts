/** The sum of what was added within the last `spanMs`. */
export class SlidingSum {
  readonly #spanMs: number
  #entries: { readonly time: number; readonly amount: number }[] = []
  #first = 0
  #sum = 0

  constructor(spanMs: number) {
    this.#spanMs = spanMs
  }

  add(time: number, amount: number): void {
    this.#entries.push({ time, amount })
    this.#sum += amount
  }

  at(now: number): number {
    for (let entry = this.#entries[this.#first]; entry !== undefined; entry = this.#entries[this.#first]) {
      if (now - entry.time < this.#spanMs) break
      this.#sum -= entry.amount
      this.#first += 1
    }
    if (this.#first > 1024) {
      this.#entries = this.#entries.slice(this.#first)
      this.#first = 0
    }
    return this.#sum
  }
}
