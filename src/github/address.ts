import { Failure } from '../domain/failure.js'
import type { Owner, PackageRef } from '../domain/package.js'
import type { RouteParameters } from './route.js'

/** The family of operations that serves an owner: what their paths begin with. */
type Family = '/orgs/{org}' | '/users/{username}' | '/user'

export interface Address<Path extends string> {
  readonly path: Path
  readonly parameters: RouteParameters
}

/** The family of operations that serves this kind of owner. */
export function familyOf({ kind, login }: Owner): Address<Family> {
  switch (kind) {
    case 'organization':
      return { path: '/orgs/{org}', parameters: { org: login } }
    case 'user':
      return { path: '/users/{username}', parameters: { username: login } }
    case 'self':
      return { path: '/user', parameters: {} }
  }
}

type PackageRoute = `${Family}/packages/{package_type}/{package_name}`

/** Throws `Failure` for a name that would lead to another address: a plan or a receipt may hold anything. */
export function packageAt(owner: Owner, ref: PackageRef): Address<PackageRoute> {
  if (ref.name.split('/').some((part) => part === '' || part === '.' || part === '..')) {
    throw new Failure('config', `${named(ref)} cannot be: no part of a name is empty, "." or "..".`)
  }
  const { path, parameters } = familyOf(owner)
  return {
    path: `${path}/packages/{package_type}/{package_name}`,
    parameters: { ...parameters, package_type: ref.type, package_name: ref.name }
  }
}

/** Throws as `packageAt` does. */
export function versionAt(
  owner: Owner,
  ref: PackageRef,
  id: number
): Address<`${PackageRoute}/versions/{package_version_id}`> {
  const { path, parameters } = packageAt(owner, ref)
  return { path: `${path}/versions/{package_version_id}`, parameters: { ...parameters, package_version_id: id } }
}

/** `container package octo-org/app`, for messages. */
export function named(ref: PackageRef): string {
  return `${ref.type} package ${ref.owner}/${ref.name}`
}
