import type { OutcomeKind } from './outcome.js'
import type { PackageType } from './package.js'

/**
 * A receipt is JSON Lines: one header, then for each step an `intent` line before it is sent and an `outcome` line after.
 * A kill at any moment leaves whole lines and at most one intent without outcome per deletion in flight.
 */
export interface ReceiptHeader {
  readonly kind: 'header'
  readonly format: 'package-retention-receipt'
  readonly version: 1
  readonly apiUrl: string
  readonly owner: string
  readonly policyHash: string
  /** ISO 8601, like every time in a receipt. */
  readonly startedAt: string
}

/** What was about to happen, with everything that is needed to undo it. */
export interface ReceiptIntent {
  readonly kind: 'intent'
  /** Counts from 1 in the order of sending; pairs intent and outcome. */
  readonly step: number
  readonly action: 'delete' | 'untag' | 'delete-package' | 'restore'
  readonly at: string
  readonly owner: string
  readonly type: PackageType
  readonly package: string
  readonly id?: number
  /** Version string or digest. */
  readonly name?: string
  readonly tags?: readonly string[]
  /** Digests of the versions that this version's manifest lists. */
  readonly children?: readonly string[]
  /** Digest that it refers to, by `subject` or by tag. */
  readonly subject?: string
  /** For an untag: the tag, and the digest that it named. */
  readonly tag?: string
  readonly digest?: string
  readonly reason?: string
  /** Deletion plus 30 days: GitHub's window for restoring. */
  readonly restoreBefore?: string
}

export interface ReceiptOutcome {
  readonly kind: 'outcome'
  readonly step: number
  readonly at: string
  readonly result: OutcomeKind
  readonly message?: string
}

export type ReceiptLine = ReceiptHeader | ReceiptIntent | ReceiptOutcome
