import { endsRun, Failure, failureOf } from '../../domain/failure.js'
import type { Inventory } from '../../domain/inventory.js'
import type { PackageInfo } from '../../domain/package.js'
import type { Plan } from '../../domain/plan.js'
import type { PackageDecision } from '../../policy/decide/packageDecision.js'
import { planOf } from '../../policy/plan/plan.js'
import { listUses } from '../../policy/plan/protectsNothing.js'
import { inParallel } from '../inParallel.js'
import { PER_PAGE, type Ports } from '../ports.js'
import { budgetText, countPackages } from '../progress.js'
import { refuseBranches } from './refuseBranches.js'
import type { Selection } from './selectPackages.js'
import { type Survey, survey } from './survey.js'

/**
 * Packages surveyed at once. A small package waits for one answer after the other, so it takes many of them to use all that the
 * limits on requests allow.
 */
const SURVEYS_AT_ONCE = 24

/** The facts that a plan was made of, by its packages. */
export type Inventories = ReadonlyMap<PackageInfo, Inventory>

export interface Planned {
  readonly plan: Plan
  readonly inventories: Inventories
  readonly failed: Selection['failed']
}

/** Reads and plans the packages. The decisions that the plan is made of use the most memory, so they do not leave this function. */
export async function planAll(ports: Ports, packages: readonly PackageInfo[], how: Survey): Promise<Planned> {
  requireListBudget(ports, packages)
  await refuseBranches(ports, packages, how)
  const failed: Selection['failed'][number][] = []
  const decisions = new Map<PackageInfo, PackageDecision>()
  const counted = countPackages(ports, packages.length)
  const patience = { exhausted: false }
  await inParallel(packages, SURVEYS_AT_ONCE, async (info) => {
    if (ports.stop.signal.aborted) throw new Failure('cancelled', `Reading packages ended: ${ports.stop.reason}.`)
    try {
      decisions.set(info, await survey(counted.ports, info, { ...how, patience }))
      await ports.manifests.release(info)
    } catch (error) {
      const failure = failureOf(error)
      if (endsRun(failure)) throw failure
      failed.push({ package: info, failure })
    }
    counted.done()
  })
  const surveyed = packages.flatMap((info) => decisions.get(info) ?? [])
  if (surveyed.length > 0) refuseUselessLists(listUses(surveyed, how.policy.protect, how.owner.login))
  return {
    plan: planOf(surveyed, how.policy, how.now, how.owner.login),
    inventories: new Map(surveyed.map(({ inventory }) => [inventory.package, inventory])),
    failed
  }
}

/** Throws `Failure` (`config`) if no line of a `names-from` file fits: somebody meant it to protect something. */
function refuseUselessLists(uses: ReturnType<typeof listUses>): void {
  const useless = [...uses].flatMap(([file, use]) => (use === 'nothing' ? [file] : []))
  if (useless.length === 0) return
  throw new Failure(
    'config',
    `${useless.join(', ')} (names-from): not one line fits a name or a digest of the packages of this run, so it protects nothing.`,
    'Nothing was deleted. Check that the file was written, and that it names these packages.'
  )
}

/** Throws `Failure` before the first request if the hour has too few requests for all lists: a part of a list is useless. */
function requireListBudget({ packages }: Pick<Ports, 'packages'>, wanted: readonly PackageInfo[]): void {
  const budget = packages.budget()
  const sizes = wanted.map(({ versionCount = 0 }) => versionCount)
  const versions = sizes.reduce((sum, size) => sum + size, 0)
  const requests = sizes.reduce((sum, size) => sum + Math.ceil(size / PER_PAGE), 0)
  if (budget === undefined || requests <= budget.requests) return
  const what = wanted.length === 1 ? wanted[0]?.name : `${wanted.length} packages`
  const split = wanted.length === 1 ? '' : ', with fewer packages in a run'
  throw new Failure(
    'rate-limit',
    `Listing the ${versions} versions of ${what} takes ${requests} requests, and ${budgetText(budget)}.`,
    `Run it again after that time${split}, with a token of a higher limit, or with a time-limit that reaches beyond that time.`
  )
}
