import { type PackageRef, packageKey } from '../domain/package.js'

/** OCI distribution-spec names, somewhat wider (logins may end in a hyphen); no segment can be `.` or `..`. */
const PATH = /^[a-z0-9][a-z0-9._-]*(?:\/[a-z0-9][a-z0-9._-]*)+$/
const MOST = 255

export const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/

/** `owner/name` as the registry writes it: plain slashes, lower case. `why`: it cannot be a repository. */
export function repositoryPath(ref: PackageRef): string | { readonly why: string } {
  const path = `${ref.owner}/${ref.name}`.toLowerCase()
  return path.length <= MOST && PATH.test(path)
    ? path
    : { why: `${packageKey(ref)} is no name of a container repository` }
}
