import type { PackagePlanDocument, StepDocument } from './planShape.js'

type DecisionDocument = PackagePlanDocument['decisions'][number]

/** Problems in one package plan whose parts do not agree: a step may only do what a decision says. */
export function checkPackagePlan(plan: PackagePlanDocument): readonly string[] {
  const problems: string[] = []
  const decisions = new Map<number, DecisionDocument>()
  for (const decision of plan.decisions) {
    if (decisions.has(decision.version.id)) problems.push(`version ${decision.version.id} appears twice`)
    decisions.set(decision.version.id, decision)
  }
  if (plan.violations.length > 0 && plan.steps.length > 0)
    problems.push('a limit stops the package, but there are steps')
  const earlier = new Set<number>()
  for (const step of plan.steps) {
    const problem = checkStep(step, decisions, earlier, plan.steps.length)
    if (problem !== undefined) problems.push(problem)
    if (step.kind === 'delete') earlier.add(step.id)
  }
  return problems
}

function checkStep(
  step: StepDocument,
  decisions: ReadonlyMap<number, DecisionDocument>,
  earlier: ReadonlySet<number>,
  steps: number
): string | undefined {
  if (step.kind === 'delete-package') {
    const all = [...decisions.values()].every(({ verdict }) => verdict === 'delete')
    return all && steps === 1 ? undefined : 'a step deletes the package, but a decision keeps a version in it'
  }
  const decision = decisions.get(step.id)
  if (decision === undefined) return `a step names version ${step.id}, which the plan does not describe`
  if (step.kind === 'untag') {
    const fits =
      decision.verdict === 'keep' && decision.untag.includes(step.tag) && decision.version.tags.includes(step.tag)
    return fits ? undefined : `a step takes a tag off version ${step.id} that its decision does not give up`
  }
  if (decision.verdict !== 'delete') return `a step deletes version ${step.id}, whose verdict is to keep it`
  if (earlier.has(step.id)) return `two steps delete version ${step.id}`
  if (!step.after.every((id) => earlier.has(id)))
    return `version ${step.id} waits for a step that does not come before it`
  return undefined
}
