import type { Repository } from '../app/ports.js'
import { Failure } from '../domain/failure.js'
import type { Client, Query } from './client.js'
import { readPages } from './pages.js'
import type { RouteParameters } from './route.js'
import { isFields } from './wire.js'

/** Facts from a repository, given as `owner/name`. */
export function createRepository(client: Client): Repository {
  async function list<T>(repository: string, ask: Ask, read: (item: unknown) => T | undefined): Promise<readonly T[]> {
    const [owner, repo, ...rest] = repository.split('/')
    if (!owner || !repo || rest.length > 0) throw new Failure('bug', `Not a repository: ${repository}.`)
    const query: Query = {
      kind: 'repository',
      asked: { doing: `list the ${ask.what} of ${repository}`, needs: ask.needs },
      route: `GET /repos/{owner}/{repo}/${ask.path}`,
      parameters: { owner, repo, ...ask.filter }
    }
    return (await readPages(client, query, read)).flatMap((page) => page.items)
  }

  return {
    async releases(repository) {
      const releases = await list(repository, { what: 'releases', needs: 'contents', path: 'releases' }, (item) =>
        isFields(item) && typeof item.tag_name === 'string'
          ? { name: item.tag_name, draft: item.draft === true }
          : undefined
      )
      return [...new Set(releases.filter(({ draft }) => !draft).map(({ name }) => name))]
    },
    async branches(repository) {
      const branches = await list(repository, { what: 'branches', needs: 'contents', path: 'branches' }, (item) =>
        isFields(item) && typeof item.name === 'string' ? item.name : undefined
      )
      return [...new Set(branches)]
    },
    async openPullRequests(repository) {
      const ask: Ask = { what: 'open pull requests', needs: 'pull-requests', path: 'pulls', filter: { state: 'open' } }
      const numbers = await list(repository, ask, (item) =>
        isFields(item) && typeof item.number === 'number' ? item.number : undefined
      )
      return [...new Set(numbers)]
    }
  }
}

interface Ask {
  readonly what: string
  readonly needs: 'contents' | 'pull-requests'
  readonly path: 'releases' | 'branches' | 'pulls'
  readonly filter?: Pick<RouteParameters, 'state'>
}
