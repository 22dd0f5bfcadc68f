import { toJsonSchema } from '@valibot/to-json-schema'
import type { GenericSchema } from 'valibot'
import { holdShape } from '../src/formats/hold.js'
import { planShape } from '../src/formats/planShape.js'
import { receiptLineShape } from '../src/formats/receipt.js'
import { resultShape } from '../src/formats/result.js'
import { FIELDS } from './fieldDocs.js'

interface JsonSchema {
  readonly description?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
}

/** The documents that a run writes, each with the shape that the program reads and writes it by. */
export const DOCUMENTS = { plan: planShape, receipt: receiptLineShape, hold: holdShape, result: resultShape } as const
export type DocumentName = keyof typeof DOCUMENTS

const TITLES: Readonly<Record<DocumentName, string>> = {
  plan: 'Plan of Package Retention',
  receipt: 'Line of a receipt of Package Retention',
  hold: 'Hold file of Package Retention',
  result: 'What Package Retention writes to standard output with --json'
}

/** What people look up in a file or use in a script: docs/files.md shows these fields. */
const SHOWN = {
  plan: [
    'now',
    'packages[].violations[].message',
    'packages[].decisions[].verdict',
    'packages[].decisions[].version.id',
    'packages[].decisions[].version.name',
    'packages[].decisions[].version.tags',
    'packages[].decisions[].units',
    'packages[].decisions[].heldBy',
    'packages[].decisions[].reasons',
    'packages[].steps'
  ],
  receipt: ['kind', 'step', 'action', 'package', 'id', 'name', 'tags', 'restoreBefore', 'result', 'message'],
  result: ['summary.result', 'summary.counts', 'summary.packages[].counts', 'deleted', 'failure']
} as const satisfies Partial<Record<DocumentName, readonly string[]>>
export type ShownDocument = keyof typeof SHOWN
export const SHOWN_DOCUMENTS = Object.keys(SHOWN) as ShownDocument[]

/** The published JSON schema of a document, with the sentence that `FIELDS` has for each field: dist/NAME.schema.json. */
export function renderFileSchema(name: DocumentName): string {
  const texts = FIELDS[name]
  const left = new Set(Object.keys(texts))
  const schema = describeFields(toJson(DOCUMENTS[name]), '', (path) => {
    const text = texts[path]
    if (text === undefined) throw new Error(`scripts/fieldDocs.ts: the field ${path} of ${name} has no sentence`)
    left.delete(path)
    return text
  })
  if (left.size > 0) throw new Error(`scripts/fieldDocs.ts: ${name} has no field ${[...left].join(', ')}`)
  return `${JSON.stringify({ title: TITLES[name], ...schema }, null, 2)}\n`
}

/** Times are text in the file; the checks that JSON schema does not know are left out. */
function toJson(schema: GenericSchema): JsonSchema {
  return toJsonSchema(schema, { typeMode: 'input', errorMode: 'ignore' }) as JsonSchema
}

/** docs/policies.md has the policy, and a step repeats the reasons of its decision. */
const ELSEWHERE: ReadonlySet<string> = new Set(['policy', 'packages[].steps[].reasons'])

function describeFields(schema: JsonSchema, path: string, textOf: (path: string) => string): JsonSchema {
  const inside = (part: JsonSchema): JsonSchema => describeFields(part, path, textOf)
  const fields = Object.entries(schema.properties ?? {}).map(([key, value]) => {
    const own = path === '' ? key : `${path}.${key}`
    return [
      key,
      { description: textOf(own), ...(ELSEWHERE.has(own) ? value : describeFields(value, own, textOf)) }
    ] as const
  })
  return {
    ...schema,
    ...(schema.properties && { properties: Object.fromEntries(fields) }),
    ...(schema.items && { items: describeFields(schema.items, `${path}[]`, textOf) }),
    ...(schema.anyOf && { anyOf: schema.anyOf.map(inside) }),
    ...(schema.oneOf && { oneOf: schema.oneOf.map(inside) }),
    ...(schema.allOf && { allOf: schema.allOf.map(inside) })
  }
}

/** A list of docs/files.md. */
export function renderFields(name: ShownDocument): string {
  const texts: Readonly<Record<string, string>> = FIELDS[name]
  const lines = SHOWN[name].map((path) => {
    const text = texts[path]
    if (text === undefined) throw new Error(`scripts/fileDocs.ts: ${name} has no field ${path}`)
    return `- \`${path}\`: ${text}`
  })
  return lines.join('\n')
}
