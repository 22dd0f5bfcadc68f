import { REQUEST_KINDS } from '../server/kinds.js'
import { PACKAGE_TYPES } from '../world/package.js'
import { DEPLOYMENT_STATES } from '../world/repository.js'
import {
  all,
  anything,
  type Check,
  count,
  either,
  flag,
  listOf,
  matching,
  number,
  oneOf,
  recordOf,
  shape,
  text
} from './check.js'
import { isSpan, isTime } from './time.js'

const span: Check = (value, place, problems) => {
  if (!isSpan(value)) problems.push(`${place}: must be a length of time such as "90m", "6h", "3d" or "2w"`)
}
const time: Check = (value, place, problems) => {
  if (!isTime(value)) problems.push(`${place}: must be an age such as "3d" or an ISO time`)
}
const onOff = oneOf('on', 'off')
const packageType = oneOf(...PACKAGE_TYPES)
const part = oneOf('api', 'registry', 'npm')
const kind = oneOf(...REQUEST_KINDS)
const reach = either('"all" or a list of "owner/name"', oneOf('all'), listOf(text))
const permission = oneOf('none', 'read', 'write')
const refusalStatus = oneOf(400, 403, 409, 422)
const texts = listOf(text)
// A test may give a RegExp object where a file gives text.
const path = either('a text', text, (value, place, problems) => {
  if (Object.prototype.toString.call(value) !== '[object RegExp]') problems.push(place)
})

const match = shape({
  part,
  method: text,
  kind: either('a kind of request or a list of them', kind, listOf(kind)),
  path,
  nth: count,
  every: count,
  probability: number,
  seed: count,
  times: count
})

const effect = either(
  'an effect (see the README)',
  oneOf('reset', 'lost-answer', 'hang', 'cut-body', 'short-body', 'empty', 'wrong-body'),
  shape({ 'status!': count, body: anything, headers: recordOf(text) }),
  shape({ 'delay!': count }),
  shape({ 'redirect!': oneOf(301, 302, 303, 307, 308), to: text }),
  shape({
    'limited!': oneOf('primary', 'secondary', 'registry'),
    status: oneOf(403, 429),
    retryAfter: number,
    text: oneOf('secondary', 'abuse'),
    waitMs: number
  }),
  shape({ 'lag!': count })
)

const version = shape({
  name: text,
  image: text,
  settings: recordOf(anything),
  of: text,
  as: text,
  tags: texts,
  at: time,
  updated: time,
  deleted: time,
  downloads: count,
  count,
  every: span
})

const container = { 'owner!': text, 'package!': text }
const ref = { ...container, 'type!': packageType }
const action = either(
  'an action (see the README)',
  shape({
    'push!': shape({ ...container, image: text, settings: recordOf(anything), of: text, as: text, tags: texts })
  }),
  shape({ 'tag!': shape({ ...container, 'tag!': text, 'to!': text }) }),
  shape({ 'delete!': shape({ ...ref, 'version!': text }) }),
  shape({ 'restore!': shape({ ...ref, 'version!': text }) }),
  shape({ 'deletePackage!': shape(ref) }),
  shape({ 'restorePackage!': shape(ref) }),
  shape({ 'revokeToken!': text }),
  shape({ 'advance!': span }),
  shape({ 'freeze!': shape({ ...ref, 'lists!': count }) })
)

const scenario = shape({
  $schema: text,
  description: text,
  edition: oneOf('github.com', 'ghes'),
  basePath: oneOf('', '/api/v3'),
  now: matching('an ISO time', /^\d{4}-\d\d-\d\dT/),
  frozen: flag,
  owners: recordOf(shape({ 'type!': oneOf('Organization', 'User'), sso: flag })),
  repositories: recordOf(
    shape({
      private: flag,
      releases: texts,
      branches: texts,
      defaultBranch: text,
      pulls: listOf(count),
      tags: texts,
      environments: texts,
      deployments: listOf(
        shape({
          'environment!': text,
          'ref!': text,
          sha: matching('a commit', /^[0-9a-f]{40}$/),
          statuses: listOf(oneOf(...DEPLOYMENT_STATES))
        })
      )
    })
  ),
  tokens: recordOf(
    shape({
      kind: oneOf('classic', 'oauth', 'fine-grained', 'workflow', 'installation'),
      login: text,
      scopes: texts,
      sso: reach,
      repository: text,
      packages: permission,
      contents: permission,
      pullRequests: permission,
      deployments: permission,
      actions: permission,
      reads: reach,
      admin: reach
    })
  ),
  packages: listOf(
    shape({
      'owner!': text,
      'type!': packageType,
      'name!': text,
      visibility: oneOf('public', 'private', 'internal'),
      repository: text,
      at: time,
      dockerConflict: flag,
      distTags: recordOf(text),
      versions: either('a list of versions, or names with their times', listOf(version), recordOf(time)),
      versionsFrom: shape({ 'file!': text, 'first!': time, 'last!': time })
    })
  ),
  limits: shape({
    primary: either('"on", "off" or requests an hour', onOff, count),
    headers: flag,
    secondary: onOff,
    pointsPerMinute: count,
    concurrent: count,
    contentPerMinute: either('"off" or a number', oneOf('off'), count),
    status: oneOf(403, 429),
    retryAfter: flag,
    text: oneOf('secondary', 'abuse'),
    blockMinutes: number,
    badCredentials: count,
    refuseTokenAfter: either('"off" or a number of deletions', oneOf('off'), count),
    refuseTokenSeconds: number,
    minuteMs: count,
    registryReads: count,
    registryPushes: count,
    registryRetryAfter: flag
  }),
  latency: shape({ api: number, registry: number, npm: number }),
  faults: listOf(shape({ match, 'effect!': effect })),
  events: listOf(
    shape({
      'at!': either(
        '{"request": n}, {"before": match} or {"after": match}',
        shape({ 'request!': count }),
        shape({ 'before!': match }),
        shape({ 'after!': match })
      ),
      'do!': either('an action or a list of them', action, listOf(action))
    })
  ),
  assumptions: shape({
    order: oneOf('newest', 'oldest', 'random'),
    tagsOnRestore: oneOf('unless-moved', 'lost', 'taken-back', 'refuse-if-moved'),
    updatedAtOn: listOf(oneOf('tag-gained', 'tag-lost', 'restored', 'pushed-again')),
    digestTagsCount: flag,
    lastUntagged: oneOf('refused', 'deleted'),
    headCountsAsDownload: flag,
    versionCount: oneOf('active', 'with-deleted', 'stale'),
    deletedAt: flag,
    deletedTags: flag,
    stateIgnoredIn: listOf(oneOf('orgs', 'users', 'user')),
    getOfDeleted: oneOf(404, 200),
    secondDelete: oneOf(404, 204),
    downloadsRefusal: refusalStatus,
    lastTaggedRefusal: refusalStatus,
    lastVersionRefusal: refusalStatus,
    pushOfDeleted: oneOf('new-version', 'same-version'),
    cascade: oneOf('none', 'unlisted', 'all'),
    activeListLag: number,
    deletedListLag: number,
    versionLag: number,
    versionCountLag: number,
    registryLag: number,
    tagListLag: number,
    lagAfter: listOf(oneOf('push', 'deletion', 'restore')),
    restoreConflictStatus: oneOf(400, 404, 409, 422),
    usersFamilyServesOrganizations: flag,
    distTagsOnDelete: oneOf('removed', 'dangling', 'newest'),
    downloadsBlockPackage: flag,
    requireBlobs: flag,
    referrers: oneOf(404, 303)
  }),
  registryTokens: shape({ expiresIn: either('seconds or "omitted"', count, oneOf('omitted')), lifeMs: count }),
  clockSkewMs: number
})

/** Throws one error that lists everything that is wrong, each with its place. */
export function validateScenario(value: unknown): void {
  const problems = all(scenario, value, 'scenario')
  if (problems.length > 0) throw new Error(`The scenario has mistakes:\n- ${problems.join('\n- ')}`)
}
