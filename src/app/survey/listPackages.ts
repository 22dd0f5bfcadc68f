import type { PackagesConfig } from '../../domain/config.js'
import { type OperationReport, untouched } from '../../domain/outcome.js'
import type { Owner } from '../../domain/package.js'
import type { Ports } from '../ports.js'
import { selectPackages } from './selectPackages.js'

/** Lists the packages that names or a policy select, for a job matrix. */
export async function listPackages(config: PackagesConfig, ports: Ports, owner: Owner): Promise<OperationReport> {
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
