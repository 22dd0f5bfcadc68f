/** What the simulator knows of a repository: as much as protections and links of packages ask for. Lists are newest first. */
export interface StoredRepository {
  readonly id: number
  /** `owner/name`. */
  readonly fullName: string
  readonly private: boolean
  /** Tag names. */
  readonly releases: readonly string[]
  /** Names of git tags. */
  readonly tags: readonly string[]
  readonly branches: readonly string[]
  readonly defaultBranch: string
  /** Numbers of open pull requests. */
  readonly pulls: readonly number[]
  /** Names of environments. Those of deployments are there too, as on GitHub. */
  readonly environments: readonly string[]
  readonly deployments: readonly Deployment[]
}

export interface Deployment {
  readonly environment: string
  /** Commit; made from the ref if left out. */
  readonly sha?: string
  readonly ref: string
  /** Newest first; none yet if left out. */
  readonly statuses?: readonly DeploymentState[]
}

export const DEPLOYMENT_STATES = [
  'error',
  'failure',
  'inactive',
  'in_progress',
  'queued',
  'pending',
  'success'
] as const

export type DeploymentState = (typeof DEPLOYMENT_STATES)[number]
