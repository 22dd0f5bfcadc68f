import * as v from 'valibot'
import { DIGEST } from '../domain/manifest.js'
import { clip, visible } from '../domain/visible.js'

// What plan files and receipts have in common. Either may come from a stranger, so a key that its schema does not name is
// refused. Nothing but the size of a file is limited, and the writer keeps the same limit: a run can read what a run wrote.

export const text = v.string()
export const name = v.pipe(v.string(), v.nonEmpty())
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
export const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1))
export const digest = v.pipe(v.string(), v.regex(DIGEST, 'expected sha256:<64 hex>'))
export const list = <T extends v.GenericSchema>(item: T) => v.pipe(v.array(item), v.readonly())

/** The keys of a schema with their values in `data`, in the order of the schema; keys without a value are left out of JSON. */
export function inOrder({ entries }: { readonly entries: object }, data: object): object {
  const values: Readonly<Record<string, unknown>> = { ...data }
  return Object.fromEntries(Object.keys(entries).map((key) => [key, values[key]]))
}

export const MOST_PROBLEMS = 20

/** Where each problem is and what was expected there: `packages.0.decisions.3.verdict: expected ...`. */
export function problemsOf(issues: readonly v.BaseIssue<unknown>[]): readonly string[] {
  const shown = issues.slice(0, MOST_PROBLEMS).map((issue) => {
    const path = v.getDotPath(issue)
    return clip(visible(path === null ? issue.message : `${path}: ${issue.message}`), 300)
  })
  return issues.length > MOST_PROBLEMS ? [...shown, `and ${issues.length - MOST_PROBLEMS} more`] : shown
}
