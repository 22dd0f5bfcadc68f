import type { Token } from '../world/token.js'

/** GitHub's limits (docs: Rate limits for the REST API). Requests are per hour, the rest per minute. */
export interface LimitSettings {
  /** `off`: no primary limit and no headers, as on GitHub Enterprise Server by default. */
  readonly primary: 'on' | 'off' | number
  /** Whether answers carry `x-ratelimit-*`; some were seen without. */
  readonly headers: boolean
  readonly secondary: 'on' | 'off'
  readonly pointsPerMinute: number
  readonly concurrent: number
  /** Requests that create content; whether DELETE and restore count is undocumented, so this is off. */
  readonly contentPerMinute: number | 'off'
  /** Status of a refusal: both are documented for both kinds. */
  readonly status: 403 | 429
  /** Whether a secondary refusal says how long to wait. */
  readonly retryAfter: boolean
  readonly text: 'secondary' | 'abuse'
  /** How many minutes a secondary refusal lasts. */
  readonly blockMinutes: number
  /** Bad credentials in a row before good ones are refused for a minute too. */
  readonly badCredentials: number
  /** So many deletions within a minute, and a good token is answered with 401 for a while, as was seen in public. */
  readonly refuseTokenAfter: number | 'off'
  /** How long that lasts, in seconds of the simulated minute. */
  readonly refuseTokenSeconds: number
  /** Length of the simulated minute in milliseconds: shorter, and a test sees an hour in seconds. */
  readonly minuteMs: number
  /** Manifest reads and pushes of the registry per minute. */
  readonly registryReads: number
  readonly registryPushes: number
  /** Whether the registry's refusals have a Retry-After header beside the text. */
  readonly registryRetryAfter: boolean
}

export const DEFAULT_LIMITS: LimitSettings = {
  primary: 'on',
  headers: true,
  secondary: 'on',
  pointsPerMinute: 900,
  concurrent: 100,
  contentPerMinute: 'off',
  status: 403,
  retryAfter: true,
  text: 'secondary',
  blockMinutes: 1,
  badCredentials: 10,
  refuseTokenAfter: 'off',
  refuseTokenSeconds: 10,
  minuteMs: 60_000,
  registryReads: 44_000,
  registryPushes: 2_000,
  registryRetryAfter: false
}

/** GET, HEAD and OPTIONS weigh 1 point, what changes something 5. */
export function pointsOf(method: string): number {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS' ? 1 : 5
}

/** Requests an hour for a credential: 1,000 for a repository's GITHUB_TOKEN, 5,000 for the rest, 60 for none. */
export function primaryLimit(token: Token | undefined, settings: LimitSettings): number {
  if (typeof settings.primary === 'number') return settings.primary
  if (token === undefined) return 60
  return token.kind === 'workflow' ? 1_000 : 5_000
}

/** Who shares a budget: a user over all tokens, a repository over all its jobs. */
export function budgetKey(token: Token | undefined): string {
  if (token === undefined) return 'anonymous'
  if (token.kind === 'workflow') return `repository ${token.repository ?? token.value}`
  return token.kind === 'installation' ? `installation ${token.value}` : `user ${token.login}`
}
