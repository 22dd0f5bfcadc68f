import * as v from 'valibot'
import { DIGEST } from '../domain/manifest.js'
import { OUTCOMES } from '../domain/outcome.js'
import { PACKAGE_TYPES } from '../domain/package.js'
import type { ReceiptHeader, ReceiptIntent, ReceiptLine, ReceiptOutcome } from '../domain/receipt.js'
import { clip, plainJson, visible } from '../domain/visible.js'
import { problemsOf } from './problems.js'

export const RECEIPT_FORMAT = 'package-retention-receipt'
const MOST_PROBLEMS = 20

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

/** One line of JSON without line break, keys in one order. */
export function serializeReceiptLine(line: ReceiptLine): string {
  switch (line.kind) {
    case 'header': {
      const { kind, format, version, apiUrl, owner, policyHash, startedAt } = line
      return plainJson({ kind, format, version, apiUrl, owner, policyHash, startedAt })
    }
    case 'intent': {
      const {
        kind,
        step,
        action,
        at,
        owner,
        type,
        package: name,
        id,
        name: versionName,
        tags,
        children,
        subject
      } = line
      const { tag, digest, reason, restoreBefore } = line
      const what = { kind, step, action, at, owner, type, package: name, id, name: versionName }
      return plainJson({ ...what, tags, children, subject, tag, digest, reason, restoreBefore })
    }
    case 'outcome': {
      const { kind, step, at, result, message } = line
      return plainJson({ kind, step, at, result, message })
    }
  }
}

// The one limit is the size of the file, which the writer keeps, too (`LARGEST_FILE`).
const text = v.string()
const name = v.pipe(v.string(), v.nonEmpty())
const time = v.pipe(v.string(), v.maxLength(40), v.isoTimestamp('expected a time in ISO 8601'))
const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1))
const digest = v.pipe(v.string(), v.regex(DIGEST, 'expected sha256:<64 hex>'))
const list = <T extends v.GenericSchema>(item: T) => v.pipe(v.array(item), v.readonly())

const header = v.strictObject({
  kind: v.literal('header'),
  format: v.literal(RECEIPT_FORMAT),
  version: v.literal(1, 'this release reads version 1'),
  apiUrl: name,
  owner: name,
  policyHash: text,
  startedAt: time
})

const intent = v.strictObject({
  kind: v.literal('intent'),
  step: positive,
  action: v.picklist(['delete', 'untag', 'delete-package', 'restore']),
  at: time,
  owner: name,
  type: v.picklist(PACKAGE_TYPES),
  package: name,
  id: v.exactOptional(positive),
  name: v.exactOptional(name),
  tags: v.exactOptional(list(name)),
  children: v.exactOptional(list(digest)),
  subject: v.exactOptional(digest),
  tag: v.exactOptional(name),
  digest: v.exactOptional(digest),
  reason: v.exactOptional(text),
  restoreBefore: v.exactOptional(time)
})

const outcome = v.strictObject({
  kind: v.literal('outcome'),
  step: positive,
  at: time,
  result: v.picklist(OUTCOMES),
  message: v.exactOptional(text)
})

/** A line of a receipt. */
export const receiptLineShape = v.variant('kind', [header, intent, outcome])

/** Reads a receipt of unknown origin. A line that is wrong is left out, and so is a last line that a kill cut off. */
export function parseReceipt(source: string): ParsedReceipt {
  const { lines, problems, cut } = readLines(source)
  const [first, ...rest] = lines
  if (first?.kind !== 'header') {
    return {
      problems: [...problems, `this is no receipt: its first line is no header of "${RECEIPT_FORMAT}"`].slice(
        0,
        MOST_PROBLEMS
      )
    }
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
    const own = raw.replace(/\r$/, '')
    if (own !== '') read(own, `line ${i + 1}`)
  })
  // Every whole line ends with a line break. Without one, JSON that is complete was cut just before it.
  const complete = unfinished !== '' && parseJson(unfinished) !== undefined
  if (complete) read(unfinished, `line ${texts.length + 1}`)
  return { lines, problems, cut: unfinished !== '' && !complete }

  function read(own: string, where: string): void {
    const data = parseJson(own)
    if (data === undefined) {
      problems.push(`${where} is not JSON: ${clip(visible(own), 60)}`)
      return
    }
    const parsed = v.safeParse(receiptLineShape, data)
    if (parsed.success) lines.push(parsed.output)
    else problems.push(`${where}: ${problemsOf(parsed.issues).join('; ')}`)
  }
}

/** `undefined` for what is not JSON; no JSON value is `undefined`. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
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
    if (entry !== undefined) return `step ${each.step} is there twice`
    if (each.owner.toLowerCase() !== owner.toLowerCase()) return `step ${each.step} has another owner than the header`
    if (missing(each) !== undefined) return `step ${each.step} lacks ${missing(each)}`
    entries.set(each.step, { intent: each })
    return undefined
  }
  if (entry === undefined) return `step ${each.step} has an outcome but no intent before it`
  // The final check may take a deletion back: a second outcome says so.
  if (entry.outcome !== undefined && each.result !== 'restored') return `step ${each.step} has two outcomes`
  entry.outcome = each
  return undefined
}

function missing({ action, id, name, tag, digest }: ReceiptIntent): string | undefined {
  if (action === 'delete') return id === undefined ? 'id' : name === undefined ? 'name' : undefined
  if (action === 'untag') return tag === undefined ? 'tag' : digest === undefined ? 'digest' : undefined
  return undefined
}
