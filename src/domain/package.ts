/** The six package types of the GitHub Packages REST API (OpenAPI: `package_type`). Gradle packages are `maven`. */
export const PACKAGE_TYPES = ['container', 'npm', 'maven', 'rubygems', 'nuget', 'docker'] as const
export type PackageType = (typeof PACKAGE_TYPES)[number]

/** Whether its versions are manifests in a registry: they have digests and tags. */
export const isImage = (type: PackageType): boolean => type === 'container' || type === 'docker'

/** Which family of REST operations serves an owner: `/orgs/{org}`, `/users/{username}` or `/user`. */
export type OwnerKind = 'organization' | 'user' | 'self'

/** A user or organization: letters, digits, hyphens, and the underscore of managed users. */
export const LOGIN = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/

/** `owner/name`. */
export const REPOSITORY = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}\/[A-Za-z0-9_.-]{1,100}$/

export interface Owner {
  readonly login: string
  readonly kind: OwnerKind
}

/** What names a package: enough to address it. */
export interface PackageRef {
  readonly owner: string
  readonly type: PackageType
  readonly name: string
}

/** A package as the REST API describes it. */
export interface PackageInfo extends PackageRef {
  readonly id: number
  /** How many active versions GitHub counts; how exact and fresh it is, is not documented. */
  readonly versionCount?: number
  readonly visibility: string
  readonly htmlUrl: string
  /** `owner/name` of the linked repository. */
  readonly repository?: string
}

/** `type/owner/name`: one line for logs and keys. */
export function packageKey(ref: PackageRef): string {
  return `${ref.type}/${ref.owner}/${ref.name}`
}

/** Whether a browser may be sent there: a whole address with http or https. */
export function isWebAddress(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text)
}
