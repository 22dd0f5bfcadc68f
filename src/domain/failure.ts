/** What kind of trouble it is. `refused`: GitHub will not do it; `partial`: some of the work failed; `bug`: ours. */
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

/** The one error class: what happened, on which thing and why (`message`), and what to do about it (`remedy`). */
export class Failure extends Error {
  override readonly name = 'Failure'

  constructor(
    readonly code: FailureCode,
    message: string,
    readonly remedy?: string,
    options?: { cause?: unknown }
  ) {
    super(message, options)
  }
}
