import { safeParse } from 'valibot'
import { stringify } from 'yaml'
import type { PackageType } from '../../domain/package.js'
import { policySchema } from '../../formats/policy.js'
import type { InputName } from '../inputs/inputs.js'
import type { Values } from '../inputs/values.js'
import { contradictions } from './contradictions.js'
import { lint } from './lint.js'
import { type ReadPolicy, typesOf, wrongForTypes } from './readPolicy.js'
import type { Path } from './schemaProblems.js'

/** The retention inputs of a prune, read; absent what was not given. Patterns are not checked yet. */
export interface FlatRetention {
  readonly match?: readonly string[]
  readonly matchPrerelease?: boolean | 'superseded'
  readonly keep?: readonly string[]
  readonly keepLatest: boolean
  readonly keepLast?: number
  readonly keepWithin?: string
  readonly deleteUntagged: boolean
  readonly versionIds?: readonly string[]
  readonly gracePeriod?: string
  readonly minKeep?: number
  readonly maxDelete?: string | number
  readonly deleteLimit?: number
  readonly partialTags?: string
}

export interface Retention extends ReadPolicy {
  /** The document that was read, or that the flat inputs stand for. */
  readonly text: string
}

/** The policy that flat inputs stand for. What is wrong in it is told of the inputs. */
export function policyFromInputs(
  flat: FlatRetention,
  types: readonly PackageType[],
  refuse: Values['refuse']
): Retention | undefined {
  const document = documentOf(flat)
  const read = safeParse(policySchema, document)
  if (!read.success) {
    for (const { path, message, issues } of read.issues) {
      const [inner] = issues?.filter((each) => each.path !== undefined) ?? []
      refuse(inputAt([...(path ?? []).map(({ key }) => key as string)], document), inner?.message ?? message)
    }
    return undefined
  }
  const { policy } = read.output
  const wrong = [...contradictions(policy.rules, policy), ...wrongForTypes(policy, types)]
  for (const { path, what, remedy } of wrong) refuse(inputAt(path, document), what, remedy)
  if (wrong.length > 0) return undefined
  const notices = lint(policy.rules, typesOf(policy, types)).map(
    ({ rule, key, what }) => `input ${inputAt(['rules', rule, key], document)}: ${what}`
  )
  return { policy, notices, text: stringify(document, { lineWidth: 0 }) }
}

interface FlatRule {
  readonly name: string
  readonly match: object
  readonly keep: readonly object[]
}

function documentOf(flat: FlatRetention): { readonly rules: readonly FlatRule[] } {
  const keep = flat.keep ?? []
  // "Everything but" ends where another pattern joins the list.
  const everything = keep.length > 0 && keep.every((pattern) => pattern.startsWith('!')) ? ['*'] : []
  const names = [...everything, ...keep, ...(flat.keepLatest ? ['latest'] : [])]
  return {
    version: 1,
    ...given('grace-period', flat.gracePeriod),
    ...given('min-keep', flat.minKeep),
    ...given('max-delete', flat.maxDelete),
    ...given('delete-limit', flat.deleteLimit),
    ...given('partial-tags', flat.partialTags),
    protect: { ...(names.length > 0 && { names }), 'dist-tags': flat.keepLatest },
    rules: rulesOf(flat)
  } as { rules: readonly FlatRule[] }
}

function rulesOf(flat: FlatRetention): readonly FlatRule[] {
  const within = flat.keepWithin === undefined ? [] : [{ within: flat.keepWithin }]
  const last = flat.keepLast === undefined ? [] : [{ last: flat.keepLast }]
  const prerelease = given('prerelease', flat.matchPrerelease)
  const named = flat.match !== undefined || flat.matchPrerelease !== undefined || last.length + within.length > 0
  return [
    ...(named
      ? [
          {
            name: 'inputs',
            // Without `names` a rule would reach untagged units too, and those are for delete-untagged alone.
            match: { ...(flat.match === undefined ? { tagged: true } : { names: flat.match }), ...prerelease },
            keep: [...last, ...within]
          }
        ]
      : []),
    ...(flat.versionIds === undefined ? [] : [{ name: 'listed', match: { versions: flat.versionIds }, keep: [] }]),
    ...(flat.deleteUntagged ? [{ name: 'untagged', match: { tagged: false }, keep: within }] : [])
  ]
}

function given(key: string, value: unknown): object {
  return value === undefined ? {} : { [key]: value }
}

/** The input that a place of the document comes from. */
function inputAt(path: Path, document: { readonly rules: readonly FlatRule[] }): InputName {
  const [first, second, part, ...rest] = path
  if (first === 'protect') return 'keep'
  if (first !== 'rules') return first as InputName
  const { name } = document.rules[Number(second)] ?? {}
  const key = part === 'match' ? rest[0] : rest[1]
  if (key === 'prerelease') return 'match-prerelease'
  if (key === 'last') return 'keep-last'
  if (key === 'within') return 'keep-within'
  return name === 'listed' ? 'version-ids' : name === 'untagged' ? 'delete-untagged' : 'match'
}
