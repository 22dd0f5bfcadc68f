import { hash } from 'node:crypto'
import type { Inventory } from '../../domain/inventory.js'
import type { Notice, PackagePlan, Plan, Step } from '../../domain/plan.js'
import type { Policy } from '../../domain/policy.js'
import { policyHash } from '../../domain/policy.js'
import type { Version } from '../../domain/version.js'
import { deferOverLimit } from '../decide/budget.js'
import { newestUnitFirst } from '../decide/limits.js'
import { closeWithout, decidePackage, type PackageDecision, untagged } from '../decide/packageDecision.js'
import type { Closure } from '../graph/closure.js'
import type { Node } from '../graph/graph.js'
import type { Unit } from '../graph/units.js'
import { explain } from './explain.js'
import { packageNotices, unmatchedPatterns } from './notices.js'
import { protectsNothing } from './protectsNothing.js'
import { orderSteps } from './steps.js'

/**
 * What is deleted and kept, and why: a pure function of the facts, the policy and the one time of the run (milliseconds).
 * The order of `inventories` is the order of the packages in the plan; nothing else depends on an order.
 */
export function plan(inventories: readonly Inventory[], policy: Policy, now: number, owner: string): Plan {
  const drafts = inventories.map((inventory) => decidePackage(inventory, policy, now))
  return planOf(drafts, policy, now, owner)
}

/** The same for packages that were decided on their own already, under the same policy and time. */
export function planOf(drafts: readonly PackageDecision[], policy: Policy, now: number, owner: string): Plan {
  const deferred = deferOverLimit(drafts, policy.deleteLimit)
  const unmatched = unmatchedPatterns(drafts)
  const useless = protectsNothing(drafts, policy, owner)
  return {
    now,
    policy,
    policyHash: policyHash(policy),
    owner,
    packages: drafts.map((own, i) =>
      finish(own, deferred, { unmatched: unmatched.get(i) ?? [], useless: i === 0 ? useless : [] })
    )
  }
}

/** Notices about the whole run, shown with one package. */
interface SharedNotices {
  readonly unmatched: readonly string[]
  readonly useless: readonly Notice[]
}

function finish(own: PackageDecision, deferred: ReadonlySet<Unit>, shared: SharedNotices): PackagePlan {
  const { inventory, decided, spared } = own
  const left = decided.units.units.filter((unit) => deferred.has(unit))
  const closure =
    left.length === 0 ? own.closure : closeWithout(decided, (unit) => spared.has(unit) || deferred.has(unit))
  const { decisions, reasonsFor } = explain(own, closure, deferred)
  const steps: Step[] = []
  if (own.violation === undefined && own.doubt === undefined) {
    if (own.deletesPackage && left.length === 0) {
      steps.push({ kind: 'delete-package', reasons: [{ code: 'not-kept' }] })
    } else {
      for (const step of orderSteps(decided.units.units, closure.deleted, reasonsFor)) steps.push(step)
      for (const step of untagSteps(own, closure, deferred)) steps.push(step)
    }
  }
  const freed = freedBytes(decided.units.nodes, closure.deleted)
  return {
    package: inventory.package,
    fingerprint: fingerprint(inventory.versions),
    decisions,
    steps,
    violations: own.violation === undefined ? [] : [own.violation],
    notices: packageNotices(own, closure, shared.unmatched, shared.useless),
    protections: decided.protectors.count(decided.units.units),
    deferredUnits: left.length,
    ...(freed !== undefined && { freed })
  }
}

/** These follow the deletions: an interrupted untag leaves a throw-away manifest, an interrupted deletion leaves nothing. */
function untagSteps(own: PackageDecision, { deleted }: Closure, deferred: ReadonlySet<Unit>): readonly Step[] {
  const { decided, policy, spared } = own
  return [...decided.units.units].sort(newestUnitFirst).flatMap((unit) => {
    if (deleted.has(unit.root) || spared.has(unit) || deferred.has(unit)) return []
    const reasons = decided.decisions.get(unit)?.namesOut
    return untagged(decided, policy, unit).map(
      (tag): Step => ({ kind: 'untag', version: unit.root.version, tag, reasons: reasons?.get(tag) ?? [] })
    )
  })
}

/** Changes when a version is added, deleted, tagged, retagged or touched. */
export function fingerprint(versions: readonly Version[]): string {
  const lines = versions.map(({ id, name, tags, createdAt, updatedAt }) =>
    JSON.stringify([id, name, [...tags].sort(), createdAt ?? null, updatedAt ?? null])
  )
  return hash('sha256', lines.sort().join('\n'), 'hex')
}

/**
 * Bytes that are freed with these versions, each blob counted once and never if a kept version has it too. Only manifests that
 * were read count: an estimate, and a low one. `undefined` if none was read.
 */
function freedBytes(nodes: readonly Node[], deleted: ReadonlySet<Node>): number | undefined {
  const kept = new Map<number, number>()
  const freed = new Map<number, number>()
  let bytes: number | undefined
  for (const node of nodes) {
    const { manifest, descriptor } = node
    const isDeleted = deleted.has(node)
    const blobs = manifest?.blobs ?? []
    for (let i = 0; i < blobs.length; i += 2) (isDeleted ? freed : kept).set(blobs[i] ?? 0, blobs[i + 1] ?? 0)
    const own = manifest ?? descriptor
    if (isDeleted && own !== undefined) bytes = (bytes ?? 0) + own.size
  }
  if (bytes === undefined) return undefined
  for (const [blob, size] of freed) if (!kept.has(blob)) bytes += size
  return bytes
}
