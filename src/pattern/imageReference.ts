import { DIGEST } from '../domain/manifest.js'
import type { PackageRef } from '../domain/package.js'

/** `[host[:port]/]path[:tag][@digest]`, as docker, kubectl and Helm print it. */
export interface ImageReference {
  /** With its port; absent: Docker Hub's. */
  readonly host?: string
  /** As written, with whatever a mirror or a proxy puts in front: `acme/app`, `ghcr.io/acme/app` behind a proxy's host. */
  readonly path: string
  readonly tag?: string
  /** `sha256:<hex>`, lower case. */
  readonly digest?: string
}

/** distribution-spec, "Pull": at most 128 characters. */
export const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/

/** `docker-pullable://` and `docker://` (kubectl), `oci://` (Helm, Flux), and what else stands before a host. */
const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i
const HOST = /^(?:\[[0-9a-f:.]+\]|[A-Za-z0-9][A-Za-z0-9.-]*)(?::\d{1,5})?$/i
/** Upper case and odd separators too: an owner may be written in any case. */
const SEGMENT = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/
const PATTERN_KINDS = ['semver', 'sha256']
const HUB_HOSTS: readonly (string | undefined)[] = [undefined, 'docker.io', 'index.docker.io', 'registry-1.docker.io']

/** `undefined`: it is something else. A text without `/`, `:` and `@` is a name, not a reference. */
export function parseImageReference(text: string): ImageReference | undefined {
  const bare = text.replace(SCHEME, '')
  if (!/[/:@]/.test(bare)) return undefined
  const [named = '', digest, ...more] = bare.split('@')
  if (more.length > 0 || (digest !== undefined && !DIGEST.test(digest.toLowerCase()))) return undefined
  const colon = named.lastIndexOf(':')
  const tagged = colon > named.lastIndexOf('/')
  const [tag, place] = tagged ? [named.slice(colon + 1), named.slice(0, colon)] : [undefined, named]
  if (tag !== undefined && !TAG.test(tag)) return undefined
  const at = splitHost(place)
  if (at === undefined || PATTERN_KINDS.includes(place)) return undefined
  return { ...at, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest: digest.toLowerCase() }) }
}

/** `ghcr.io/acme/app` as host and path; docker's rule: a host holds a dot or a port, or is `localhost`. */
export function splitHost(place: string): Pick<ImageReference, 'host' | 'path'> | undefined {
  const [first = '', ...others] = place.split('/')
  const isHost = others.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  if (isHost && !HOST.test(first)) return undefined
  const segments = isHost ? others : [first, ...others]
  if (!segments.every((segment) => SEGMENT.test(segment))) return undefined
  return { ...(isHost && { host: first }), path: segments.join('/') }
}

/**
 * Whether the path ends in the package's `owner/name`, whatever stands before it: mirrors and proxies change that. Case does
 * not count. Docker Hub's `acme/app` counts too: to protect too much does no harm.
 */
export function namesPackage(
  { path }: Pick<ImageReference, 'path'>,
  { owner, name }: Pick<PackageRef, 'owner' | 'name'>
): boolean {
  return `/${path}`.toLowerCase().endsWith(`/${owner}/${name}`.toLowerCase())
}

/** Whether it may mean a package of this owner: one segment is the owner, another follows, and it is not Docker Hub's. */
export function namesOwner({ host, path }: ImageReference, owner: string): boolean {
  return !HUB_HOSTS.includes(host) && `/${path}`.toLowerCase().includes(`/${owner.toLowerCase()}/`)
}
