import type { Common } from '../domain/config.js'
import { Failure, failureOf } from '../domain/failure.js'
import type { Outcome, OutcomeKind } from '../domain/outcome.js'
import type { PackageRef } from '../domain/package.js'
import { RESTORE_WINDOW_MS, type Version } from '../domain/version.js'
import {
  RECEIPT_FORMAT,
  type ReceiptHeader,
  type ReceiptIntent,
  type ReceiptLine,
  serializeReceiptLine
} from '../formats/receipt.js'
import { inParallel } from './inParallel.js'
import type { Clock, Files, Ports, RunContext } from './ports.js'

/** Lines that are written together share one flush: a job that is cancelled has seconds for thousands of them. */
const SKIPPED_AT_ONCE = 500

export type Intent = Pick<ReceiptIntent, 'action'> &
  Partial<Pick<ReceiptIntent, 'children' | 'subject' | 'tag' | 'digest' | 'reason'>>

/**
 * The receipt as it grows: an intent is on disk before its request is sent, the outcome right after the answer. After a line
 * that could not be written `failure` says why, and no further deletion begins; restores go on without a record.
 */
export interface Journal {
  /** Resolves with the number that pairs intent and outcome. Throws `failure`, except for a restore. */
  intend(ref: PackageRef, version: Version | undefined, intent: Intent): Promise<number>
  outcome(step: number, result: OutcomeKind, message?: string): Promise<void>
  /** Records those of the steps that were never sent, so that the receipt accounts for the whole plan. Never throws `failure`. */
  skip(ref: PackageRef, outcomes: readonly Outcome[]): Promise<void>
  close(): Promise<void>
  readonly failure: Failure | undefined
}

/** Opens the receipt and announces its path before anything is changed. A dry run has none. */
export async function startJournal(
  config: Common,
  { files, clock }: Ports,
  context: RunContext,
  about: { readonly file: string; readonly owner: string; readonly policyHash: string }
): Promise<{ readonly journal: Journal; readonly receiptFile?: string }> {
  if (config.dryRun) return { journal: NO_JOURNAL }
  const receiptFile = `${config.outputDirectory}/${about.file}`
  const { owner, policyHash } = about
  const journal = await openJournal(files, clock, receiptFile, { apiUrl: config.apiUrl, owner, policyHash })
  context.onFiles({ receiptFile })
  return { journal, receiptFile }
}

/** Begins a receipt with its header. Throws `Failure` where it cannot be written. */
export async function openJournal(
  files: Files,
  clock: Clock,
  path: string,
  run: Pick<ReceiptHeader, 'apiUrl' | 'owner' | 'policyHash'>
): Promise<Journal> {
  const file = await files.append(path)
  const at = (): string => new Date(clock.now()).toISOString()
  let count = 0
  let failure: Failure | undefined
  const sent = new Set<string>()

  async function write(line: ReceiptLine): Promise<void> {
    if (failure !== undefined) return
    try {
      await file.line(serializeReceiptLine(line))
    } catch (error) {
      failure ??= new Failure(
        'partial',
        `The receipt cannot be written any more (${failureOf(error).message.replace(/\.$/, '')}), so no further deletion was begun.`,
        'Make room for it and run the action again.',
        { scope: 'run', cause: error }
      )
    }
  }

  await write({
    kind: 'header',
    format: RECEIPT_FORMAT,
    version: 1,
    ...run,
    startedAt: at()
  })
  if (failure !== undefined) throw failure

  const journal: Journal = {
    async intend(ref, version, intent) {
      const step = ++count
      sent.add(keyOf(ref, intent.action, version, intent.tag))
      const now = clock.now()
      const undoable = intent.action === 'delete' || intent.action === 'delete-package'
      await write({
        kind: 'intent',
        step,
        at: new Date(now).toISOString(),
        owner: ref.owner,
        type: ref.type,
        package: ref.name,
        ...(version && { id: version.id, name: version.name, tags: version.tags }),
        ...intent,
        ...(undoable && { restoreBefore: new Date(now + RESTORE_WINDOW_MS).toISOString() })
      })
      if (failure !== undefined && intent.action !== 'restore') throw failure
      return step
    },
    async outcome(step, result, message) {
      await write({ kind: 'outcome', step, at: at(), result, ...(message !== undefined && { message }) })
    },
    async skip(ref, outcomes) {
      await inParallel(outcomes, SKIPPED_AT_ONCE, async ({ step, kind, message }) => {
        const version = step.kind === 'delete-package' ? undefined : step.version
        const tag = step.kind === 'untag' ? { tag: step.tag, digest: step.version.name } : {}
        if (failure !== undefined || sent.has(keyOf(ref, step.kind, version, tag.tag))) return
        try {
          const intended = journal.intend(ref, version, { action: step.kind, ...tag })
          // In one flush with its intent, which alone would look like a step that may have been sent.
          await Promise.all([intended, journal.outcome(count, kind, message)])
        } catch (error) {
          if (error !== failure) throw error
        }
      })
    },
    async close() {
      // Every line that matters is on disk.
      await file.close().catch(() => undefined)
    },
    get failure() {
      return failure
    }
  }
  return journal
}

const keyOf = (
  { type, name }: PackageRef,
  action: string,
  version: Version | undefined,
  tag: string | undefined
): string => JSON.stringify([type, name, action, version?.id, tag])

/** Without a file, for dry runs. */
export const NO_JOURNAL: Journal = {
  intend: async () => 0,
  outcome: async () => {},
  skip: async () => {},
  close: async () => {},
  failure: undefined
}
