import { describe, expect, it } from '@jest/globals'
import { type Purpose, partialResults, refusal } from '../../src/github/failures.js'
import type { TokenKind } from '../../src/github/token.js'

const lists: Purpose = { doing: 'list the container packages of octo-org', needs: 'read', lists: true }
const reads: Purpose = { doing: 'list the versions of the npm package octo-org/lib', needs: 'read' }
const deletes: Purpose = { doing: 'delete version 7 of the npm package octo-org/lib', needs: 'delete' }
const restores: Purpose = { doing: 'restore version 7 of the npm package octo-org/lib', needs: 'restore' }
const branches: Purpose = { doing: 'list the branches of octo-org/app', needs: 'contents' }

interface Row {
  readonly asked: Purpose
  readonly status: number
  readonly message?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly token?: TokenKind
  readonly code: string
  readonly says: readonly string[]
}

const rows: Readonly<Record<string, Row>> = {
  'bad credentials': {
    asked: reads,
    status: 401,
    message: 'Bad credentials',
    code: 'auth',
    says: ['expired', 'of this server']
  },
  'a scope that the text names': {
    asked: reads,
    status: 403,
    message: "You need at least read:packages scope to get a package's versions.",
    token: 'other',
    code: 'auth',
    says: ['the scope read:packages']
  },
  'a scope that only the headers tell': {
    asked: deletes,
    status: 403,
    headers: { 'x-oauth-scopes': 'repo, read:packages', 'x-accepted-oauth-scopes': 'delete:packages' },
    token: 'other',
    code: 'auth',
    says: ['the scope delete:packages', 'GitHub accepts: delete:packages']
  },
  'a scope for restoring': {
    asked: restores,
    status: 403,
    headers: { 'x-oauth-scopes': '' },
    token: 'other',
    code: 'auth',
    says: ['the scope write:packages']
  },
  'a permission to read': {
    asked: reads,
    status: 403,
    message: 'Resource not accessible by integration',
    token: 'installation',
    code: 'auth',
    says: ['`packages: read`']
  },
  'a permission to delete': {
    asked: deletes,
    status: 403,
    message: 'Resource not accessible by integration',
    token: 'installation',
    code: 'auth',
    says: ['`packages: write`', 'Manage Actions access']
  },
  'the admin role': {
    asked: deletes,
    status: 403,
    message: 'You must have admin rights.',
    token: 'other',
    code: 'auth',
    says: ['role Admin', 'Manage Actions access']
  },
  'single sign-on': {
    asked: reads,
    status: 403,
    message: 'Resource protected by organization SAML enforcement.',
    headers: { 'x-github-sso': 'required; url=https://github.com/orgs/octo-org/sso?authorization_request=A2' },
    token: 'other',
    code: 'sso',
    says: ['https://github.com/orgs/octo-org/sso?authorization_request=A2', 'one hour']
  },
  'listing containers as a workflow': {
    asked: lists,
    status: 400,
    message: 'Invalid argument.',
    token: 'installation',
    code: 'auth',
    says: ['Name the packages exactly', 'classic personal access token with read:packages']
  },
  'a fine-grained token': {
    asked: reads,
    status: 403,
    message: 'Resource not accessible by personal access token',
    token: 'fine-grained',
    code: 'auth',
    says: ['does not support fine-grained']
  },
  'not found, as a workflow': {
    asked: reads,
    status: 404,
    message: 'Package not found.',
    token: 'installation',
    code: 'not-found',
    says: ['404 for missing rights too', '`packages: read`', "owner's Packages page"]
  },
  'not found, as a person': {
    asked: reads,
    status: 404,
    message: 'Not Found',
    token: 'other',
    code: 'not-found',
    says: ['404 for missing rights too', 'read:packages', 'single sign-on']
  },
  'an old enterprise server': {
    asked: lists,
    status: 404,
    headers: { 'x-github-enterprise-version': '3.8.2' },
    code: 'api',
    says: ['GitHub Enterprise Server 3.8.2', '3.9 is the first']
  },
  'a newer enterprise server': {
    asked: reads,
    status: 404,
    headers: { 'x-github-enterprise-version': '3.10.0' },
    code: 'not-found',
    says: ['Check owner']
  },
  'a repository that may not be read': { asked: branches, status: 403, code: 'auth', says: ['`contents: read`'] },
  'a repository that is not there': { asked: branches, status: 404, code: 'not-found', says: ['`contents: read`'] },
  'a redirect of a write': { asked: deletes, status: 301, code: 'api', says: ['renamed'] },
  'anything else': { asked: deletes, status: 422, message: 'Odd.', code: 'api', says: ['422 "Odd."'] }
}

describe('refusal', () => {
  it.each(Object.entries(rows))(
    '%s',
    (_, { asked, status, message = '', headers = {}, token = 'other', code, says }) => {
      const failure = refusal(asked, { status, headers, message }, token)
      expect(failure.code).toBe(code)
      expect(failure.message).toContain(asked.doing)
      for (const text of says) expect(`${failure.message} ${failure.remedy}`).toContain(text)
    }
  )

  it('keeps what the server says to one short line', () => {
    const { message } = refusal(
      reads,
      { status: 422, headers: {}, message: `a\n::error::b ${'x'.repeat(999)}` },
      'other'
    )
    expect(message).not.toContain('\n')
    expect(message.length).toBeLessThan(500)
  })
})

describe('partialResults', () => {
  it('names the organizations that a list leaves out', () => {
    expect(partialResults({ 'x-github-sso': 'partial-results; organizations=21955855,20582480' })).toContain(
      '21955855,20582480'
    )
  })

  it.each([[{}], [{ 'x-github-sso': 'required; url=u' }]])('says nothing of %j', (headers) => {
    expect(partialResults(headers)).toBeUndefined()
  })
})
