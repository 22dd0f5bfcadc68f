import type { Endpoints } from '@octokit/types'

/** The operations of GitHub's published description that are used here, such as `GET /orgs/{org}/packages`. */
export type Route = Extract<
  keyof Endpoints,
  | `${string}/packages${string}`
  | `GET ${string}/docker/conflicts`
  | 'GET /users/{username}'
  | 'GET /user'
  | `GET /repos/{owner}/{repo}/${'releases' | 'tags' | 'branches' | 'pulls' | 'deployments'}`
  | 'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses'
  | 'GET /repos/{owner}/{repo}'
>

type Parameter<R extends Route> = R extends Route
  ? Exclude<keyof Endpoints[R]['parameters'], 'headers' | 'request'>
  : never

type ValueOf<P, R extends Route = Route> = R extends Route
  ? P extends keyof Endpoints[R]['parameters']
    ? Endpoints[R]['parameters'][P]
    : never
  : never

/** For the placeholders of a route, percent-encoded there; the rest become the query string. */
export type RouteParameters = { readonly [P in Parameter<Route>]?: ValueOf<P> }
