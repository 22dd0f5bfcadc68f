// Writes what is derived from src/config: action.yml, the tables in README.md, dist/policy.schema.json.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderAction, renderInputs, renderOutputs, renderSchema, replaceBlock } from '../src/config/render.js'

const root = process.cwd()

function write(path: string, text: string): void {
  const file = join(root, path)
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return
  writeFileSync(file, text)
  console.log(`${path} written`)
}

write('action.yml', renderAction())
mkdirSync(join(root, 'dist'), { recursive: true })
write('dist/policy.schema.json', renderSchema())
if (existsSync(join(root, 'README.md'))) {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  write('README.md', replaceBlock(replaceBlock(readme, 'inputs', renderInputs()), 'outputs', renderOutputs()))
}
