import type { InUse, Inventory } from '../../domain/inventory.js'
import type { ProtectedBy } from '../../domain/plan.js'
import type { Policy } from '../../domain/policy.js'
import { foldRef, namesOfBranch, protectedBranch } from '../../pattern/branchNames.js'
import { deployedNames } from '../../pattern/deploymentNames.js'
import { compilePatterns } from '../../pattern/patterns.js'
import { namesOfRelease } from '../../pattern/releaseNames.js'
import { appliesTo } from '../rules/compiledRule.js'
import { pullRequestNumbers } from './pullRequests.js'

/** One protection of names that are in use outside the package. */
export interface NamesInUse {
  readonly by: ProtectedBy
  /** The branch, release, environment, ... that uses the name. */
  find(name: string): string | undefined
}

/** The protections that the policy asks for and that could be read. */
export function namesInUse(inventory: Inventory, policy: Policy): readonly NamesInUse[] {
  const { inUse, package: info } = inventory
  const { protect } = policy
  const protections: NamesInUse[] = []
  const add = (by: ProtectedBy, find: NamesInUse['find'] | undefined): void => {
    if (find !== undefined) protections.push({ by, find })
  }
  add('dist-tag', inUse.distTags && distTags(inUse.distTags, policy))
  add('release', inUse.releases && releases(inUse.releases, info.name))
  add('git-tag', inUse.gitTags && releases(inUse.gitTags, info.name))
  for (const template of typeof protect.branches === 'boolean' ? ['{branch}'] : protect.branches) {
    add('branch', inUse.branches && protectedBranch(inUse.branches, info.type, template))
  }
  for (const branch of selectedBranches(policy, inventory)) add('branch', existing(branch, inUse))
  if (protect.openPullRequests !== undefined && inUse.openPullRequests !== undefined) {
    const numbers = pullRequestNumbers(protect.openPullRequests, info.type)
    const open = new Set(inUse.openPullRequests)
    add('pull-request', (name) => {
      const number = numbers(name).find((each) => open.has(each))
      return number === undefined ? undefined : String(number)
    })
  }
  if (protect.deployments !== undefined && inUse.deployments !== undefined) {
    const deployed = deployedNames(protect.deployments.names, inUse.deployments, info.type)
    add('deployment', (name) => deployed(name)?.environment)
  }
  return protections
}

/** The branches that rules of this package select by `branch`. */
export function selectedBranches({ rules }: Policy, { package: info }: Pick<Inventory, 'package'>): readonly string[] {
  return rules.flatMap((rule) => (rule.match.branch !== undefined && appliesTo(rule, info) ? [rule.match.branch] : []))
}

/** A selected branch that still exists, or a tag or release of its name, keeps all names that belong to it. */
function existing(
  branch: string,
  { branches = [], gitTags = [], releases = [] }: InUse
): NamesInUse['find'] | undefined {
  const folded = foldRef(branch)
  const ref = [...branches, ...gitTags, ...releases].find((each) => foldRef(each) === folded)
  if (ref === undefined) return undefined
  const belongs = namesOfBranch(branch)
  return (name) => (belongs(name) ? ref : undefined)
}

function releases(tags: readonly string[], packageName: string): NamesInUse['find'] {
  const names = new Map<string, string>()
  for (const tag of tags) for (const name of namesOfRelease(tag, packageName)) names.set(name, tag)
  return (name) => names.get(name)
}

function distTags(tags: Readonly<Record<string, string>>, { protect }: Policy): NamesInUse['find'] {
  const patterns =
    typeof protect.distTags === 'boolean' ? undefined : compilePatterns(protect.distTags, { type: 'npm' })
  const names = new Map(
    Object.entries(tags).flatMap(([tag, version]): [string, string][] =>
      patterns === undefined || patterns.match(tag) !== undefined ? [[version, tag]] : []
    )
  )
  return (name) => names.get(name)
}
