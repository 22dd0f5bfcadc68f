// Writes what is derived from src/config and src/formats: the action files, tables of the documentation, the JSON schemas.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
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
} from './configDocs.js'

import { DOCUMENTS, type DocumentName, renderFields, renderFileSchema, SHOWN_DOCUMENTS } from './fileDocs.js'

const root = process.cwd()

function write(path: string, text: string): void {
  const file = join(root, path)
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  console.log(`${path} written`)
}

function writeBlocks(path: string, blocks: Readonly<Record<string, () => string>>): void {
  let text = readFileSync(join(root, path), 'utf8')
  for (const [name, render] of Object.entries(blocks)) text = replaceBlock(text, name, render())
  write(path, text)
}

for (const file of ACTION_FILES) write(file.path, renderAction(file))
write('dist/policy.schema.json', renderSchema())
for (const name of Object.keys(DOCUMENTS) as DocumentName[]) write(`dist/${name}.schema.json`, renderFileSchema(name))
writeBlocks('docs/files.md', Object.fromEntries(SHOWN_DOCUMENTS.map((name) => [name, () => renderFields(name)])))
writeBlocks('docs/inputs.md', { inputs: renderInputs, 'other-inputs': renderOtherInputs, outputs: renderOutputs })
writeBlocks('docs/policies.md', { 'keep-keys': renderKeepKeys, 'policy-keys': renderPolicyKeys })
