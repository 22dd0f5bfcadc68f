import * as v from 'valibot'
import { clip, visible } from '../domain/visible.js'

const MOST_PROBLEMS = 20

/** Where it is, and what was expected: `packages.0.decisions.3.verdict: expected ...`. */
export function problemsOf(issues: readonly v.BaseIssue<unknown>[]): readonly string[] {
  const shown = issues.slice(0, MOST_PROBLEMS).map((issue) => {
    const path = v.getDotPath(issue)
    return clip(visible(path === null ? issue.message : `${path}: ${issue.message}`), 300)
  })
  return issues.length > MOST_PROBLEMS ? [...shown, `and ${issues.length - MOST_PROBLEMS} more`] : shown
}
