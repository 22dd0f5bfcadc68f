import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { PackageType } from '../simulator/world/package.js'
import { bundleContent } from './bundleContent.js'
import { expected, type Occasion, roundTrips, total } from './formula.js'
import { type Bundle, runBundle, Servers, type Usage } from './runBundle.js'
import type { Asked, Serving, Wanted } from './servers.js'

const USAGE = `Usage: npm run bench -- [options]

  --versions 200,10000     sizes of the package (default: 200,1000,10000)
  --packages 50            so many packages that share the versions, dry only (default: 1)
  --type container,npm     types of package (default: container); "all" for every type
  --latency 80,50          milliseconds of the API and of the registry (default: 0,0)
  --limits                 GitHub's limits, in minutes of sixty seconds
  --keep-last 10           units that the policy keeps (default: 10)
  --delete 47              versions that the real run deletes (default: 47; 0: no real run)
  --refuse 100             with every so manyth deletion a secondary limit of two seconds
  --no-bundle              not what the bundle is made of, nor how fast it starts
  --bundle dist            the folder with the bundle
  --node /path/to/node     the Node that runs it (default: this one)`

const TYPES: readonly PackageType[] = ['container', 'npm', 'maven', 'rubygems', 'nuget', 'docker']
const ROOT = resolve(import.meta.dirname, '..', '..')

interface Options {
  readonly bundle: Bundle
  readonly sizes: readonly number[]
  readonly types: readonly PackageType[]
  readonly packages: number
  readonly latency: Wanted['latency']
  readonly limits: boolean
  readonly deletions: number
  readonly refuse: number
  readonly keepLast: string
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      versions: { type: 'string', default: '200,1000,10000' },
      packages: { type: 'string', default: '1' },
      type: { type: 'string', default: 'container' },
      latency: { type: 'string', default: '0,0' },
      limits: { type: 'boolean', default: false },
      delete: { type: 'string', default: '47' },
      refuse: { type: 'string', default: '0' },
      'keep-last': { type: 'string', default: '10' },
      'no-bundle': { type: 'boolean', default: false },
      bundle: { type: 'string', default: join(ROOT, 'dist') },
      node: { type: 'string', default: process.execPath },
      help: { type: 'boolean', default: false }
    }
  })
  if (values.help) return print(USAGE)
  const [api = 0, registry = 0] = numbers(values.latency)
  const options: Options = {
    bundle: { main: resolve(values.bundle, 'index.js'), node: values.node },
    sizes: numbers(values.versions),
    types: values.type === 'all' ? TYPES : (values.type.split(',') as PackageType[]),
    packages: Number(values.packages),
    latency: { api, registry },
    limits: values.limits,
    deletions: values.packages === '1' ? Number(values.delete) : 0,
    refuse: Number(values.refuse),
    keepLast: values['keep-last']
  }
  print(
    `Node ${versionOf(values.node)}, latency ${api} ms API, ${registry} ms registry, limits ${options.limits ? 'on' : 'off'}\n`
  )
  print(row(HEADINGS))
  for (const type of options.types) for (const size of options.sizes) await measure(options, type, size)
  if (values['no-bundle']) return
  print('')
  await measureStart(options)
  print('')
  describeBundle(options.bundle)
}

const HEADINGS = [
  'type',
  'versions',
  'run',
  'deleted',
  'requests',
  '(formula)',
  'list',
  'get',
  'delete',
  'manifest',
  'other',
  'round trips',
  's',
  'CPU s',
  'MB',
  'points/min',
  'refused'
]

async function measure(options: Options, type: PackageType, versions: number): Promise<void> {
  const { bundle, packages, latency, limits, deletions, refuse, keepLast } = options
  const servers = await Servers.start({
    type,
    packages,
    versions,
    latency,
    limits: limits ? {} : { primary: 'off', secondary: 'off' },
    faults:
      refuse > 0
        ? [{ match: { kind: 'delete-version', every: refuse }, effect: { limited: 'secondary', retryAfter: 2 } }]
        : []
  })
  const workspace = mkdtempSync(join(tmpdir(), 'package-retention-bench-'))
  const policy = {
    'package-type': type,
    match: '*',
    'keep-last': keepLast,
    ...(packages > 1 && { 'package-name': '*' }),
    ...(type === 'container' && { 'delete-untagged': 'true', 'cache-path': 'cache' })
  }
  const { serving } = servers
  const run = async (name: string, inputs: Record<string, string>, warm: boolean) => {
    const usage = await runBundle(bundle, serving, { ...policy, ...inputs }, { workspace })
    const asked = await servers.asked()
    report(name, { type, packages, versions, warm, serving, usage, asked })
  }
  /** The points of the runs before count in GitHub's minute too. */
  const otherMinute = () => (limits ? wait(60_000) : undefined)
  try {
    // What a cache makes of it: only containers have manifests.
    const cached = type === 'container'
    const real = { 'delete-limit': String(deletions) }
    await run(cached ? 'dry, cold' : 'dry', { 'dry-run': 'true' }, false)
    if (cached) await run('dry, warm', { 'dry-run': 'true' }, true)
    if (deletions === 0) return
    await otherMinute()
    await run(cached ? 'real, warm' : 'real', real, true)
    if (!cached) return
    await otherMinute()
    await run('real, cold', { ...real, 'cache-path': 'another' }, false)
  } finally {
    await servers.stop()
    rmSync(workspace, { recursive: true, force: true })
  }
}

interface Measured {
  readonly type: PackageType
  readonly packages: number
  readonly versions: number
  readonly warm: boolean
  readonly serving: Serving
  readonly usage: Usage
  readonly asked: Asked
}

function report(name: string, { type, packages, versions, warm, serving, usage, asked }: Measured): void {
  const deletions = Number(usage.outputs['deleted-count'] ?? 0)
  const known = new Set(serving.mustRead)
  const shown = plannedDigests(usage).filter((digest) => !known.has(digest)).length
  const occasion: Occasion = { type, packages, versions, deletions, mustRead: known.size, shown, warm }
  const formula = expected(occasion)
  const by = (kind: string): number => asked.requests[kind] ?? 0
  const list = by('list-versions')
  const get = by('get-version') + by('get-package') + by('list-packages')
  const manifest = by('get-manifest')
  const all = Object.values(asked.requests).reduce((sum, count) => sum + count, 0)
  const against = (count: number, wanted: number): string => (count === wanted ? `${count}` : `${count} (${wanted})`)
  print(
    row([
      type,
      String(versions),
      name,
      String(deletions),
      String(all),
      String(total(formula)),
      against(list, formula.list),
      against(get, formula.get),
      against(by('delete-version'), formula.delete),
      against(manifest, formula.manifest),
      against(all - list - get - manifest - by('delete-version'), formula.other),
      asked.roundTrips === undefined ? '' : `${asked.roundTrips} (${roundTrips(occasion)})`,
      usage.seconds.toFixed(2),
      usage.cpuSeconds.toFixed(2),
      usage.megabytes.toFixed(0),
      deletions === 0 ? '' : `${asked.pointsAMinute.toFixed(0)}, at most ${asked.peakPoints}`,
      String(asked.refusals)
    ])
  )
  if (usage.status !== 0) print(usage.log.split('\n').slice(-12).join('\n'))
  if (asked.broken > 0) print(`${asked.broken} tags cannot be pulled any more`)
}

function plannedDigests({ plan: text }: Usage): readonly string[] {
  if (text === '') return []
  const plan = JSON.parse(text) as {
    readonly packages: readonly {
      readonly decisions: readonly { readonly verdict: string; readonly version: { readonly name: string } }[]
    }[]
  }
  return plan.packages.flatMap(({ decisions }) =>
    decisions.flatMap(({ verdict, version }) => (verdict === 'delete' ? [version.name] : []))
  )
}

/** Node's start to the first request, beside a program that does nothing; the least of some runs of each. */
async function measureStart({ bundle }: Options): Promise<void> {
  const servers = await Servers.start({
    type: 'npm',
    packages: 1,
    versions: 1,
    latency: { api: 0, registry: 0 },
    limits: {},
    faults: []
  })
  const folder = mkdtempSync(join(tmpdir(), 'package-retention-bench-'))
  const empty = join(folder, 'empty.mjs')
  writeFileSync(empty, '')
  const starts: number[] = []
  const empties: number[] = []
  for (let time = 0; time < 10; time++) {
    const before = performance.now()
    spawnSync(bundle.node, [empty])
    empties.push(performance.now() - before)
    const { startedAt } = await runBundle(
      bundle,
      servers.serving,
      { 'package-type': 'npm', match: '*', 'keep-last': '1' },
      { measured: false }
    )
    starts.push((await servers.asked()).firstAt - startedAt)
  }
  await servers.stop()
  rmSync(folder, { recursive: true, force: true })
  const shown = (all: readonly number[]) => `${Math.min(...all).toFixed(0)} ms (median ${median(all).toFixed(0)})`
  print(`start of Node to the first request: ${shown(starts)}; an empty program: ${shown(empties)}`)
}

function describeBundle({ main }: Bundle): void {
  const parts = bundleContent(main, join(ROOT, 'node_modules'))
  print(`${main}: ${statSync(main).size} bytes`)
  for (const { name, bytes } of parts.filter((part) => part.bytes > 5000))
    print(`${String(bytes).padStart(9)}  ${name}`)
}

const WIDTHS = [10, 9, 11, 8, 9, 10, 11, 9, 8, 12, 6, 11, 7, 7, 5, 20, 7]

function row(cells: readonly string[]): string {
  return cells
    .map((cell, column) =>
      column === 2 || column === 0 ? cell.padEnd(WIDTHS[column] ?? 0) : cell.padStart(WIDTHS[column] ?? 0)
    )
    .join(' ')
}

const numbers = (text: string): readonly number[] => text.split(',').map(Number)
const median = (all: readonly number[]): number => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0
const versionOf = (node: string): string => spawnSync(node, ['-p', 'process.versions.node']).stdout.toString().trim()
const print = (text: string): void => void process.stdout.write(`${text}\n`)

await main()
