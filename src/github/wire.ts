import { isObject, type JsonObject } from '../domain/json.js'
import type { PackageInfo, PackageType } from '../domain/package.js'
import { isWebAddress } from '../domain/package.js'
import type { Version } from '../domain/version.js'

/**
 * A package-version of the REST API. `undefined` where it lacks what names it, or where a container's tags cannot be read:
 * taken for untagged it might be deleted. Other fields may be missing or odd.
 */
export function readVersion(data: unknown, type: PackageType): Version | undefined {
  if (!isObject(data)) return undefined
  const { id, name } = data
  const tags = readTags(fields(data.metadata), type)
  if (!isId(id) || typeof name !== 'string' || name === '' || tags === undefined) return undefined
  const [createdAt, updatedAt, deletedAt] = [data.created_at, data.updated_at, data.deleted_at].map(time)
  const htmlUrl = address(data.html_url) ?? address(data.package_html_url)
  return {
    id,
    name,
    tags,
    ...(createdAt !== undefined && { createdAt }),
    ...(updatedAt !== undefined && { updatedAt }),
    ...(deletedAt !== undefined && { deletedAt }),
    ...(htmlUrl !== undefined && { htmlUrl })
  }
}

function readTags(metadata: JsonObject, type: PackageType): readonly string[] | undefined {
  if (type === 'container') return texts(fields(metadata.container).tags)
  if (type !== 'docker') return []
  // The OpenAPI description calls docker's property `tag` and requires `tags`.
  const { tag = [], tags = tag } = fields(metadata.docker)
  return texts(typeof tags === 'string' ? [tags] : tags)
}

/** A package of the REST API; `undefined` where it lacks what names it. */
export function readPackage(data: unknown, owner: string, type: PackageType): PackageInfo | undefined {
  if (!isObject(data)) return undefined
  const { id, name, version_count: count } = data
  if (!isId(id) || typeof name !== 'string' || name === '') return undefined
  const repository = text(fields(data.repository).full_name)
  return {
    owner,
    type,
    name,
    id,
    ...(isId(count) ? { versionCount: count } : {}),
    visibility: text(data.visibility) ?? 'unknown',
    htmlUrl: address(data.html_url) ?? '',
    ...(repository === undefined ? {} : { repository })
  }
}

function fields(data: unknown): JsonObject {
  return isObject(data) ? data : {}
}

function isId(data: unknown): data is number {
  return typeof data === 'number' && Number.isSafeInteger(data) && data >= 0
}

function text(data: unknown): string | undefined {
  return typeof data === 'string' && data !== '' ? data : undefined
}

function address(data: unknown): string | undefined {
  const found = text(data)
  return found !== undefined && isWebAddress(found) ? found : undefined
}

function texts(data: unknown): readonly string[] | undefined {
  return Array.isArray(data) && data.every((item) => typeof item === 'string') ? [...new Set(data)] : undefined
}

function time(data: unknown): number | undefined {
  const ms = typeof data === 'string' ? Date.parse(data) : Number.NaN
  return Number.isNaN(ms) ? undefined : ms
}
