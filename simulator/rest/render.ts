import { versionCount } from '../world/laggingView.js'
import type { StoredPackage } from '../world/package.js'
import type { StoredRepository } from '../world/repository.js'
import type { StoredVersion } from '../world/version.js'
import type { Account, World } from '../world/world.js'
import type { RestContext } from './context.js'

const WEB = 'https://github.com'

/** GitHub's times have no fractions of a second. */
export function isoTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

/** OpenAPI: package. */
export function renderPackage(context: RestContext, stored: StoredPackage): object {
  const { world, apiUrl } = context
  const { facts } = stored
  const account = world.account(facts.owner)
  const repository = facts.repository === undefined ? undefined : world.repositories.get(facts.repository.toLowerCase())
  return {
    id: facts.id,
    name: facts.name,
    package_type: facts.type,
    ...(account && { owner: renderAccount(apiUrl, account) }),
    version_count: versionCount(stored, world.assumptions),
    visibility: stored.visibility,
    url: `${apiUrl}${packagePath(world, stored)}`,
    created_at: isoTime(facts.createdAt),
    updated_at: isoTime(stored.updatedAt),
    ...(repository && { repository: renderRepository(context, repository) }),
    html_url: `${WEB}${packagePath(world, stored)}`
  }
}

/** OpenAPI: package-version. Made for many versions of one package. */
export function versionRenderer(context: RestContext, stored: StoredPackage): (version: StoredVersion) => object {
  const { world, apiUrl } = context
  const { type } = stored.facts
  const path = packagePath(world, stored)
  const package_html_url = `${WEB}${path}`
  const tagsOf = (version: StoredVersion) =>
    version.deletedAt === undefined || world.assumptions.deletedTags ? version.tags : []
  return (version) => ({
    id: version.id,
    name: version.name,
    url: `${apiUrl}${path}/versions/${version.id}`,
    package_html_url,
    created_at: isoTime(version.createdAt),
    updated_at: isoTime(version.updatedAt),
    ...(version.deletedAt !== undefined && world.assumptions.deletedAt && { deleted_at: isoTime(version.deletedAt) }),
    html_url: `${WEB}${path}/${version.id}`,
    metadata: {
      package_type: type,
      ...(type === 'container' && { container: { tags: tagsOf(version) } }),
      // The OpenAPI description declares `tag` and requires `tags`.
      ...(type === 'docker' && { docker: { tag: tagsOf(version), tags: tagsOf(version) } })
    }
  })
}

/** OpenAPI: simple-user. */
export function renderAccount(apiUrl: string, account: Account): object {
  const url = `${apiUrl}/users/${account.login}`
  return {
    login: account.login,
    id: account.id,
    node_id: Buffer.from(`U_${account.id}`).toString('base64'),
    avatar_url: `https://avatars.githubusercontent.com/u/${account.id}?v=4`,
    gravatar_id: '',
    url,
    html_url: `${WEB}/${account.login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    site_admin: false
  }
}

/** OpenAPI: minimal-repository. */
export function renderRepository(context: RestContext, repository: StoredRepository): object {
  const [login = '', name = ''] = repository.fullName.split('/')
  const account = context.world.account(login) ?? { id: 0, login, type: 'User', sso: false }
  const url = `${context.apiUrl}/repos/${repository.fullName}`
  return {
    id: repository.id,
    node_id: Buffer.from(`R_${repository.id}`).toString('base64'),
    name,
    full_name: repository.fullName,
    private: repository.private,
    owner: renderAccount(context.apiUrl, account),
    html_url: `${WEB}/${repository.fullName}`,
    description: null,
    fork: false,
    url,
    ...Object.fromEntries(REPOSITORY_URLS.map(([key, path]) => [key, `${url}/${path}`]))
  }
}

const REPOSITORY_URLS = [
  ['archive_url', '{archive_format}{/ref}'],
  ['assignees_url', 'assignees{/user}'],
  ['blobs_url', 'git/blobs{/sha}'],
  ['branches_url', 'branches{/branch}'],
  ['collaborators_url', 'collaborators{/collaborator}'],
  ['comments_url', 'comments{/number}'],
  ['commits_url', 'commits{/sha}'],
  ['compare_url', 'compare/{base}...{head}'],
  ['contents_url', 'contents/{+path}'],
  ['contributors_url', 'contributors'],
  ['deployments_url', 'deployments'],
  ['downloads_url', 'downloads'],
  ['events_url', 'events'],
  ['forks_url', 'forks'],
  ['git_commits_url', 'git/commits{/sha}'],
  ['git_refs_url', 'git/refs{/sha}'],
  ['git_tags_url', 'git/tags{/sha}'],
  ['hooks_url', 'hooks'],
  ['issue_comment_url', 'issues/comments{/number}'],
  ['issue_events_url', 'issues/events{/number}'],
  ['issues_url', 'issues{/number}'],
  ['keys_url', 'keys{/key_id}'],
  ['labels_url', 'labels{/name}'],
  ['languages_url', 'languages'],
  ['merges_url', 'merges'],
  ['milestones_url', 'milestones{/number}'],
  ['notifications_url', 'notifications{?since,all,participating}'],
  ['pulls_url', 'pulls{/number}'],
  ['releases_url', 'releases{/id}'],
  ['stargazers_url', 'stargazers'],
  ['statuses_url', 'statuses/{sha}'],
  ['subscribers_url', 'subscribers'],
  ['subscription_url', 'subscription'],
  ['tags_url', 'tags'],
  ['teams_url', 'teams'],
  ['trees_url', 'git/trees{/sha}']
] as const

function packagePath(world: World, stored: StoredPackage): string {
  const { owner, type, name } = stored.facts
  const family = world.account(owner)?.type === 'User' ? 'users' : 'orgs'
  return `/${family}/${owner}/packages/${type}/${encodeURIComponent(name)}`
}
