import { createHash } from 'node:crypto'
import { jsonReply, type Reply } from '../server/exchange.js'
import type { RequestKind } from '../server/kinds.js'
import type { Deployment, StoredRepository } from '../world/repository.js'
import type { Permission, Token } from '../world/token.js'
import { notForIntegration, notFound, type RestContext } from './context.js'
import { pageOf } from './pages.js'
import { isoTime, renderAccount, renderRepository } from './render.js'

const MINUTE_MS = 60_000

/** `GET /repos/{owner}/{repo}` and what is below it. */
export function answerRepository(context: RestContext): Reply {
  const { world, route, token } = context
  const repository = world.repositories.get(`${route.login}/${route.name}`.toLowerCase())
  if (repository === undefined || (repository.private && token === undefined)) return notFound()
  // Whoever is nobody may read what is public (docs: "This endpoint can be used without authentication ...").
  if (repository.private && permissionFor(route.kind, token) === 'none') return notForIntegration()
  const list = (items: readonly object[]): Reply => {
    const page = pageOf(context.request, new URL(context.apiUrl).origin, items)
    return jsonReply(200, page.items, page.headers)
  }
  switch (route.kind) {
    case 'releases':
      return list(releasesOf(context, repository))
    case 'git-tags':
      return list(repository.tags.map((name) => renderTag(urlOf(context, repository), name)))
    case 'branches':
      return list(
        repository.branches.map((name) => {
          const sha = commitOf(name)
          const commit = { sha, url: `${urlOf(context, repository)}/commits/${sha}` }
          return { name, commit, protected: name === 'main' }
        })
      )
    case 'pulls':
      return list(context.request.query.get('state') === 'closed' ? [] : pullsOf(context, repository))
    case 'deployments':
      return list(deploymentsOf(context, repository))
    case 'deployment-statuses':
      return statuses(context, repository, list)
    case 'environments':
    case 'environment':
      return environments(context, repository)
    default:
      return jsonReply(200, { ...renderRepository(context, repository), default_branch: repository.defaultBranch })
  }
}

/** The permission that a job's token needs (docs: Permissions required for GitHub Apps). */
function permissionFor(kind: RequestKind, token: Token | undefined): Permission | undefined {
  switch (kind) {
    case 'pulls':
      return token?.pullRequests
    case 'deployments':
    case 'deployment-statuses':
      return token?.deployments
    case 'environments':
    case 'environment':
      return token?.actions
    default:
      return token?.contents
  }
}

function releasesOf(context: RestContext, repository: StoredRepository): readonly object[] {
  const time = isoTime(context.world.clock.now())
  return repository.releases.map((tag_name, index) => ({
    id: repository.id * 1000 + index,
    url: `${urlOf(context, repository)}/releases/${index}`,
    tag_name,
    name: tag_name,
    draft: false,
    prerelease: tag_name.includes('-'),
    created_at: time,
    published_at: time
  }))
}

function renderTag(url: string, name: string): object {
  const sha = commitOf(name)
  return {
    name,
    zipball_url: `${url}/zipball/refs/tags/${name}`,
    tarball_url: `${url}/tarball/refs/tags/${name}`,
    commit: { sha, url: `${url}/commits/${sha}` },
    node_id: Buffer.from(`REF_${name}`).toString('base64')
  }
}

function pullsOf(context: RestContext, repository: StoredRepository): readonly object[] {
  return repository.pulls.map((number) => ({
    id: repository.id * 1000 + number,
    url: `${urlOf(context, repository)}/pulls/${number}`,
    number,
    state: 'open',
    title: `Change ${number}`,
    head: { ref: `change-${number}`, sha: commitOf(`change-${number}`) },
    base: { ref: 'main', sha: commitOf('main') }
  }))
}

/** OpenAPI: deployment. Each is a minute older than the one before it in the list. */
function deploymentsOf(context: RestContext, repository: StoredRepository): readonly object[] {
  const url = urlOf(context, repository)
  const asked = (name: 'environment' | 'ref' | 'sha') => context.request.query.get(name)
  return repository.deployments
    .map((deployment, index) => ({ deployment, id: deploymentId(repository, index), age: index * MINUTE_MS }))
    .filter(
      ({ deployment: { environment, ref, sha = commitOf(ref) } }) =>
        (asked('environment') ?? environment) === environment &&
        (asked('ref') ?? ref) === ref &&
        (asked('sha') ?? sha) === sha
    )
    .map(({ deployment, id, age }) => {
      const time = isoTime(context.world.clock.now() - age)
      return {
        url: `${url}/deployments/${id}`,
        id,
        node_id: Buffer.from(`DE_${id}`).toString('base64'),
        sha: deployment.sha ?? commitOf(deployment.ref),
        ref: deployment.ref,
        task: 'deploy',
        payload: {},
        original_environment: deployment.environment,
        environment: deployment.environment,
        description: null,
        creator: creatorOf(context),
        created_at: time,
        updated_at: time,
        statuses_url: `${url}/deployments/${id}/statuses`,
        repository_url: url,
        transient_environment: false,
        production_environment: deployment.environment === 'production'
      }
    })
}

/** OpenAPI: deployment-status. */
function statuses(
  context: RestContext,
  repository: StoredRepository,
  list: (items: readonly object[]) => Reply
): Reply {
  const index = repository.deployments.findIndex((_, at) => deploymentId(repository, at) === context.route.id)
  const deployment: Deployment | undefined = repository.deployments[index]
  if (deployment === undefined) return notFound()
  const url = `${urlOf(context, repository)}/deployments/${context.route.id}`
  const time = isoTime(context.world.clock.now() - index * MINUTE_MS)
  const states = deployment.statuses ?? []
  return list(
    states.map((state, at) => {
      const id = context.route.id * 100 + states.length - at
      return {
        url: `${url}/statuses/${id}`,
        id,
        node_id: Buffer.from(`DES_${id}`).toString('base64'),
        state,
        creator: creatorOf(context),
        description: '',
        environment: deployment.environment,
        target_url: '',
        created_at: time,
        updated_at: time,
        deployment_url: url,
        repository_url: urlOf(context, repository)
      }
    })
  )
}

/** OpenAPI: environment; the list has its own shape and pages. */
function environments(context: RestContext, repository: StoredRepository): Reply {
  const url = urlOf(context, repository)
  const names = [...new Set([...repository.environments, ...repository.deployments.map((one) => one.environment)])]
  const time = isoTime(context.world.clock.now())
  const all = names.map((name, index) => ({
    id: repository.id * 1000 + index,
    node_id: Buffer.from(`EN_${name}`).toString('base64'),
    name,
    url: `${url}/environments/${encodeURIComponent(name)}`,
    html_url: `https://github.com/${repository.fullName}/deployments/activity_log?environments_filter=${encodeURIComponent(name)}`,
    created_at: time,
    updated_at: time,
    protection_rules: [],
    deployment_branch_policy: null
  }))
  if (context.route.kind === 'environment') {
    const one = all.find(({ name }) => name === context.route.type)
    return one === undefined ? notFound() : jsonReply(200, one)
  }
  const page = pageOf(context.request, new URL(context.apiUrl).origin, all)
  return jsonReply(200, { total_count: all.length, environments: page.items }, page.headers)
}

function urlOf({ apiUrl }: RestContext, repository: StoredRepository): string {
  return `${apiUrl}/repos/${repository.fullName}`
}

function creatorOf({ apiUrl }: RestContext): object {
  return renderAccount(apiUrl, { id: 1, login: 'octocat', type: 'User', sso: false })
}

function deploymentId(repository: StoredRepository, index: number): number {
  return repository.id * 1000 + repository.deployments.length - index
}

/** The commit that a ref names: made from its name. */
export function commitOf(ref: string): string {
  return createHash('sha1').update(ref).digest('hex')
}
