import { stringify } from 'yaml'
import type { PackageType } from '../../domain/package.js'
import type { Protection } from '../../domain/policy.js'
import { policySchema } from '../../formats/policy.js'
import { type Contradiction, contradictions } from '../policy/contradictions.js'
import { lint } from '../policy/lint.js'
import { type ReadPolicy, typesOf } from '../policy/readPolicy.js'
import { readBySchema, treeOf } from '../policy/schemaProblems.js'
import type { Path } from '../policy/tree.js'
import { wrongForTypes } from '../policy/wrongForTypes.js'
import type { InputName } from './inputs.js'
import type { Values } from './values.js'

/** The retention inputs of a prune, `undefined` if they were not given. Patterns and texts are not checked yet. */
export interface FlatRetention {
  readonly match?: readonly string[] | undefined
  readonly matchBranch?: string | undefined
  readonly matchPrerelease?: boolean | 'superseded' | undefined
  readonly deleteUntagged: boolean
  readonly versionIds?: readonly string[] | undefined
  readonly keep?: readonly string[] | undefined
  readonly namesFrom?: readonly string[] | undefined
  readonly keepLatest: boolean
  readonly keepLast?: number | undefined
  readonly keepLastUntagged?: number | undefined
  readonly keepWithin?: string | undefined
  /** Keys of the document of the same name. */
  readonly settings: Readonly<Record<string, unknown>>
}

interface FlatContext {
  /** What the files of `names-from` list. */
  readonly listed: Protection['listed']
  readonly types: readonly PackageType[]
  /** The default branch of the workflow's repository, where it is known. */
  readonly defaultBranch?: string | undefined
}

export interface Retention extends ReadPolicy {
  /** The document that was read, or that the flat inputs stand for. */
  readonly text: string
}

/** The policy that flat inputs stand for. A problem in it names the input. */
export function policyFromInputs(
  flat: FlatRetention,
  { listed, types, defaultBranch }: FlatContext,
  refuse: Values['refuse']
): Retention | undefined {
  const document = documentOf(flat)
  const read = readBySchema(policySchema, treeOf(document))
  const tell = (wrong: readonly Contradiction[]): void => {
    for (const { path, what, remedy } of wrong) refuse(inputAt(path, document), what, remedy)
  }
  if ('faults' in read) {
    tell(read.faults)
    return undefined
  }
  const policy = { ...read.value.policy, protect: { ...read.value.policy.protect, listed } }
  const wrong = [...contradictions(policy.rules, { policy, defaultBranch }), ...wrongForTypes(policy, types)]
  tell(wrong)
  if (wrong.length > 0) return undefined
  const notices = lint(policy.rules, typesOf(policy, types)).map(
    ({ rule, key, what }) => `input ${inputAt(['rules', rule, key], document)}: ${what}`
  )
  return { policy, notices, text: stringify(document, { lineWidth: 0, aliasDuplicateObjects: false }) }
}

interface FlatRule {
  readonly name: string
  readonly match: object
  readonly keep: readonly object[]
}

export function documentOf(flat: FlatRetention): { readonly rules: readonly FlatRule[] } {
  const keep = flat.keep ?? []
  // "Everything but" ends where another pattern joins the list.
  const everything = keep.length > 0 && keep.every((pattern) => pattern.startsWith('!')) ? ['*'] : []
  const names = [...everything, ...keep, ...(flat.keepLatest ? ['latest'] : [])]
  const protect = {
    ...(names.length > 0 && { names }),
    ...given('names-from', flat.namesFrom),
    ...(!flat.keepLatest && { 'dist-tags': false })
  }
  const settings = Object.entries(flat.settings).filter(([, value]) => value !== undefined)
  return {
    version: 1,
    ...Object.fromEntries(settings),
    ...(Object.keys(protect).length > 0 && { protect }),
    rules: rulesOf(flat)
  } as { rules: readonly FlatRule[] }
}

function rulesOf(flat: FlatRetention): readonly FlatRule[] {
  const { match: names, matchBranch: branch, matchPrerelease: prerelease, versionIds: versions } = flat
  const within = flat.keepWithin === undefined ? [] : [{ within: flat.keepWithin }]
  const last = (count: number | undefined) => (count === undefined ? [] : [{ last: count }])
  const match = { ...given('names', names), ...given('branch', branch), ...given('prerelease', prerelease) }
  // Without names a rule would reach untagged units too, and those are for delete-untagged alone.
  const named = names === undefined && branch === undefined ? { tagged: true, ...match } : match
  return [
    ...(Object.keys(match).length > 0
      ? [{ name: 'inputs', match: named, keep: [...last(flat.keepLast), ...within] }]
      : []),
    ...(versions === undefined ? [] : [{ name: 'listed', match: { versions }, keep: [] }]),
    ...(flat.deleteUntagged
      ? [{ name: 'untagged', match: { tagged: false }, keep: [...last(flat.keepLastUntagged), ...within] }]
      : [])
  ]
}

function given(key: string, value: unknown): object {
  return value === undefined ? {} : { [key]: value }
}

const INPUT_OF: Readonly<Record<string, InputName>> = {
  branch: 'match-branch',
  prerelease: 'match-prerelease',
  versions: 'version-ids',
  within: 'keep-within'
}

/** The input that a place of the document comes from. */
function inputAt(path: Path, document: { readonly rules: readonly FlatRule[] }): InputName {
  const [first, second, part, ...rest] = path
  if (first === 'protect') return second === 'names-from' ? 'names-from' : 'keep'
  if (first !== 'rules') return first as InputName
  const { name } = document.rules[Number(second)] ?? {}
  const key = part === 'match' ? rest[0] : rest[1]
  const untagged = name === 'untagged'
  if (key === 'last') return untagged ? 'keep-last-untagged' : 'keep-last'
  return INPUT_OF[String(key)] ?? (untagged ? 'delete-untagged' : 'match')
}
