import type { RawInputs, Scope } from '../../domain/config.js'
import { DIGEST } from '../../domain/manifest.js'
import type { PackageType } from '../../domain/package.js'
import type { PrereleaseFilter, Protection } from '../../domain/policy.js'
import { sentence } from '../../domain/visible.js'
import { isLiteral } from '../../pattern/packageName.js'
import type { TextFile } from '../../references/findReferences.js'
import { readNames } from '../policy/listedFiles.js'
import { type FoundFiles, filesBeside, type NamesFile, readPolicy } from '../policy/readPolicy.js'
import type { Source } from '../policy/tree.js'
import { type Problem, quote } from '../problem.js'
import type { InputName } from './inputs.js'
import { type Roots, resolvePath } from './paths.js'
import { type FlatRetention, policyFromInputs, type Retention } from './policyFromInputs.js'
import { readPath } from './readCommon.js'
import { RETENTION_INPUTS } from './retentionInputs.js'
import type { Values } from './values.js'

/** What was read of the files that a policy needs, or why it could not be read. */
export interface FilesRead {
  /** By absolute path. */
  readonly texts: ReadonlyMap<string, string | { readonly problem: string }>
  /** By glob, all files of the workspace that it fits. */
  readonly fitting: ReadonlyMap<string, readonly TextFile[] | { readonly problem: string }>
}

const UNREAD = { problem: 'it was not read' }

/** The policy that `policy` or `policy-file` gives, if any of them does. */
export function readPolicyInput(
  raw: RawInputs,
  files: FilesRead,
  values: Values,
  problems: Problem[]
): Retention | undefined {
  if (values.isGiven('policy') && values.isGiven('policy-file')) {
    values.refuse('policy', 'policy-file is given too; a run follows one policy.')
    return undefined
  }
  const source = policySource(raw, files, values)
  if (source === undefined) return undefined
  const read = readPolicy(source, {
    types: values.choices<PackageType>('package-type') ?? [],
    defaultBranch: raw.defaultBranch,
    namesFile: (path) => namesFile(path, { workspace: raw.workspace }, files),
    referringFiles: (glob) => referringFiles(glob, files)
  })
  if ('policy' in read) return withDefaultLimit({ ...read, text: source.text }, values)
  for (const problem of read.problems) problems.push(problem)
  return undefined
}

/**
 * One file by its absolute path, or all files of the workspace that a glob fits. `by`: a file that a policy names must be in the
 * workspace, as somebody else may have written the policy.
 */
export type NeededFile = { readonly path: string; readonly by: 'input' | 'policy' } | { readonly glob: string }

/** Files that the policy needs and that are not in `files` yet. A file that was read may name more. */
export function policyFilesNeeded(raw: RawInputs, files: FilesRead, values: Values): readonly NeededFile[] {
  const file = readPath(raw, values, 'policy-file')
  if (file !== undefined && !files.texts.has(file)) return [{ path: file, by: 'input' }]
  const source = policySource(raw, files, values)
  const wanted = (paths: readonly string[], roots: Roots, by: 'input' | 'policy'): readonly NeededFile[] =>
    paths.flatMap((text) => {
      const resolved = resolvePath(text, roots)
      return 'path' in resolved && !files.texts.has(resolved.path) ? [{ path: resolved.path, by }] : []
    })
  if (source === undefined) return wanted(values.words('names-from') ?? [], raw, 'input')
  const { paths, globs } = filesBeside(source)
  const unread = globs.filter((glob) => !files.fitting.has(glob))
  return [...wanted(paths, { workspace: raw.workspace }, 'policy'), ...unread.map((glob) => ({ glob }))]
}

/** The policy that the flat inputs of a prune stand for; `undefined` if they select nothing or have problems. */
export function readFlat(
  raw: RawInputs,
  files: FilesRead,
  values: Values,
  scope: Scope,
  problems: Problem[]
): Retention | undefined {
  const before = problems.length
  const { defaultBranch } = raw
  // The document that the log shows has only the keys that somebody gave.
  const unlessDefault = <T>(name: InputName, value: T): T | undefined => (values.isGiven(name) ? value : undefined)
  const flat: FlatRetention = {
    match: values.items('match'),
    // Beside `match` it is refused.
    matchBranch: values.isGiven('match') ? undefined : values.text('match-branch'),
    matchPrerelease: prereleaseOf(values),
    deleteUntagged: values.boolean('delete-untagged'),
    versionIds: readVersionIds(values, scope),
    keep: values.items('keep'),
    namesFrom: values.words('names-from'),
    keepLatest: values.boolean('keep-latest'),
    keepLast: values.integer('keep-last'),
    keepLastUntagged: values.integer('keep-last-untagged'),
    keepWithin: values.duration('keep-within')?.text,
    settings: {
      'grace-period': unlessDefault('grace-period', values.duration('grace-period')?.text),
      'min-keep': unlessDefault('min-keep', values.integer('min-keep')),
      'on-empty': unlessDefault('on-empty', values.choice('on-empty')),
      'max-delete': values.limit('max-delete'),
      'delete-limit': values.integer('delete-limit'),
      'partial-tags': unlessDefault('partial-tags', values.choice('partial-tags')),
      'unreadable-is-empty': values.words('unreadable-is-empty')
    }
  }
  const selects = checkTogether(values, scope.types, problems)
  const listed = readListed(flat.namesFrom ?? [], raw, files, values, problems)
  // A problem with an input must not be reported twice.
  const readable = !problems.slice(before).some(({ where }) => SELECTING.some((name) => where === `input ${name}`))
  const read =
    selects && readable
      ? policyFromInputs(flat, { listed, types: scope.types, defaultBranch }, values.refuse)
      : undefined
  return problems.length > before ? undefined : read
}

function readListed(
  paths: readonly string[],
  raw: RawInputs,
  files: FilesRead,
  values: Values,
  problems: Problem[]
): Protection['listed'] {
  return paths.flatMap((path) => {
    const file = namesFile(path, raw, files)
    if ('problem' in file) return values.refuse('names-from', file.problem) ?? []
    const read = readNames(file)
    for (const problem of read.problems) problems.push(problem)
    return read.listed
  })
}

/** Inputs that select: at least one of them is needed. */
const SELECTING: readonly InputName[] = ['match', 'match-branch', 'match-prerelease', 'delete-untagged', 'version-ids']
const KEEPING: readonly InputName[] = ['keep-last', 'keep-within', 'keep-last-untagged', 'keep', 'names-from']

/** Reports inputs that do not go together. Returns whether anything is selected. */
function checkTogether(values: Values, types: readonly PackageType[], problems: Problem[]): boolean {
  const selecting = SELECTING.filter((name) => values.isGiven(name))
  if (selecting.length === 0) {
    const keeping = KEEPING.find((name) => values.isGiven(name))
    problems.push({
      where: keeping === undefined ? 'inputs' : `input ${keeping}`,
      what: `${keeping === undefined ? '' : 'it says what to keep, and '}nothing says what may be deleted.`,
      remedy: "Add match: '*' to select every name, or delete-untagged: true to select untagged images."
    })
  }
  if (values.isGiven('match-branch') && values.isGiven('match')) {
    values.refuse('match-branch', 'it does not go together with match: give one of the two.')
  }
  if (values.isGiven('version-ids')) {
    for (const name of ['match', 'match-branch', 'match-prerelease', 'keep-last', 'keep-within'] as const) {
      if (values.isGiven(name))
        values.refuse(name, 'version-ids says exactly which versions are deleted; the two do not go together.')
    }
  } else if (values.isGiven('keep-last') && selecting.join() === 'delete-untagged') {
    values.refuse(
      'keep-last',
      'it counts names, and only untagged images are selected.',
      `Write keep-last-untagged: ${values.text('keep-last')}.`
    )
  }
  if (values.isGiven('keep-last-untagged') && selecting.length > 0 && !values.boolean('delete-untagged')) {
    values.refuse('keep-last-untagged', 'untagged images are not selected.', 'Add delete-untagged: true.')
  }
  const others = types.filter((type) => type !== 'container')
  if (values.boolean('delete-untagged') && others.length > 0) {
    values.refuse(
      'delete-untagged',
      `only container packages have untagged images; package-type says ${others.join(', ')}.`
    )
  }
  return selecting.length > 0
}

/** With a policy document, every retention input beside it contradicts it. */
export function refuseFlat(values: Values): void {
  for (const { name } of RETENTION_INPUTS) {
    if (values.isGiven(name)) {
      values.refuse(name, 'a policy is given, which takes the place of this input.', 'Say it in the policy.')
    }
  }
}

/** Ids and digests of one package, named as such. */
export function readVersionIds(values: Values, { names, types }: Scope): readonly string[] | undefined {
  const ids = values.words('version-ids')
  if (ids === undefined) return undefined
  for (const id of ids) {
    const digest = DIGEST.test(id)
    if (!digest && !/^[1-9]\d{0,14}$/.test(id)) {
      values.refuse(
        'version-ids',
        `${quote(id)} is neither a version id (digits) nor a digest (sha256: and 64 hex digits).`
      )
    } else if (digest && types.length > 0 && !types.includes('container')) {
      values.refuse('version-ids', `${quote(id)} is a digest; only container versions have one.`)
    }
  }
  const one = names.length === 1 && names.every(isLiteral) && types.length === 1
  if (!one)
    values.refuse('version-ids', 'the versions are of one package: give exactly one package-name and one package-type.')
  return ids
}

function prereleaseOf(values: Values): PrereleaseFilter | undefined {
  const choice = values.choice<'true' | 'false' | 'superseded'>('match-prerelease')
  return choice === undefined || choice === 'superseded' ? choice : choice === 'true'
}

function policySource(raw: RawInputs, files: FilesRead, values: Values): Source | undefined {
  // Untrimmed: lines count from where the document begins.
  if (values.isGiven('policy')) return { name: 'policy', text: raw.inputs.policy ?? '' }
  const path = readPath(raw, values, 'policy-file')
  if (path === undefined) return undefined
  const text = files.texts.get(path) ?? UNREAD
  if (typeof text === 'string') return { name: values.text('policy-file') ?? path, text }
  return values.refuse('policy-file', `cannot read it: ${sentence(text.problem)}`)
}

/** action.yml fills in a `max-delete`. It holds for a policy document that sets none, too. */
function withDefaultLimit(retention: Retention, values: Values): Retention {
  const limit = values.limit('max-delete')
  const { policy } = retention
  if (limit === undefined || policy.maxDelete !== undefined) return retention
  const maxDelete = typeof limit === 'number' ? { units: limit } : { percent: Number.parseInt(limit, 10) }
  return { ...retention, policy: { ...policy, maxDelete } }
}

function namesFile(path: string, roots: Roots, files: FilesRead): NamesFile {
  const resolved = resolvePath(path, roots)
  if ('problem' in resolved) return resolved
  const text = files.texts.get(resolved.path) ?? UNREAD
  if (typeof text === 'string') return { name: path, text }
  return { problem: `cannot read ${quote(path)}: ${sentence(text.problem)}` }
}

function referringFiles(glob: string, files: FilesRead): FoundFiles {
  const fitting = files.fitting.get(glob) ?? UNREAD
  return 'problem' in fitting ? { problem: `${quote(glob)}: ${sentence(fitting.problem)}` } : fitting
}
