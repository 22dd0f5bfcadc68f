import type { Owner } from '../domain/package.js'
import type { Client } from './client.js'
import { type Purpose, refusal } from './failures.js'
import { isFields } from './wire.js'

/**
 * `GET /users/{login}` tells organizations from users. The token's own account has operations of its own, which alone
 * reach its private packages; `GET /user` tells whether it is that, save for installation tokens, which have no account.
 */
export async function findOwner(client: Client, login: string): Promise<Owner> {
  const asked: Purpose = { doing: `look up the owner ${login}`, needs: 'read' }
  const route = 'GET /users/{username}'
  const answer = await client.send({ kind: 'owner', asked, route, parameters: { username: login }, usable: hasLogin })
  if (answer.status !== 200 || !hasLogin(answer.data)) throw refusal(asked, answer, client.token)
  const account = answer.data
  if (account.type === 'Organization') return { login: account.login, kind: 'organization' }
  if (client.token === 'installation') return { login: account.login, kind: 'user' }
  const self = await client.send({
    kind: 'owner',
    asked: { doing: "look up the token's own account", needs: 'read' },
    route: 'GET /user',
    parameters: {}
  })
  const own = self.status === 200 && hasLogin(self.data) && sameLogin(self.data.login, account.login)
  return { login: account.login, kind: own ? 'self' : 'user' }
}

function hasLogin(data: unknown): data is { readonly login: string; readonly type?: unknown } {
  return isFields(data) && typeof data.login === 'string' && data.login !== ''
}

function sameLogin(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}
