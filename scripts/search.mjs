// `npm test` takes a fixed sample; this takes everything.
//
//   npm run search -- all      runs all tests once, with every race, every value and every run of a random test
//   npm run search -- 30min    repeats the random tests with new seeds, and prints each failure with the line that replays it
//
// The second finishes the round that it is in, which may take some minutes longer.
import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const UNITS = { s: 1_000, min: 60_000, h: 3_600_000 }
const REPORT = '.build/search.json'

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'))
process.env.TEST_ALL = 'true'
if (process.argv[2] === 'all') process.exit(jest([], 'inherit').status ?? 1)
const [, amount, unit] = /^(\d+)(s|min|h)$/.exec(process.argv[2] ?? '') ?? []
if (amount === undefined) {
  console.error('usage: npm run search -- all, or -- <time>, for example 90s, 30min or 8h')
  process.exit(2)
}
const until = Date.now() + Number(amount) * UNITS[unit]
const files = randomTests()
mkdirSync(dirname(REPORT), { recursive: true })

const replays = []
let rounds = 0
do {
  const seed = randomInt(2 ** 31 - 1_000_000)
  const found = failuresOf(seed)
  rounds += 1
  console.log(`seed ${seed}: ${found.length === 0 ? 'no failure' : `${found.length} failed`}`)
  for (const { file, title, message } of found) {
    const replay = `TEST_ALL=true TEST_SEED=${seed} npm test -- ${file} -t ${quoted(title)}`
    console.log(`\n${message.split('\n').slice(0, 30).join('\n')}\n\n${replay}\n`)
    replays.push(replay)
  }
} while (Date.now() < until)

console.log(`${rounds} rounds of ${files.length} files, ${replays.length} failures`)
for (const replay of replays) console.log(replay)
process.exit(replays.length > 0 ? 1 : 0)

/** The test files that use the seed themselves or draw from fast-check, which uses it for them. */
function randomTests() {
  return readdirSync('__tests__', { recursive: true })
    .map((name) => join('__tests__', name))
    .filter((name) => name.endsWith('.test.ts'))
    .filter((name) => /from '(fast-check|\.{1,2}\/seed\.js)'/.test(readFileSync(name, 'utf8')))
}

function jest(args, stdio) {
  const npm = ['test', '--silent', '--', '--silent', ...args]
  return spawnSync('npm', npm, { stdio, shell: process.platform === 'win32' })
}

function failuresOf(seed) {
  rmSync(REPORT, { force: true })
  process.env.TEST_SEED = String(seed)
  const { status } = jest(['--json', `--outputFile=${REPORT}`, ...files], 'ignore')
  if (!existsSync(REPORT)) throw new Error(`jest wrote no report (exit code ${status})`)
  return JSON.parse(readFileSync(REPORT, 'utf8')).testResults.flatMap(({ name, message, assertionResults }) => {
    const file = relative('.', name)
    const failed = assertionResults.filter((one) => one.status === 'failed')
    if (failed.length === 0 && message !== '') return [{ file, title: '', message }]
    return failed.map(({ fullName, failureMessages }) => ({
      file,
      title: fullName,
      message: failureMessages.join('\n')
    }))
  })
}

/** For a shell; jest reads the title as a regular expression. */
function quoted(title) {
  return `'${title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll("'", '.')}'`
}
