import { Failure } from '../domain/failure.js'

/** A wait that is longer than is worth paying for. Times in milliseconds. */
export function tooLong(at: number, now: number, reason: string): Failure {
  const minutes = Math.ceil((at - now) / 60_000)
  return new Failure(
    'rate-limit',
    `Stopped rather than wait ${minutes} min: ${reason}. It can go on at ${new Date(at).toISOString()}.`,
    'Run again then: what is left is found anew. A time-limit that reaches beyond that time makes a run wait for it.'
  )
}

export function cancelled(): Failure {
  return new Failure('cancelled', 'Cancelled before the request was sent.')
}
