import { jsonReply, type Reply } from '../server/exchange.js'
import { errorReply, notForIntegration, notFound, type RestContext } from './context.js'
import { pageOf } from './pages.js'
import { isoTime, renderAccount, renderRepository } from './render.js'

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

/** `GET /repos/{owner}/{repo}`, its releases, branches and open pull requests. */
export function answerRepository(context: RestContext): Reply {
  const { world, route, token, apiUrl } = context
  const repository = world.repositories.get(`${route.login}/${route.name}`.toLowerCase())
  if (repository === undefined || (repository.private && token === undefined)) return notFound()
  const right = route.kind === 'pulls' ? token?.pullRequests : token?.contents
  if (repository.private && right === 'none') return notForIntegration()
  const url = `${apiUrl}/repos/${repository.fullName}`
  const list = (items: readonly object[]): Reply => {
    const page = pageOf(context.request, new URL(apiUrl).origin, items)
    return jsonReply(200, page.items, page.headers)
  }
  switch (route.kind) {
    case 'releases':
      return list(
        repository.releases.map((tag_name, index) => ({
          id: repository.id * 1000 + index,
          url: `${url}/releases/${index}`,
          tag_name,
          name: tag_name,
          draft: false,
          prerelease: tag_name.includes('-'),
          created_at: isoTime(world.clock.now()),
          published_at: isoTime(world.clock.now())
        }))
      )
    case 'branches':
      return list(repository.branches.map((name) => ({ name, protected: name === 'main', commit: { sha: '', url } })))
    case 'pulls':
      return list(
        context.request.query.get('state') === 'closed'
          ? []
          : repository.pulls.map((number) => ({
              id: repository.id * 1000 + number,
              url: `${url}/pulls/${number}`,
              number,
              state: 'open',
              title: `Change ${number}`,
              head: { ref: `change-${number}`, sha: '' },
              base: { ref: 'main', sha: '' }
            }))
      )
    default:
      return jsonReply(200, { ...renderRepository(context, repository), default_branch: 'main' })
  }
}
