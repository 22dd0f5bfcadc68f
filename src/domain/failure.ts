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

/** What else the same trouble meets: every request of the run, every request for the package, or nothing. */
export type FailureScope = 'run' | 'package' | 'item'

/** Unless whoever makes the failure knows better. */
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
