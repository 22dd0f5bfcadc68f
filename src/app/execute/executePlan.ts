import type { Common } from '../../domain/config.js'
import { factsOf } from '../../domain/failure.js'
import { type OperationReport, type PackageReport, untouched } from '../../domain/outcome.js'
import type { Owner } from '../../domain/package.js'
import type { PackagePlan, Plan } from '../../domain/plan.js'
import { headerLines, planLines, planTitle } from '../../report/text/planLog.js'
import type { HourlyBudget } from '../executionContext.js'
import { createStopState, type ExecutionContext, saveCache } from '../executionContext.js'
import { inParallel } from '../inParallel.js'
import { startJournal } from '../journal.js'
import type { Ports, RunContext } from '../ports.js'
import { countPackages } from '../progress.js'
import type { Inventories } from '../survey/planAll.js'
import { executePackage } from './executePackage.js'
import { allocate } from './hourlyBudget.js'

/** Packages whose steps are under way at once. */
const PACKAGES_AT_ONCE = 8

export interface Work {
  readonly owner: Owner
  readonly plan: Plan
  readonly inventories: Inventories
}

/** Executes the steps of a plan, package by package; in a dry run nothing. All plans are made before the first step. */
export async function executePlan(
  config: Common,
  ports: Ports,
  context: RunContext,
  work: Work
): Promise<OperationReport> {
  const { owner, plan, inventories } = work
  const packages = new Map<PackagePlan, PackageReport>()
  const steps = plan.packages.reduce((sum, each) => sum + each.steps.length, 0)
  const about = { file: 'receipt.jsonl', owner: owner.login, policyHash: plan.policyHash }
  const { journal, receiptFile } = await startJournal(config, ports, context, about)
  const stopState = createStopState(ports, journal)
  const hourlyBudget = allocate(plan.packages, ports.packages.budget())
  if (steps > 0) logBudget(ports, steps, hourlyBudget)
  const counted = countPackages(ports, plan.packages.filter((each) => each.steps.length > 0).length)
  const run: ExecutionContext = {
    ports: counted.ports,
    owner,
    policy: plan.policy,
    now: plan.now,
    journal,
    concurrency: config.deleteConcurrency,
    stopState,
    hourlyBudget
  }
  /** A notice that several packages have is shown with the first. */
  const shown = new Set<string>()
  try {
    await inParallel(plan.packages, PACKAGES_AT_ONCE, async (each) => {
      const inventory = inventories.get(each.package)
      if (config.dryRun || each.steps.length === 0 || inventory === undefined) {
        packages.set(each, { ...untouched(each.package), plan: each })
        return
      }
      const { outcomes, notices, failure } = await executePackage(run, each, inventory)
      counted.done()
      for (const { level, message } of notices) {
        if (shown.has(message)) continue
        shown.add(message)
        ports.console[level](`${each.package.name}: ${message}`)
      }
      packages.set(each, {
        package: each.package,
        plan: each,
        outcomes,
        notices,
        ...(failure !== undefined && { failure: factsOf(failure) })
      })
    })
  } finally {
    await journal.close()
    await saveCache(ports)
  }
  const whyLater = hourlyBudget.later.size > 0 ? hourlyBudget.why : undefined
  const stopped = config.dryRun || steps === 0 ? undefined : (stopState.reason() ?? whyLater)
  // Out of requests is a reason to go on later. A token that is refused and a receipt that cannot be written are failures.
  const failure = journal.failure ?? (stopState.failure?.code === 'auth' ? stopState.failure : undefined)
  return {
    dryRun: config.dryRun,
    plan,
    packages: plan.packages.flatMap((each) => packages.get(each) ?? []),
    restored: [],
    ...(stopped !== undefined && { stopped }),
    ...(failure !== undefined && { failure: factsOf(failure) }),
    ...(receiptFile !== undefined && { receiptFile })
  }
}

/** Shows a plan before anything is changed; a saved plan's notices were shown by the run that made it. */
export async function showPlan(
  { console }: Ports,
  plan: Plan,
  { dryRun, notices }: { readonly dryRun: boolean; readonly notices: boolean }
): Promise<void> {
  for (const line of headerLines(plan, dryRun)) console.info(line)
  for (const each of plan.packages) {
    await console.group(planTitle(each), async () => {
      for (const line of planLines(each, dryRun)) console.info(line)
    })
    if (notices) for (const { level, message } of each.notices) console[level](`${each.package.name}: ${message}`)
  }
}

/** Logs before the first step how much of the plan fits into the requests that are left of the hour. */
function logBudget({ console }: Ports, steps: number, hourlyBudget: HourlyBudget): void {
  if (hourlyBudget.why === '') return
  const late = hourlyBudget.later.size
  const fits =
    late === 0
      ? 'all of it fits'
      : `${steps - late} of ${steps} steps fit, the oldest first; ${late} wait for the next run`
  console.info(`Requests: ${hourlyBudget.why}: ${fits}`)
}
