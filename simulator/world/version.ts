/** Soft-deleted versions and packages can be restored for 30 days (GitHub docs: Deleting and restoring a package). */
export const RESTORE_WINDOW_MS = 30 * 24 * 60 * 60 * 1000

export type VersionState = 'active' | 'deleted'

/** Times are milliseconds since the epoch. A deleted version remembers the tags that it had. */
export interface StoredVersion {
  readonly id: number
  readonly name: string
  readonly createdAt: number
  updatedAt: number
  deletedAt: number | undefined
  tags: readonly string[]
  downloads: number
}
