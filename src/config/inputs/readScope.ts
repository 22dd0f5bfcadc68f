import type { Scope } from '../../domain/config.js'
import { type PackageType, REPOSITORY } from '../../domain/package.js'
import type { Policy } from '../../domain/policy.js'
import type { PolicyScope } from '../../formats/policy.js'
import { misspeltPackageName } from '../../pattern/packageName.js'
import { quote } from '../problem.js'
import type { InputName } from './inputs.js'
import type { Values } from './values.js'

/** The packages and types that the rules of a policy name; absent if no rule names any. */
interface Named {
  readonly names?: readonly string[]
  readonly types?: readonly PackageType[]
}

/** A policy document and its key `linked-to`. */
type FromPolicy = Pick<PolicyScope, 'linkedTo'> & { readonly policy: Policy }

/** The packages and types of a run for which nobody names any. */
type Fallback = Partial<Pick<Scope, 'names' | 'types'>>

/** The package that is named like the repository, if it is the owner's. */
export function ownPackage(repository: string | undefined, owner: string | undefined): Fallback {
  const [login, name] = repository?.split('/') ?? []
  const isOwn = login?.toLowerCase() === owner?.toLowerCase()
  return { types: ['container'], ...(name !== undefined && isOwn && { names: [name] }) }
}

/** Names of these may have capitals; names of images and npm packages may not. */
const WITH_CAPITALS: readonly PackageType[] = ['maven', 'nuget', 'rubygems']

/** Refuses names that no package has as GitHub spells them. */
export function checkPackageNames(values: Values, { names, types }: Scope, owner: string | undefined): void {
  if (owner === undefined || types.length === 0) return
  for (const name of names.filter((each) => !SPEAKS_OF_VERSIONS.test(each))) {
    const misspelt = types.map((type) => misspeltPackageName(name, owner, type))
    const [first] = misspelt
    if (first === undefined || misspelt.includes(undefined)) continue
    values.refuse('package-name', `${quote(name)}: ${first.problem}.`, `Write ${first.suggestion}.`)
  }
}

/**
 * Which packages: the inputs, else what the rules of the policy name. Names may reach further than the rules (an exclusion
 * counts only if all rules have it): what no rule matches is kept anyway. `needed`: somebody must name them.
 */
export function readScope(
  values: Values,
  fromPolicy: FromPolicy | undefined,
  needed: boolean,
  fallback?: Fallback
): Scope {
  const policy = fromPolicy?.policy
  const named = policy === undefined ? {} : namedBy(policy)
  const types = values.choices<PackageType>('package-type') ?? (named.types === undefined ? fallback?.types : undefined)
  const narrowed = narrow(values, types, policy, named) ?? []
  const chosen = packageNames(values) ?? named.names
  const capitals = narrowed.some((type) => WITH_CAPITALS.includes(type))
  const names = chosen ?? fallback?.names?.map((name) => (capitals ? name : name.toLowerCase()))
  const linkedTo = readLinkedTo(values, fromPolicy?.linkedTo)
  if (linkedTo !== undefined && chosen === undefined) {
    values.refuse(
      'linked-to',
      'it narrows package-name, and no package is named.',
      "Add package-name: '**' for all packages."
    )
  }
  if (needed && names === undefined) missing(values, 'package-name', policy)
  if (needed && types === undefined && named.types === undefined) missing(values, 'package-type', policy)
  return {
    names: names ?? [],
    types: narrowed,
    ifMissing: values.choice<'fail' | 'ignore'>('if-missing') ?? 'fail',
    ...(linkedTo !== undefined && { linkedTo })
  }
}

/** `given`: the key of a policy document, which the input may repeat and not change. */
function readLinkedTo(values: Values, given: string | undefined): string | undefined {
  const linkedTo = values.text('linked-to')
  if (linkedTo !== undefined && !REPOSITORY.test(linkedTo)) {
    values.refuse('linked-to', `${quote(linkedTo)} is not the name of a repository: write owner/name.`)
  }
  if (linkedTo !== undefined && given !== undefined && linkedTo.toLowerCase() !== given.toLowerCase()) {
    values.refuse('linked-to', `the policy is for packages of ${quote(given)}, and this says ${quote(linkedTo)}.`)
  }
  return linkedTo ?? given
}

const SPEAKS_OF_VERSIONS = /^!?(?:semver|sha256):/

function packageNames(values: Values): readonly string[] | undefined {
  const names = values.patterns('package-name')
  for (const name of names ?? []) {
    if (SPEAKS_OF_VERSIONS.test(name)) {
      values.refuse('package-name', `${quote(name)} speaks about versions; packages have names.`)
    }
  }
  return names
}

function missing(values: Values, name: InputName, policy: Policy | undefined): void {
  const remedy =
    policy === undefined
      ? undefined
      : `Or name them in the policy, with ${name === 'package-name' ? 'packages' : 'types'} in a rule.`
  values.refuse(name, 'it is required here.', remedy)
}

/** Types of the run: those of the input that the policy speaks about. */
function narrow(
  values: Values,
  types: readonly PackageType[] | undefined,
  policy: Policy | undefined,
  named: Named
): readonly PackageType[] | undefined {
  const open = policy === undefined || policy.rules.some((rule) => rule.types === undefined)
  if (types === undefined || named.types === undefined || open) return types ?? named.types
  const both = types.filter((type) => named.types?.includes(type))
  if (types.length > 0 && both.length === 0) {
    values.refuse('package-type', `the policy speaks only about ${named.types.join(', ')}.`)
  }
  return both
}

function namedBy(policy: Policy): Named {
  const lists = policy.rules.flatMap((rule) => (rule.packages === undefined ? [] : [rule.packages]))
  const types = policy.rules.flatMap((rule) => rule.types ?? [])
  return {
    ...(lists.length > 0 && { names: union(lists) }),
    ...(types.length > 0 && { types: [...new Set(types)] })
  }
}

function union(lists: readonly (readonly string[])[]): readonly string[] {
  const isExclusion = (pattern: string): boolean => pattern.startsWith('!')
  const included = lists.flatMap((list) =>
    list.every(isExclusion) ? ['**'] : list.filter((each) => !isExclusion(each))
  )
  const excluded = (lists[0] ?? []).filter((each) => isExclusion(each) && lists.every((list) => list.includes(each)))
  return [...new Set([...included, ...excluded])]
}
