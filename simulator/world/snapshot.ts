import type { StoredPackage } from './package.js'

/** The whole state as plain data: two snapshots are equal when nothing that a restore must bring back differs. */
export type Snapshot = Readonly<Record<string, PackageSnapshot>>

export interface PackageSnapshot {
  readonly id: number
  readonly deleted: boolean
  /** By id. */
  readonly versions: readonly VersionSnapshot[]
  readonly distTags: Readonly<Record<string, string>>
}

export interface VersionSnapshot {
  readonly id: number
  readonly name: string
  readonly deleted: boolean
  /** Sorted; of a deleted version those that it had. */
  readonly tags: readonly string[]
}

export function snapshotOf(packages: Iterable<StoredPackage>): Snapshot {
  const entries: [string, PackageSnapshot][] = []
  for (const stored of packages) {
    const deleted = stored.deletedAt !== undefined
    entries.push([
      deleted ? `${stored.key}#${stored.facts.id}` : stored.key,
      {
        id: stored.facts.id,
        deleted,
        versions: [...stored.versions.all()].map(versionSnapshot).sort((a, b) => a.id - b.id),
        distTags: Object.fromEntries([...stored.distTags].sort(([a], [b]) => (a < b ? -1 : 1)))
      }
    ])
  }
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

function versionSnapshot(version: {
  readonly id: number
  readonly name: string
  readonly tags: readonly string[]
  readonly deletedAt: number | undefined
}): VersionSnapshot {
  return {
    id: version.id,
    name: version.name,
    deleted: version.deletedAt !== undefined,
    tags: [...version.tags].sort()
  }
}
