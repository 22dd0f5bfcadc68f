// Builds dist/, which runners download: tsc emits lib/, ncc joins it with its dependencies into one readable file.
//
//   node scripts/build.mjs           replaces dist/
//   node scripts/build.mjs --check   builds beside dist/ and fails where the two differ
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withoutForeignComments } from './foreign-comments.mjs'
import { withLessIndentation } from './indentation.mjs'
import { withoutUncalledCode } from './uncalled-code.mjs'
import { withoutUnusedCode } from './unused-code.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const dist = join(root, 'dist')
const fresh = join(root, '.build', 'dist')

bundle()
if (process.argv.includes('--check')) check()
else replace()

function bundle() {
  rmSync(join(root, 'lib'), { recursive: true, force: true })
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(fresh, { recursive: true })
  node('typescript/bin/tsc', '-p', 'tsconfig.json')
  // Neither minified nor with a source map: people are to read what they run, and Node 24 starts a minified bundle later.
  node('@vercel/ncc/dist/ncc/cli.js', 'build', 'lib/index.js', '-o', fresh, '--license', 'LICENSES.txt', '-C', '-q')
  const main = join(fresh, 'index.js')
  const joined = withoutForeignComments(readFileSync(main, 'utf8'), join(root, 'lib'))
  const program = withoutUnusedCode(withoutUncalledCode(joined))
  writeFileSync(main, withLessIndentation(program))
}

/** Only reached with a complete bundle at hand, so a failed build leaves dist/ as it was. */
function replace() {
  const files = filesOf(fresh)
  for (const stale of filesOf(dist).filter((file) => !files.includes(file))) rmSync(join(dist, stale))
  cpSync(fresh, dist, { recursive: true })
  for (const file of files) console.log(`dist/${file}: ${readFileSync(join(fresh, file)).length} bytes`)
}

function check() {
  const files = new Set([...filesOf(fresh), ...filesOf(dist)])
  const different = [...files].filter((file) => !same(join(fresh, file), join(dist, file)))
  for (const file of different) console.error(`dist/${file} is not what the sources build; run \`npm run bundle\``)
  if (different.length > 0) process.exit(1)
  console.log(`dist/ is what the sources build (Node ${process.version}, ${files.size} files)`)
}

/** Files under a folder; without the policy schema, which `npm run generate` writes there. */
function filesOf(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.schema.json'))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
}

function same(left, right) {
  return existsSync(left) && existsSync(right) && readFileSync(left).equals(readFileSync(right))
}

function node(script, ...args) {
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: root,
    stdio: 'inherit'
  })
  if (status !== 0) process.exit(status ?? 1)
}
