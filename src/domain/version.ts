import type { Policy } from './policy.js'

/**
 * One GitHub package version. For a container: one manifest; `name` is its digest (`sha256:<64 hex>`).
 * For the other types `name` is the version string. Times are milliseconds since the epoch.
 */
export interface Version {
  readonly id: number
  readonly name: string
  /** Container and docker tags; empty for every other type. */
  readonly tags: readonly string[]
  readonly createdAt?: number
  readonly updatedAt?: number
  /** Declared by the OpenAPI description; whether GitHub always fills it for deleted versions is unverified. */
  readonly deletedAt?: number
  readonly htmlUrl?: string
}

/** GitHub restores a deleted version for 30 days ("Deleting and restoring a package"). */
export const RESTORE_WINDOW_MS = 30 * 24 * 3600 * 1000

/** Milliseconds: the later of creation and update, or the creation alone; `undefined` if GitHub gave no time. */
export function timeOf(
  { createdAt, updatedAt }: Version,
  timestamp: Policy['timestamp'] = 'updated_at'
): number | undefined {
  if (timestamp === 'created_at' || updatedAt === undefined) return createdAt
  return createdAt === undefined ? updatedAt : Math.max(createdAt, updatedAt)
}
