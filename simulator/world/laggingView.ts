import type { Assumptions } from './assumptions.js'
import type { StoredPackage } from './package.js'
import type { StoredVersion, VersionState } from './version.js'

/** A list of versions as a client sees it, which may lag. */
export function shownVersions(
  stored: StoredPackage,
  state: VersionState,
  assumptions: Assumptions
): readonly StoredVersion[] {
  const frozen = stored.versions.frozen(state)
  if (frozen !== undefined) return frozen
  const earlier = stored.recent.before(state === 'active' ? assumptions.activeListLag : assumptions.deletedListLag)
  if (earlier.size === 0) return stored.versions.list(state)
  const inTime = new Set(stored.versions.list(state))
  return stored.versions.inOrder().flatMap((version) => {
    if (!earlier.has(version.id)) return inTime.has(version) ? [version] : []
    const before = earlier.get(version.id)
    return before !== undefined && (before.deletedAt === undefined) === (state === 'active') ? [before] : []
  })
}

/** A version as GET shows it. */
export function shownVersion(
  stored: StoredPackage,
  id: number,
  { versionLag }: Assumptions
): StoredVersion | undefined {
  const earlier = stored.recent.before(versionLag)
  return earlier.has(id) ? earlier.get(id) : stored.versions.get(id)
}

/** What the registry serves under a digest or a tag. */
export function servedVersion(
  stored: StoredPackage,
  reference: string,
  { registryLag }: Assumptions
): StoredVersion | undefined {
  const isDigest = reference.startsWith('sha256:')
  const earlier = stored.recent.before(registryLag)
  const served = isDigest ? stored.byName.get(reference) : stored.byTag.get(reference)
  if (earlier.size === 0) return served
  const names = (version: StoredVersion) => (isDigest ? version.name === reference : version.tags.includes(reference))
  const before = activeOf(earlier).find(names)
  return before ?? (served !== undefined && earlier.has(served.id) ? undefined : served)
}

/** The registry's list of tags. */
export function listedTags(stored: StoredPackage, { tagListLag }: Assumptions): readonly string[] {
  const earlier = stored.recent.before(tagListLag)
  const unchanged = [...stored.byTag].filter(([, version]) => !earlier.has(version.id)).map(([tag]) => tag)
  return [...unchanged, ...activeOf(earlier).flatMap((version) => version.tags)]
}

/** `version_count` of the package. */
export function versionCount(stored: StoredPackage, { versionCount, versionCountLag }: Assumptions): number {
  const withDeleted = versionCount === 'with-deleted'
  const weight = (version: StoredVersion | undefined) =>
    version !== undefined && (withDeleted || version.deletedAt === undefined) ? 1 : 0
  let count = withDeleted ? stored.versions.size : stored.activeCount
  for (const [id, before] of stored.recent.before(versionCountLag)) {
    count += weight(before) - weight(stored.versions.get(id))
  }
  if (versionCount !== 'stale') return count
  stored.firstCount ??= count
  return stored.firstCount
}

function activeOf(earlier: ReadonlyMap<number, StoredVersion | undefined>): readonly StoredVersion[] {
  return [...earlier.values()].flatMap((version) => (version?.deletedAt === undefined ? (version ?? []) : []))
}
