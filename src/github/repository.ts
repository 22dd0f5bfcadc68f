import type { Repository } from '../app/ports.js'
import { Failure } from '../domain/failure.js'
import type { Deployment } from '../domain/inventory.js'
import { isObject } from '../domain/json.js'
import { type Client, type Query, sendRead } from './client.js'
import type { Purpose, RepositoryNeed } from './failures.js'
import { readPage, readPages } from './pages.js'
import type { RouteParameters } from './route.js'

/** Calls `read` once for the same names; its first answer is the answer to all. */
function once<Names extends readonly string[], T>(read: (...names: Names) => Promise<T>): typeof read {
  const answers = new Map<string, Promise<T>>()
  return (...names) => {
    const key = names.join('\n')
    const answer = answers.get(key) ?? read(...names)
    answers.set(key, answer)
    return answer
  }
}

/** Facts from a repository, given as `owner/name`. Each is read once: many packages may be linked to one repository. */
export function createRepository(client: Client): Repository {
  async function list<T>(repository: string, ask: Ask, read: (item: unknown) => T | undefined): Promise<readonly T[]> {
    return (await readPages(client, queryOf(repository, ask), read)).flatMap((page) => page.items)
  }

  const names = async (repository: string, ask: Ask): Promise<readonly string[]> => [
    ...new Set(await list(repository, ask, nameOf))
  ]

  /** Reads what was reported last of a deployment, and whether it ever succeeded. */
  async function progressOf(repository: string, { id }: ListedDeployment): Promise<Progress> {
    const ask: Ask = {
      what: `statuses of deployment ${id}`,
      needs: 'deployments',
      path: 'deployments/{deployment_id}/statuses',
      filter: { deployment_id: id }
    }
    const statuses = await list(repository, ask, statusOf)
    const last = statuses.toSorted((one, other) => other.id - one.id)[0]?.state
    return { last, succeeded: statuses.some(({ state }) => state === 'success') }
  }

  return {
    releases: once(async (repository: string) => {
      const releases = await list(repository, { what: 'releases', needs: 'contents', path: 'releases' }, (item) =>
        isObject(item) && typeof item.tag_name === 'string'
          ? { name: item.tag_name, draft: item.draft === true }
          : undefined
      )
      return [...new Set(releases.filter(({ draft }) => !draft).map(({ name }) => name))]
    }),
    branches: once((repository) => names(repository, { what: 'branches', needs: 'contents', path: 'branches' })),
    gitTags: once((repository) => names(repository, { what: 'git tags', needs: 'contents', path: 'tags' })),
    defaultBranch: once(async (repository: string) => {
      const asked: Purpose = { doing: `look up the repository ${repository}`, needs: 'metadata' }
      const route = 'GET /repos/{owner}/{repo}'
      const query: Query = { kind: 'repository', asked, route, parameters: placeOf(repository) }
      return (await sendRead(client, query, defaultOf)).value
    }),
    deployments: once(async (repository: string, environment: string) => {
      const ask: Ask = {
        what: `deployments to ${environment}`,
        needs: 'deployments',
        path: 'deployments',
        filter: { environment }
      }
      const page = await readPage(client, queryOf(repository, ask), 1, deploymentOf)
      const found: Deployment[] = []
      let everSucceeded = false
      // GitHub lists the newest first.
      for (const deployment of page.items.toSorted((one, other) => other.id - one.id)) {
        const { last, succeeded } = await progressOf(repository, deployment)
        everSucceeded ||= succeeded
        const failed = (last === 'failure' || last === 'error') && !succeeded
        if (!failed) found.push({ environment, sha: deployment.sha, ref: deployment.ref })
        if (last === 'success') return found
      }
      if (everSucceeded) return found
      if (page.next !== undefined) {
        throw new Failure(
          'api',
          `None of the newest ${page.items.length} deployments to ${environment} in ${repository} succeeded.`
        )
      }
      throw new Failure(
        'config',
        `protect.deployments: ${repository} has no deployment to the environment ${environment} that succeeded.`,
        'Check the name of the environment, and that its deployments are made in this repository.'
      )
    }),
    openPullRequests: once(async (repository: string) => {
      const ask: Ask = { what: 'open pull requests', needs: 'pull-requests', path: 'pulls', filter: { state: 'open' } }
      const numbers = await list(repository, ask, (item) =>
        isObject(item) && typeof item.number === 'number' ? item.number : undefined
      )
      return [...new Set(numbers)]
    })
  }
}

interface Ask {
  readonly what: string
  readonly needs: RepositoryNeed
  readonly path: 'releases' | 'tags' | 'branches' | 'pulls' | 'deployments' | 'deployments/{deployment_id}/statuses'
  readonly filter?: Pick<RouteParameters, 'state' | 'environment' | 'deployment_id'>
}

function queryOf(repository: string, ask: Ask): Query {
  return {
    kind: 'repository',
    asked: { doing: `list the ${ask.what} of ${repository}`, needs: ask.needs },
    route: `GET /repos/{owner}/{repo}/${ask.path}`,
    parameters: { ...placeOf(repository), ...ask.filter }
  }
}

function placeOf(repository: string): { readonly owner: string; readonly repo: string } {
  const [owner, repo, ...rest] = repository.split('/')
  if (!owner || !repo || rest.length > 0) throw new Failure('bug', `Not a repository: ${repository}.`)
  return { owner, repo }
}

interface ListedDeployment {
  readonly id: number
  readonly sha: string
  readonly ref: string
}

interface Progress {
  /** Absent: nothing was reported yet. */
  readonly last: string | undefined
  readonly succeeded: boolean
}

const nameOf = (item: unknown): string | undefined =>
  isObject(item) && typeof item.name === 'string' ? item.name : undefined

const defaultOf = (data: unknown): string | undefined =>
  isObject(data) && typeof data.default_branch === 'string' && data.default_branch !== ''
    ? data.default_branch
    : undefined

const deploymentOf = (item: unknown): ListedDeployment | undefined =>
  isObject(item) && typeof item.id === 'number' && typeof item.sha === 'string' && typeof item.ref === 'string'
    ? { id: item.id, sha: item.sha, ref: item.ref }
    : undefined

const statusOf = (item: unknown): { readonly id: number; readonly state: string } | undefined =>
  isObject(item) && typeof item.id === 'number' && typeof item.state === 'string'
    ? { id: item.id, state: item.state }
    : undefined
