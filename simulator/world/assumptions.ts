/**
 * What GitHub does not document and nobody has settled. Each has a default, and a switch to try the other answer:
 * a client should be right under all of them. The README lists them beside what is fact.
 *
 * A lag is in seconds of the server's clock: for that long after a change, the place shows what was there before.
 */
export interface Assumptions {
  /** Order of packages and versions in lists. GitHub promises none; `random` is a fixed shuffle, so pages stay consistent. */
  readonly order: 'newest' | 'oldest' | 'random'
  /** What restoring a version does to the tags that it had, where another version has taken one since. */
  readonly tagsOnRestore: 'unless-moved' | 'lost' | 'taken-back' | 'refuse-if-moved'
  /** What sets the `updated_at` of a version to now; `pushed-again`: a push of its digest that brings no new tag. */
  readonly updatedAtOn: readonly ('tag-gained' | 'tag-lost' | 'restored' | 'pushed-again')[]
  /** Whether `sha256-<hex>...` tags count as tags in the rule of the last tagged version. */
  readonly digestTagsCount: boolean
  /** What becomes of the request to delete the only version of a container package, when it has no tag. */
  readonly lastUntagged: 'refused' | 'deleted'
  readonly headCountsAsDownload: boolean
  /** `version_count` of a package: its active versions, the deleted ones too, or for ever what the first answer said. */
  readonly versionCount: 'active' | 'with-deleted' | 'stale'
  /** Whether deleted versions say when they were deleted. */
  readonly deletedAt: boolean
  /** Whether deleted versions show the tags that they had. */
  readonly deletedTags: boolean
  /** Families of addresses that ignore `state=deleted` and answer with the active versions. */
  readonly stateIgnoredIn: readonly Family[]
  /** Answer to GET of a deleted version: not found, or the version with its `deleted_at`. */
  readonly getOfDeleted: 404 | 200
  /** Answer to DELETE of a version that is deleted already. */
  readonly secondDelete: 404 | 204
  /** Statuses of the refusals to delete; the texts stay. */
  readonly downloadsRefusal: RefusalStatus
  readonly lastTaggedRefusal: RefusalStatus
  readonly lastVersionRefusal: RefusalStatus
  /** What a push of a deleted digest makes: a version with a new id, or the deleted one again, with the tags of the push. */
  readonly pushOfDeleted: 'new-version' | 'same-version'
  /** Which entries the deletion of an index deletes too: none, those without a tag that no other index lists, or all. */
  readonly cascade: 'none' | 'unlisted' | 'all'
  readonly activeListLag: number
  readonly deletedListLag: number
  /** Lag of GET of a single version. */
  readonly versionLag: number
  readonly versionCountLag: number
  /** Lag of manifests, by tag and by digest. */
  readonly registryLag: number
  /** Lag of the registry's `tags/list`. */
  readonly tagListLag: number
  /** After which changes there is a lag; a tag that moves is a push. */
  readonly lagAfter: readonly Change[]
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

/** The three families of addresses: `/orgs/{org}`, `/users/{username}` and `/user`. */
export type Family = 'orgs' | 'users' | 'user'
export type Change = 'push' | 'deletion' | 'restore'
export type RefusalStatus = 400 | 403 | 409 | 422

export const DEFAULT_ASSUMPTIONS: Assumptions = {
  order: 'newest',
  tagsOnRestore: 'unless-moved',
  updatedAtOn: ['tag-gained'],
  digestTagsCount: true,
  lastUntagged: 'refused',
  headCountsAsDownload: false,
  versionCount: 'active',
  deletedAt: true,
  deletedTags: true,
  stateIgnoredIn: [],
  getOfDeleted: 404,
  secondDelete: 404,
  downloadsRefusal: 400,
  lastTaggedRefusal: 400,
  lastVersionRefusal: 400,
  pushOfDeleted: 'new-version',
  cascade: 'none',
  activeListLag: 0,
  deletedListLag: 0,
  versionLag: 0,
  versionCountLag: 0,
  registryLag: 0,
  tagListLag: 0,
  lagAfter: ['push', 'deletion', 'restore'],
  restoreConflictStatus: 400,
  usersFamilyServesOrganizations: true,
  distTagsOnDelete: 'removed',
  downloadsBlockPackage: true,
  requireBlobs: false,
  referrers: 404
}

/**
 * The values of each switch: all there are, or for lags and lists those that are worth a try. Tests and random searches
 * run over them.
 */
export const ASSUMPTION_VALUES: { readonly [K in keyof Assumptions]: readonly Assumptions[K][] } = {
  order: ['newest', 'oldest', 'random'],
  tagsOnRestore: ['unless-moved', 'lost', 'taken-back', 'refuse-if-moved'],
  updatedAtOn: [
    ['tag-gained'],
    [],
    ['tag-lost'],
    ['restored'],
    ['pushed-again'],
    ['tag-gained', 'tag-lost', 'restored', 'pushed-again']
  ],
  digestTagsCount: [true, false],
  lastUntagged: ['refused', 'deleted'],
  headCountsAsDownload: [false, true],
  versionCount: ['active', 'with-deleted', 'stale'],
  deletedAt: [true, false],
  deletedTags: [true, false],
  stateIgnoredIn: [[], ['orgs'], ['users'], ['user'], ['orgs', 'users', 'user']],
  getOfDeleted: [404, 200],
  secondDelete: [404, 204],
  downloadsRefusal: [400, 403, 409, 422],
  lastTaggedRefusal: [400, 403, 409, 422],
  lastVersionRefusal: [400, 403, 409, 422],
  pushOfDeleted: ['new-version', 'same-version'],
  cascade: ['none', 'unlisted', 'all'],
  activeListLag: [0, 2, 10],
  deletedListLag: [0, 2, 10],
  versionLag: [0, 2, 10],
  versionCountLag: [0, 2, 10],
  registryLag: [0, 2, 10],
  tagListLag: [0, 2, 10],
  lagAfter: [['push', 'deletion', 'restore'], ['push'], ['deletion'], ['restore']],
  restoreConflictStatus: [400, 404, 409, 422],
  usersFamilyServesOrganizations: [true, false],
  distTagsOnDelete: ['removed', 'dangling', 'newest'],
  downloadsBlockPackage: [true, false],
  requireBlobs: [false, true],
  referrers: [404, 303]
}
