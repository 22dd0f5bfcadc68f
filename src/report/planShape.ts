import * as v from 'valibot'
import { DIGEST } from '../domain/manifest.js'
import { PACKAGE_TYPES } from '../domain/package.js'
import { GO_CODES, KEEP_CODES } from '../domain/plan.js'
import { BUCKETS, VERSION_SCHEMES } from '../domain/policy.js'
import { isWebAddress } from '../domain/webAddress.js'

/**
 * The shape of a plan file. It may come from a stranger: nothing that is not named here is accepted, and everything has
 * a bound far above what GitHub gives (128 characters for a tag, 10,000s of versions).
 */
const MOST_PACKAGES = 10_000
const MOST_VERSIONS = 500_000
const MOST_ITEMS = 20_000

const text = v.pipe(v.string(), v.maxLength(20_000))
const name = v.pipe(v.string(), v.nonEmpty(), v.maxLength(4_000))
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1))
const length = v.pipe(v.number(), v.finite())
const list = <T extends v.GenericSchema>(item: T) => v.pipe(v.array(item), v.maxLength(MOST_ITEMS), v.readonly())
const digest = v.pipe(v.string(), v.regex(DIGEST, 'expected sha256:<64 hex>'))
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits'))
const address = v.pipe(name, v.check(isWebAddress, 'expected an http(s) address'))

/** ISO 8601 as `Date` writes it, to the millisecond; read as milliseconds. */
const time = v.pipe(
  v.string(),
  v.check(isTime, 'expected a time such as 2026-11-22T12:00:00.000Z'),
  v.transform((value) => Date.parse(value))
)

const version = v.strictObject({
  id: positive,
  name,
  tags: list(name),
  createdAt: v.exactOptional(time),
  updatedAt: v.exactOptional(time),
  deletedAt: v.exactOptional(time),
  htmlUrl: v.exactOptional(address)
})

const reason = v.strictObject({
  code: v.picklist([...KEEP_CODES, ...GO_CODES]),
  rule: v.exactOptional(text),
  name: v.exactOptional(name),
  rank: v.exactOptional(count),
  of: v.exactOptional(count),
  age: v.exactOptional(length),
  detail: v.exactOptional(text),
  unit: v.exactOptional(positive)
})

const decision = v.strictObject({
  verdict: v.picklist(['keep', 'delete']),
  version,
  kind: text,
  role: v.picklist(['root', 'member']),
  state: v.exactOptional(v.picklist(['complete', 'partial', 'ghost', 'orphan'])),
  units: list(positive),
  owners: v.exactOptional(list(v.strictObject({ id: positive, by: v.picklist(['entry', 'subject']) }))),
  untag: list(name),
  reasons: v.pipe(v.array(reason), v.minLength(1), v.maxLength(MOST_ITEMS), v.readonly())
})

const step = v.variant('kind', [
  v.strictObject({
    kind: v.literal('delete'),
    id: positive,
    role: v.picklist(['root', 'referrer', 'child']),
    unit: positive,
    after: list(positive),
    children: list(digest),
    subject: v.exactOptional(digest),
    reasons: list(reason)
  }),
  v.strictObject({ kind: v.literal('untag'), id: positive, tag: name, reasons: list(reason) }),
  v.strictObject({ kind: v.literal('delete-package'), reasons: list(reason) })
])

const packagePlan = v.strictObject({
  package: v.strictObject({
    owner: name,
    type: v.picklist(PACKAGE_TYPES),
    name,
    id: positive,
    versionCount: v.exactOptional(count),
    visibility: text,
    // Empty where the server gave none.
    htmlUrl: v.union([v.literal(''), address]),
    repository: v.exactOptional(name)
  }),
  fingerprint: text,
  deferredUnits: count,
  freed: v.exactOptional(count),
  violations: list(v.strictObject({ code: v.literal('max-delete'), message: text })),
  notices: list(v.strictObject({ level: v.picklist(['notice', 'warning']), message: text })),
  decisions: v.pipe(v.array(decision), v.maxLength(MOST_VERSIONS), v.readonly()),
  steps: v.pipe(v.array(step), v.maxLength(MOST_VERSIONS), v.readonly())
})

const duration = v.strictObject({ text, months: count, ms: count })
const tally = v.union([count, v.literal('all')])
const prerelease = v.union([v.boolean(), v.literal('superseded')])
const patterns = list(text)

const keepItem = v.strictObject({
  names: v.exactOptional(patterns),
  prerelease: v.exactOptional(prerelease),
  within: v.exactOptional(duration),
  since: v.exactOptional(v.literal('superseded')),
  last: v.exactOptional(count),
  semver: v.exactOptional(
    v.strictObject({
      majors: v.exactOptional(tally),
      minors: v.exactOptional(tally),
      patches: v.exactOptional(tally),
      prereleases: v.exactOptional(tally)
    })
  ),
  ...v.entriesFromList(BUCKETS, v.exactOptional(tally))
})

const rule = v.strictObject({
  name: text,
  packages: v.exactOptional(patterns),
  types: v.exactOptional(list(v.picklist(PACKAGE_TYPES))),
  match: v.strictObject({
    names: v.exactOptional(patterns),
    versions: v.exactOptional(patterns),
    tagged: v.exactOptional(v.boolean()),
    prerelease: v.exactOptional(prerelease),
    state: v.exactOptional(list(v.picklist(['complete', 'partial', 'ghost', 'orphan']))),
    artifactType: v.exactOptional(patterns),
    annotations: v.exactOptional(v.record(text, text))
  }),
  versionPattern: v.exactOptional(text),
  versionScheme: v.exactOptional(v.picklist(VERSION_SCHEMES)),
  groupBy: patterns,
  sort: v.picklist(['time', 'version']),
  relativeTo: v.picklist(['now', 'newest']),
  countProtected: v.boolean(),
  keep: list(keepItem)
})

const policy = v.strictObject({
  version: v.literal(1),
  timezone: text,
  timestamp: v.picklist(['updated_at', 'created_at']),
  gracePeriod: duration,
  minKeep: count,
  maxDelete: v.exactOptional(v.union([v.strictObject({ units: count }), v.strictObject({ percent: length })])),
  deleteLimit: v.exactOptional(count),
  partialTags: v.picklist(['keep', 'untag']),
  onEmpty: v.picklist(['keep', 'delete-package']),
  protect: v.strictObject({
    names: patterns,
    listed: list(v.strictObject({ pattern: text, reason: v.exactOptional(text) })),
    distTags: v.boolean(),
    releases: v.boolean(),
    branches: v.boolean(),
    openPullRequests: v.exactOptional(text)
  }),
  rules: list(rule)
})

export const planShape = v.strictObject({
  format: v.literal('package-retention-plan'),
  version: v.literal(1),
  now: time,
  owner: name,
  policyHash: sha256,
  policy,
  packages: v.pipe(v.array(packagePlan), v.maxLength(MOST_PACKAGES), v.readonly())
})

export type PlanDocument = v.InferOutput<typeof planShape>
export type PackagePlanDocument = v.InferOutput<typeof packagePlan>
export type StepDocument = v.InferOutput<typeof step>

function isTime(value: string): boolean {
  const time = value.length <= 30 ? Date.parse(value) : Number.NaN
  return !Number.isNaN(time) && new Date(time).toISOString() === value
}
