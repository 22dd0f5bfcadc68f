import type { StoredPackage } from './package.js'

/** Packages by `owner/name`, or `owner/*` for all of an owner's. */
export type Reach = 'all' | readonly string[]
export type Permission = 'none' | 'read' | 'write'

/**
 * A credential and what it may do. `workflow` is the GITHUB_TOKEN of a job; `installation` that of a GitHub App.
 * Tokens of every kind are opaque text: recent `ghs_` tokens hold a JWT and are some 520 characters long.
 */
export interface Token {
  readonly kind: 'classic' | 'oauth' | 'fine-grained' | 'workflow' | 'installation'
  readonly value: string
  /** The account behind it; for `workflow` and `installation` a bot. */
  readonly login: string
  /** Classic and OAuth only. */
  readonly scopes: readonly string[]
  /** Organizations with single sign-on for which a classic token is authorized. */
  readonly sso: Reach
  /** `workflow` only: `owner/name` of its repository. */
  readonly repository?: string
  /** Workflow permissions. */
  readonly packages: Permission
  readonly contents: Permission
  readonly pullRequests: Permission
  readonly deployments: Permission
  /** Lists of environments need it. */
  readonly actions: Permission
  /** Packages that it may read where they are not public. */
  readonly reads: Reach
  /** Packages whose admin role it has: what deleting and restoring need. */
  readonly admin: Reach
}

export type TokenFacts = Partial<Token> & Pick<Token, 'value'>

const ALL_SCOPES = ['read:packages', 'write:packages', 'delete:packages', 'repo'] as const

/** Fills in what is left out: the kind from the prefix, and all rights. */
export function createToken(facts: TokenFacts): Token {
  const kind = facts.kind ?? kindByPrefix(facts.value)
  const bot = kind === 'workflow' || kind === 'installation'
  return {
    login: bot ? 'github-actions[bot]' : 'octocat',
    scopes: ALL_SCOPES,
    sso: 'all',
    packages: 'write',
    contents: 'read',
    pullRequests: 'read',
    deployments: 'read',
    actions: 'read',
    reads: 'all',
    admin: 'all',
    ...facts,
    kind
  }
}

export function reaches(reach: Reach, owner: string, name?: string): boolean {
  if (reach === 'all') return true
  const prefix = owner.toLowerCase()
  return reach.some((item) => {
    const wanted = item.toLowerCase()
    return (
      wanted === prefix ||
      wanted === `${prefix}/*` ||
      (name !== undefined && wanted === `${prefix}/${name.toLowerCase()}`)
    )
  })
}

/** A wider scope holds the narrower one (GitHub docs: Scopes for OAuth apps, "normalized scopes"). */
export function hasScope(token: Token, scope: string): boolean {
  if (token.scopes.includes(scope)) return true
  return scope === 'read:packages' && token.scopes.includes('write:packages')
}

export function mayRead(token: Token | undefined, stored: StoredPackage): boolean {
  if (stored.visibility === 'public') return true
  return token !== undefined && reaches(token.reads, stored.facts.owner, stored.facts.name)
}

/** What a package is linked to that this token pushes first: a job's to its repository. */
export function linkOf({ kind, repository }: Token): { readonly repository?: string } {
  return kind === 'workflow' && repository !== undefined ? { repository } : {}
}

function kindByPrefix(value: string): Token['kind'] {
  if (value.startsWith('ghs_')) return 'workflow'
  if (value.startsWith('gho_')) return 'oauth'
  if (value.startsWith('github_pat_')) return 'fine-grained'
  return 'classic'
}
