import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { CHECKS } from './checks.ts'
import { realClock } from './clock.ts'
import { cleanUpAfter, namesTaken, type Options, runConformance } from './conformance.ts'
import { exitCode, renderReport } from './report.ts'

const USAGE = `Usage: npm run conformance -- --owner <login> --run <number> [options]

Finds out on a real account whether GitHub does what the product takes for granted. It makes private packages named
retention-conformance-<number>, and deletes them again. The token comes from GITHUB_TOKEN.

  --owner <login>       who will own the packages
  --run <number>        part of their names; choose one that is not taken
  --keep                leave the packages where they are
  --clean-up            only delete what a run of that number left behind
  --names               only say whether the names are free
  --content-limit       also delete 90 versions within a minute; pushes 95 manifests for that
  --repository <url>    the repository that the npm package is linked to
  --out <folder>        for evidence.jsonl, conformance.json and conformance.md; .build/conformance by default
  --api-url, --registry-url, --npm-url
                        for GitHub Enterprise Server; without --npm-url nothing is asked about npm there`

const GITHUB = {
  api: 'https://api.github.com',
  registry: 'https://ghcr.io',
  npm: 'https://npm.pkg.github.com'
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      owner: { type: 'string' },
      run: { type: 'string' },
      keep: { type: 'boolean', default: false },
      'clean-up': { type: 'boolean', default: false },
      names: { type: 'boolean', default: false },
      'content-limit': { type: 'boolean', default: false },
      repository: { type: 'string' },
      out: { type: 'string', default: '.build/conformance' },
      'api-url': { type: 'string', default: GITHUB.api },
      'registry-url': { type: 'string', default: GITHUB.registry },
      'npm-url': { type: 'string' },
      help: { type: 'boolean', default: false }
    }
  })
  const { owner, run, out } = values
  const token = process.env.GITHUB_TOKEN
  if (values.help || !owner || !run || !token) {
    process.stdout.write(`${USAGE}\n`)
    process.exitCode = values.help ? 0 : 1
    return
  }
  mkdirSync(out, { recursive: true })
  let isCancelled = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      isCancelled = true
    })
  }
  const npmUrl = values['npm-url'] ?? (values['api-url'] === GITHUB.api ? GITHUB.npm : undefined)
  const options: Options = {
    apiUrl: trimmed(values['api-url']),
    registryUrl: trimmed(values['registry-url']),
    npmUrl: npmUrl && trimmed(npmUrl),
    repository: values.repository,
    token,
    owner,
    run,
    clock: realClock,
    checks: CHECKS.filter(({ optional }) => optional === undefined || values[optional]),
    keep: values.keep,
    evidence: (line) => appendFileSync(join(out, 'evidence.jsonl'), line),
    isCancelled: () => isCancelled
  }
  if (values.names) return tell('These names are taken', await namesTaken(options))
  if (values['clean-up']) return tell('These packages could not be deleted', await cleanUpAfter(options))
  const conformance = await runConformance(options)
  const report = renderReport(conformance)
  writeFileSync(join(out, 'conformance.json'), `${JSON.stringify(conformance, undefined, 2)}\n`)
  writeFileSync(join(out, 'conformance.md'), report)
  process.stdout.write(report)
  if (process.env.GITHUB_STEP_SUMMARY) appendFileSync(process.env.GITHUB_STEP_SUMMARY, report)
  process.exitCode = exitCode(conformance)
}

function tell(what: string, names: readonly string[]): void {
  if (names.length === 0) return
  process.stderr.write(`${what}: ${names.join(', ')}\n`)
  process.exitCode = 1
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, '')
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
