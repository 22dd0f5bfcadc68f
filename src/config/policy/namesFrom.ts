import type { Protection } from '../../domain/policy.js'
import { splitPatterns } from '../../pattern/names.js'
import { checkPattern } from '../../pattern/patterns.js'
import type { Problem } from '../problem.js'
import { problemAt, type Source } from './tree.js'

type Listed = Protection['listed']

/** Characters and lines; fifty thousand digests with a reason each. */
const LARGEST_LIST = 8 * 1024 * 1024
const MOST_LINES = 50_000
const MOST_PROBLEMS = 20

/**
 * A `names-from` file: one name, pattern or digest a line. `# reason` behind it says why it stays; on a line of its own it
 * speaks for the lines below it, up to the next such line or an empty one.
 */
export function readNames(source: Source): { readonly listed: Listed; readonly problems: readonly Problem[] } {
  const listed: Listed[number][] = []
  const problems: Problem[] = []
  const lines = source.text.length > LARGEST_LIST ? undefined : source.text.split('\n')
  if (lines === undefined || lines.length > MOST_LINES) {
    const what = `the list is longer than ${MOST_LINES} lines or 8 MB.`
    return { listed, problems: [problemAt(source, { start: 0, end: 0 }, { what })] }
  }
  let start = 0
  let above: string | undefined
  for (const line of lines) {
    const { entry, reason } = parseLine(line)
    if (entry === '') above = reason
    const span = { start: start + line.length - line.trimStart().length, end: start + line.trimEnd().length }
    start += line.length + 1
    for (const pattern of splitPatterns(entry)) {
      const what = pattern.startsWith('!')
        ? 'a list of what stays has no exclusions.'
        : checkPattern(pattern) && 'this is no name, pattern or digest.'
      if (what === undefined) {
        const why = reason ?? above
        listed.push({ pattern, ...(why !== undefined && { reason: why }) })
      } else if (problems.length < MOST_PROBLEMS) {
        // Whoever writes the policy may name any file of the workspace, so a problem does not quote it.
        const { where } = problemAt(source, span, { what })
        problems.push({ where, what })
      }
    }
  }
  return { listed, problems }
}

function parseLine(line: string): { entry: string; reason?: string } {
  const text = line.trim().replace(/^\ufeff/, '')
  const mark = text.startsWith('#') ? 0 : text.search(/\s#/)
  if (mark === -1) return { entry: text }
  const reason = text.slice(text.indexOf('#', mark) + 1).trim()
  return { entry: text.slice(0, mark).trim(), ...(reason !== '' && { reason }) }
}
