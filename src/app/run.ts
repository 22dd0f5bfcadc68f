import type { Config, PackagesConfig } from '../domain/config.js'
import type { Failure } from '../domain/failure.js'
import { factsOf, failureOf } from '../domain/failure.js'
import type { OperationReport, Report } from '../domain/outcome.js'
import { untouched } from '../domain/outcome.js'
import type { Owner } from '../domain/package.js'
import { apply } from './execute/apply.js'
import { prune } from './execute/prune.js'
import { readSavedPlan, refuseFuture, refuseOld } from './execute/savedPlan.js'
import { explain } from './explain.js'
import { NO_HOLDS, readHolds } from './holds.js'
import type { Ports, RunContext } from './ports.js'
import { restore } from './restore/restore.js'
import { readSavedReceipt } from './restore/savedReceipt.js'
import { earlierTime, laterTime } from './runTime.js'
import { selectPackages } from './survey/selectPackages.js'

/** Runs one operation. Never throws: a failure of the whole run is in the report. */
export async function run(config: Config, ports: Ports, context: RunContext): Promise<Report> {
  const startedAt = ports.clock.now()
  const files: { planFile?: string; receiptFile?: string } = {}
  const onFiles: RunContext['onFiles'] = (more) => {
    Object.assign(files, more)
    context.onFiles(more)
  }
  const attempt = async (): Promise<OperationReport> => {
    try {
      return await operate(config, ports, { ...context, onFiles })
    } catch (error) {
      return { dryRun: config.dryRun, ...files, packages: [], restored: [], ...whyEnded(failureOf(error), ports) }
    }
  }
  const { operation } = config
  return { operation, ...(await attempt()), requests: ports.requests(), startedAt, endedAt: ports.clock.now() }
}

/** A run that the time limit ends before anything was planned does not fail: the next run starts again. */
function whyEnded(failure: Failure, { stop }: Ports): Pick<Report, 'failure' | 'stopped'> {
  // After the time limit the run waits for no limit of GitHub's any more, so such a limit may end the reading.
  const isCut = failure.code === 'cancelled' || failure.code === 'rate-limit'
  if (!isCut || !stop.signal.aborted || stop.cancelled.aborted) return { failure: factsOf(failure) }
  return { stopped: `${stop.reason ?? 'stopped'}, while there was still something to read` }
}

/** Reads the files that the inputs name before the first request, so that a mistake in them costs nothing. */
async function operate(config: Config, ports: Ports, context: RunContext): Promise<OperationReport> {
  const { files, clock } = ports
  // Throws for a place that a link leads out of the workspace.
  if (config.cachePath !== undefined) await files.exists(config.cachePath)
  const login = config.owner
  const holds =
    config.holdFile === undefined ? NO_HOLDS : await readHolds(files, config.holdFile, () => earlierTime(ports))
  switch (config.operation) {
    case 'prune':
      return prune(config, ports, context, await findOwner(ports, login), holds)
    case 'apply': {
      const plan = await readSavedPlan(config, files, login, clock.now())
      const owner = await findOwner(ports, login ?? plan.owner)
      // The first check used the runner's clock; GitHub's may be ahead.
      refuseOld(plan, config, laterTime(ports))
      refuseFuture(plan, config, laterTime(ports))
      return apply(config, ports, context, { owner, plan, holds })
    }
    case 'restore': {
      const { selection, apiUrl } = config
      const receipt =
        selection.by === 'receipt' ? await readSavedReceipt(selection.file, files, login, apiUrl) : undefined
      const agreed =
        config.dryRun || (await context.confirm?.('Restore? Without your consent this is a dry run.')) !== false
      const agreedOn = agreed ? config : { ...config, dryRun: true }
      return restore(agreedOn, ports, context, await findOwner(ports, login ?? receipt?.header.owner), receipt)
    }
    case 'explain':
      return explain(config, ports, context, () => findOwner(ports, login), holds)
    case 'packages':
      return listPackages(config, ports, await findOwner(ports, login))
  }
}

async function findOwner({ packages }: Ports, login: string | undefined): Promise<Owner> {
  // A configuration has no owner only beside a plan or receipt, which names one.
  if (login === undefined) throw new RangeError('there is no owner')
  return packages.owner(login)
}

/** Lists the packages that names or a policy select, for a job matrix. */
async function listPackages(config: PackagesConfig, ports: Ports, owner: Owner): Promise<OperationReport> {
  const { packages, failed } = await selectPackages(ports, owner, config.scope)
  return {
    dryRun: config.dryRun,
    packages: [
      ...packages.map((info) => untouched(info)),
      ...failed.map((each) => untouched(each.package, each.failure))
    ],
    restored: []
  }
}
