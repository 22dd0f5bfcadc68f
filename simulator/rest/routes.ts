import { decoded } from '../server/exchange.js'
import type { RequestKind } from '../server/kinds.js'
import type { Family } from '../world/assumptions.js'

export interface Route {
  readonly kind: RequestKind
  readonly family: Family
  /** Login in the path; empty for `/user`. */
  readonly login: string
  readonly type: string
  readonly name: string
  readonly id: number
}

const NOWHERE: Route = { kind: 'unknown', family: 'user', login: '', type: '', name: '', id: 0 }

/** `path` is undecoded and without the base, so that an unencoded slash in a name leads nowhere, as on GitHub. */
export function routeRest(method: string, path: string): Route {
  const raw = path.split('/').slice(1)
  if (raw.includes('')) return NOWHERE
  const segments = raw.map(decoded)
  const [first = '', second = '', ...rest] = segments
  switch (first) {
    case 'orgs':
    case 'users':
      return ownerRoute(method, first, second, rest)
    case 'user':
      return ownerRoute(method, 'user', '', segments.slice(1))
    case 'repos':
      return repositoryRoute(method, segments)
    case 'rate_limit':
      return segments.length === 1 && method === 'GET' ? { ...NOWHERE, kind: 'rate-limit' } : NOWHERE
    case 'meta':
      return segments.length === 1 && method === 'GET' ? { ...NOWHERE, kind: 'meta' } : NOWHERE
    default:
      return NOWHERE
  }
}

function ownerRoute(method: string, family: Family, login: string, rest: readonly string[]): Route {
  const owner = { ...NOWHERE, family, login }
  const [area, type = '', name = '', ...below] = rest
  if (rest.length === 0) return method === 'GET' ? { ...owner, kind: 'account' } : NOWHERE
  if (area === 'docker') {
    return rest.length === 2 && type === 'conflicts' && method === 'GET'
      ? { ...owner, kind: 'docker-conflicts' }
      : NOWHERE
  }
  if (area !== 'packages') return NOWHERE
  if (rest.length === 1) return method === 'GET' ? { ...owner, kind: 'list-packages' } : NOWHERE
  if (rest.length === 2) return NOWHERE
  const kind = packageKind(method, below)
  return kind === undefined ? NOWHERE : { ...owner, kind, type, name, id: Number(below[1] ?? 0) }
}

function packageKind(method: string, below: readonly string[]): RequestKind | undefined {
  const [area, id, verb, ...more] = below
  if (more.length > 0) return undefined
  if (area === undefined) return method === 'GET' ? 'get-package' : method === 'DELETE' ? 'delete-package' : undefined
  if (area === 'restore') return method === 'POST' && id === undefined ? 'restore-package' : undefined
  if (area !== 'versions') return undefined
  if (id === undefined) return method === 'GET' ? 'list-versions' : undefined
  if (!/^\d+$/.test(id)) return undefined
  if (verb === 'restore') return method === 'POST' ? 'restore-version' : undefined
  if (verb !== undefined) return undefined
  return method === 'GET' ? 'get-version' : method === 'DELETE' ? 'delete-version' : undefined
}

function repositoryRoute(method: string, segments: readonly string[]): Route {
  const [, login = '', name = '', area = '', item, below, ...more] = segments
  if (method !== 'GET' || name === '' || more.length > 0) return NOWHERE
  const route = { ...NOWHERE, login, name }
  if (segments.length === 3) return { ...route, kind: 'repository' }
  if (item === undefined) {
    const kind = REPOSITORY_LISTS[area]
    return kind === undefined ? NOWHERE : { ...route, kind }
  }
  if (area === 'environments' && below === undefined) return { ...route, kind: 'environment', type: item }
  if (area === 'deployments' && below === 'statuses') return { ...route, kind: 'deployment-statuses', id: Number(item) }
  return NOWHERE
}

const REPOSITORY_LISTS: Readonly<Record<string, RequestKind>> = {
  releases: 'releases',
  tags: 'git-tags',
  branches: 'branches',
  pulls: 'pulls',
  deployments: 'deployments',
  environments: 'environments'
}
