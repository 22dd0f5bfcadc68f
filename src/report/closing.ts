import type { Report } from '../domain/outcome.js'
import { packageKey } from '../domain/package.js'
import { type Counts, countReport } from './counts.js'
import { clip, number, visible } from './escape.js'
import { counted } from './naming.js'

/** The runner cuts an annotation at 4,096 characters. */
const ANNOTATION = 4000
const MOST_FAILURES = 8

/** The run in one or two sentences; in the conditional for a dry run. */
export function resultText(report: Report): string {
  const counts = countReport(report)
  const stopped = report.stopped === undefined ? '' : ` Ended early: ${sentence(report.stopped)}`
  return `${main(report, counts)}${aside(counts)}${stopped}`
}

function main(report: Report, counts: Counts): string {
  if (report.packages.length === 0 && (report.failure !== undefined || report.stopped !== undefined)) {
    return `The run ended before it had ${report.operation === 'restore' ? 'restored' : 'planned'} anything. Nothing was changed.`
  }
  const where = `in ${counted(report.packages.length, 'package')}`
  switch (report.operation) {
    case 'packages': {
      return `Found ${counted(report.packages.length, 'package')}.`
    }
    case 'restore': {
      const planned = counted(counts.planned, 'version')
      if (report.dryRun) return `Dry run: ${planned} would be restored. Nothing was changed.`
      return `Restored ${number(counts.restored)} of ${planned}.`
    }
    case 'prune':
    case 'apply': {
      const unread = report.packages.some(({ plan, failure }) => plan === undefined && failure !== undefined)
      if (counts.total === 0 && unread) return `Nothing could be planned ${where}. Nothing was changed.`
      if (report.dryRun) {
        const would = `${number(counts.planned)} of ${counted(counts.total, 'version')} ${where} would be deleted`
        return `Dry run: ${would}, ${number(counts.kept)} would stay. Nothing was changed.`
      }
      if (counts.planned === 0) return `Nothing to delete ${where}: all ${counted(counts.total, 'version')} stay.`
      const deleted = `Deleted ${number(counts.deleted)} of ${counted(counts.planned, 'planned version')} ${where}`
      return `${deleted}; ${number(counts.kept)} were to stay.`
    }
  }
}

/** What did not go as planned; empty if all did. */
function aside(counts: Counts): string {
  const parts = [
    [counts.untagged, 'tags taken off'],
    [counts.refused, 'refused by GitHub'],
    [counts.failed, 'failed'],
    [counts.skipped, 'skipped by a re-check'],
    [counts.alreadyGone, 'gone already'],
    [counts.deferred, 'put off to the next run'],
    [counts.fused, 'stopped by max-delete']
  ] as const
  const shown = parts.filter(([count]) => count > 0).map(([count, text]) => `${number(count)} ${text}`)
  return shown.length === 0 ? '' : ` ${capital(shown.join(', '))}.`
}

/**
 * What the one annotation of a failed run says, with the remedy; `undefined` if the run did not fail.
 * What GitHub refuses, and what is put off, is no failure.
 */
export function failureText(report: Report): string | undefined {
  const failures = failuresOf(report)
  if (failures.length === 0) return undefined
  const shown = failures.slice(0, MOST_FAILURES).map((text) => clip(visible(text), 450))
  const more =
    failures.length > MOST_FAILURES ? [`and ${number(failures.length - MOST_FAILURES)} more: see the job summary`] : []
  return clip([resultText(report), ...shown, ...more].join('\n'), ANNOTATION)
}

function failuresOf(report: Report): readonly string[] {
  const failures: string[] = []
  if (report.failure !== undefined) failures.push(withRemedy(report.failure.message, report.failure.remedy))
  for (const each of report.packages) {
    const name = packageKey(each.package)
    if (each.failure !== undefined) failures.push(`${name}: ${withRemedy(each.failure.message, each.failure.remedy)}`)
    for (const { message } of each.plan?.violations ?? []) failures.push(`${name}: ${message}`)
    const failed = each.outcomes.filter(({ kind }) => kind === 'failed')
    const first = failed[0]
    if (first !== undefined)
      failures.push(`${name}: ${counted(failed.length, 'step')} failed: ${first.message ?? 'no reason given'}`)
  }
  for (const item of report.restored) {
    if (item.kind !== 'failed' && item.kind !== 'conflict' && item.kind !== 'expired') continue
    const what = item.version === undefined ? '' : ` ${item.version.tags[0] ?? item.version.name}`
    failures.push(
      `${packageKey(item.package)}${what}: ${item.kind}${item.message === undefined ? '' : `: ${item.message}`}`
    )
  }
  return failures
}

function withRemedy(message: string, remedy: string | undefined): string {
  return remedy === undefined ? message : `${message} ${remedy}`
}

/** With one full stop, whether the text has its own or not. */
function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
