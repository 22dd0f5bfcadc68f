import type { Config, RawInputs, RestoreSelection, Scope } from '../../domain/config.js'
import { isLiteral } from '../../pattern/packageName.js'
import { didYouMean } from '../nearest.js'
import { type Problem, quote } from '../problem.js'
import type { Operation } from './inputSpec.js'
import { INPUTS, type InputName, isInput } from './inputs.js'
import type { Retention } from './policyFromInputs.js'
import { addressNotices, readCommon, readPath } from './readCommon.js'
import {
  type FilesRead,
  type NeededFile,
  policyFilesNeeded,
  readFlat,
  readPolicyInput,
  readVersionIds,
  refuseFlat
} from './readRetention.js'
import { checkPackageNames, ownPackage, readScope } from './readScope.js'
import { RETENTION_INPUTS } from './retentionInputs.js'
import { type Values, valuesOf } from './values.js'

/**
 * The files that `readConfig` wants in `files`. Ask again with those added until none is left: a policy
 * may name another. A file that cannot be read is added with its problem.
 */
export function filesNeeded(raw: RawInputs, files: FilesRead): readonly NeededFile[] {
  const values = valuesOf(raw.inputs, [])
  return values.text('operation') === 'restore' ? [] : policyFilesNeeded(raw, files, values)
}

export interface Readable {
  readonly config: Config
  /** Lint: allowed, and probably not meant. */
  readonly notices: readonly string[]
}

/** Everything that is wrong with what a run is asked to do; its operation and `dry-run` if those can be read. */
export interface Unreadable {
  readonly problems: readonly Problem[]
  readonly operation: Operation
  readonly dryRun: boolean
}

/** Everything that a run is asked to do, or everything that is wrong with it, before any request. */
export function readConfig(raw: RawInputs, files: FilesRead): Readable | Unreadable {
  const problems: Problem[] = []
  const values = valuesOf(raw.inputs, problems)
  const operation = values.choice<Operation>('operation')
  refuseUnknown(raw, problems)
  if (operation !== undefined) refuseUnused(values, operation)
  const policyGiven = values.isGiven('policy') || values.isGiven('policy-file')
  const fromPolicy = policyGiven && operation !== 'restore' ? readPolicyInput(raw, files, values, problems) : undefined
  const job: Job = { raw, files, values, problems, policyGiven, fromPolicy }
  const reading = READERS[operation ?? 'prune'](job)
  if (problems.length > 0 || reading === undefined) {
    return { problems, operation: operation ?? 'prune', dryRun: values.boolean('dry-run') }
  }
  return { config: reading.config, notices: [...(reading.notices ?? []), ...addressNotices(reading.config, raw)] }
}

interface Job {
  readonly raw: RawInputs
  readonly files: FilesRead
  readonly values: Values
  readonly problems: Problem[]
  readonly policyGiven: boolean
  /** Absent also where the policy given could not be read, which is a problem already. */
  readonly fromPolicy: Retention | undefined
}

/** Nothing only after a problem was found. */
type Reading = { readonly config: Config; readonly notices?: readonly string[] | undefined } | undefined

const READERS: Readonly<Record<Operation, (job: Job) => Reading>> = { prune, packages, apply, restore, explain }

function prune(job: Job): Reading {
  const { raw, files, values, problems, policyGiven, fromPolicy } = job
  const common = readCommon(raw, values, fromPolicy?.owner)
  const fallback = ownPackage(raw.repository, common.owner)
  const scope = readScope(values, fromPolicy, !policyGiven || fromPolicy !== undefined, fallback)
  if (policyGiven) refuseFlat(values)
  requireOwner(common.owner, values)
  checkPackageNames(values, scope, common.owner)
  const retention = policyGiven ? fromPolicy : readFlat(raw, files, values, scope, problems)
  if (retention === undefined) return undefined
  const { policy, text, notices } = retention
  return { config: { operation: 'prune', ...common, scope, policy, policyText: text }, notices }
}

function packages({ raw, values, policyGiven, fromPolicy }: Job): Reading {
  const common = readCommon(raw, values, fromPolicy?.owner)
  const scope = readScope(values, fromPolicy, !policyGiven || fromPolicy !== undefined)
  requireOwner(common.owner, values)
  checkPackageNames(values, scope, common.owner)
  return {
    config: { operation: 'packages', ...common, scope, ...(fromPolicy && { policy: fromPolicy.policy }) },
    notices: fromPolicy?.notices
  }
}

function apply({ raw, values, fromPolicy }: Job): Reading {
  const common = readCommon(raw, values, fromPolicy?.owner)
  const planFile = readPath(raw, values, 'plan-file')
  if (!values.isGiven('plan-file'))
    values.refuse('plan-file', 'apply needs a plan.', 'Name the plan.json that a dry run wrote.')
  const onStale = values.choice<'skip' | 'fail'>('on-stale')
  const maxPlanAge = values.milliseconds('max-plan-age')
  if (planFile === undefined || onStale === undefined || maxPlanAge === undefined) return undefined
  return {
    config: {
      operation: 'apply',
      ...common,
      planFile,
      onStale,
      maxPlanAge,
      ...(fromPolicy && { policy: fromPolicy.policy })
    },
    notices: fromPolicy?.notices
  }
}

function restore({ raw, values }: Job): Reading {
  const common = readCommon(raw, values, undefined)
  const byReceipt = values.isGiven('receipt-file')
  const scope = readScope(
    values,
    undefined,
    !byReceipt,
    byReceipt ? undefined : ownPackage(raw.repository, common.owner)
  )
  if (!byReceipt) requireOwner(common.owner, values)
  checkPackageNames(values, scope, common.owner)
  const selection = byReceipt ? readReceipt(raw, values) : readSelection(values, scope)
  return selection && { config: { operation: 'restore', ...common, scope, selection } }
}

function explain(job: Job): Reading {
  const { raw, values } = job
  const name = values.text('name')
  if (name === undefined) values.refuse('name', 'explain needs the name, digest or version id to explain.')
  if (values.isGiven('plan-file')) {
    const file = readPath(raw, values, 'plan-file')
    for (const input of POLICY_INPUTS) {
      if (values.isGiven(input)) values.refuse(input, 'the plan has its own policy; the two do not go together.')
    }
    const common = readCommon(raw, values, undefined)
    const scope = readScope(values, undefined, false, undefined)
    return name === undefined || file === undefined
      ? undefined
      : { config: { operation: 'explain', ...common, name, from: { by: 'plan', file, scope } } }
  }
  const reading = prune(job)
  if (name === undefined || reading?.config.operation !== 'prune') return undefined
  const { scope, policy, policyText: _, ...common } = reading.config
  return {
    config: { ...common, operation: 'explain', name, from: { by: 'packages', scope, policy } },
    notices: reading.notices
  }
}

const POLICY_INPUTS = [...RETENTION_INPUTS.map(({ name }) => name), 'policy', 'policy-file', 'hold-file'] as const

const BY_VERSION: readonly InputName[] = ['match', 'version-ids', 'deleted-within']

function readReceipt(raw: RawInputs, values: Values): RestoreSelection | undefined {
  for (const name of [...BY_VERSION, 'restore-package'] as const) {
    if (values.isGiven(name)) values.refuse(name, 'receipt-file says what comes back; the two do not go together.')
  }
  const file = readPath(raw, values, 'receipt-file')
  return file === undefined ? undefined : { by: 'receipt', file }
}

function readSelection(values: Values, scope: Scope): RestoreSelection | undefined {
  if (values.boolean('restore-package')) {
    for (const name of BY_VERSION) {
      if (values.isGiven(name))
        values.refuse(name, 'restore-package brings whole packages back; the two do not go together.')
    }
    for (const name of scope.names.filter((each) => !isLiteral(each))) {
      values.refuse(
        'package-name',
        `${quote(name)} is a pattern; GitHub lists no deleted packages, so restore-package needs full names.`
      )
    }
    return { by: 'package' }
  }
  if (values.isGiven('match') && values.isGiven('version-ids')) {
    values.refuse('match', 'version-ids says exactly which versions come back; the two do not go together.')
  }
  const deletedWithin = values.duration('deleted-within')
  return {
    by: 'versions',
    match: values.patterns('match') ?? [],
    versionIds: readVersionIds(values, scope) ?? [],
    ...(deletedWithin !== undefined && { deletedWithin })
  }
}

function requireOwner(owner: string | undefined, values: Values): void {
  if (owner === undefined) values.refuse('owner', 'it is required outside a repository.')
}

function refuseUnknown(raw: RawInputs, problems: Problem[]): void {
  const unknown = [...raw.unknown, ...Object.keys(raw.inputs).filter((name) => !isInput(name))]
  const names = INPUTS.map(({ name }) => name)
  for (const name of new Set(unknown)) {
    problems.push({ where: 'inputs', what: `there is no input ${quote(name)}.${didYouMean(name, names)}` })
  }
}

function refuseUnused(values: Values, operation: Operation): void {
  for (const { name, operations } of INPUTS) {
    const users: readonly Operation[] = operations
    if (values.isGiven(name) && !users.includes(operation)) {
      values.refuse(name, `operation "${operation}" does not use it; ${users.join(' and ')} would.`)
    }
  }
}
