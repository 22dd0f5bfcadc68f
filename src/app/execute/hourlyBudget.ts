import { Failure } from '../../domain/failure.js'
import { isImage } from '../../domain/package.js'
import type { PackagePlan, Step } from '../../domain/plan.js'
import type { HourlyBudget } from '../executionContext.js'
import { LOOK_EVERY } from '../guards/newPushes.js'
import { type Budget, PER_PAGE, type Ports } from '../ports.js'
import { budgetText } from '../progress.js'

/** Deletions that one read of a page serves: those that the limits allow while it is fresh, without those on other pages. */
const SERVED_BY_A_LOOK = 5
/** Requests to take a tag off: to find the throw-away version, to check it and to delete it. */
const UNTAG = 6

/** Steps of one unit, in their order. */
interface Portion {
  readonly plan: PackagePlan
  readonly steps: readonly Step[]
  /** Milliseconds; the age of the unit. */
  readonly time: number
}

/**
 * Spends the requests that are left on whole units, the oldest of all packages first. The units of one package keep the order of
 * its steps, so that no version is deleted while its owners are deferred.
 */
export function allocate(plans: readonly PackagePlan[], budget: Budget | undefined): HourlyBudget {
  const left = new Map(plans.map((plan) => [plan, portions(plan)]))
  const reserve = new Map<PackagePlan, number>()
  const later = new Set<Step>()
  let needed = 0
  let spent = 0
  const next = (): Portion | undefined =>
    [...left.values()].flatMap((all) => all[0] ?? []).reduce<Portion | undefined>(older, undefined)
  for (let portion = next(); portion !== undefined; portion = next()) {
    const { plan, steps } = portion
    const begun = reserve.has(plan)
    const closing = closingCost(plan)
    const cost = sum(steps.map((step) => stepCost(plan, step))) + (begun ? 0 : pages(plan) + closing)
    left.get(plan)?.shift()
    needed += cost
    if (budget !== undefined && spent + cost > budget.requests) {
      const rest = [portion, ...(left.get(plan)?.splice(0) ?? [])]
      for (const each of rest) for (const step of each.steps) later.add(step)
      needed += sum(rest.slice(1).map((each) => each.steps.length * stepCost(plan, each.steps[0])))
      continue
    }
    spent += cost
    reserve.set(plan, closing)
  }
  const why =
    budget === undefined ? '' : `the plan takes about ${Math.ceil(needed)} requests, and ${budgetText(budget)}`
  return { later, why, reserve: sum([...reserve.values()]) }
}

/** A failure once only the requests of the final checks are left: others may spend the same hour, and retries cost too. */
export function isExhausted({ packages }: Pick<Ports, 'packages'>, { reserve }: HourlyBudget): Failure | undefined {
  const budget = packages.budget()
  if (budget === undefined || budget.requests > reserve) return undefined
  return new Failure('rate-limit', `${budgetText(budget)}, which the final checks need`)
}

function portions(plan: PackagePlan): Portion[] {
  const times = new Map(plan.decisions.map(({ version }) => [version.id, version.updatedAt ?? version.createdAt ?? 0]))
  const found: { plan: PackagePlan; steps: Step[]; time: number; unit: number | undefined }[] = []
  for (const step of plan.steps) {
    const unit = step.kind === 'delete' ? step.unit : undefined
    const last = found.at(-1)
    if (last !== undefined && unit !== undefined && last.unit === unit) last.steps.push(step)
    else found.push({ plan, steps: [step], time: unit === undefined ? Infinity : (times.get(unit) ?? 0), unit })
  }
  return found
}

function older(a: Portion | undefined, b: Portion): Portion {
  return a !== undefined && a.time <= b.time ? a : b
}

function stepCost(plan: PackagePlan, step: Step | undefined): number {
  if (step === undefined) return 0
  if (step.kind === 'untag') return UNTAG
  if (step.kind === 'delete-package') return 1
  const { type } = plan.package
  if (type === 'container') return 1 + lookCost(plan) + 1 / LOOK_EVERY
  if (type === 'docker') return 1 + lookCost(plan)
  return type === 'maven' ? 2 : 1
}

/** Right before its deletion each version that can change is read again; one page serves the versions on it that follow soon. */
function lookCost(plan: PackagePlan): number {
  const onOnePage = plan.steps.length / pages(plan)
  return 1 / Math.min(SERVED_BY_A_LOOK, Math.max(1, onOnePage))
}

const sum = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0)

const pages = ({ decisions }: PackagePlan): number => Math.ceil(decisions.length / PER_PAGE) || 1

/** The final check lists active and deleted versions; the latter include all deletions of the last 30 days. */
function closingCost(plan: PackagePlan): number {
  return isImage(plan.package.type) ? 2 * pages(plan) + 2 : 0
}
