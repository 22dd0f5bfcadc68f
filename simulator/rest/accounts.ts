import { jsonReply, type Reply } from '../server/exchange.js'
import { errorReply, notForIntegration, notFound, type RestContext } from './context.js'
import { renderAccount } from './render.js'

/** `GET /users/{login}`, `/orgs/{org}` and `/user`. */
export function answerAccount(context: RestContext): Reply {
  const { world, route, token, apiUrl } = context
  if (route.family === 'user') {
    if (token === undefined) return errorReply(401, 'Requires authentication')
    if (token.kind === 'workflow' || token.kind === 'installation') return notForIntegration()
    const self = world.account(token.login)
    return self === undefined ? notFound() : jsonReply(200, renderAccount(apiUrl, self))
  }
  const account = world.account(route.login)
  if (account === undefined || (route.family === 'orgs' && account.type !== 'Organization')) return notFound()
  return jsonReply(200, renderAccount(apiUrl, account))
}
