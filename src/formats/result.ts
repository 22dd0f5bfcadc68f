import * as v from 'valibot'
import { PACKAGE_TYPES } from '../domain/package.js'
import { count, text } from './savedFile.js'

/** What `--json` writes to standard output: the outputs of a run with their types. The product never reads it back. */
const type = v.picklist(PACKAGE_TYPES)

const counts = v.strictObject({
  total: count,
  planned: count,
  plannedTags: count,
  kept: count,
  deferred: count,
  blocked: count,
  deleted: v.exactOptional(count),
  removedTags: v.exactOptional(count),
  restored: v.exactOptional(count),
  refused: v.exactOptional(count),
  failed: v.exactOptional(count),
  skipped: v.exactOptional(count),
  alreadyGone: v.exactOptional(count),
  retagged: v.exactOptional(count)
})

const version = v.strictObject({
  id: count,
  name: text,
  tags: v.array(text),
  deletedAt: v.exactOptional(text)
})

const ref = v.strictObject({ owner: text, type, name: text })

/** One thing that would have to be otherwise; what else it has depends on its kind. */
const change = v.looseObject({ kind: v.picklist(['unprotect', 'match-name', 'list', 'keep-fewer', 'time', 'setting']) })

const explanation = v.strictObject({
  package: ref,
  version,
  verdict: v.picklist(['keep', 'delete']),
  heldBy: v.exactOptional(text),
  role: v.picklist(['root', 'member']),
  reasons: v.array(v.looseObject({ code: text })),
  /** The units that hold it, and what holds those. */
  chain: v.array(
    v.strictObject({
      version,
      verdict: v.picklist(['keep', 'delete']),
      reasons: v.array(v.looseObject({ code: text }))
    })
  ),
  changes: v.nullable(v.array(change)),
  deletedAt: v.nullable(text),
  fromPlan: v.boolean(),
  text: v.array(text)
})

const summary = v.strictObject({
  version: v.literal(1),
  operation: v.picklist(['prune', 'apply', 'restore', 'explain', 'packages']),
  dryRun: v.boolean(),
  result: text,
  failure: v.exactOptional(text),
  stopped: v.exactOptional(text),
  counts: v.exactOptional(counts),
  deletedTruncated: v.boolean(),
  matrixTruncated: v.boolean(),
  packagesLeftOut: count,
  explained: v.exactOptional(v.array(explanation)),
  explainedLeftOut: v.exactOptional(count),
  restorable: v.exactOptional(v.array(v.strictObject({ package: ref, version }))),
  restorableLeftOut: v.exactOptional(count),
  packages: v.array(
    v.strictObject({
      owner: text,
      type,
      name: text,
      versions: v.exactOptional(count),
      counts: v.exactOptional(counts),
      failure: v.exactOptional(v.strictObject({ code: text, message: text })),
      violations: v.exactOptional(v.array(text))
    })
  )
})

export const resultShape = v.strictObject({
  'planned-count': v.exactOptional(count),
  'deleted-count': v.exactOptional(count),
  'removed-tags-count': v.exactOptional(count),
  'kept-count': v.exactOptional(count),
  'restored-count': v.exactOptional(count),
  'refused-count': v.exactOptional(count),
  'deferred-count': v.exactOptional(count),
  'failed-count': v.exactOptional(count),
  changed: v.exactOptional(v.boolean()),
  'plan-file': v.exactOptional(text),
  'receipt-file': v.exactOptional(text),
  'report-file': v.exactOptional(text),
  summary: v.exactOptional(summary),
  deleted: v.exactOptional(v.array(v.strictObject({ package: text, name: text, tags: v.array(text) }))),
  matrix: v.exactOptional(
    v.strictObject({
      include: v.array(v.strictObject({ 'package-name': text, 'package-type': type, owner: text, versions: count }))
    })
  ),
  failure: v.nullable(text)
})
