import { Failure, failureOf } from '../../domain/failure.js'
import type { Gap, InUse, InUseKind, Inventory } from '../../domain/inventory.js'
import type { Owner, PackageInfo } from '../../domain/package.js'
import type { Policy } from '../../domain/policy.js'
import type { Version } from '../../domain/version.js'
import { selectedBranches } from '../../policy/decide/inUse.js'
import {
  canDeleteAnything,
  decidePackage,
  openDigests,
  type PackageDecision
} from '../../policy/decide/packageDecision.js'
import type { Holds } from '../holds.js'
import type { Ports, Repository } from '../ports.js'
import { listAll, missingEntry } from './listAll.js'
import { manifestReader, type Patience, unread } from './readManifests.js'

export interface Survey {
  readonly owner: Owner
  readonly policy: Policy
  readonly now: number
  /** The workflow's repository, for packages that are linked to none. */
  readonly repository: string | undefined
  /** Restored versions that a hold file keeps. */
  readonly holds: Holds
  /** Shared by the packages of a run. */
  readonly patience?: Patience
}

type Decide = (inventory: Inventory) => PackageDecision

/**
 * Reads the facts of one package that can change a verdict, and no more. Throws `Failure` if the package cannot be listed.
 *
 * A decision is larger than the facts that it was made of, so none is kept in memory while manifests are read.
 */
export async function survey(ports: Ports, info: PackageInfo, how: Survey): Promise<PackageDecision> {
  const decide: Decide = (inventory) => decidePackage(inventory, how.policy, how.now)
  const first = await withoutManifests(ports, info, how, decide)
  if ('decision' in first) return first.decision
  const read = manifestReader(ports, how.owner, how.policy, how.patience)
  let inventory = await read(first.inventory)
  const missing = first.counted ? await missingEntry(ports, how.owner, inventory) : []
  inventory = { ...inventory, gaps: [...inventory.gaps, ...missing] }
  for (;;) {
    const next = settle(inventory, decide)
    if ('decision' in next) return next.decision
    // A manifest only ever keeps more versions, or shows more to read. Each round reads something, so the loop ends.
    inventory = await read(inventory, next.open)
  }
}

/** Returns the decision if no manifest can change it, else the facts that it was made of. */
async function withoutManifests(
  ports: Ports,
  info: PackageInfo,
  how: Survey,
  decide: Decide
): Promise<{ readonly decision: PackageDecision } | { readonly inventory: Inventory; readonly counted: boolean }> {
  const listed = await listAll(ports, how.owner, info)
  const listedOnly = decide({
    package: info,
    versions: listed.versions,
    manifests: await recallManifests(ports, info, listed.versions),
    inUse: {},
    gaps: listed.gaps,
    holds: how.holds(info)
  })
  if (!canDeleteAnything(listedOnly)) return { decision: listedOnly }
  const used = await readInUse(ports, info, how)
  const learnt = Object.keys(used.inUse).length > 0 || used.gaps.length > 0
  const named = learnt ? decide(withUse(listedOnly.inventory, used)) : listedOnly
  if (info.type !== 'container' || !canDeleteAnything(named)) return { decision: named }
  const { inventory } = named
  const { counted } = listed
  const isFinal = !counted && unread(inventory).length === 0 && openDigests(named).length === 0
  return isFinal ? { decision: named } : { inventory, counted }
}

const withUse = (inventory: Inventory, { inUse, gaps }: Pick<Inventory, 'inUse' | 'gaps'>): Inventory => ({
  ...inventory,
  inUse,
  gaps: [...inventory.gaps, ...gaps]
})

/** Manifests that an earlier run left in the cache. */
export async function recallManifests(
  ports: Ports,
  info: PackageInfo,
  versions: readonly Version[]
): Promise<Inventory['manifests']> {
  if (info.type !== 'container') return new Map()
  return ports.manifests.recall(
    info,
    versions.map(({ name }) => name)
  )
}

/** Returns the decision, or the digests that it still needs. In doubt nothing is deleted, so nothing more is needed. */
function settle(
  inventory: Inventory,
  decide: Decide
): { readonly decision: PackageDecision } | { readonly open: readonly string[] } {
  const decision = decide(inventory)
  const open = decision.doubt === undefined ? openDigests(decision) : []
  return open.length === 0 ? { decision } : { open }
}

async function readInUse(
  ports: Ports,
  info: PackageInfo,
  { policy, repository }: Survey
): Promise<{ readonly inUse: InUse; readonly gaps: readonly Gap[] }> {
  const gaps: Gap[] = []
  const attempt = async <T>(kind: InUseKind, wanted: boolean, read: () => Promise<T>): Promise<T | undefined> => {
    if (!wanted) return undefined
    try {
      return await read()
    } catch (error) {
      const failure = failureOf(error)
      if (['cancelled', 'rate-limit', 'config'].includes(failure.code)) throw failure
      gaps.push({ kind, why: failure.message })
      return undefined
    }
  }
  const { protect } = policy
  const linked = info.repository ?? repository
  const ask = <T>(kind: InUseKind, wanted: boolean, read: (from: Repository, name: string) => Promise<T>) =>
    attempt(kind, wanted, async () => {
      if (linked === undefined) throw new Failure('not-found', 'the package is not linked to a repository')
      return read(ports.repository, linked)
    })
  // A branch that a rule selects keeps its names while it exists, or a tag or release of its name does.
  const always = selectedBranches(policy, { package: info }).length > 0
  const environments = protect.deployments?.environments ?? []
  const [distTags, releases, gitTags, branches, openPullRequests, deployments] = await Promise.all([
    attempt('dist-tags', protect.distTags !== false && info.type === 'npm', () => ports.distTags.read(info)),
    ask('releases', protect.releases || always, (from, name) => from.releases(name)),
    ask('git-tags', protect.gitTags === true || always, (from, name) => from.gitTags(name)),
    ask('branches', protect.branches !== false || always, (from, name) => from.branches(name)),
    ask('open-pull-requests', protect.openPullRequests !== undefined, (from, name) => from.openPullRequests(name)),
    ask('deployments', protect.deployments !== undefined, async (from, name) => {
      const found = await Promise.all(environments.map((environment) => from.deployments(name, environment)))
      return found.flat()
    })
  ])
  return {
    gaps,
    inUse: {
      ...(distTags && { distTags }),
      ...(releases && { releases }),
      ...(gitTags && { gitTags }),
      ...(branches && { branches }),
      ...(openPullRequests && { openPullRequests }),
      ...(deployments && { deployments })
    }
  }
}
