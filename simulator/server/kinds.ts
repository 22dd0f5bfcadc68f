/** What a request is for: the word in the log, and what faults and events can match. */
export const REQUEST_KINDS = [
  'list-packages',
  'get-package',
  'delete-package',
  'restore-package',
  'list-versions',
  'get-version',
  'delete-version',
  'restore-version',
  'docker-conflicts',
  'account',
  'repository',
  'releases',
  'branches',
  'pulls',
  'rate-limit',
  'meta',
  'registry-token',
  'registry-base',
  'get-manifest',
  'head-manifest',
  'put-manifest',
  'delete-manifest',
  'list-tags',
  'referrers',
  'blob',
  'upload-blob',
  'packument',
  'unknown'
] as const

export type RequestKind = (typeof REQUEST_KINDS)[number]
