import type { ApplyConfig } from '../domain/config.js'
import { Failure } from '../domain/failure.js'
import type { Inventory } from '../domain/inventory.js'
import type { PackageReport, Report } from '../domain/outcome.js'
import type { Owner } from '../domain/package.js'
import type { PackagePlan, Plan } from '../domain/plan.js'
import { policyHash } from '../domain/policyHash.js'
import { recheck } from '../policy/recheck.js'
import { parsePlan } from '../report/planFile.js'
import { headerLines, planLines, planTitle } from '../report/planLog.js'
import { carryOut } from './carryOut.js'
import { endsRun, failureOf, plain } from './failureOf.js'
import { readHolds } from './holdFile.js'
import type { Ports } from './ports.js'
import type { Surroundings } from './surroundings.js'
import { withManifests } from './survey.js'

/**
 * Executes a saved plan and nothing else. Refused: a plan for another owner or policy, or too old. What changed since is left
 * alone, item by item; with `on-stale: fail` any change stops everything before the first step.
 */
export async function apply(config: ApplyConfig, ports: Ports, around: Surroundings, owner: Owner): Promise<Report> {
  const startedAt = ports.clock.now()
  if (!config.dryRun) ports.packages.checkRights('delete')
  const plan = await readPlan(config, ports, owner, startedAt)
  const holds = config.holdFile === undefined ? undefined : await readHolds(ports.files, config.holdFile, startedAt)
  const packages: PackagePlan[] = []
  const inventories: Inventory[] = []
  const failed: PackageReport[] = []
  for (const each of plan.packages) {
    try {
      const inventory = await look(ports, owner, each)
      inventories.push(holds === undefined ? inventory : { ...inventory, holds: holds(each.package) })
      packages.push(each)
    } catch (error) {
      const failure = failureOf(error)
      if (endsRun(failure) || config.onStale === 'fail') throw failure
      failed.push({ package: each.package, outcomes: [], notices: [], failure: plain(failure) })
    }
  }
  if (config.onStale === 'fail') refuseStale(plan, inventories)
  for (const line of headerLines(plan, config.dryRun)) ports.console.info(line)
  for (const each of plan.packages) {
    await ports.console.group(planTitle(each, config.dryRun), async () => {
      for (const line of planLines(each, config.dryRun)) ports.console.info(line)
    })
  }
  around.onFiles({ planFile: config.planFile })
  const done = await carryOut(config, ports, around, { owner, plan: { ...plan, packages }, inventories })
  return { operation: 'apply', ...done, packages: [...done.packages, ...failed], startedAt, planFile: config.planFile }
}

async function readPlan(config: ApplyConfig, ports: Ports, owner: Owner, now: number): Promise<Plan> {
  const parsed = parsePlan(await ports.files.read(config.planFile))
  if ('problems' in parsed) {
    throw new Failure(
      'config',
      `${config.planFile}: ${parsed.problems.join('; ')}`,
      'Give the plan-file that a run of this action wrote.'
    )
  }
  const { plan } = parsed
  const refuse = (why: string, remedy: string): Failure => new Failure('refused', `${config.planFile}: ${why}`, remedy)
  if (plan.owner.toLowerCase() !== owner.login.toLowerCase()) {
    throw refuse(
      `the plan is for ${plan.owner}, this run for ${owner.login}`,
      `Set owner: ${plan.owner}, or plan again.`
    )
  }
  if (plan.packages.some((each) => each.package.owner.toLowerCase() !== owner.login.toLowerCase())) {
    throw refuse('the plan names packages of another owner', 'Plan again.')
  }
  if (policyHash(plan.policy) !== plan.policyHash) {
    throw refuse('the policy in the plan was changed after it was made', 'Plan again.')
  }
  if (config.policy !== undefined && policyHash(config.policy) !== plan.policyHash) {
    throw refuse('the plan was made under another policy than the one given', 'Plan again, or leave the policy out.')
  }
  const age = now - plan.now
  if (age > config.maxPlanAge) {
    const hours = (ms: number): string => `${Math.round(ms / 360_000) / 10} h`
    throw refuse(
      `the plan is ${hours(age)} old, max-plan-age is ${hours(config.maxPlanAge)}`,
      'Plan again, or raise max-plan-age.'
    )
  }
  return plan
}

/** The facts of today, with the manifests where anything would go: what is new may need what was to go. */
async function look(ports: Ports, owner: Owner, { package: info, steps }: PackagePlan): Promise<Inventory> {
  if (steps.length === 0) return { package: info, versions: [], manifests: new Map(), inUse: {}, gaps: [] }
  const versions = await ports.packages.listVersions(owner, info, 'active')
  const bare: Inventory = { package: info, versions, manifests: new Map(), inUse: {}, gaps: [] }
  const deletes = steps.some(({ kind }) => kind === 'delete')
  return info.type === 'container' && deletes ? withManifests(ports, owner, bare) : bare
}

function refuseStale(plan: Plan, inventories: readonly Inventory[]): void {
  const stale = plan.packages.flatMap((each, i) => {
    const fresh = inventories[i]
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
