import type { Reply } from '../server/exchange.js'
import type { PackageType, StoredPackage } from '../world/package.js'
import { hasScope, mayRead, reaches, type Token } from '../world/token.js'
import type { Account } from '../world/world.js'
import { type Edition, errorReply, notForIntegration, packageNotFound, type RestContext } from './context.js'

/** What an operation needs of a token: the scopes of a classic one, and how its refusal names the operation. */
export interface Need {
  readonly scopes: readonly string[]
  readonly changes: boolean
  readonly what: string
}

const READ = ['read:packages']
const DELETE = ['read:packages', 'delete:packages']
const RESTORE = ['read:packages', 'write:packages']

/** By request kind. The texts for lists are seen; those for the other operations are made in their likeness. */
export const NEEDS: Readonly<Partial<Record<RestContext['route']['kind'], Need>>> = {
  'list-packages': { scopes: READ, changes: false, what: 'list packages' },
  'docker-conflicts': { scopes: READ, changes: false, what: 'list packages' },
  'get-package': { scopes: READ, changes: false, what: 'get a package' },
  'list-versions': { scopes: READ, changes: false, what: "get a package's versions" },
  'get-version': { scopes: READ, changes: false, what: 'get a package version' },
  'delete-package': { scopes: DELETE, changes: true, what: 'delete a package' },
  'delete-version': { scopes: DELETE, changes: true, what: 'delete a package version' },
  'restore-package': { scopes: RESTORE, changes: true, what: 'restore a package' },
  'restore-version': { scopes: RESTORE, changes: true, what: 'restore a package version' }
}

/** Why the token may not do this with packages of the account at all; `undefined` if it may. */
export function refuseOperation(context: RestContext, account: Account, need: Need): Reply | undefined {
  const { token } = context
  if (token === undefined) return errorReply(401, 'Requires authentication')
  switch (token.kind) {
    case 'fine-grained':
      return errorReply(403, 'Resource not accessible by personal access token')
    case 'workflow':
    case 'installation':
      if (token.packages === 'none' || (need.changes && token.packages !== 'write')) return notForIntegration()
      return undefined
    case 'classic':
    case 'oauth':
      return refuseSignOn(token, account) ?? refuseScopes(token, need)
  }
}

/** As GitHub does it, a package that the token may not see, or not administer, is not there. */
export function refusePackage(context: RestContext, stored: StoredPackage | undefined, need: Need): Reply | undefined {
  const { token, edition } = context
  if (stored === undefined || token === undefined || !mayRead(token, stored)) return packageNotFound()
  const foreign = isForeign(token, stored, edition)
  if (foreign && (need.changes || stored.visibility !== 'public')) return packageNotFound()
  if (need.changes && !isAdmin(token, stored.facts.owner, stored.facts.name)) return packageNotFound()
  return undefined
}

export function isAdmin(token: Token, owner: string, name: string): boolean {
  return reaches(token.admin, owner, name)
}

/** Types whose rights are the repository's, so that a GITHUB_TOKEN works for its own repository only. */
function isRepositoryScoped(type: PackageType, edition: Edition): boolean {
  return type === 'maven' || type === 'docker' || (edition === 'ghes' && type !== 'container')
}

function isForeign(token: Token, stored: StoredPackage, edition: Edition): boolean {
  if (token.kind !== 'workflow' || !isRepositoryScoped(stored.facts.type, edition)) return false
  return stored.facts.repository?.toLowerCase() !== token.repository?.toLowerCase()
}

function refuseSignOn(token: Token, account: Account): Reply | undefined {
  if (!account.sso || reaches(token.sso, account.login)) return undefined
  return errorReply(
    403,
    'Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.',
    { 'x-github-sso': `required; url=https://github.com/orgs/${account.login}/sso?authorization_request=A2B4C6` }
  )
}

function refuseScopes(token: Token, need: Need): Reply | undefined {
  const missing = need.scopes.filter((scope) => !hasScope(token, scope))
  if (missing.length === 0) return undefined
  return errorReply(403, `You need at least ${missing.join(' and ')} scope to ${need.what}.`)
}
