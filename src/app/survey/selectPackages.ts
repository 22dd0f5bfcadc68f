import type { Scope } from '../../domain/config.js'
import { endsRun, Failure, failureOf } from '../../domain/failure.js'
import type { Owner, PackageInfo, PackageRef, PackageType } from '../../domain/package.js'
import { isLiteral } from '../../pattern/packageName.js'
import { compilePatterns } from '../../pattern/patterns.js'
import { inParallel } from '../inParallel.js'
import type { Ports } from '../ports.js'

export interface Selection {
  /** By type, then name. */
  readonly packages: readonly PackageInfo[]
  readonly failed: readonly { readonly package: PackageRef; readonly failure: Failure }[]
}

const AT_ONCE = 8

/**
 * Finds the packages that a scope names, and shows notices about those that are not found. It asks for each plain name by
 * itself, which every token may do; patterns need the list of all packages. A plain name that does not exist is a failure,
 * or a notice with `if-missing: ignore`; a pattern that matches nothing is a notice.
 */
export async function selectPackages(ports: Ports, owner: Owner, scope: Scope): Promise<Selection> {
  const found = new Map<string, PackageInfo>()
  const wanted: PackageRef[] = []
  const notices: string[] = []
  const lists = await readLists(ports, owner, scope)
  for (const type of scope.types) {
    const list = lists.get(type) ?? []
    const patterns = compilePatterns(scope.names, { type, paths: true })
    const fits = (name: string): boolean => scope.names.length === 0 || patterns.match(name) !== undefined
    for (const info of list) if (fits(info.name)) found.set(key(info), info)
    for (const { pattern, exclusion, test } of patterns.all) {
      if (exclusion || isLiteral(pattern) || list.some(({ name }) => test(name))) continue
      notices.push(`no ${type} package of ${owner.login} fits ${pattern}`)
    }
    for (const name of scope.names.filter((each) => isLiteral(each) && fits(each)))
      if (!found.has(key({ type, name }))) wanted.push({ owner: owner.login, type, name })
  }
  const failed: { package: PackageRef; failure: Failure }[] = []
  const missing = new Map<string, { readonly ref: PackageRef; readonly failure: Failure }>()
  await inParallel(wanted, AT_ONCE, async (ref) => {
    try {
      found.set(key(ref), await ports.packages.getPackage(owner, ref.type, ref.name))
    } catch (error) {
      const failure = failureOf(error)
      if (endsRun(failure)) throw failure
      if (failure.code !== 'not-found') failed.push({ package: ref, failure })
      else if (!missing.has(ref.name)) missing.set(ref.name, { ref, failure })
    }
  })
  for (const [name, { ref, failure }] of missing) {
    // With several types a name need only be there for one of them.
    if ([...found.values()].some((info) => info.name === name)) continue
    if (scope.ifMissing === 'ignore')
      notices.push(`The ${ref.type} package ${name} of ${owner.login} does not exist and is ignored (if-missing).`)
    else failed.push({ package: ref, failure: withScopeHint(ref, failure) })
  }
  const linked = linkedOnly(ports, [...found.values()], scope.linkedTo)
  const conflicts = await conflictNotices(ports, owner, linked)
  for (const text of [...notices, ...conflicts]) ports.console.notice(text)
  const order = (info: PackageInfo): string => `${scope.types.indexOf(info.type)} ${info.name}`
  return { packages: linked.toSorted((a, b) => (order(a) < order(b) ? -1 : 1)), failed }
}

/** The packages of the owner, by type; none where the scope has no patterns. */
async function readLists(
  { packages }: Ports,
  owner: Owner,
  { names, types }: Scope
): Promise<ReadonlyMap<PackageType, readonly PackageInfo[]>> {
  const lists = new Map<PackageType, readonly PackageInfo[]>()
  if (names.length > 0 && names.every(isLiteral)) return lists
  await inParallel(types, AT_ONCE, async (type) => {
    lists.set(type, await packages.listPackages(owner, type))
  })
  return lists
}

/** A package without a link that GitHub shows may have one that the token may not see: it is not selected, with a notice. */
function linkedOnly(
  { console }: Ports,
  found: readonly PackageInfo[],
  linkedTo: string | undefined
): readonly PackageInfo[] {
  if (linkedTo === undefined) return found
  const linked = found.filter(({ repository }) => repository?.toLowerCase() === linkedTo.toLowerCase())
  const open = found.filter(({ repository }) => repository === undefined).map(({ name }) => name)
  if (linked.length === 0)
    console.notice(`GitHub links none of the ${found.length} packages to ${linkedTo} (linked-to)`)
  if (open.length > 0) {
    console.notice(
      `GitHub does not show which repository these packages are linked to, so linked-to selects none of them: ${listed(open)}`
    )
  }
  return linked
}

const MOST_NAMED = 10

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMED
  return names.toSorted().slice(0, MOST_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '')
}

/** npm's own name of a package begins with a scope, GitHub's does not (OpenAPI: `hello-world-npm`). */
function withScopeHint({ type, name }: PackageRef, failure: Failure): Failure {
  const [, plain] = /^@[^/]+\/(.+)$/.exec(name) ?? []
  if (type !== 'npm' || plain === undefined) return failure
  return new Failure(failure.code, failure.message, `GitHub names npm packages without their scope: write ${plain}.`)
}

/** A docker image that met a conflict when GitHub moved it exists twice, and ghcr.io serves the copy that is not pruned here. */
async function conflictNotices(ports: Ports, owner: Owner, found: readonly PackageInfo[]): Promise<readonly string[]> {
  const images = found.filter(({ type }) => type === 'docker')
  if (images.length === 0) return []
  try {
    const names = new Set((await ports.packages.dockerConflicts(owner)).map(({ name }) => name))
    return images
      .filter(({ name }) => names.has(name))
      .map(({ name }) => `The docker package ${name} met a conflict when it was moved to the container registry.`)
  } catch (error) {
    const failure = failureOf(error)
    if (endsRun(failure)) throw failure
    ports.console.debug(`Docker migration conflicts are not known: ${failure.message}`)
    return []
  }
}

const key = ({ type, name }: Pick<PackageRef, 'type' | 'name'>): string => `${type}/${name}`
