import { Failure } from '../domain/failure.js'
import type { PackageReport } from '../domain/outcome.js'

/** Any thrown value as a `Failure`; what is none is a bug of ours. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return new Failure('bug', `Something unexpected happened: ${message}`, 'Please report this with the log.', {
    cause: error
  })
}

/** Trouble that no other package will escape: it ends the run. The rest is one package's own. */
export function endsRun({ code, message }: Failure): boolean {
  // A token that is refused once is refused everywhere; a right that is missing may be there in the next package.
  const refusedToken = code === 'auth' && message.includes('401')
  return refusedToken || code === 'rate-limit' || code === 'cancelled'
}

/** A failure as data, for the report. */
export function plain({ code, message, remedy }: Failure): NonNullable<PackageReport['failure']> {
  return { code, message, ...(remedy !== undefined && { remedy }) }
}
