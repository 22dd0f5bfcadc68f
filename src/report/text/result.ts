import { type FailureText, withRemedy } from '../../domain/failure.js'
import type { Report } from '../../domain/outcome.js'
import { packageKey } from '../../domain/package.js'
import type { Violation } from '../../domain/plan.js'
import { clip, counted, number, sentence, visible } from '../../domain/visible.js'
import { blockedVersions, type Counts, countReport } from './counts.js'
import { isUnread } from './packageNumbers.js'
import { activeAlready, isTrouble, restoreAside, restoredText } from './restoreResult.js'

/** The runner cuts an annotation at 4,096 characters; the result and how many more failures there are belong to them. */
const ANNOTATION = 3900
const MOST_FAILURES = 8
/** The message about an unreadable manifest fits, with its digest twice. */
const MESSAGE = 560
/** A cell of the summary shows 600 characters, with the words of a clip. */
const LINE = 570
/** A message has this much room even beside the longest remedy. */
const SHORTEST = 200

/** The run in one or two sentences; in the conditional for a dry run. */
export function resultText(report: Report): string {
  const counts = countReport(report)
  const stopped = report.stopped === undefined ? '' : ` Stopped early: ${sentence(report.stopped)}`
  return `${main(report, counts)}${aside(report, counts)}${stopped}`
}

const DONE = { prune: 'planned', apply: 'planned', restore: 'restored', explain: 'explained', packages: 'listed' }

function main(report: Report, counts: Counts): string {
  if (
    report.packages.length === 0 &&
    report.explained === undefined &&
    (report.failure !== undefined || report.stopped !== undefined)
  ) {
    return `The run ended before it had ${DONE[report.operation]} anything. ${changedText(report)}`
  }
  const all = counted(report.packages.length, 'package')
  switch (report.operation) {
    case 'explain':
      return `Explained ${counted(report.explained?.length ?? 0, 'version')}. Nothing was changed.`
    case 'packages':
      return `Found ${all}.`
    case 'restore': {
      const found = report.restorable?.length ?? 0
      if (found > 0 && report.failure === undefined) {
        return `${counted(found, 'deleted version')} can be restored. Nothing was changed.`
      }
      const active = activeAlready(report.restored)
      if (active !== undefined) return `Nothing had to be restored: ${active}.`
      const done = restoredText(report.restored, report.dryRun)
      const tags = counts.retagged === 0 ? '' : counted(counts.retagged, 'tag')
      if (report.dryRun) {
        return `Dry run: ${done} would be restored${tags && `, ${tags} put back`}. Nothing was changed.`
      }
      return `Restored ${done}${tags && `, put ${tags} back`}.`
    }
    case 'prune':
    case 'apply': {
      const unread = report.packages.filter(isUnread).length
      if (counts.total === 0 && unread > 0) return `Nothing could be planned in ${all}. ${changedText(report)}`
      const where = unread === 0 ? `in ${all}` : `in ${number(report.packages.length - unread)} of ${all}`
      if (report.dryRun) {
        return `Dry run: ${plannedText(counts, where)}. Nothing was changed.`
      }
      if (counts.planned + counts.plannedTags === 0) {
        const held = counts.deferred > 0 || report.packages.some(({ plan }) => plan && plan.violations.length > 0)
        return `${held ? 'Nothing was deleted' : 'Nothing to delete'} ${where}: ${allKept(counts.total)}.`
      }
      return `${doneText(counts, where)}; ${number(counts.kept)} kept.`
    }
  }
}

function allKept(total: number): string {
  return total === 1 ? 'the 1 version is kept' : `all ${counted(total, 'version')} are kept`
}

/** `34 of 120 versions in 2 packages would be deleted and 3 tags removed, 86 would be kept` */
export function plannedText({ planned, plannedTags, total, kept }: Counts, where: string): string {
  const tags = counted(plannedTags, 'tag')
  const versions = `${number(planned)} of ${counted(total, 'version')} ${where} would be deleted`
  const what = plannedTags === 0 ? versions : `${versions} and ${tags} removed`
  // A plan that only removes tags must not look like nothing.
  if (planned === 0 && plannedTags > 0) {
    return `${tags} ${where} would be removed and no version deleted, ${counted(kept, 'version')} would be kept`
  }
  return `${what}, ${number(kept)} would be kept`
}

function doneText({ planned, plannedTags, deleted, removedTags }: Counts, where: string): string {
  const parts = [
    ...(planned === 0 ? [] : [`deleted ${number(deleted)} of ${counted(planned, 'planned version')}`]),
    ...(plannedTags === 0 ? [] : [`removed ${number(removedTags)} of ${counted(plannedTags, 'planned tag')}`])
  ]
  return `${capital(parts.join(' and '))} ${where}`
}

/** Nothing was changed for certain only if the run sent no change. */
function changedText({ requests }: Report): string {
  const sent = [requests.delete, requests.restore, requests.push].some((count = 0) => count > 0)
  return sent ? 'Changes were sent: the receipt has each of them.' : 'Nothing was changed.'
}

/** `list 3, delete 34`; `undefined` if none was sent. */
export function requestsText({ requests }: Report): string | undefined {
  const sent = Object.entries(requests).filter(([, count]) => count > 0)
  return sent.length === 0 ? undefined : sent.map(([kind, count]) => `${kind} ${count}`).join(', ')
}

/** Counts what did not happen as planned; empty if everything did. */
function aside(report: Report, counts: Counts): string {
  const shown = report.operation === 'restore' ? restoreAside(report.restored) : pruneAside(report, counts)
  return shown.length === 0 ? '' : ` ${capital(shown.join(', '))}.`
}

function pruneAside(report: Report, counts: Counts): readonly string[] {
  const blocked = blockedVersions(report)
  const parts = [
    [counts.refused, 'refused by GitHub'],
    [counts.failed, 'failed'],
    [counts.skipped - blocked, 'skipped by a re-check'],
    [blocked, 'skipped after a step that did not succeed'],
    [counts.alreadyGone, 'already deleted'],
    [counts.deferred, 'left for the next run'],
    [counts.blocked, 'stopped by max-delete']
  ] as const
  return parts.filter(([count]) => count > 0).map(([count, text]) => `${number(count)} ${text}`)
}

/** Says what a person can do about a stopped package. A message about an unreadable manifest says it itself. */
function remedyOf({ code }: Violation): string | undefined {
  if (code !== 'max-delete') return undefined
  return 'Read the plan. If it is right, set max-delete: 100% for one run, in the policy if there is one; if not, correct what you ask for.'
}

/** Why a package is stopped, and what to do. */
export function violationText(violation: Violation): string {
  return withRemedy({ message: violation.message, remedy: remedyOf(violation) })
}

/**
 * The text of the one annotation of a failed run, each remedy once and whole; `undefined` if the run did not fail.
 * Refused and deferred versions do not count as failures. `rest` says where the failures are that have no room.
 */
export function failureText(report: Report, rest = 'see the report page'): string | undefined {
  const troubles = troublesOf(report)
  if (troubles.length === 0) return undefined
  const lines = [resultText(report)]
  const shownRemedies = new Set<string>()
  let room = ANNOTATION - (lines[0]?.length ?? 0)
  for (const trouble of troubles.slice(0, MOST_FAILURES)) {
    const line = lineOf(trouble, shownRemedies)
    room -= line.length + 1
    if (room < 0) break
    lines.push(line)
  }
  const left = troubles.length - lines.length + 1
  if (left > 0) lines.push(`and ${number(left)} more: ${rest}`)
  return lines.join('\n')
}

/** One line, with its remedy if no line before it had that remedy. */
export function lineOf({ message, remedy }: FailureText, shownRemedies: Set<string>): string {
  if (remedy === undefined || shownRemedies.has(remedy)) return clip(visible(message), MESSAGE)
  shownRemedies.add(remedy)
  return `${clip(visible(message), Math.min(MESSAGE, Math.max(LINE - remedy.length, SHORTEST)))} ${visible(remedy)}`
}

/** If `max-delete` stops more packages than this, they share one line. */
const MOST_STOPPED = 2

function troublesOf(report: Report): readonly FailureText[] {
  const troubles: FailureText[] = report.failure === undefined ? [] : [report.failure]
  const stopped = report.packages.flatMap(({ package: ref, plan }) =>
    (plan?.violations ?? []).filter(({ code }) => code === 'max-delete').map((violation) => ({ ref, violation }))
  )
  const [example] = stopped
  if (example !== undefined && stopped.length > MOST_STOPPED) {
    const { ref, violation } = example
    const message = `max-delete stops ${counted(stopped.length, 'package')}, the first is ${packageKey(ref)}: ${violation.message}`
    troubles.push({ message, remedy: remedyOf(violation) })
  }
  for (const { package: ref, plan, failure, outcomes } of report.packages) {
    const name = packageKey(ref)
    const failed = outcomes.filter(({ kind }) => kind === 'failed')
    const others = failed.filter((outcome) => !isSameReason(failure, outcome))
    const steps = (count: number): string => (count === 0 ? '' : `${counted(count, 'step')} failed: `)
    if (failure !== undefined) {
      const message = `${name}: ${steps(failed.length - others.length)}${failure.message}`
      troubles.push({ ...failure, message })
    }
    for (const violation of plan?.violations ?? []) {
      if (violation.code === 'max-delete' && stopped.length > MOST_STOPPED) continue
      troubles.push({ message: `${name}: ${violation.message}`, remedy: remedyOf(violation) })
    }
    const [first] = others
    if (first !== undefined) {
      const message = `${name}: ${steps(others.length)}${first.message ?? 'no reason given'}`
      troubles.push({ message, remedy: first.remedy })
    }
  }
  for (const item of report.restored) {
    const { package: ref, version, kind, message, remedy } = item
    if (!isTrouble(kind) || isSameReason(report.failure, item)) continue
    const what = version === undefined ? '' : ` ${version.tags[0] ?? version.name}`
    const text = `${packageKey(ref)}${what}: ${kind}${message === undefined ? '' : `: ${message}`}`
    troubles.push({ message: text, remedy })
  }
  return troubles
}

/** Whether another line gives the reason already. */
function isSameReason(trouble: FailureText | undefined, { message, remedy }: Partial<FailureText>): boolean {
  if (trouble === undefined) return false
  return message === trouble.message || (remedy !== undefined && remedy === trouble.remedy)
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
