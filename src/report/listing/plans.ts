import { packageKey } from '../../domain/package.js'
import type { Decision, PackagePlan, Plan } from '../../domain/plan.js'
import { timeOf } from '../../domain/version.js'
import { counted } from '../../domain/visible.js'
import { addCounts, countPlan } from '../text/counts.js'
import { dateText, digestOf, nameOfIn, namesOf } from '../text/naming.js'
import { reasonsText } from '../text/reason.js'
import { plannedText } from '../text/result.js'
import type { Listing } from './listing.js'

/** Every version of a saved plan, with its verdict and why. */
export function planListing({ now, packages }: Plan): Listing {
  const counts = addCounts(packages.map(countPlan))
  const where = `in ${counted(packages.length, 'package')}`
  return {
    title: `Plan of ${dateText(now)}: ${plannedText(counts, where)}.`,
    columns: ['verdict', 'package', 'names', 'digest', 'id', 'what', 'pushed', 'why'],
    rows: packages.flatMap((plan) => {
      const nameOf = nameOfIn(plan.decisions)
      return plan.decisions
        .toSorted(changesFirst)
        .map((decision) => [
          verdictOf(decision),
          packageKey(plan.package),
          namesOf(decision.version).join(' '),
          digestOf(decision.version) ?? '',
          String(decision.version.id),
          decision.kind,
          dateText(timeOf(decision.version)),
          reasonsText(decision, nameOf)
        ])
    })
  }
}

/** Whether `apply` would change something. */
export function changesAnything({ packages }: Plan): boolean {
  return packages.some(({ steps }) => steps.length > 0)
}

/** The versions that two plans decide differently, and those that only one of them knows and deletes. */
export function planDifference(before: Plan, after: Plan): Listing {
  const old = versionsIn(before)
  const now = versionsIn(after)
  const rows = [...new Set([...old.keys(), ...now.keys()])].flatMap((key) => {
    const [from, to] = [verdictIn(old.get(key)), verdictIn(now.get(key))]
    const shown = now.get(key) ?? old.get(key)
    // A version that was pushed or deleted in between does not count as a difference as long as it is kept.
    if (shown === undefined || from === to || [from, to].every((each) => each === 'kept' || each === 'not there'))
      return []
    const { decision, plan } = shown
    return [
      [
        from,
        to,
        packageKey(plan.package),
        namesOf(decision.version).join(' '),
        digestOf(decision.version) ?? '',
        String(decision.version.id),
        reasonsText(decision, nameOfIn(plan.decisions))
      ]
    ]
  })
  const policy = before.policyHash === after.policyHash ? 'under the same policy' : 'under another policy'
  return {
    title: `${counted(rows.length, 'version')} ${rows.length === 1 ? 'is' : 'are'} decided differently, ${policy}.`,
    columns: ['before', 'after', 'package', 'names', 'digest', 'id', 'why'],
    rows
  }
}

/** Deleted versions first, then those that lose a tag, then the others, each in the order of the plan. */
function changesFirst(a: Decision, b: Decision): number {
  const rank = ({ verdict, untag }: Decision): number => (verdict === 'delete' ? 0 : untag.length > 0 ? 1 : 2)
  return rank(a) - rank(b)
}

interface PlanPlace {
  readonly plan: PackagePlan
  readonly decision: Decision
}

function versionsIn({ packages }: Plan): ReadonlyMap<string, PlanPlace> {
  return new Map(
    packages.flatMap((plan) =>
      plan.decisions.map(
        (decision) => [`${packageKey(plan.package)} ${decision.version.id}`, { plan, decision }] as const
      )
    )
  )
}

const verdictIn = (place: PlanPlace | undefined): string =>
  place === undefined ? 'not there' : verdictOf(place.decision)

function verdictOf({ verdict, untag, heldBy }: Decision): string {
  if (verdict === 'delete') return heldBy === 'max-delete' ? 'stopped by max-delete' : 'deleted'
  return untag.length === 0 ? 'kept' : `kept without ${untag.join(' ')}`
}
