import { Failure } from '../domain/failure.js'

/** What matters of a token's kind. `GITHUB_TOKEN` and GitHub App tokens share a prefix, so they cannot be told apart. */
export type TokenKind = 'installation' | 'fine-grained' | 'other'

/** By prefix only: length and alphabet of tokens changed before and will again. */
export function describeToken(token: string): TokenKind {
  if (token.startsWith('ghs_')) return 'installation'
  return token.startsWith('github_pat_') ? 'fine-grained' : 'other'
}

/** The right that a request needs on a package. */
export type Need = 'read' | 'delete' | 'restore'

const SCOPE: Readonly<Record<Need, string>> = {
  read: 'read:packages',
  delete: 'delete:packages',
  restore: 'write:packages'
}

/**
 * The scope that is missing, by the `X-OAuth-Scopes` header of an earlier answer. Installation and fine-grained tokens have
 * no such header; then nothing is known. A write scope includes reading ("Scopes for OAuth apps").
 */
export function missingScope(need: Need, scopes: readonly string[] | undefined): string | undefined {
  if (scopes === undefined || scopes.includes(SCOPE[need])) return undefined
  return need === 'read' && scopes.includes(SCOPE.restore) ? undefined : SCOPE[need]
}

/** The scopes that an `X-OAuth-Scopes` header lists; `undefined` without the header. */
export function parseScopes(header: string | undefined): readonly string[] | undefined {
  return header
    ?.split(',')
    .map((scope) => scope.trim())
    .filter((scope) => scope !== '')
}

/** Refuses early what GitHub would refuse at the first request that changes something. Throws `Failure` (`auth`). */
export function requireScope(need: Need, scopes: readonly string[] | undefined): void {
  const missing = missingScope(need, scopes)
  if (missing === undefined) return
  throw new Failure(
    'auth',
    `The token has no ${missing} scope (it has: ${scopes?.join(', ') || 'none'}), so it cannot ${need} package versions.`,
    `Give the classic personal access token the scopes read:packages and ${missing}.`,
    { scope: 'run' }
  )
}
