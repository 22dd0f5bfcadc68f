import type { Clock } from '../../src/app/ports.js'

interface Sleeper {
  readonly at: number
  wake(): void
}

/** Time that passes only when everybody sleeps. */
export class VirtualClock implements Clock {
  private time = Date.UTC(2026, 10, 22)
  private sleepers: Sleeper[] = []

  /** No time passes while somebody is `busy`, with a request under way for instance. */
  constructor(private readonly busy: () => boolean = () => false) {}

  now(): number {
    return this.time
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const sleeper = { at: this.time + ms, wake: resolve }
      this.sleepers.push(sleeper)
      signal?.addEventListener('abort', () => {
        this.sleepers = this.sleepers.filter((one) => one !== sleeper)
        resolve()
      })
    })
  }

  /** How many sleep now. */
  get sleeping(): number {
    return this.sleepers.length
  }

  /** Lets time pass until the work is done. */
  async through<T>(work: Promise<T>): Promise<T> {
    let done = false
    const end = () => {
      done = true
    }
    work.then(end, end)
    for (;;) {
      for (let turn = 0; turn < 5 || this.busy(); turn += 1) await new Promise<void>((resolve) => setImmediate(resolve))
      if (done) return work
      const at = Math.min(...this.sleepers.map((one) => one.at))
      if (!Number.isFinite(at)) throw new Error('Everybody waits, and nobody sleeps: it would never end.')
      this.time = Math.max(this.time, at)
      const due = this.sleepers.filter((one) => one.at <= this.time)
      this.sleepers = this.sleepers.filter((one) => one.at > this.time)
      for (const one of due) one.wake()
    }
  }
}
