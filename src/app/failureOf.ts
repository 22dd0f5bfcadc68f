import { Failure } from '../domain/failure.js'
import type { PackageReport } from '../domain/outcome.js'

/** Converts any thrown value to a `Failure`. Anything unexpected is reported as a bug. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return new Failure('bug', `Something unexpected happened: ${message}`, 'Please report this with the log.', {
    cause: error
  })
}

/** Whether the same trouble would meet every other package, too. */
export function endsRun({ scope }: Failure): boolean {
  return scope === 'run'
}

/** A failure as data, for the report. */
export function plain({ code, message, remedy }: Failure): NonNullable<PackageReport['failure']> {
  return { code, message, ...(remedy !== undefined && { remedy }) }
}
