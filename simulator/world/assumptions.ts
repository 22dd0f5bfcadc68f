/**
 * What GitHub does not document and nobody has settled. Each has a default, and a switch to try the other answer:
 * a client should be right under all of them. The README lists them beside what is fact.
 */
export interface Assumptions {
  /** Order of packages and versions in lists. GitHub promises none; `random` is a fixed shuffle, so pages stay consistent. */
  readonly order: 'newest' | 'oldest' | 'random'
  /** What restoring a version does to the tags that it had, where another version has taken one since. */
  readonly tagsOnRestore: 'unless-moved' | 'lost' | 'taken-back' | 'refuse-if-moved'
  /** What sets the `updated_at` of a version to now. */
  readonly updatedAtOn: readonly ('tag-gained' | 'tag-lost' | 'restored')[]
  /** Whether `sha256-<hex>...` tags count as tags in the rule of the last tagged version. */
  readonly digestTagsCount: boolean
  /** What becomes of the request to delete the only version of a container package, when it has no tag. */
  readonly lastUntagged: 'refused' | 'deleted'
  readonly headCountsAsDownload: boolean
  /** `version_count` of a package: its active versions, or the deleted ones too. */
  readonly versionCount: 'active' | 'with-deleted'
  /** Whether deleted versions say when they were deleted. */
  readonly deletedAt: boolean
  /** Answer to a restore whose name is taken by something newer. */
  readonly restoreConflictStatus: 400 | 404 | 409 | 422
  /** Whether `/users/{owner}` serves organizations too (seen in use, documented for users only). */
  readonly usersFamilyServesOrganizations: boolean
  /** What an npm dist-tag does when its version is deleted; it is there again when the version is restored. */
  readonly distTagsOnDelete: 'removed' | 'dangling' | 'newest'
  /** Whether DELETE of a public package with a version over the download limit is refused. */
  readonly downloadsBlockPackage: boolean
  /** Whether a manifest is refused when the registry has not seen the blobs that it names. */
  readonly requireBlobs: boolean
  /** Answer of the referrers API, which the registry does not have: 404, or a redirect away. */
  readonly referrers: 404 | 303
}

export const DEFAULT_ASSUMPTIONS: Assumptions = {
  order: 'newest',
  tagsOnRestore: 'unless-moved',
  updatedAtOn: ['tag-gained'],
  digestTagsCount: true,
  lastUntagged: 'refused',
  headCountsAsDownload: false,
  versionCount: 'active',
  deletedAt: true,
  restoreConflictStatus: 400,
  usersFamilyServesOrganizations: true,
  distTagsOnDelete: 'removed',
  downloadsBlockPackage: true,
  requireBlobs: false,
  referrers: 404
}
