// Writes what is derived from the tables and shapes of src: action.yml, blocks of README.md and docs, schemas in dist.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  renderAction,
  renderInputs,
  renderKeepKeys,
  renderOutputs,
  renderPolicyKeys,
  renderSchema,
  replaceBlock
} from '../src/config/generate.js'

import { DOCUMENTS, type DocumentName, renderFields, renderFileSchema } from './fileDocs.js'

const root = process.cwd()

function write(path: string, text: string): void {
  const file = join(root, path)
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return
  writeFileSync(file, text)
  console.log(`${path} written`)
}

function writeBlocks(path: string, blocks: Readonly<Record<string, () => string>>): void {
  let text = readFileSync(join(root, path), 'utf8')
  for (const [name, render] of Object.entries(blocks)) text = replaceBlock(text, name, render())
  write(path, text)
}

write('action.yml', renderAction())
mkdirSync(join(root, 'dist'), { recursive: true })
write('dist/policy.schema.json', renderSchema())
const documents = Object.keys(DOCUMENTS) as DocumentName[]
for (const name of documents) write(`dist/${name}.schema.json`, renderFileSchema(name))
writeBlocks('docs/files.md', Object.fromEntries(documents.map((name) => [name, () => renderFields(name)])))
writeBlocks('README.md', { inputs: renderInputs, outputs: renderOutputs })
writeBlocks('docs/policies.md', { 'keep-keys': renderKeepKeys, 'policy-keys': renderPolicyKeys })
