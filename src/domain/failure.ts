/** The kind of failure. `refused`: GitHub refuses it; `partial`: a part of the work failed; `bug`: a fault of this program. */
export type FailureCode =
  | 'config'
  | 'auth'
  | 'sso'
  | 'not-found'
  | 'rate-limit'
  | 'api'
  | 'network'
  | 'refused'
  | 'partial'
  | 'cancelled'
  | 'bug'

/** Which other requests would fail in the same way: all of the run, all for the package, or none. */
export type FailureScope = 'run' | 'package' | 'item'

/** The scope of a code unless the failure says otherwise. */
const SCOPES: Partial<Record<FailureCode, FailureScope>> = {
  auth: 'package',
  sso: 'package',
  'rate-limit': 'run',
  cancelled: 'run'
}

/** The one error class: what happened, on which thing and why (`message`), and what to do about it (`remedy`). */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly scope: FailureScope

  constructor(
    readonly code: FailureCode,
    message: string,
    readonly remedy?: string,
    { scope, ...options }: { readonly cause?: unknown; readonly scope?: FailureScope } = {}
  ) {
    super(message, options)
    this.scope = scope ?? SCOPES[code] ?? 'item'
  }
}

/** What happened, and what to do about it. */
export interface FailureText {
  readonly message: string
  readonly remedy?: string | undefined
}

/** A failure as data, for reports. */
export type FailureFacts = FailureText & Pick<Failure, 'code'>

/** Drops what only the code needs: scope, cause and stack. */
export function factsOf({ code, message, remedy }: Failure): FailureFacts {
  return { code, message, remedy }
}

/** Converts any thrown value to a `Failure`. Anything unexpected is reported as a bug. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return new Failure('bug', `Something unexpected happened: ${message}`, 'Please report this with the log.', {
    cause: error
  })
}

/** Whether every package that is left would fail in the same way. */
export function endsRun({ scope }: Failure): boolean {
  return scope === 'run'
}

/** What happened and what to do about it, in one text. */
export function withRemedy({ message, remedy }: Partial<FailureText>): string {
  return [message, remedy].filter((text) => text !== undefined).join(' ')
}
