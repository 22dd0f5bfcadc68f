import { endsRun, Failure, failureOf } from '../../domain/failure.js'
import type { PackageInfo } from '../../domain/package.js'
import { branchProblem } from '../../pattern/branchNames.js'
import { selectedBranches } from '../../policy/decide/inUse.js'
import type { Ports, Repository } from '../ports.js'
import type { Survey } from './survey.js'

/**
 * Throws `Failure` (`config`) where `match-branch` spells the default branch of a linked repository: it would delete what
 * everybody uses. Branches that the inputs alone give away were refused when the inputs were read.
 */
export async function refuseBranches(
  { repository: repositories }: Pick<Ports, 'repository'>,
  packages: readonly PackageInfo[],
  { policy, repository }: Pick<Survey, 'policy' | 'repository'>
): Promise<void> {
  for (const info of packages) {
    const linked = info.repository ?? repository
    for (const branch of selectedBranches(policy, { package: info })) {
      const problem = branchProblem(branch, linked && (await defaultBranch(linked, repositories)))
      if (problem === undefined) continue
      throw new Failure(
        'config',
        `match-branch (or branch in a rule) is refused: ${problem} of ${linked}.`,
        'A pull request of a fork often comes from its own main: write pr- and the number of the pull request.',
        { scope: 'run' }
      )
    }
  }
}

/** Where it cannot be read, the branches cannot be read either, and then nothing is deleted. */
async function defaultBranch(linked: string, repositories: Repository): Promise<string | undefined> {
  try {
    return await repositories.defaultBranch(linked)
  } catch (error) {
    const failure = failureOf(error)
    if (endsRun(failure)) throw failure
    return undefined
  }
}
