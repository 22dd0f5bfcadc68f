import { Failure } from '../domain/failure.js'
import type { Owner, PackageRef } from '../domain/package.js'

export interface Address {
  readonly path: string
  readonly parameters: Readonly<Record<string, string | number>>
}

/** The family of operations that serves an owner, up to `/packages`. */
export function packagesOf({ kind, login }: Owner): Address {
  switch (kind) {
    case 'organization':
      return { path: '/orgs/{org}/packages', parameters: { org: login } }
    case 'user':
      return { path: '/users/{username}/packages', parameters: { username: login } }
    case 'self':
      return { path: '/user/packages', parameters: {} }
  }
}

/** Throws `Failure` for a name that would lead to another address: a plan or a receipt may hold anything. */
export function packageAt(owner: Owner, ref: PackageRef): Address {
  if (ref.name.split('/').some((part) => part === '' || part === '.' || part === '..')) {
    throw new Failure('config', `${named(ref)} cannot be: no part of a name is empty, "." or "..".`)
  }
  const { path, parameters } = packagesOf(owner)
  return {
    path: `${path}/{package_type}/{package_name}`,
    parameters: { ...parameters, package_type: ref.type, package_name: ref.name }
  }
}

export function versionAt(owner: Owner, ref: PackageRef, id: number): Address {
  const { path, parameters } = packageAt(owner, ref)
  return { path: `${path}/versions/{package_version_id}`, parameters: { ...parameters, package_version_id: id } }
}

/** `container package octo-org/app`, for messages. */
export function named(ref: PackageRef): string {
  return `${ref.type} package ${ref.owner}/${ref.name}`
}
