import type { PruneConfig } from '../../domain/config.js'
import { type OperationReport, untouched } from '../../domain/outcome.js'
import type { Owner } from '../../domain/package.js'
import { planText } from '../../formats/planFile.js'
import type { Holds } from '../holds.js'
import type { Ports, RunContext } from '../ports.js'
import { runTime } from '../runTime.js'
import { planAll } from '../survey/planAll.js'
import { selectPackages } from '../survey/selectPackages.js'
import { executePlan, showPlan } from './executePlan.js'

/** Surveys, plans, shows the plan and, unless it is a dry run, executes it: one path for both. */
export async function prune(
  config: PruneConfig,
  ports: Ports,
  context: RunContext,
  owner: Owner,
  holds: Holds
): Promise<OperationReport> {
  if (!config.dryRun) ports.packages.checkRights('delete')
  const selected = await selectPackages(ports, owner, config.scope)
  const { plan, inventories, failed } = await planAll(ports, selected.packages, {
    owner,
    policy: config.policy,
    now: runTime(ports),
    repository: context.repository,
    holds
  })
  await showPlan(ports, plan, { dryRun: config.dryRun, notices: true })
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
  const unread = [...selected.failed, ...failed].map(({ package: ref, failure }) => untouched(ref, failure))
  return { ...done, packages: [...done.packages, ...unread], planFile }
}
