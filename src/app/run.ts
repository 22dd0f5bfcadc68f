import type { Config } from '../domain/config.js'
import { Failure } from '../domain/failure.js'
import type { Report } from '../domain/outcome.js'
import type { Owner } from '../domain/package.js'
import { parsePlan } from '../report/planFile.js'
import { parseReceipt } from '../report/receipt.js'
import { apply } from './apply.js'
import { failureOf, plain } from './failureOf.js'
import { listPackages } from './listPackages.js'
import type { Ports } from './ports.js'
import { prune } from './prune.js'
import { restore } from './restore.js'
import type { Surroundings } from './surroundings.js'

/** Runs one operation. Never throws `Failure`: what made the whole run impossible is in the report too. */
export async function run(config: Config, ports: Ports, around: Surroundings): Promise<Report> {
  const startedAt = ports.clock.now()
  const files: { planFile?: string; receiptFile?: string } = {}
  const onFiles: Surroundings['onFiles'] = (more) => {
    Object.assign(files, more)
    around.onFiles(more)
  }
  try {
    return await operate(config, ports, { ...around, onFiles })
  } catch (error) {
    const { operation, dryRun } = config
    const ended = { ...files, packages: [], restored: [], requests: ports.requests(), endedAt: ports.clock.now() }
    return { operation, dryRun, startedAt, ...ended, ...whyEnded(failureOf(error), ports) }
  }
}

/** A time limit that ends a run before anything was planned is no failure: the next run begins anew. */
function whyEnded(failure: Failure, { stop }: Ports): Pick<Report, 'failure' | 'stopped'> {
  // After the time limit no long wait is slept, so a limit of GitHub's may be what cuts the reading short.
  const cut = failure.code === 'cancelled' || failure.code === 'rate-limit'
  if (!cut || !stop.signal.aborted || stop.urgent) return { failure: plain(failure) }
  return { stopped: `${stop.reason ?? 'stopped'}, while there was still something to read` }
}

async function operate(config: Config, ports: Ports, around: Surroundings): Promise<Report> {
  const owner = await findOwner(config, ports, around)
  switch (config.operation) {
    case 'prune':
      return prune(config, ports, around, owner)
    case 'apply':
      return apply(config, ports, around, owner)
    case 'restore':
      return restore(config, ports, around, owner)
    case 'packages':
      return listPackages(config, ports, owner)
  }
}

async function findOwner(config: Config, ports: Ports, { repository }: Surroundings): Promise<Owner> {
  const login = config.owner ?? repository?.split('/')[0] ?? (await ownerInFile(config, ports))
  if (login === undefined) {
    throw new Failure('config', 'No owner is given, and there is no workflow repository to take it from.', 'Set owner.')
  }
  return ports.packages.owner(login)
}

/** Outside of a workflow a saved plan or a receipt says whose packages it is about. */
async function ownerInFile(config: Config, ports: Ports): Promise<string | undefined> {
  if (config.operation === 'apply') {
    const parsed = parsePlan(await ports.files.read(config.planFile))
    if ('problems' in parsed) throw new Failure('config', `${config.planFile}: ${parsed.problems.join('; ')}`)
    return parsed.plan.owner
  }
  if (config.operation === 'restore' && config.selection.by === 'receipt') {
    const { file } = config.selection
    const receipt = parseReceipt(await ports.files.read(file))
    if ('problems' in receipt) throw new Failure('config', `${file}: ${receipt.problems.join('; ')}`)
    return receipt.header.owner
  }
  return undefined
}
