import type { Explanation } from '../../domain/explanation.js'
import type { Decision } from '../../domain/plan.js'
import type { Version } from '../../domain/version.js'
import { explanationLines } from './explainText.js'

/** Units that hold a version, the units that hold those, and so on. */
const LONGEST_CHAIN = 20

/** An explanation as data, for programs. Times are ISO 8601; `changes` is null where nothing in the policy would do. */
export function explanationFacts(explanation: Explanation): object {
  const { plan, decision, changes, deletedAt, fromPlan } = explanation
  const { owner, type, name } = plan.package
  const { version, verdict, heldBy, role, reasons } = decision
  return {
    package: { owner, type, name },
    version: versionFacts(version),
    verdict,
    ...(heldBy !== undefined && { heldBy }),
    role,
    reasons,
    chain: chainOf(explanation).map((each) => ({
      version: versionFacts(each.version),
      verdict: each.verdict,
      reasons: each.reasons
    })),
    changes:
      changes?.map((change) =>
        change.kind === 'time' ? { ...change, at: new Date(change.at).toISOString() } : change
      ) ?? null,
    deletedAt: deletedAt === undefined ? null : new Date(deletedAt).toISOString(),
    fromPlan: fromPlan === true,
    text: explanationLines(explanation)
  }
}

export function versionFacts({ id, name, tags, deletedAt }: Version): object {
  return { id, name, tags, ...(deletedAt !== undefined && { deletedAt: new Date(deletedAt).toISOString() }) }
}

function chainOf({ plan, decision }: Explanation): readonly Decision[] {
  const byId = new Map(plan.decisions.map((each) => [each.version.id, each]))
  const chain = new Set([decision])
  for (const each of chain) {
    for (const reason of each.reasons) {
      const unit = 'unit' in reason && reason.unit !== undefined ? byId.get(reason.unit) : undefined
      if (unit !== undefined && chain.size <= LONGEST_CHAIN) chain.add(unit)
    }
  }
  return [...chain].slice(1)
}
