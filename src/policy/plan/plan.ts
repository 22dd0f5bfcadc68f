import { hash } from 'node:crypto'
import type { Inventory } from '../../domain/inventory.js'
import type { PackagePlan, Plan, Step } from '../../domain/plan.js'
import type { Policy } from '../../domain/policy.js'
import { policyHash } from '../../domain/policy.js'
import type { Version } from '../../domain/version.js'
import { deferOverLimit } from '../decide/budget.js'
import { decidePackage, deletedInRun, type PackageDecision, untagged } from '../decide/packageDecision.js'
import type { Node } from '../graph/graph.js'
import { newestUnitFirst, type Unit } from '../graph/units.js'
import { explain } from './explain.js'
import { packageNotices, type SharedNotices, unmatchedPatterns } from './notices.js'
import { protectsNothing } from './protectsNothing.js'
import { orderSteps } from './steps.js'

/**
 * Decides what is deleted and kept, and why. A pure function of the facts, the policy and the one time of the run (milliseconds).
 * The order of `inventories` is the order of the packages in the plan; nothing else depends on an order.
 */
export function plan(inventories: readonly Inventory[], policy: Policy, now: number, owner: string): Plan {
  const packages = inventories.map((inventory) => decidePackage(inventory, policy, now))
  return planOf(packages, policy, now, owner)
}

/** The same for packages that were decided on their own already, under the same policy and time. */
export function planOf(packages: readonly PackageDecision[], policy: Policy, now: number, owner: string): Plan {
  const deferred = deferOverLimit(packages, policy.deleteLimit)
  const unmatched = unmatchedPatterns(packages)
  const useless = protectsNothing(packages, policy, owner)
  return {
    now,
    policy,
    policyHash: policyHash(policy),
    owner,
    packages: packages.map((decision, i) =>
      finish(decision, deferred, { unmatched: unmatched.get(i) ?? [], useless: i === 0 ? useless : [] })
    )
  }
}

function finish(decision: PackageDecision, deferred: ReadonlySet<Unit>, shared: SharedNotices): PackagePlan {
  const { inventory, decided } = decision
  const left = decided.graph.units.filter((unit) => deferred.has(unit))
  const deleted = deletedInRun(decision, deferred)
  const { decisions, reasonsFor } = explain(decision, deleted, deferred)
  const steps = (): readonly Step[] => {
    if (decision.violation !== undefined || decision.doubt !== undefined) return []
    if (decision.deletesPackage && left.length === 0)
      return [{ kind: 'delete-package', reasons: [{ code: 'not-kept' }] }]
    return [...orderSteps(decided.graph.units, deleted, reasonsFor), ...untagSteps(decision, deleted, deferred)]
  }
  const freed = freedBytes(decided.graph.nodes, deleted)
  return {
    package: inventory.package,
    fingerprint: fingerprint(inventory.versions),
    decisions,
    steps: steps(),
    violations: decision.violation === undefined ? [] : [decision.violation],
    notices: packageNotices(decision, deleted, shared),
    protections: decided.protectors.count(decided.graph.units),
    deferredUnits: left.length,
    ...(freed !== undefined && { freed })
  }
}

/** Tags are taken off after the deletions: an interrupted untag leaves a throw-away manifest, an interrupted deletion nothing. */
function untagSteps(
  decision: PackageDecision,
  deleted: ReadonlySet<Node>,
  deferred: ReadonlySet<Unit>
): readonly Step[] {
  const { decided, policy, spared } = decision
  return [...decided.graph.units].sort(newestUnitFirst).flatMap((unit) => {
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
  const kept = new Set<number>()
  const freed = new Map<number, number>()
  let bytes: number | undefined
  for (const node of nodes) {
    const { manifest, descriptor } = node
    const isDeleted = deleted.has(node)
    const blobs = manifest?.blobs ?? []
    for (let i = 0; i < blobs.length; i += 2) {
      if (isDeleted) freed.set(blobs[i] ?? 0, blobs[i + 1] ?? 0)
      else kept.add(blobs[i] ?? 0)
    }
    const described = manifest ?? descriptor
    if (isDeleted && described !== undefined) bytes = (bytes ?? 0) + described.size
  }
  if (bytes === undefined) return undefined
  for (const [blob, size] of freed) if (!kept.has(blob)) bytes += size
  return bytes
}
