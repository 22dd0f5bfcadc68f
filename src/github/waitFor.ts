import type { Clock } from '../app/ports.js'
import { Failure } from '../domain/failure.js'

/** Sleeps; throws `Failure` (`cancelled`) where the signal ends it, however the clock reports that. */
export async function waitFor(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await clock.sleep(ms, signal)
  } catch (error) {
    if (!signal?.aborted) throw error
  }
  if (signal?.aborted) throw new Failure('cancelled', 'Cancelled while waiting to send a request again.')
}
