import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import {
  ACTION_FILES,
  renderAction,
  renderInputs,
  renderKeepKeys,
  renderOtherInputs,
  renderOutputs,
  renderPolicyKeys,
  renderSchema,
  replaceBlock
} from '../scripts/configDocs.js'
import { DOCUMENTS, type DocumentName, renderFields, renderFileSchema, SHOWN_DOCUMENTS } from '../scripts/fileDocs.js'
import type { InputSpec, Operation } from '../src/config/inputs/inputSpec.js'
import { INPUTS } from '../src/config/inputs/inputs.js'
import { OUTPUTS, type OutputSpec } from '../src/config/inputs/outputs.js'
import { readConfig } from '../src/config/inputs/read.js'

const DOCUMENT_NAMES = Object.keys(DOCUMENTS) as DocumentName[]
const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const text = (path: string) => readFileSync(join(root, path), 'utf8')

describe('what is derived from the tables is fresh (npm run generate)', () => {
  it.each([
    ...ACTION_FILES.map((file) => [file.path, () => renderAction(file)] as const),
    ['dist/policy.schema.json', renderSchema],
    ...DOCUMENT_NAMES.map((name) => [`dist/${name}.schema.json`, () => renderFileSchema(name)] as const)
  ])('%s has what the tables say', (path, render) => {
    expect(text(path)).toBe(render())
  })

  it.each([
    ['inputs', 'docs/inputs.md', renderInputs],
    ['outputs', 'docs/inputs.md', renderOutputs],
    ['other-inputs', 'docs/inputs.md', renderOtherInputs],
    ['keep-keys', 'docs/policies.md', renderKeepKeys],
    ['policy-keys', 'docs/policies.md', renderPolicyKeys],
    ...SHOWN_DOCUMENTS.map((name) => [name, 'docs/files.md', () => renderFields(name)] as const)
  ])('the block %s in %s', (name, path, render) => {
    expect(text(path)).toBe(replaceBlock(text(path), name, render()))
  })
})

interface ActionFile {
  readonly inputs: Readonly<Record<string, { description: string; required: boolean; default?: string }>>
  readonly outputs: Readonly<Record<string, { description: string }>>
  readonly runs: object
}

describe.each(ACTION_FILES)('$path', ({ path, operation }) => {
  const action: ActionFile = parse(text(path))
  const inputs: readonly InputSpec[] = INPUTS
  const outputs: readonly OutputSpec[] = OUTPUTS

  it('declares no input and no output that its operation does not have', () => {
    const taken = inputs.filter(({ operations }) => operations.includes(operation)).map(({ name }) => name)
    expect(taken).toEqual(expect.arrayContaining(Object.keys(action.inputs)))
    expect(Object.keys(action.outputs)).toEqual(
      outputs.filter(({ operations }) => operations.includes(operation)).map(({ name }) => name)
    )
  })

  it('runs the bundle of the repository for its operation', () => {
    const { main } = action.runs as { main: string }
    expect(action.runs).toEqual({ using: 'node24', main })
    expect(join(dirname(path), main)).toBe(join('dist', 'index.js'))
    expect(action.inputs.operation?.default).toBe(operation === 'prune' ? undefined : operation)
  })

  it('has defaults that parse, none of which counts as given', () => {
    const defaults = Object.fromEntries(
      Object.entries(action.inputs).map(([name, input]) => [name, input.default ?? ''])
    )
    const own = { ...NEEDED[operation], token: 't', operation }
    const limit = 'max-delete' in defaults ? { 'max-delete': '50%' } : {}
    const filled = readConfig({ ...runner, inputs: { ...defaults, ...own } }, { texts: new Map(), fitting: new Map() })
    expect(filled).toEqual(
      readConfig({ ...runner, inputs: { ...own, ...limit } }, { texts: new Map(), fitting: new Map() })
    )
    expect(filled).toHaveProperty('config')
  })
})

const runner = {
  unknown: [],
  apiUrl: 'https://api.github.com',
  serverUrl: 'https://github.com',
  repository: 'octo-org/shop',
  workspace: '/work/shop',
  temp: '/work/_temp'
}

/** The fewest inputs of each operation. */
const NEEDED: Readonly<Record<Operation, Readonly<Record<string, string>>>> = {
  prune: { match: '*' },
  explain: { match: 'x', name: 'x' },
  apply: { 'plan-file': 'plan.json' },
  restore: { match: 'v*' },
  packages: { 'package-name': '**', 'package-type': 'npm' }
}

/** The inputs of action.yml before restore, apply and packages became actions: people search docs/inputs.md for them. */
const FORMER = (
  'operation token dry-run owner package-name package-type if-missing match match-prerelease keep keep-latest keep-last ' +
  'keep-within delete-untagged version-ids partial-tags grace-period min-keep max-delete delete-limit hold-file ' +
  'policy-file policy plan-file on-stale max-plan-age receipt-file deleted-within restore-package time-limit pace ' +
  'delete-concurrency requests-per-hour cache-path api-url registry-url npm-registry-url'
).split(' ')

it('docs/inputs.md has every input, and each that action.yml once had', () => {
  const page = text('docs/inputs.md')
  const names = [...INPUTS.map(({ name }) => name), ...FORMER]
  const told = (name: string) => new RegExp(`^(- (\`[\\w-]+\`, )*\`${name}\`|\`${name}: )`, 'm').test(page)
  expect(names.filter((name) => !told(name))).toEqual([])
})

describe('replaceBlock', () => {
  it('replaces what is between its markers and nothing else', () => {
    const before = 'a\n<!-- inputs:start -->\nold\n<!-- inputs:end -->\nb\n'
    expect(replaceBlock(before, 'inputs', 'new')).toBe('a\n<!-- inputs:start -->\n\nnew\n\n<!-- inputs:end -->\nb\n')
  })

  it('asks for both of them', () => {
    expect(() => replaceBlock('a\n<!-- inputs:start -->\nb\n', 'inputs', 'new')).toThrow('inputs')
    expect(() => replaceBlock('a\n<!-- inputs:end -->\nb\n', 'inputs', 'new')).toThrow('inputs')
  })
})
