import * as v from 'valibot'
import { parseJson } from '../domain/json.js'
import { OUTCOMES } from '../domain/outcome.js'
import { PACKAGE_TYPES } from '../domain/package.js'
import { clip, plainJson, visible } from '../domain/visible.js'
import { digest, inOrder, list, MOST_PROBLEMS, name, positive, problemsOf, text } from './savedFile.js'

export const RECEIPT_FORMAT = 'package-retention-receipt'

/** ISO 8601, like every time in a receipt. */
const time = v.pipe(v.string(), v.maxLength(40), v.isoTimestamp('expected a time in ISO 8601'))

const header = v.strictObject({
  kind: v.literal('header'),
  format: v.literal(RECEIPT_FORMAT),
  version: v.literal(1, 'this release reads version 1'),
  apiUrl: name,
  owner: name,
  policyHash: text,
  startedAt: time
})

/** What is about to happen, with everything that is needed to undo it. */
const intent = v.strictObject({
  kind: v.literal('intent'),
  /** Counts from 1 in the order of sending; pairs intent and outcome. */
  step: positive,
  action: v.picklist(['delete', 'untag', 'delete-package', 'restore']),
  at: time,
  owner: name,
  type: v.picklist(PACKAGE_TYPES),
  package: name,
  id: v.exactOptional(positive),
  /** Version string or digest. */
  name: v.exactOptional(name),
  tags: v.exactOptional(list(name)),
  /** Digests of the versions that this version's manifest lists. */
  children: v.exactOptional(list(digest)),
  /** Digest that it refers to, by `subject` or by tag. */
  subject: v.exactOptional(digest),
  /** For an untag: the tag, and the digest that it named. */
  tag: v.exactOptional(name),
  digest: v.exactOptional(digest),
  reason: v.exactOptional(text),
  /** Deletion plus 30 days: GitHub's window for restoring. */
  restoreBefore: v.exactOptional(time)
})

const outcome = v.strictObject({
  kind: v.literal('outcome'),
  step: positive,
  at: time,
  result: v.picklist(OUTCOMES),
  message: v.exactOptional(text)
})

/**
 * A receipt is JSON Lines: one header, then for each step an `intent` line before it is sent and an `outcome` line after.
 * A kill at any moment leaves whole lines and at most one intent without outcome per deletion in flight.
 */
export const receiptLineShape = v.variant('kind', [header, intent, outcome])

export type ReceiptHeader = Readonly<v.InferOutput<typeof header>>
export type ReceiptIntent = Readonly<v.InferOutput<typeof intent>>
export type ReceiptOutcome = Readonly<v.InferOutput<typeof outcome>>
export type ReceiptLine = ReceiptHeader | ReceiptIntent | ReceiptOutcome

/** One line of JSON without line break, keys in the order of the schema. */
export function serializeReceiptLine(line: ReceiptLine): string {
  return plainJson(inOrder({ header, intent, outcome }[line.kind], line))
}

/** An intent without outcome: the run was killed while the step was in flight. */
export interface ReceiptEntry {
  readonly intent: ReceiptIntent
  readonly outcome?: ReceiptOutcome
}

export interface Receipt {
  readonly header: ReceiptHeader
  /** In the order of sending. */
  readonly entries: readonly ReceiptEntry[]
  /** The last line was cut off by a kill and is left out. */
  readonly cut: boolean
  /** What is wrong with lines that are left out; the first of them. */
  readonly problems: readonly string[]
}

export type ParsedReceipt = Receipt | { readonly header?: undefined; readonly problems: readonly string[] }

/** Reads a receipt of unknown origin. Leaves out a wrong line, and a last line that a kill cut off. */
export function parseReceipt(source: string): ParsedReceipt {
  const { lines, problems, cut } = readLines(source)
  const [first, ...rest] = lines
  if (first?.kind !== 'header') {
    problems.push(`this is not a receipt: its first line is not a header of "${RECEIPT_FORMAT}"`)
    return { problems: problems.slice(0, MOST_PROBLEMS) }
  }
  const entries = new Map<number, { intent: ReceiptIntent; outcome?: ReceiptOutcome }>()
  for (const each of rest) {
    const problem = take(each, first, entries)
    if (problem !== undefined) problems.push(problem)
  }
  return { header: first, entries: [...entries.values()], cut, problems: problems.slice(0, MOST_PROBLEMS) }
}

function readLines(source: string): { lines: ReceiptLine[]; problems: string[]; cut: boolean } {
  const lines: ReceiptLine[] = []
  const problems: string[] = []
  const texts = source.split('\n')
  const unfinished = texts.pop() ?? ''
  texts.forEach((raw, i) => {
    const line = raw.replace(/\r$/, '')
    if (line !== '') read(line, `line ${i + 1}`)
  })
  // Every line ends with a line break. A last line without one that is whole JSON was cut right before the break.
  const complete = unfinished !== '' && parseJson(unfinished) !== undefined
  if (complete) read(unfinished, `line ${texts.length + 1}`)
  return { lines, problems, cut: unfinished !== '' && !complete }

  function read(line: string, where: string): void {
    const data = parseJson(line)
    if (data === undefined) {
      problems.push(`${where} is not JSON: ${clip(visible(line), 60)}`)
      return
    }
    const parsed = v.safeParse(receiptLineShape, data)
    if (parsed.success) lines.push(parsed.output)
    else problems.push(`${where}: ${problemsOf(parsed.issues).join('; ')}`)
  }
}

function take(
  each: ReceiptLine,
  { owner }: ReceiptHeader,
  entries: Map<number, { intent: ReceiptIntent; outcome?: ReceiptOutcome }>
): string | undefined {
  if (each.kind === 'header') return 'there is a second header: one receipt describes one run'
  const entry = entries.get(each.step)
  if (each.kind === 'intent') {
    if (entry !== undefined) return `step ${each.step} appears twice`
    if (each.owner.toLowerCase() !== owner.toLowerCase()) return `step ${each.step} has another owner than the header`
    if (missing(each) !== undefined) return `step ${each.step} lacks ${missing(each)}`
    entries.set(each.step, { intent: each })
    return undefined
  }
  if (entry === undefined) return `step ${each.step} has an outcome but no intent before it`
  if (entry.outcome !== undefined) return `step ${each.step} has two outcomes`
  entry.outcome = each
  return undefined
}

function missing({ action, id, name, tag, digest }: ReceiptIntent): string | undefined {
  if (action === 'delete') return id === undefined ? 'id' : name === undefined ? 'name' : undefined
  if (action === 'untag') return tag === undefined ? 'tag' : digest === undefined ? 'digest' : undefined
  return undefined
}
