import type { Explanation } from './explanation.js'
import { endsRun, type Failure, type FailureFacts, factsOf } from './failure.js'
import type { PackageInfo, PackageRef } from './package.js'
import type { Notice, PackagePlan, Plan, Step } from './plan.js'
import type { Version } from './version.js'

/**
 * The outcome of one step.
 * `done`; `already-gone` (somebody else was faster); `changed` (a check found that the facts had changed, so nothing was done);
 * `refused-*` (GitHub refuses, which does not fail the run); `blocked` (a step that it waits for did not succeed);
 * `deferred` (time, budget or cancellation came first); `restored` (done, then undone by the final check); `failed`.
 */
export const OUTCOMES = [
  'done',
  'already-gone',
  'changed',
  'refused-downloads',
  'refused-last',
  'blocked',
  'deferred',
  'restored',
  'failed'
] as const
export type OutcomeKind = (typeof OUTCOMES)[number]

export interface Outcome {
  readonly step: Step
  readonly kind: OutcomeKind
  /** The reason; with `done` only where something is uncertain. */
  readonly message?: string
  /** What to do about it. */
  readonly remedy?: string | undefined
  /** When GitHub answered, milliseconds; only with `done`. */
  readonly at?: number
}

/** An outcome before its step is known. */
export type StepResult = Omit<Outcome, 'step'>

/** What a run did to one package. A package that could not be surveyed has a `failure` but no plan. */
export interface PackageReport {
  readonly package: PackageRef | PackageInfo
  readonly plan?: PackagePlan
  readonly outcomes: readonly Outcome[]
  readonly failure?: FailureFacts
  readonly notices: readonly Notice[]
}

/** The report of a package in which nothing was done, because of `failure` if there is one. */
export function untouched(ref: PackageReport['package'], failure?: Failure): PackageReport {
  return { package: ref, outcomes: [], notices: [], ...(failure !== undefined && { failure: factsOf(failure) }) }
}

/** One version, tag or package that `restore` looked at. */
export interface RestoreItem {
  readonly package: PackageRef
  readonly version?: Version
  /** The package itself was deleted. Without this and without a version, the item says why the rest was not restored. */
  readonly whole?: true
  /**
   * `would-...` in a dry run; `retagged`: a tag was put back; `conflict`: one now names another digest; `expired`: past 30 days;
   * `incomplete`: it is there, but something that it lists is not.
   */
  readonly kind:
    | 'restored'
    | 'would-restore'
    | 'already-active'
    | 'retagged'
    | 'would-retag'
    | 'conflict'
    | 'incomplete'
    | 'expired'
    | 'failed'
    | 'deferred'
  readonly message?: string
  /** What to do about it. */
  readonly remedy?: string | undefined
}

/** An item that a failure kept from being restored. It is put off where the failure ends the run. */
export function unrestored(about: Pick<RestoreItem, 'package' | 'version' | 'whole'>, failure: Failure): RestoreItem {
  const { message, remedy } = failure
  return { ...about, kind: endsRun(failure) ? 'deferred' : 'failed', message, remedy }
}

/** Everything that log, summary, outputs and files are rendered from. */
export interface Report {
  readonly operation: 'prune' | 'apply' | 'restore' | 'explain' | 'packages'
  readonly dryRun: boolean
  readonly plan?: Plan
  readonly packages: readonly PackageReport[]
  readonly restored: readonly RestoreItem[]
  /** What could be restored, in the order in which it is shown; only where nothing was selected or found. */
  readonly restorable?: readonly { readonly package: PackageRef; readonly version: Version }[]
  /** What `explain` found. */
  readonly explained?: readonly Explanation[]
  /** Why the run ended early, if it did: time limit, cancellation, rate limit, budget. */
  readonly stopped?: string
  /** What made the whole run impossible, or ended it. */
  readonly failure?: FailureFacts
  readonly requests: Readonly<Record<string, number>>
  readonly startedAt: number
  readonly endedAt: number
  readonly planFile?: string
  readonly receiptFile?: string
  readonly reportFile?: string
}

/** What an operation itself reports; `run` adds the rest. */
export type OperationReport = Omit<Report, 'operation' | 'requests' | 'startedAt' | 'endedAt'>
