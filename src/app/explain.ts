import { didYouMean } from '../config/nearest.js'
import type { ExplainConfig } from '../domain/config.js'
import type { Explanation } from '../domain/explanation.js'
import { Failure } from '../domain/failure.js'
import type { OperationReport } from '../domain/outcome.js'
import type { Owner } from '../domain/package.js'
import type { Decision, PackagePlan, Plan } from '../domain/plan.js'
import { explainFromPlan, explainVersion } from '../policy/explain/explainVersion.js'
import { readPlanFile } from './execute/savedPlan.js'
import type { Holds } from './holds.js'
import { isInScope } from './inScope.js'
import type { Ports, RunContext } from './ports.js'
import { runTime } from './runTime.js'
import { planAll } from './survey/planAll.js'
import { selectPackages } from './survey/selectPackages.js'
import type { Survey } from './survey/survey.js'

/** Explains why the versions with a name are kept or deleted. Changes nothing. */
export async function explain(
  config: ExplainConfig,
  ports: Ports,
  context: RunContext,
  findOwner: () => Promise<Owner>,
  holds: Holds
): Promise<OperationReport> {
  const { plan, explainOne } =
    config.from.by === 'plan'
      ? await fromPlan(config.from, ports)
      : await fromPackages(config.from, ports, { owner: await findOwner(), repository: context.repository, holds })
  const explained = plan.packages.flatMap((planned) =>
    planned.decisions
      .filter((decision) => isMeant(decision, config.name))
      .map((decision) => explainOne(planned, decision))
  )
  if (explained.length === 0) throw notFound(config.name, plan)
  return { dryRun: true, plan, packages: [], restored: [], explained }
}

interface Explainable {
  readonly plan: Plan
  readonly explainOne: (planned: PackagePlan, decision: Decision) => Explanation
}

async function fromPlan(
  { file, scope }: Extract<ExplainConfig['from'], { by: 'plan' }>,
  { files }: Ports
): Promise<Explainable> {
  const saved = await readPlanFile(files, file)
  const plan = { ...saved, packages: saved.packages.filter((planned) => isInScope(scope, planned.package)) }
  return { plan, explainOne: (planned, decision) => explainFromPlan(plan.policy, planned, decision) }
}

async function fromPackages(
  { scope, policy }: Extract<ExplainConfig['from'], { by: 'packages' }>,
  ports: Ports,
  how: Pick<Survey, 'owner' | 'repository' | 'holds'>
): Promise<Explainable> {
  const selected = await selectPackages(ports, how.owner, scope)
  const now = runTime(ports)
  const { plan, inventories, failed } = await planAll(ports, selected.packages, { ...how, policy, now })
  for (const { package: ref, failure } of failed) ports.console.warning(`${ref.name}: ${failure.message}`)
  return {
    plan,
    explainOne(planned, decision) {
      const inventory = inventories.get(planned.package)
      if (inventory === undefined) throw new RangeError('no inventory')
      return explainVersion({ inventory, policy, now }, planned, decision)
    }
  }
}

/** The start of a digest counts from this many digits on, with or without `sha256:`. */
const FEWEST_DIGITS = 7

function isMeant({ version: { id, name, tags } }: Decision, asked: string): boolean {
  if (name === asked || tags.includes(asked) || String(id) === asked) return true
  const digits = asked.replace(/^sha256:/, '')
  return /^[0-9a-f]+$/.test(digits) && digits.length >= FEWEST_DIGITS && name.startsWith(`sha256:${digits}`)
}

function notFound(asked: string, { packages }: Plan): Failure {
  const names = packages.flatMap(({ decisions }) =>
    decisions.flatMap(({ version: { name, tags } }) => (name.startsWith('sha256:') ? tags : [name, ...tags]))
  )
  const where = packages.map((each) => each.package.name).join(', ')
  return new Failure(
    'config',
    `No version of ${where || 'the packages'} has the name, digest or id ${asked}.${didYouMean(asked, names)}`
  )
}
