import type { Clock } from '../app/ports.js'

/** Rings once, at the earliest of the times that it was set to since it last rang. */
export class Alarm {
  private sleeper: { readonly at: number; readonly stop: AbortController } | undefined

  constructor(
    private readonly clock: Clock,
    private readonly ring: () => void
  ) {}

  set(at: number, now: number): void {
    if (this.sleeper !== undefined && this.sleeper.at <= at) return
    this.clear()
    const sleeper = { at, stop: new AbortController() }
    this.sleeper = sleeper
    const awake = () => {
      if (this.sleeper !== sleeper) return
      this.sleeper = undefined
      this.ring()
    }
    this.clock.sleep(at - now, sleeper.stop.signal).then(awake, awake)
  }

  /** Stops the timer, which would keep the process alive. */
  clear(): void {
    this.sleeper?.stop.abort()
    this.sleeper = undefined
  }
}
