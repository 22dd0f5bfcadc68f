import { toJsonSchema } from '@valibot/to-json-schema'
import type { GenericSchema } from 'valibot'
import { planShape } from '../src/formats/planShape.js'
import { receiptLineShape } from '../src/formats/receipt.js'
import { resultShape } from '../src/formats/result.js'
import { FIELDS } from './fieldDocs.js'

interface JsonSchema {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
}

/** The documents that docs/files.md describes, each with its schema. */
export const DOCUMENTS = { plan: planShape, receipt: receiptLineShape, result: resultShape } as const
export type DocumentName = keyof typeof DOCUMENTS

const TITLES: Readonly<Record<DocumentName, string>> = {
  plan: 'Plan of Package Retention',
  receipt: 'Line of a receipt of Package Retention',
  result: 'What Package Retention writes to standard output with --json'
}

/** The published JSON schema of a document: dist/NAME.schema.json. */
export function renderFileSchema(name: DocumentName): string {
  return `${JSON.stringify({ title: TITLES[name], ...toJson(DOCUMENTS[name]) }, null, 2)}\n`
}

/** Times are text in the file; the checks that JSON schema does not know are left out. */
function toJson(schema: GenericSchema): JsonSchema {
  return toJsonSchema(schema, { typeMode: 'input', errorMode: 'ignore' }) as JsonSchema
}

/** The table of docs/files.md: each field once, with the sentence that `FIELDS` has for it. Throws where one has none. */
export function renderFields(name: DocumentName): string {
  const rows = new Map<string, { readonly kinds: Set<string>; optional: boolean }>()
  const texts = FIELDS[name]
  walk(toJson(DOCUMENTS[name]), '', (path, kind, needed) => {
    const row = rows.get(path) ?? { kinds: new Set(), optional: false }
    row.kinds.add(kind)
    row.optional ||= !needed
    rows.set(path, row)
  })
  const lines = [...rows].map(([path, { kinds, optional }]) => {
    const text = texts[path]
    if (text === undefined) throw new Error(`docs/files.md: the field ${path} of ${name} has no sentence`)
    return `| \`${path}\` | ${[...kinds].join(', ')}${optional ? ' (optional)' : ''} | ${text} |`
  })
  const left = Object.keys(texts).filter((path) => !rows.has(path))
  if (left.length > 0) throw new Error(`docs/files.md: ${name} has no field ${left.join(', ')}`)
  return ['| field | type | meaning |', '| --- | --- | --- |', ...lines].join('\n')
}

/** docs/policies.md has the policy, and a step repeats the reasons of its decision. */
const ELSEWHERE: ReadonlySet<string> = new Set(['policy', 'packages[].steps[].reasons'])

function walk(schema: JsonSchema, path: string, each: (path: string, kind: string, needed: boolean) => void): void {
  const variants = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]
  const shared = (key: string): boolean => variants.every(({ properties }) => properties?.[key] !== undefined)
  for (const part of variants) {
    walk(part, path, (own, kind, needed) => each(own, kind, needed && shared(own.slice(own.lastIndexOf('.') + 1))))
  }
  if (schema.items !== undefined) walk(schema.items, `${path}[]`, each)
  for (const [key, value] of Object.entries(schema.properties ?? {})) {
    const own = path === '' ? key : `${path}.${key}`
    each(own, kindOf(value), schema.required?.includes(key) === true)
    if (!ELSEWHERE.has(own)) walk(value, own, each)
  }
}

function kindOf({ type, const: only, enum: choices, items, anyOf }: JsonSchema): string {
  if (only !== undefined) return `\`${JSON.stringify(only)}\``
  if (choices !== undefined) return choices.map((choice) => `\`${String(choice)}\``).join(', ')
  if (items !== undefined) return `list of ${plural(kindOf(items))}`
  if (anyOf !== undefined) return [...new Set(anyOf.map(kindOf))].join(' or ')
  return type ?? 'object'
}

const plural = (kind: string): string => (/^\w+$/.test(kind) ? `${kind}s` : kind)
