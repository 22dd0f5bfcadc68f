import type { Change, Explanation } from '../../domain/explanation.js'
import type { Decision, PackagePlan } from '../../domain/plan.js'
import type { Policy } from '../../domain/policy.js'
import { plan } from '../plan/plan.js'
import { applyChanges, changeFor, type PlanInput } from './changes.js'

/** Each round takes away the reasons that show; the next one sees the reasons that were behind them. */
const MOST_ROUNDS = 20

/**
 * Says of one version what would have to change for it to be deleted. Every change is tried: the engine is asked again with
 * it, until it deletes the version, and then without each one, so that only changes that are needed are named.
 */
export function explainVersion(facts: PlanInput, packagePlan: PackagePlan, decision: Decision): Explanation {
  const { id } = decision.version
  const changes = search(facts, packagePlan, id, () => true)
  const times = search(facts, packagePlan, id, ({ kind }) => kind === 'time')
  const deletedAt = times && applyChanges(facts, times).now
  return {
    plan: packagePlan,
    decision,
    ...(changes !== undefined && { changes: needed(facts, id, changes) }),
    ...(deletedAt !== undefined && { deletedAt })
  }
}

/** Explains from a saved plan alone, which has no manifests: the changes follow from its reasons. */
export function explainFromPlan(policy: Policy, packagePlan: PackagePlan, decision: Decision): Explanation {
  const changes = changesIn(packagePlan, decision.version.id, policy)
  return {
    plan: packagePlan,
    decision,
    fromPlan: true,
    ...(isDeleted(packagePlan, decision.version.id) ? { changes: [] } : changes !== undefined && { changes })
  }
}

/** Searches for changes; `undefined` if something keeps the version that no change takes away. */
function search(
  facts: PlanInput,
  packagePlan: PackagePlan,
  id: number,
  allowed: (change: Change) => boolean
): readonly Change[] | undefined {
  let changes: readonly Change[] = []
  let current: PackagePlan | undefined = packagePlan
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    if (isDeleted(current, id)) return changes
    const shown = changesIn(current, id, facts.policy)
    const known = new Set(changes.map((change) => JSON.stringify(change)))
    const more: readonly Change[] = (shown ?? []).filter((change) => !known.has(JSON.stringify(change)))
    if (shown === undefined || more.length === 0 || !shown.every(allowed)) return undefined
    changes = [...changes, ...more]
    current = planned(applyChanges(facts, changes))
  }
  return undefined
}

/** Leaves out changes that make no difference, such as a time that a later one covers. */
function needed(facts: PlanInput, id: number, changes: readonly Change[]): readonly Change[] {
  let left = changes
  for (const change of changes) {
    const without = left.filter((each) => each !== change)
    if (isDeleted(planned(applyChanges(facts, without)), id)) left = without
  }
  return left
}

function planned({ inventory, policy, now }: PlanInput): PackagePlan | undefined {
  return plan([inventory], policy, now, inventory.package.owner).packages[0]
}

function isDeleted(packagePlan: PackagePlan | undefined, id: number): boolean {
  const decision = packagePlan?.decisions.find(({ version }) => version.id === id)
  return decision?.verdict === 'delete' && decision.heldBy === undefined
}

/** The changes that would undo what keeps the version, and what keeps the units that hold it. */
function changesIn(packagePlan: PackagePlan | undefined, id: number, policy: Policy): readonly Change[] | undefined {
  if (packagePlan === undefined) return undefined
  const byId = new Map(packagePlan.decisions.map((decision) => [decision.version.id, decision]))
  const changes: Change[] = []
  const asked = new Set([id])
  for (const each of asked) {
    const decision = byId.get(each)
    if (decision === undefined) return undefined
    if (decision.heldBy === 'max-delete') changes.push({ kind: 'setting', key: 'max-delete' })
    if (decision.verdict === 'delete') continue
    for (const reason of decision.reasons) {
      if (KEEP_NOTHING.has(reason.code)) continue
      if (reason.code === 'part-of' || reason.code === 'refers-to') {
        asked.add(reason.unit)
        continue
      }
      const change = changeFor(reason, decision, policy)
      if (change === undefined) return undefined
      changes.push(change)
    }
  }
  return changes
}

/** Reasons that keep nothing: votes against a version, and aliases. */
const KEEP_NOTHING: ReadonlySet<string> = new Set([
  'not-kept',
  'superseded',
  'untagged',
  'orphan',
  'listed',
  'alias-of'
])
