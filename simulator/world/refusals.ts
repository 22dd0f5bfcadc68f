import type { Assumptions, RefusalStatus } from './assumptions.js'
import type { StoredPackage } from './package.js'
import type { StoredVersion } from './version.js'

/** Above this, a public version cannot be deleted (25 before October 2021). */
const DOWNLOAD_LIMIT = 5000

/** Tags that tools derive from a digest: the fallback of OCI referrers, and cosign's. */
const DIGEST_TAG = /(^|.-)sha256-[0-9a-f]{64}(\.[A-Za-z0-9]+)?$/

export interface Refusal {
  readonly status: RefusalStatus
  readonly message: string
}

/** Why GitHub would not delete the version, in its words; `undefined` if it would. */
export function refusalToDeleteVersion(
  stored: StoredPackage,
  version: StoredVersion,
  assumptions: Assumptions
): Refusal | undefined {
  if (stored.visibility === 'public' && version.downloads > DOWNLOAD_LIMIT) {
    return {
      status: assumptions.downloadsRefusal,
      message:
        'Publicly visible package versions with more than 5000 downloads cannot be deleted. Contact GitHub support for further assistance.'
    }
  }
  if (stored.facts.type === 'container') {
    const counts = (tags: readonly string[]) =>
      assumptions.digestTagsCount ? tags.length > 0 : tags.some((tag) => !DIGEST_TAG.test(tag))
    if (counts(version.tags) && !hasAnother(stored, version, counts)) {
      return {
        status: assumptions.lastTaggedRefusal,
        message: 'You cannot delete the last tagged version of a package. You must delete the package instead.'
      }
    }
    if (assumptions.lastUntagged === 'deleted' || version.tags.length > 0) return undefined
  }
  if (stored.activeCount === 1) {
    return {
      status: assumptions.lastVersionRefusal,
      message: 'You cannot delete the last version of a package. You must delete the package instead.'
    }
  }
  return undefined
}

/** As above, for a whole package. */
export function refusalToDeletePackage(stored: StoredPackage, assumptions: Assumptions): Refusal | undefined {
  if (!assumptions.downloadsBlockPackage || stored.visibility !== 'public') return undefined
  const popular = stored.versions.list('active').some((version) => version.downloads > DOWNLOAD_LIMIT)
  if (!popular) return undefined
  return {
    status: assumptions.downloadsRefusal,
    message:
      'Publicly visible packages with a version with more than 5000 downloads cannot be deleted. contact GitHub support for further assistance.'
  }
}

function hasAnother(
  stored: StoredPackage,
  version: StoredVersion,
  counts: (tags: readonly string[]) => boolean
): boolean {
  for (const other of stored.byTag.values()) {
    if (other !== version && counts(other.tags)) return true
  }
  return false
}
