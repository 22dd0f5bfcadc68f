import { isObject } from '../domain/json.js'
import type { Owner } from '../domain/package.js'
import { type Client, type Query, sendRead } from './client.js'
import type { Purpose } from './failures.js'

/**
 * `GET /users/{login}` tells organizations from users. The token's own account has operations of its own, which alone
 * reach its private packages; `GET /user` tells whether it is that, save for installation tokens, which have no account.
 */
export async function findOwner(client: Client, login: string): Promise<Owner> {
  const asked: Purpose = { doing: `look up the owner ${login}`, needs: 'read' }
  const query: Query = { kind: 'owner', asked, route: 'GET /users/{username}', parameters: { username: login } }
  const { value: account } = await sendRead(client, query, accountOf)
  if (account.type === 'Organization') return { login: account.login, kind: 'organization' }
  if (client.token === 'installation') return { login: account.login, kind: 'user' }
  const self = await client.send({
    kind: 'owner',
    asked: { doing: "look up the token's own account", needs: 'read' },
    route: 'GET /user',
    parameters: {}
  })
  const ownLogin = self.status === 200 ? accountOf(self.data)?.login : undefined
  const isSelf = ownLogin?.toLowerCase() === account.login.toLowerCase()
  return { login: account.login, kind: isSelf ? 'self' : 'user' }
}

function accountOf(data: unknown): { readonly login: string; readonly type: unknown } | undefined {
  if (!isObject(data) || typeof data.login !== 'string' || data.login === '') return undefined
  return { login: data.login, type: data.type }
}
