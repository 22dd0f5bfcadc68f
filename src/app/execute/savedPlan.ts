import type { ApplyConfig } from '../../domain/config.js'
import { Failure } from '../../domain/failure.js'
import type { Plan } from '../../domain/plan.js'
import { policyHash } from '../../domain/policy.js'
import { parsePlan } from '../../formats/planFile.js'
import type { Files } from '../ports.js'

/** The clocks of two runners may differ by this much. A plan dated further ahead could be applied for longer than max-plan-age. */
const CLOCK_SKEW_MS = 5 * 60_000

/**
 * Reads the plan that `apply` executes. Throws `Failure`: `config` where the file cannot be read or is not a plan, `refused` for
 * a plan of another owner than `login` (if there is one), under another policy, too old, or dated in the future.
 */
export async function readSavedPlan(
  config: ApplyConfig,
  files: Files,
  login: string | undefined,
  now: number
): Promise<Plan> {
  const plan = await readPlanFile(files, config.planFile)
  const refuse = (why: string, remedy: string): Failure => refusal(config, why, remedy)
  const owner = (login ?? plan.owner).toLowerCase()
  if (plan.owner.toLowerCase() !== owner) {
    throw refuse(`the plan is for ${plan.owner}, this run for ${login}`, `Set owner: ${plan.owner}, or plan again.`)
  }
  if (plan.packages.some((each) => each.package.owner.toLowerCase() !== owner)) {
    throw refuse('the plan names packages of another owner', 'Plan again.')
  }
  // The plan already respects the max-delete of the run that made it.
  const given = config.policy && {
    ...(plan.policy.maxDelete && { maxDelete: plan.policy.maxDelete }),
    ...config.policy
  }
  if (given !== undefined && policyHash(given) !== plan.policyHash) {
    throw refuse('the plan was made under another policy than the given one', 'Plan again, or leave the policy out.')
  }
  refuseOld(plan, config, now)
  return plan
}

/** Throws `Failure` (`config`) where the file cannot be read or is not a plan. */
export async function readPlanFile(files: Files, path: string): Promise<Plan> {
  const parsed = parsePlan(await files.read(path))
  if (!('problems' in parsed)) return parsed.plan
  const remedy = 'Give the plan-file that a run of this action wrote.'
  throw new Failure('config', `${path}: ${parsed.problems.join('; ')}.`, remedy)
}

const refusal = ({ planFile }: ApplyConfig, why: string, remedy: string): Failure =>
  new Failure('refused', `${planFile}: ${why}.`, remedy)

/** Throws `Failure` (`refused`) for a plan older than `max-plan-age`. */
export function refuseOld(plan: Plan, config: ApplyConfig, now: number): void {
  const age = now - plan.now
  if (age <= config.maxPlanAge) return
  const hours = (ms: number): string => `${Math.round(ms / 360_000) / 10} h`
  throw refusal(
    config,
    `the plan is ${hours(age)} old, max-plan-age is ${hours(config.maxPlanAge)}`,
    'Plan again, or raise max-plan-age.'
  )
}

/** Throws `Failure` (`refused`) for a plan from the future. Only GitHub's clock shows that the clock of a runner is behind. */
export function refuseFuture(plan: Plan, config: ApplyConfig, now: number): void {
  if (plan.now <= now + CLOCK_SKEW_MS) return
  throw refusal(
    config,
    `the plan is dated ${new Date(plan.now).toISOString()}, and it is ${new Date(now).toISOString()} now`,
    'Plan again, and check the clock of this runner.'
  )
}
