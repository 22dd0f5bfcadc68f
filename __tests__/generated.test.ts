import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { DOCUMENTS, type DocumentName, renderFields, renderFileSchema } from '../scripts/fileDocs.js'
import {
  renderAction,
  renderInputs,
  renderKeepKeys,
  renderOutputs,
  renderPolicyKeys,
  renderSchema,
  replaceBlock
} from '../src/config/generate.js'
import type { InputSpec } from '../src/config/inputs/inputSpec.js'
import { INPUTS } from '../src/config/inputs/inputs.js'
import { OUTPUTS } from '../src/config/inputs/outputs.js'
import { readConfig } from '../src/config/inputs/read.js'

const DOCUMENT_NAMES = Object.keys(DOCUMENTS) as DocumentName[]
const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const text = (path: string) => readFileSync(join(root, path), 'utf8')

describe('what is derived from the tables is fresh (npm run generate)', () => {
  it.each([
    ['action.yml', renderAction],
    ['dist/policy.schema.json', renderSchema],
    ...DOCUMENT_NAMES.map((name) => [`dist/${name}.schema.json`, () => renderFileSchema(name)] as const)
  ])('%s', (path, render) => {
    expect(text(path)).toBe(render())
  })

  it.each([
    ['inputs', 'README.md', renderInputs],
    ['outputs', 'README.md', renderOutputs],
    ['keep-keys', 'docs/policies.md', renderKeepKeys],
    ['policy-keys', 'docs/policies.md', renderPolicyKeys],
    ...DOCUMENT_NAMES.map((name) => [name, 'docs/files.md', () => renderFields(name)] as const)
  ])('the block %s in %s', (name, path, render) => {
    expect(text(path)).toBe(replaceBlock(text(path), name, render()))
  })
})

interface ActionFile {
  readonly inputs: Readonly<Record<string, { description: string; required: boolean; default?: string }>>
  readonly outputs: Readonly<Record<string, { description: string }>>
  readonly runs: object
}

describe('action.yml', () => {
  const action: ActionFile = parse(text('action.yml'))

  it('declares every input of the table with its default, and no other', () => {
    const inputs: readonly InputSpec[] = INPUTS
    expect(Object.entries(action.inputs).map(([name, input]) => [name, input.default])).toEqual(
      inputs.map((input) => [input.name, input.default])
    )
  })

  it('declares every output of the table, and no other', () => {
    expect(Object.keys(action.outputs)).toEqual(OUTPUTS.map(({ name }) => name))
  })

  it('runs the bundle', () => {
    expect(action.runs).toEqual({ using: 'node24', main: 'dist/index.js' })
  })
})

describe('the defaults', () => {
  const defaults = Object.fromEntries(
    INPUTS.map((input: InputSpec) => [input.name, input.default ?? '']).filter(([name]) => name !== 'token')
  )
  const runner = {
    unknown: [],
    apiUrl: 'https://api.github.com',
    serverUrl: 'https://github.com',
    repository: 'octo-org/shop',
    workspace: '/work/shop',
    temp: '/work/_temp'
  }
  const app = { token: 't', 'package-name': 'app', 'package-type': 'container' }

  it.each([
    ['prune', { ...app, 'keep-last': '5' }],
    ['apply', { token: 't', 'plan-file': 'plan.json' }],
    ['restore', { ...app, match: 'v*' }],
    ['packages', app]
  ])('all parse in %s, and none of them counts as given', (operation, inputs) => {
    const filled = readConfig({ ...runner, inputs: { ...defaults, operation, ...inputs } }, new Map())
    const bare = readConfig({ ...runner, inputs: { operation, ...inputs } }, new Map())
    expect(filled).toEqual(bare)
    expect(filled).toHaveProperty('config')
  })
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
