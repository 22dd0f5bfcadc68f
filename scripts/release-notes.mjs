// Prints what CHANGELOG.md says about a release, and fails unless the tag, package.json and CHANGELOG.md agree.
//
//   node scripts/release-notes.mjs v1.2.3
import { readFileSync } from 'node:fs'

const tag = process.argv[2] ?? ''
const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
if (tag !== `v${version}`) fail(`The tag is ${tag || 'missing'}, but package.json says ${version}`)

const sections = readFileSync('CHANGELOG.md', 'utf8').split(/^(?=## )/m)
const section = sections.find((text) => text.startsWith(`## [${version}]`))
const notes = section?.split('\n').slice(1).join('\n').trim()
if (!notes) fail(`CHANGELOG.md has no section "## [${version}]" with text`)
console.log(notes)

function fail(message) {
  console.error(message)
  process.exit(1)
}
