import * as v from 'valibot'
import { parseJson } from '../domain/json.js'
import { PACKAGE_TYPES } from '../domain/package.js'
import { list, problemsOf, text } from './savedFile.js'

const HOLD_FORMAT = 'package-retention-hold'

const hold = v.object({
  owner: text,
  type: v.picklist(PACKAGE_TYPES),
  package: text,
  id: v.pipe(v.number(), v.safeInteger()),
  name: text,
  /** ISO 8601. */
  until: v.pipe(
    text,
    v.check((until) => !Number.isNaN(Date.parse(until)), 'expected a time in ISO 8601')
  )
})

/** A hold file: the versions that a restore was asked for, each with the time until which prunes keep it. */
export const holdShape = v.object({ format: v.literal(HOLD_FORMAT), version: v.literal(1), holds: list(hold) })

export type Hold = Readonly<v.InferOutput<typeof hold>>

/** The text of a hold file. */
export function serializeHolds(holds: readonly Hold[]): string {
  return `${JSON.stringify({ format: HOLD_FORMAT, version: 1, holds }, null, 2)}\n`
}

/** Reads a hold file of unknown origin. A damaged file is refused as a whole: it must never count as empty. */
export function parseHolds(source: string): readonly Hold[] | { readonly problems: readonly string[] } {
  const data = parseJson(source)
  if (data === undefined) return { problems: ['it is not JSON'] }
  const read = v.safeParse(holdShape, data)
  return read.success ? read.output.holds : { problems: problemsOf(read.issues) }
}
