import type { PackagesConfig } from '../../domain/config.js'
import { factsOf } from '../../domain/failure.js'
import type { PackageReport, Report } from '../../domain/outcome.js'
import type { Owner } from '../../domain/package.js'
import type { Ports } from '../ports.js'
import { selectPackages } from './selectPackages.js'

/** Lists what names or a policy select, for a job matrix. */
export async function listPackages(config: PackagesConfig, ports: Ports, owner: Owner): Promise<Report> {
  const startedAt = ports.clock.now()
  const found = await selectPackages(ports, owner, config.scope)
  for (const text of found.notices) ports.console.notice(text)
  return {
    operation: 'packages',
    dryRun: config.dryRun,
    packages: [
      ...found.packages.map((info): PackageReport => ({ package: info, outcomes: [], notices: [] })),
      ...found.failed.map(
        ({ package: ref, failure }): PackageReport => ({
          package: ref,
          outcomes: [],
          notices: [],
          failure: factsOf(failure)
        })
      )
    ],
    restored: [],
    requests: ports.requests(),
    startedAt,
    endedAt: ports.clock.now()
  }
}
