import type { Decision, PackagePlan, ProtectedBy } from './plan.js'
import type { Bucket } from './policy.js'

/** One thing that would have to change for a version to be deleted. */
export type Change =
  /** The pattern, branch, hold, ... `what` no longer protects it. */
  | { readonly kind: 'unprotect'; readonly by: ProtectedBy; readonly what: string }
  /** Some rule matches this name, which no rule does now, and keeps nothing. */
  | { readonly kind: 'match-name'; readonly name: string }
  /** The first rule lists this version by its id and keeps nothing. */
  | { readonly kind: 'list'; readonly id: number }
  /** A rule keeps at most `count` by this key. */
  | { readonly kind: 'keep-fewer'; readonly rule: string; readonly key: 'last' | Bucket; readonly count: number }
  /** Time has passed: milliseconds. `limit` is the key of the policy that ends then. */
  | { readonly kind: 'time'; readonly at: number; readonly limit: 'within' | 'grace-period' }
  /** This setting of the policy no longer stops it: `min-keep: 0`, the others left out. */
  | { readonly kind: 'setting'; readonly key: 'min-keep' | 'delete-limit' | 'max-delete' }

/** Why one version is kept or deleted, and what would have to change. */
export interface Explanation {
  /** The plan that it stands in. */
  readonly plan: PackagePlan
  readonly decision: Decision
  /** All of these together, each of them needed; empty if it is deleted, absent if no change of the policy would delete it. */
  readonly changes?: readonly Change[]
  /** Milliseconds: when a run deletes it if nothing but time passes; absent if time alone is not enough. */
  readonly deletedAt?: number
  /** The changes follow from the reasons of a saved plan alone, and more may show after them. */
  readonly fromPlan?: true
}
