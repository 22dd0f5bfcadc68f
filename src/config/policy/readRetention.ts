import type { RawInputs } from '../../domain/config.js'
import { DIGEST } from '../../domain/manifest.js'
import type { PackageType } from '../../domain/package.js'
import type { PrereleaseFilter } from '../../domain/policy.js'
import { INPUTS, type InputName } from '../inputs/inputs.js'
import { resolvePath } from '../inputs/paths.js'
import { isLiteral } from '../inputs/readScope.js'
import { listOf, type Values } from '../inputs/values.js'
import { type Problem, quote } from '../problem.js'
import { policyTextOf } from './policyFromInputs.js'
import { type NamesFile, namesFromPath, type ReadPolicy, readPolicy } from './readPolicy.js'
import type { Source } from './tree.js'

/** Files by absolute path: the text, or why it could not be read. */
export type FileTexts = ReadonlyMap<string, string | { readonly problem: string }>

export interface Retention extends ReadPolicy {
  /** The document that was read, or that the flat inputs stand for. */
  readonly text: string
}

/** The policy that `policy` or `policy-file` gives, if any of them does. */
export function readPolicyInput(
  raw: RawInputs,
  files: FileTexts,
  values: Values,
  problems: Problem[]
): Retention | undefined {
  if (values.isGiven('policy') && values.isGiven('policy-file')) {
    values.refuse('policy', 'policy-file is given too; a run follows one policy.')
    return undefined
  }
  const source = policySource(raw, files, values)
  return source === undefined ? undefined : read(source, raw, files, values, problems)
}

export interface NeededFile {
  /** Absolute. */
  readonly path: string
  /** What a policy names has to be in the workspace: its author may be another than who gives the inputs. */
  readonly by: 'input' | 'policy'
}

/** Files that the policy needs and that are not in `files` yet; to be asked again until there are none. */
export function policyFilesNeeded(raw: RawInputs, files: FileTexts, values: Values): readonly NeededFile[] {
  const file = policyPath(raw, values)
  if (file !== undefined && !files.has(file)) return [{ path: file, by: 'input' }]
  const source = policySource(raw, files, values)
  const wanted = source === undefined ? undefined : namesFromPath(source)
  const found = wanted === undefined ? undefined : namesPath(wanted, raw)
  return found !== undefined && 'path' in found && !files.has(found.path) ? [{ ...found, by: 'policy' }] : []
}

/** What the flat inputs of a prune stand for; nothing where they say nothing that may go. */
export function readFlat(
  raw: RawInputs,
  values: Values,
  types: readonly PackageType[],
  problems: Problem[]
): Retention | undefined {
  const before = problems.length
  const match = values.patterns('match')
  const matchPrerelease = prereleaseOf(values)
  const keep = values.patterns('keep')
  const keepLast = values.integer('keep-last')
  const keepWithin = values.duration('keep-within')?.text
  const deleteUntagged = values.boolean('delete-untagged')
  const versionIds = readVersionIds(values, types)
  const maxDelete = values.fuse('max-delete')
  const deleteLimit = values.integer('delete-limit')
  const unreadableIsEmpty = listOf(values.text('unreadable-is-empty'))
  for (const digest of unreadableIsEmpty ?? []) {
    if (!DIGEST.test(digest))
      values.refuse('unreadable-is-empty', `${quote(digest)} is no digest (sha256: and 64 hex digits).`)
  }
  const flat = {
    ...(match !== undefined && { match }),
    ...(matchPrerelease !== undefined && { matchPrerelease }),
    ...(keep !== undefined && { keep }),
    keepLatest: values.boolean('keep-latest'),
    ...(keepLast !== undefined && { keepLast }),
    ...(keepWithin !== undefined && { keepWithin }),
    deleteUntagged,
    ...(versionIds !== undefined && { versionIds }),
    gracePeriod: values.duration('grace-period')?.text ?? '1d',
    minKeep: values.integer('min-keep') ?? 1,
    ...(maxDelete !== undefined && { maxDelete }),
    ...(deleteLimit !== undefined && { deleteLimit }),
    partialTags: values.choice<'keep' | 'untag'>('partial-tags') ?? 'keep',
    ...(unreadableIsEmpty !== undefined && { unreadableIsEmpty })
  } as const
  checkTogether(values, types, problems)
  if (problems.length > before) return undefined
  return read(
    { name: 'the policy that the inputs stand for', text: policyTextOf(flat) },
    raw,
    new Map(),
    values,
    problems
  )
}

/** Inputs that say what may go: at least one of them is needed. */
const SELECTING: readonly InputName[] = [
  'match',
  'match-prerelease',
  'keep-last',
  'keep-within',
  'delete-untagged',
  'version-ids'
]

function checkTogether(values: Values, types: readonly PackageType[], problems: Problem[]): void {
  if (!SELECTING.some((name) => values.isGiven(name))) {
    const only = values.isGiven('keep')
    problems.push({
      where: only ? 'input keep' : 'inputs',
      what: only
        ? 'it says what stays, and nothing says what may go.'
        : 'nothing says what may go, so there is nothing to do.',
      remedy: `Give at least one of ${SELECTING.join(', ')}, policy-file or policy.`
    })
  }
  if (values.isGiven('version-ids')) {
    for (const name of ['match', 'match-prerelease', 'keep-last', 'keep-within'] as const) {
      if (values.isGiven(name))
        values.refuse(name, 'version-ids says exactly which versions go; the two do not go together.')
    }
  }
  const others = types.filter((type) => type !== 'container')
  if (values.boolean('delete-untagged') && others.length > 0) {
    values.refuse(
      'delete-untagged',
      `only container packages have untagged versions to remove; package-type says ${others.join(', ')}.`
    )
  }
}

/** With a policy document, every retention input beside it contradicts it. */
export function refuseFlat(values: Values): void {
  for (const input of INPUTS) {
    if ('retention' in input && values.isGiven(input.name)) {
      values.refuse(input.name, 'a policy is given, which takes the place of this input.', 'Say it in the policy.')
    }
  }
}

/** Ids and digests of one package, named as such. */
export function readVersionIds(values: Values, types: readonly PackageType[]): readonly string[] | undefined {
  const ids = listOf(values.text('version-ids'))
  if (ids === undefined) return undefined
  if (ids.length === 0) values.refuse('version-ids', 'it holds separators only, and no version.')
  for (const id of ids) {
    const digest = /^sha256:[0-9a-f]{64}$/.test(id)
    if (!digest && !/^[1-9]\d{0,14}$/.test(id)) {
      values.refuse(
        'version-ids',
        `${quote(id)} is neither a version id (digits) nor a digest (sha256: and 64 hex digits).`
      )
    } else if (digest && types.length > 0 && !types.includes('container')) {
      values.refuse('version-ids', `${quote(id)} is a digest; only container versions have one.`)
    }
  }
  const names = values.patterns('package-name') ?? []
  const one = names.length === 1 && names.every(isLiteral) && types.length === 1
  if (!one)
    values.refuse('version-ids', 'the versions are of one package: give exactly one package-name and one package-type.')
  return ids
}

function prereleaseOf(values: Values): PrereleaseFilter | undefined {
  const choice = values.choice<'true' | 'false' | 'superseded'>('match-prerelease')
  return choice === undefined || choice === 'superseded' ? choice : choice === 'true'
}

function policyPath(raw: RawInputs, values: Values): string | undefined {
  const text = values.text('policy-file')
  if (text === undefined) return undefined
  const found = resolvePath(text, raw)
  if ('path' in found) return found.path
  values.refuse('policy-file', found.problem)
  return undefined
}

function policySource(raw: RawInputs, files: FileTexts, values: Values): Source | undefined {
  // Untrimmed: lines count from where the document begins.
  if (values.isGiven('policy')) return { name: 'policy', text: raw.inputs.policy ?? '' }
  const path = policyPath(raw, values)
  if (path === undefined) return undefined
  const text = files.get(path) ?? { problem: 'it was not read' }
  if (typeof text === 'string') return { name: values.text('policy-file') ?? path, text }
  values.refuse('policy-file', `cannot read it: ${sentence(text.problem)}`)
  return undefined
}

function read(
  source: Source,
  raw: RawInputs,
  files: FileTexts,
  values: Values,
  problems: Problem[]
): Retention | undefined {
  const found = readPolicy(source, {
    types: values.choices<PackageType>('package-type') ?? [],
    namesFile: (path) => namesFile(path, raw, files)
  })
  if ('policy' in found) return { ...found, text: source.text }
  problems.push(...found.problems)
  return undefined
}

const namesPath = (text: string, { workspace }: RawInputs) => resolvePath(text, { workspace })

function namesFile(path: string, raw: RawInputs, files: FileTexts): NamesFile {
  const found = namesPath(path, raw)
  if ('problem' in found) return found
  const text = files.get(found.path) ?? { problem: 'it was not read' }
  return typeof text === 'string'
    ? { name: path, text }
    : { problem: `cannot read ${quote(path)}: ${sentence(text.problem)}` }
}

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`
}
