import { randomBytes } from 'node:crypto'
import type { Token } from '../world/token.js'

export interface RegistryTokenSettings {
  /** What the token answer says, in seconds; `omitted`: nothing, so that clients assume 60. */
  readonly expiresIn: number | 'omitted'
  /** How long a token works in milliseconds of real time. */
  readonly lifeMs: number
}

export const DEFAULT_REGISTRY_TOKENS: RegistryTokenSettings = { expiresIn: 300, lifeMs: 300_000 }

export interface Grant {
  /** Whose rights it has; `undefined`: nobody's, so it reads what is public. */
  readonly token: Token | undefined
  /** `owner/name:action`; `all` where the credential itself was sent. */
  readonly scopes: ReadonlySet<string> | 'all'
  readonly expiresAt: number
}

/** The bearer tokens that the registry gave out. */
export class RegistryTokens {
  readonly settings: RegistryTokenSettings
  readonly #grants = new Map<string, Grant>()

  constructor(settings: RegistryTokenSettings) {
    this.settings = settings
  }

  issue(token: Token | undefined, scopes: ReadonlySet<string>): string {
    const value = randomBytes(24).toString('base64url')
    this.#grants.set(value, { token, scopes, expiresAt: Date.now() + this.settings.lifeMs })
    return value
  }

  /** `undefined`: never given out, or expired. */
  find(value: string): Grant | undefined {
    const grant = this.#grants.get(value)
    return grant !== undefined && Date.now() < grant.expiresAt ? grant : undefined
  }

  /** From now on every token given out so far is refused. */
  expireAll(): void {
    this.#grants.clear()
  }
}
