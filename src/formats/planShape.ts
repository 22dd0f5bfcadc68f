import * as v from 'valibot'
import { IN_USE_KINDS } from '../domain/inventory.js'
import { isWebAddress, PACKAGE_TYPES } from '../domain/package.js'
import { HELD_BY, PROTECTED_BY, type ReasonCode, VIOLATION_CODES } from '../domain/plan.js'
import { BUCKETS, UNIT_STATES } from '../domain/policy.js'
import { savedPolicySchema } from './policy.js'
import { count, digest, list, name, positive, text } from './savedFile.js'

const length = v.pipe(v.number(), v.finite())
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits'))
const address = v.pipe(name, v.check(isWebAddress, 'expected an http(s) address'))

/** ISO 8601 as `Date` writes it, to the millisecond; read as milliseconds. */
const time = v.pipe(
  v.string(),
  v.check(isTime, 'expected a time such as 2026-11-22T12:00:00.000Z'),
  v.transform((value) => Date.parse(value))
)

export const version = v.strictObject({
  id: positive,
  name,
  tags: list(name),
  createdAt: v.exactOptional(time),
  updatedAt: v.exactOptional(time),
  deletedAt: v.exactOptional(time),
  htmlUrl: v.exactOptional(address)
})

/** One shape of a reason: its code, what that carries, and what every reason may be about. */
const reasonOf = <C extends ReasonCode, E extends v.ObjectEntries>(code: C, facts: E) =>
  v.strictObject({ code: v.literal(code), name: v.exactOptional(name), rule: v.exactOptional(text), ...facts })

const counted = { rank: count, of: v.exactOptional(count) }
const ofPeriod = { ...counted, period: text }
const ofUnit = { unit: positive, unitName: name }
const lost = {
  rank: v.exactOptional(count),
  of: v.exactOptional(count),
  age: v.exactOptional(length),
  unit: v.exactOptional(positive),
  unitName: v.exactOptional(name)
}

const protectedBy = v.picklist(PROTECTED_BY)

const reason = v.variant('code', [
  reasonOf('protected', {
    by: protectedBy,
    what: text,
    note: v.exactOptional(text),
    file: v.exactOptional(text),
    line: v.exactOptional(positive)
  }),
  reasonOf('no-rule', {}),
  reasonOf('last', counted),
  reasonOf('last', { anchor: v.literal(true) }),
  reasonOf('within', { limit: text, since: v.exactOptional(v.literal('superseded')) }),
  ...BUCKETS.map((bucket) => reasonOf(bucket, ofPeriod)),
  reasonOf('semver', { ...counted, line: text }),
  reasonOf('semver', { ...counted, prereleaseOf: text }),
  reasonOf('filter', {}),
  reasonOf('not-a-version', {}),
  reasonOf('no-timestamp', {}),
  reasonOf('grace-period', { age: length }),
  reasonOf('part-of', ofUnit),
  reasonOf('refers-to', ofUnit),
  reasonOf('min-keep', {}),
  reasonOf('refused-last', {}),
  reasonOf('unreadable', {
    what: v.picklist(['manifest', 'list', ...IN_USE_KINDS]),
    why: v.exactOptional(text)
  }),
  reasonOf('signature-store', {}),
  reasonOf('alias-of', { target: name }),
  reasonOf('deferred', { by: v.picklist(['delete-limit', 'recent-push']) }),
  reasonOf('not-kept', { ...lost, leftover: v.exactOptional(v.literal(true)) }),
  reasonOf('superseded', { ...lost, release: v.exactOptional(text) }),
  reasonOf('untagged', lost),
  reasonOf('orphan', lost),
  reasonOf('listed', lost)
])

/** Every code of a reason. */
export const REASON_CODES: readonly ReasonCode[] = [
  ...new Set(reason.options.map(({ entries }) => entries.code.literal))
]

export const decision = v.strictObject({
  verdict: v.picklist(['keep', 'delete']),
  version,
  kind: text,
  role: v.picklist(['root', 'member']),
  state: v.exactOptional(v.picklist(UNIT_STATES)),
  units: list(positive),
  owners: v.exactOptional(list(v.strictObject({ id: positive, by: v.picklist(['entry', 'subject']) }))),
  untag: list(name),
  heldBy: v.exactOptional(v.picklist(HELD_BY)),
  unowned: v.exactOptional(list(name)),
  matched: v.exactOptional(v.literal(true)),
  reasons: v.pipe(v.array(reason), v.minLength(1), v.readonly())
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

export const packageInfo = v.strictObject({
  owner: name,
  type: v.picklist(PACKAGE_TYPES),
  name,
  id: positive,
  versionCount: v.exactOptional(count),
  visibility: text,
  // Empty where the server gave none.
  htmlUrl: v.union([v.literal(''), address]),
  repository: v.exactOptional(name)
})

const packagePlan = v.strictObject({
  package: packageInfo,
  fingerprint: text,
  deferredUnits: count,
  freed: v.exactOptional(count),
  violations: list(v.strictObject({ code: v.picklist(VIOLATION_CODES), message: text })),
  notices: list(v.strictObject({ level: v.picklist(['notice', 'warning']), message: text })),
  protections: v.exactOptional(list(v.strictObject({ by: protectedBy, units: count }))),
  decisions: list(decision),
  steps: list(step)
})

export const planShape = v.strictObject({
  format: v.literal('package-retention-plan'),
  version: v.literal(1),
  now: time,
  owner: name,
  policyHash: sha256,
  policy: savedPolicySchema,
  packages: list(packagePlan)
})

export type PackagePlanDocument = v.InferOutput<typeof packagePlan>
export type StepDocument = v.InferOutput<typeof step>

function isTime(value: string): boolean {
  const time = value.length <= 30 ? Date.parse(value) : Number.NaN
  return !Number.isNaN(time) && new Date(time).toISOString() === value
}
