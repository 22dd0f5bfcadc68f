import type { Decision, PackagePlan, Reason } from '../../domain/plan.js'
import { ruleText } from './reason.js'

/** A unit, or a version that does not share the fate of its unit, with the members that go the same way. */
export interface Row {
  readonly decision: Decision
  readonly members: number
}

/** Units with one verdict for one reason, in the order of the plan. */
export interface RowGroup {
  readonly verdict: Decision['verdict']
  /** `rule releases`, `protected`, `last (rule releases)`. */
  readonly title: string
  /** The rule that the title names. */
  readonly rule: string | undefined
  readonly rows: readonly Row[]
  /** Versions, members included. */
  readonly versions: number
}

/** What goes first, by rule; then what stays, by reason. Every decision is a row or counted as a member of one. */
export function groupPlan(plan: PackagePlan): readonly RowGroup[] {
  const groups = new Map<string, Omit<RowGroup, 'rows' | 'versions'> & { readonly rows: Row[]; versions: number }>()
  for (const row of toRows(plan.decisions)) {
    const { verdict, reasons } = row.decision
    const title = titleOf(verdict, reasons[0])
    const key = `${verdict} ${title}`
    const group = groups.get(key) ?? { verdict, title, rule: reasons[0]?.rule, rows: [], versions: 0 }
    groups.set(key, group)
    group.rows.push(row)
    group.versions += 1 + row.members
  }
  const all = [...groups.values()]
  return [...all.filter(({ verdict }) => verdict === 'delete'), ...all.filter(({ verdict }) => verdict === 'keep')]
}

function toRows(decisions: readonly Decision[]): readonly Row[] {
  const roots = new Map<number, Decision>()
  for (const decision of decisions) if (decision.role === 'root') roots.set(decision.version.id, decision)
  const members = new Map<number, number>()
  const own: Decision[] = []
  for (const decision of decisions) {
    const root =
      decision.role === 'root' ? undefined : decision.units.find((id) => roots.get(id)?.verdict === decision.verdict)
    if (root === undefined) own.push(decision)
    else members.set(root, (members.get(root) ?? 0) + 1)
  }
  return own.map((decision) => ({ decision, members: members.get(decision.version.id) ?? 0 }))
}

function titleOf(verdict: Decision['verdict'], reason: Reason | undefined): string {
  if (reason === undefined) return 'no reason given'
  const { rule } = reason
  const code = reason.code.replaceAll('-', ' ')
  if (verdict === 'delete') return rule === undefined ? code : ruleText(rule)
  return rule === undefined ? code : `${code} (${ruleText(rule)})`
}
