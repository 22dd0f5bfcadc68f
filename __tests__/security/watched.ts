import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { HASTY, type Inputs } from '../e2e/harness.js'

const bundle = resolve(process.env.BUNDLE ?? 'dist/index.js')
const watch = pathToFileURL(join(import.meta.dirname, 'watch.mjs')).href

export interface Watched {
  readonly status: number | null
  readonly log: string
  readonly outputs: string
  readonly reached: readonly { readonly kind: 'connect' | 'lookup' | 'process' | 'worker'; readonly what: string }[]
}

/** Runs the bundle as a step, under observation, and where `eval` and `new Function` throw. */
export async function runWatched(
  folder: string,
  inputs: Inputs,
  environment: Readonly<Record<string, string>>
): Promise<Watched> {
  const own = mkdtempSync(join(folder, 'run-'))
  const [record, output, summary] = ['record', 'output', 'summary'].map((name) => join(own, name)) as [
    string,
    string,
    string
  ]
  for (const file of [record, output, summary]) writeFileSync(file, '')
  mkdirSync(join(own, 'temp'))
  const variables = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
  const env = {
    PATH: process.env.PATH,
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: folder,
    RUNNER_TEMP: join(own, 'temp'),
    GITHUB_OUTPUT: output,
    GITHUB_STEP_SUMMARY: summary,
    WATCH: record,
    ...HASTY,
    ...Object.fromEntries(variables),
    ...environment
  }
  const args = ['--disallow-code-generation-from-strings', '--import', watch, bundle]
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
  const status = await new Promise<number | null>((settle, reject) => {
    child.on('error', reject)
    child.on('close', settle)
  })
  return {
    status,
    log: Buffer.concat(chunks).toString('utf8'),
    outputs: readFileSync(output, 'utf8'),
    reached: readFileSync(record, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Watched['reached'][number])
  }
}

export function outputOf({ outputs }: Watched, name: string): string {
  const [, , value = ''] = new RegExp(`^${name}<<(\\S+)\\n([\\s\\S]*?)\\n\\1$`, 'm').exec(outputs) ?? []
  return value
}
