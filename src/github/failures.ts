import { Failure } from '../domain/failure.js'
import type { Answer } from './answer.js'
import { missingScope, type Need, parseScopes, type TokenKind } from './token.js'

/** Permissions on the linked repository. */
export type RepositoryNeed = 'contents' | 'pull-requests' | 'deployments' | 'metadata'

const isRepositoryNeed = (needs: Purpose['needs']): needs is RepositoryNeed =>
  needs !== 'read' && needs !== 'delete' && needs !== 'restore'

/** What was asked, in words that follow "GitHub refused to". */
export interface Purpose {
  readonly doing: string
  readonly needs: Need | RepositoryNeed
  /** The list of an owner's packages: `GITHUB_TOKEN` gets none for containers. */
  readonly lists?: boolean
}

type RefusedRequest = Pick<Answer, 'status' | 'headers' | 'message'> & Partial<Pick<Answer, 'uncertain'>>

const FIRST_ENTERPRISE = [3, 9] as const
const IN_DOUBT = 'An earlier try got no answer. Whether it was carried out is not known.'

export const ADMIN_REMEDY =
  'Give the repository of this workflow (or the account of the token) the role Admin: Package settings > Manage Actions access. ' +
  'For a package that belongs to a repository (maven; on GitHub Enterprise Server npm, nuget, rubygems too) admin rights on that repository are needed.'

/** The failure that an answer other than success stands for, with what to do about it. Never holds a token. */
export function refusal(asked: Purpose, answer: RefusedRequest, token: TokenKind): Failure {
  const { status, headers, message, uncertain } = answer
  const changes = asked.needs === 'delete' || asked.needs === 'restore'
  const doubt = changes && uncertain ? ` ${IN_DOUBT}` : ''
  const sentence = `GitHub refused to ${asked.doing}: ${status}${message === '' ? '' : ` "${oneLine(message)}"`}.${doubt}`
  const old = oldEnterprise(headers)
  if (old !== undefined && (status === 404 || status === 501)) {
    return new Failure(
      'api',
      `${sentence} This is GitHub Enterprise Server ${old}, which has no REST API for packages.`,
      'Version 3.9 is the first that has one.'
    )
  }
  const sso = ssoUrl(headers)
  if (status === 403 && sso !== undefined) {
    return new Failure(
      'sso',
      `${sentence} The organization asks for single sign-on, for which the token is not authorized.`,
      `Authorize the token at ${sso} (valid for one hour), or under Settings > Developer settings > Personal access tokens > Configure SSO.`
    )
  }
  if (status === 401) return new Failure('auth', sentence, CREDENTIALS_REMEDY, { scope: 'run' })
  if (status === 400 && asked.lists && /invalid argument/i.test(message)) {
    return new Failure(
      'auth',
      `${sentence} GITHUB_TOKEN and GitHub App tokens cannot list container packages.`,
      'Name the packages exactly; or, for globs, use a classic personal access token with read:packages.'
    )
  }
  if (status === 403) return new Failure('auth', sentence, forbiddenRemedy(asked, answer, token))
  if (status === 404) return new Failure('not-found', sentence, missingRemedy(asked, token))
  if (status >= 300 && status < 400) {
    return new Failure(
      'api',
      `${sentence} It redirects to another address.`,
      'Use the current name of the owner: it may have been renamed.'
    )
  }
  return new Failure('api', sentence)
}

/** The notice that a list leaves out organizations because single sign-on is missing, if this answer is such a list. */
export function partialResults(headers: Readonly<Record<string, string>>): string | undefined {
  const ids = /^partial-results;\s*organizations=([\d,\s]+)/i.exec(headers['x-github-sso'] ?? '')?.[1]
  if (ids === undefined) return undefined
  return `GitHub left out packages of organizations for which the token has no single sign-on authorization (ids ${ids.trim()}).`
}

function forbiddenRemedy(asked: Purpose, { headers, message }: RefusedRequest, token: TokenKind): string {
  if (isRepositoryNeed(asked.needs)) {
    return `Add \`${asked.needs}: read\` to the \`permissions\` of the workflow job.`
  }
  if (token === 'fine-grained') return FINE_GRAINED_REMEDY
  const scope = /\b((?:read|write|delete):packages)\b/.exec(message)?.[1]
  const missing = scope ?? missingScope(asked.needs, parseScopes(headers['x-oauth-scopes']))
  if (missing !== undefined) {
    const accepted = headers['x-accepted-oauth-scopes']
    return `Give the classic personal access token the scope ${missing}${accepted ? ` (GitHub accepts: ${accepted})` : ''}.`
  }
  if (/admin/i.test(message)) return ADMIN_REMEDY
  if (/not accessible by integration/i.test(message) || token === 'installation') {
    const permission = asked.needs === 'read' ? 'read' : 'write'
    return (
      `Add \`packages: ${permission}\` to the \`permissions\` of the workflow job` +
      `${permission === 'write' ? ` and see to it that the token may administer the package. ${ADMIN_REMEDY}` : '.'}`
    )
  }
  return ADMIN_REMEDY
}

function missingRemedy(asked: Purpose, token: TokenKind): string {
  const also = 'GitHub answers 404 for missing rights too:'
  if (isRepositoryNeed(asked.needs)) {
    return `${also} check that the repository exists and that the token may read it (\`${asked.needs}: read\`).`
  }
  if (token === 'fine-grained') return `${also} ${FINE_GRAINED_REMEDY}`
  const rights =
    token === 'installation'
      ? '`packages: read` in the `permissions` of the job, and for a package of another repository a role under Package settings > Manage Actions access'
      : 'the scope read:packages and, for an organization with single sign-on, its authorization'
  return (
    `Check owner, type and name of the package. If a person with access sees it on the owner's Packages page, it is there, and rights are missing. ` +
    `${also} the token needs ${rights}.`
  )
}

const FINE_GRAINED_REMEDY =
  'GitHub Packages does not support fine-grained personal access tokens: use GITHUB_TOKEN or a classic one.'

const CREDENTIALS_REMEDY =
  'Check that `token` is set, has not expired or been revoked, and is of this server: a token of github.com has no ' +
  'rights on GitHub Enterprise Server or GHE.com, nor the reverse.'

function ssoUrl(headers: Readonly<Record<string, string>>): string | undefined {
  return /^required;\s*url=(\S+)/i.exec(headers['x-github-sso'] ?? '')?.[1]
}

function oldEnterprise(headers: Readonly<Record<string, string>>): string | undefined {
  const version = headers['x-github-enterprise-version']
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version ?? '') ?? []
  if (major === undefined || minor === undefined) return undefined
  const [firstMajor, firstMinor] = FIRST_ENTERPRISE
  const old = Number(major) < firstMajor || (Number(major) === firstMajor && Number(minor) < firstMinor)
  return old ? version : undefined
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 300)
}
