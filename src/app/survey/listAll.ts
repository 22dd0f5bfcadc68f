import { failureOf } from '../../domain/failure.js'
import type { Gap, Inventory } from '../../domain/inventory.js'
import { isManifestType } from '../../domain/mediaType.js'
import type { Owner, PackageInfo } from '../../domain/package.js'
import type { Version } from '../../domain/version.js'
import type { Ports } from '../ports.js'
import { provenGone } from '../provenGone.js'

export interface ActiveVersions {
  readonly versions: readonly Version[]
  readonly gaps: readonly Gap[]
  /** GitHub counts more: see `missingEntry`. */
  readonly counted: boolean
}

/**
 * All active versions. GitHub may count versions that are not active, so a count above the list proves nothing; it is the
 * occasion to look for a proof that the list is short: a second reading, the tags that the registry has, and what indexes list.
 */
export async function listAll(ports: Ports, owner: Owner, info: PackageInfo): Promise<ActiveVersions> {
  const first = await ports.packages.listVersions(owner, info, 'active')
  if (info.versionCount === undefined || first.length >= info.versionCount)
    return { versions: first, gaps: [], counted: false }
  const tags = info.type === 'container' ? await registryTags(ports, info) : []
  const again = await ports.packages.listVersions(owner, info, 'active')
  const ids = new Set(again.map(({ id }) => id))
  const lost = first.filter(({ id }) => !ids.has(id))
  const gone = await provenGone(ports, owner, info, lost, first)
  const hidden = lost.filter(({ id }) => !gone.has(id))
  const versions = [...again, ...hidden]
  const why = hidden.length > 0 ? shrank(hidden) : await unknownTag(ports, info, tags, versions)
  const counted = versions.length < info.versionCount
  return { versions, gaps: why === undefined ? [] : [{ kind: 'list', why }], counted }
}

const shrank = ([first]: readonly Version[]): string =>
  `a second reading lacked version ${first?.id}, which GitHub does not call deleted`

/** Empty if they cannot be read: then they prove nothing. */
async function registryTags({ manifests, console }: Ports, info: PackageInfo): Promise<readonly string[]> {
  try {
    return await manifests.tags(info)
  } catch (error) {
    const failure = failureOf(error)
    if (failure.code === 'cancelled') throw failure
    console.debug(`${info.name}: ${failure.message}`)
    return []
  }
}

/** Names a tag that the registry had before the last reading and that no listed version has. */
async function unknownTag(
  { manifests }: Ports,
  info: PackageInfo,
  tags: readonly string[],
  versions: readonly Version[]
): Promise<string | undefined> {
  const known = new Set(versions.flatMap((version) => version.tags))
  const digests = new Set(versions.map(({ name }) => name))
  for (const tag of tags) {
    if (known.has(tag)) continue
    const digest = await manifests.resolve(info, tag)
    if (digest !== undefined && !digests.has(digest)) return `the registry has the tag ${tag}, which no version shows`
  }
  return undefined
}

/** Another proof that the list is short: an index lists a version that the registry has and that neither of GitHub's lists has. */
export async function missingEntry(ports: Ports, owner: Owner, inventory: Inventory): Promise<readonly Gap[]> {
  const { package: info, versions, manifests } = inventory
  const listed = new Set(versions.map(({ name }) => name))
  const absent = new Set(
    [...manifests.values()].flatMap(({ entries }) =>
      entries.flatMap(({ digest, mediaType }) => (listed.has(digest) || !isManifestType(mediaType) ? [] : [digest]))
    )
  )
  const reads = await Promise.all([...absent].map((digest) => ports.manifests.read(info, digest)))
  const found = [...absent].filter((_, i) => reads[i]?.kind === 'found')
  if (found.length === 0) return []
  const deleted = new Set((await ports.packages.listVersions(owner, info, 'deleted')).map(({ name }) => name))
  const [first] = found.filter((digest) => !deleted.has(digest))
  return first === undefined ? [] : [{ kind: 'list', why: `the registry has ${first}, which no version is` }]
}
