import type { ApplyConfig } from '../../domain/config.js'
import { endsRun, Failure, failureOf } from '../../domain/failure.js'
import type { Inventory } from '../../domain/inventory.js'
import { type OperationReport, type PackageReport, untouched } from '../../domain/outcome.js'
import type { Owner, PackageInfo } from '../../domain/package.js'
import type { PackagePlan, Plan } from '../../domain/plan.js'
import type { Policy } from '../../domain/policy.js'
import { recheck } from '../../policy/plan/recheck.js'
import type { Holds } from '../holds.js'
import type { Ports, RunContext } from '../ports.js'
import type { Inventories } from '../survey/planAll.js'
import { manifestReader } from '../survey/readManifests.js'
import { recallManifests } from '../survey/survey.js'
import { executePlan, showPlan } from './executePlan.js'

/**
 * Executes a saved plan and nothing else. It leaves alone each item that changed since; with `on-stale: fail` any change stops
 * the run before the first step.
 */
export async function apply(
  config: ApplyConfig,
  ports: Ports,
  context: RunContext,
  { owner, plan, holds }: { readonly owner: Owner; readonly plan: Plan; readonly holds: Holds }
): Promise<OperationReport> {
  if (!config.dryRun) ports.packages.checkRights('delete')
  const inventories = new Map<PackageInfo, Inventory>()
  const failed: PackageReport[] = []
  for (const each of plan.packages) {
    try {
      const fresh = await look(ports, owner, plan.policy, each)
      inventories.set(each.package, { ...fresh, holds: holds(each.package) })
    } catch (error) {
      const failure = failureOf(error)
      if (endsRun(failure) || config.onStale === 'fail') throw failure
      failed.push(untouched(each.package, failure))
    }
  }
  if (config.onStale === 'fail') refuseStale(plan, inventories)
  await showPlan(ports, plan, { dryRun: config.dryRun, notices: false })
  context.onFiles({ planFile: config.planFile })
  const packages = plan.packages.filter((each) => inventories.has(each.package))
  const done = await executePlan(config, ports, context, { owner, plan: { ...plan, packages }, inventories })
  return { ...done, packages: [...done.packages, ...failed], planFile: config.planFile }
}

/** Reads the package as it is now, with its manifests if the plan deletes versions: something new may need them. */
async function look(
  ports: Ports,
  owner: Owner,
  policy: Policy,
  { package: info, steps }: PackagePlan
): Promise<Inventory> {
  const nothing: Inventory = { package: info, versions: [], manifests: new Map(), inUse: {}, gaps: [] }
  if (steps.length === 0) return nothing
  const versions = await ports.packages.listVersions(owner, info, 'active')
  const listed = { ...nothing, versions }
  const deletes = steps.filter((step) => step.kind === 'delete')
  if (info.type !== 'container' || deletes.length === 0) return listed
  const known = { ...listed, manifests: await recallManifests(ports, info, versions) }
  const digests = deletes.map(({ version }) => version.name)
  return manifestReader(ports, owner, policy)(known, digests)
}

function refuseStale(plan: Plan, inventories: Inventories): void {
  const stale = plan.packages.flatMap((each) => {
    const fresh = inventories.get(each.package)
    if (fresh === undefined || each.steps.length === 0) return []
    const present = new Set(fresh.versions.map(({ id }) => id))
    const gone = each.steps.filter((step) => step.kind !== 'delete-package' && !present.has(step.version.id)).length
    const against = recheck(each, plan.policy, fresh, plan.now)
    const [first] = against
    const why = [
      ...(gone > 0 ? [`${gone} planned versions are gone`] : []),
      ...(first === undefined ? [] : [`${against.size} changed, such as ${first[0]}: ${first[1]}`])
    ]
    return why.length === 0 ? [] : [`${each.package.name}: ${why.join('; ')}`]
  })
  if (stale.length === 0) return
  throw new Failure('refused', `the plan is stale: ${stale.join('. ')}`, 'Plan again, or set on-stale: skip.')
}
