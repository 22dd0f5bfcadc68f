import type { PruneConfig } from '../../domain/config.js'
import { endsRun, Failure, factsOf, failureOf } from '../../domain/failure.js'
import type { Inventory } from '../../domain/inventory.js'
import type { PackageReport, Report } from '../../domain/outcome.js'
import type { Owner, PackageInfo } from '../../domain/package.js'
import type { Plan } from '../../domain/plan.js'
import { planText } from '../../formats/planFile.js'
import type { PackageDecision } from '../../policy/decide/packageDecision.js'
import { planOf } from '../../policy/plan/plan.js'
import { listUses } from '../../policy/plan/protectsNothing.js'
import { headerLines, planLines, planTitle } from '../../report/text/planLog.js'
import type { Holds } from '../holds.js'
import { inParallel } from '../inParallel.js'
import type { Ports, RunContext } from '../ports.js'
import { countPackages } from '../progress.js'
import { runTime } from '../runTime.js'
import { refuseBranches } from '../survey/refuseBranches.js'
import { type Selection, selectPackages } from '../survey/selectPackages.js'
import { type Survey, survey } from '../survey/survey.js'
import { executePlan } from './executePlan.js'
import { requireListBudget } from './hourlyBudget.js'

/**
 * Packages surveyed at once; what limits requests limits them in all. A small package keeps a few connections busy and waits
 * for one answer after the other: it takes many of them to use what the limits allow.
 */
const SURVEYS_AT_ONCE = 24

/** Surveys, plans, shows the plan and, unless it is a dry run, executes it: one path for both. */
export async function prune(
  config: PruneConfig,
  ports: Ports,
  context: RunContext,
  owner: Owner,
  holds: Holds
): Promise<Report> {
  const startedAt = ports.clock.now()
  if (!config.dryRun) ports.packages.checkRights('delete')
  const selected = await selectPackages(ports, owner, config.scope)
  for (const text of selected.notices) ports.console.notice(text)
  const { plan, inventories, failed } = await planAll(ports, selected.packages, {
    owner,
    policy: config.policy,
    now: runTime(ports),
    repository: context.repository,
    holds,
    patience: { exhausted: false }
  })
  await show(ports, plan, config.dryRun)
  const planFile = `${config.outputDirectory}/plan.json`
  await ports.files.write(planFile, planText(plan))
  context.onFiles({ planFile })
  const changes = plan.packages.some(({ steps }) => steps.length > 0)
  const agreed = config.dryRun || !changes || (await context.confirm?.('Carry out this plan?')) !== false
  const done = await executePlan(agreed ? config : { ...config, dryRun: true }, ports, context, {
    owner,
    plan,
    inventories
  })
  const unread = [...selected.failed, ...failed].map(({ package: ref, failure }) => report(ref, factsOf(failure)))
  return { operation: 'prune', ...done, packages: [...done.packages, ...unread], startedAt, planFile }
}

export interface Planned {
  readonly plan: Plan
  /** As the packages of the plan. */
  readonly inventories: readonly Inventory[]
  readonly failed: Selection['failed']
}

/** The decisions that a plan is made of use the most memory: they are dropped here. */
export async function planAll(ports: Ports, packages: readonly PackageInfo[], how: Survey): Promise<Planned> {
  requireListBudget(ports, packages)
  await refuseBranches(ports, packages, how)
  const failed: Selection['failed'][number][] = []
  const drafts = new Map<PackageInfo, PackageDecision>()
  const counted = countPackages(ports, packages.length)
  await inParallel(packages, SURVEYS_AT_ONCE, async (info) => {
    if (ports.stop.signal.aborted) throw new Failure('cancelled', `Reading packages ended: ${ports.stop.reason}.`)
    try {
      drafts.set(info, await survey(counted.ports, info, how))
    } catch (error) {
      const failure = failureOf(error)
      if (endsRun(failure)) throw failure
      failed.push({ package: info, failure })
    }
    counted.done()
  })
  const surveyed = packages.flatMap((info) => drafts.get(info) ?? [])
  refuseUselessLists(listUses(surveyed, how.owner.login))
  return {
    plan: planOf(surveyed, how.policy, how.now, how.owner.login),
    inventories: surveyed.map(({ inventory }) => inventory),
    failed
  }
}

/** Throws `Failure` (`config`) for a `names-from` of which not one line fits: it was to protect something. */
function refuseUselessLists(uses: ReturnType<typeof listUses>): void {
  const useless = [...uses].flatMap(([file, use]) => (use === 'nothing' || use === 'empty' ? [file] : []))
  if (useless.length === 0) return
  throw new Failure(
    'config',
    `${useless.join(', ')} (names-from): not one line fits a name or a digest of the packages of this run, so it protects nothing.`,
    'Nothing was deleted. Check that the file was written, and that it names these packages.'
  )
}

async function show(ports: Ports, plan: Plan, dryRun: boolean): Promise<void> {
  for (const line of headerLines(plan, dryRun)) ports.console.info(line)
  for (const each of plan.packages) {
    await ports.console.group(planTitle(each), async () => {
      for (const line of planLines(each, dryRun)) ports.console.info(line)
    })
    for (const { level, message } of each.notices) ports.console[level](`${each.package.name}: ${message}`)
  }
}

function report(ref: PackageReport['package'], failure: NonNullable<PackageReport['failure']>): PackageReport {
  return { package: ref, outcomes: [], notices: [], failure }
}
