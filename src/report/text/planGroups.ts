import type { Decision, PackagePlan, Reason } from '../../domain/plan.js'
import { keeperText, ruleText } from './reason.js'

/** A unit, or a version that does not share the fate of its unit, with the members that share its own. */
export interface Row {
  readonly decision: Decision
  /** Members that share its verdict; one that units share counts for each of them. */
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

/** What is deleted, by rule; then what is kept, by reason. Every decision is a row or counted as a member of one. */
export function groupPlan(plan: PackagePlan): readonly RowGroup[] {
  const groups = new Map<string, Omit<RowGroup, 'rows' | 'versions'> & { readonly rows: Row[]; versions: number }>()
  for (const row of toRows(plan.decisions)) {
    const { verdict, reasons } = row.decision
    const title = titleOf(verdict, reasons[0])
    const key = `${verdict} ${title}`
    const group = groups.get(key) ?? { verdict, title, rule: reasons[0]?.rule, rows: [], versions: 0 }
    groups.set(key, group)
    group.rows.push(row)
    group.versions += 1 + row.counted
  }
  const all = [...groups.values()]
  return [...all.filter(({ verdict }) => verdict === 'delete'), ...all.filter(({ verdict }) => verdict === 'keep')]
}

/** `counted`: its members that no row before it has counted. */
function toRows(decisions: readonly Decision[]): readonly (Row & { readonly counted: number })[] {
  const unitsOf = unitsWithFate(decisions)
  const members = memberCounts(decisions)
  const first = new Map<number, number>()
  const rows: Decision[] = []
  for (const decision of decisions) {
    const [root] = unitsOf(decision)
    if (root === undefined) rows.push(decision)
    else first.set(root, (first.get(root) ?? 0) + 1)
  }
  return rows.map((decision) => {
    const { id } = decision.version
    return { decision, members: members.get(id) ?? 0, counted: first.get(id) ?? 0 }
  })
}

/** How many members of each unit, by the id of its root, share its verdict. */
export function memberCounts(decisions: readonly Decision[]): ReadonlyMap<number, number> {
  const unitsOf = unitsWithFate(decisions)
  const members = new Map<number, number>()
  for (const decision of decisions) for (const id of unitsOf(decision)) members.set(id, (members.get(id) ?? 0) + 1)
  return members
}

/** The units of a member that have its verdict; none for a root. */
function unitsWithFate(decisions: readonly Decision[]): (decision: Decision) => readonly number[] {
  const verdicts = new Map<number, Decision['verdict']>()
  for (const { role, version, verdict } of decisions) if (role === 'root') verdicts.set(version.id, verdict)
  return ({ role, units, verdict }) => (role === 'root' ? [] : units.filter((id) => verdicts.get(id) === verdict))
}

function titleOf(verdict: Decision['verdict'], reason: Reason | undefined): string {
  if (reason === undefined) return 'no reason given'
  const { code, rule } = reason
  if (verdict === 'delete' && rule !== undefined) return ruleText(rule)
  return code === 'protected' ? code : keeperText(reason)
}
