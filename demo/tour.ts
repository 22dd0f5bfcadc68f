import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { readScenario } from '../simulator/scenario/read.js'
import { type Simulator, startSimulator } from '../simulator/simulator.js'
import { type Decision, examples, planned, readPlan, title, why } from './planFile.js'
import { type ActionRun, runAction, type Workflow } from './runAction.js'
import { brokenTags, lostSignatures, type State, stateOf } from './state.js'
import { check, dim, heading, say, table } from './terminal.js'

/** A job's token as GitHub writes them since 2026: long, with dots. It opens the simulator only. */
const token = `ghs_1234567_${'simulated'.repeat(20)}.tour.token`
const owner = 'octo-org'
const repository = 'octo-org/shop'
const rowsShown = 12
const checkout = checkoutFolder()
const organization = join(checkout, 'simulator', 'samples', 'octo-org.json')
const policyFile = join(checkout, 'demo', 'policy.yaml')

process.exitCode = (await tour()) ? 0 : 1

/** Tells whether everything held that the tour claims. */
async function tour(): Promise<boolean> {
  // Three runs share one minute here; on GitHub they are hours apart, so the limit per minute would only slow the tour.
  const simulator = await startSimulator(readScenario(organization), { limits: { secondary: 'off' } })
  simulator.world.addToken({ value: token, repository })
  try {
    return await story(simulator, workflowOn(simulator))
  } finally {
    await simulator.stop()
  }
}

async function story(simulator: Simulator, workflow: Workflow): Promise<boolean> {
  const { world } = simulator
  const results: boolean[] = []
  const must = (what: string, held: boolean) => results.push(check(what, held))
  const step = async (inputs: Readonly<Record<string, string>>) => {
    simulator.clearLog()
    const run = await runAction(workflow, inputs)
    say(dim(`  ${simulator.log.length} requests in ${(run.milliseconds / 1000).toFixed(1)} s`))
    must('the action ended well', run.status === 0)
    if (run.status !== 0) say(`\n${run.log}`)
    keep(workflow, `${inputs.operation}${inputs['dry-run'] === 'true' ? '-dry-run' : ''}`, run)
    return run
  }
  const policy = { operation: 'prune', 'policy-file': relative(workflow.workspace, policyFile) }

  heading(`1  The organization ${owner}, on a simulated GitHub Packages`)
  const before = stateOf(world, owner)
  showPackages(before)
  must('every tag can be pulled', brokenTags(world, owner).length === 0)

  heading('2  Dry run: what demo/policy.yaml would delete, and why')
  const dryRun = await step({ ...policy, 'dry-run': 'true' })
  const intended = showPlan(dryRun)
  must('something would be deleted', intended.size > 0)
  must('planned-count is the number of versions in the plan', dryRun.outputs['planned-count'] === String(intended.size))
  must(
    'no request changed anything',
    simulator.log.every(({ method, part }) => method === 'GET' || part !== 'api')
  )
  must('nothing is different from before', isDeepStrictEqual(world.snapshot(), before.snapshot))

  heading('3  Prune: the same, done')
  const prune = await step({ ...policy, 'dry-run': 'false' })
  const after = stateOf(world, owner)
  const gone = new Set([...before.active].filter((id) => !after.active.has(id)))
  showChange(before, after)
  must(`exactly what the dry run showed was deleted: ${gone.size} versions`, isDeepStrictEqual(gone, new Set(intended)))
  must('deleted-count says so too', prune.outputs['deleted-count'] === String(gone.size))
  const tags = after.packages.reduce((sum, each) => sum + each.tags.length, 0)
  must(`every tag that is kept (${tags}) can be pulled completely`, brokenTags(world, owner).length === 0)
  must('no image that is kept lost its signature or attestation', lostSignatures(before, after).length === 0)

  heading('4  Restore: the receipt of that run, undone')
  const receipt = prune.outputs['receipt-file'] ?? ''
  const restore = await step({ operation: 'restore', 'receipt-file': receipt })
  must(`restored-count is ${gone.size}`, restore.outputs['restored-count'] === String(gone.size))
  must('ids, digests, tags and dist-tags are what they were', isDeepStrictEqual(world.snapshot(), before.snapshot))
  must('every tag can be pulled', brokenTags(world, owner).length === 0)

  const failed = results.filter((held) => !held).length
  say(`\n${failed === 0 ? 'Everything held.' : `${failed} of ${results.length} checks failed.`}`)
  say(dim(`Logs, job summaries, report pages, plan and receipt: ${relative(process.cwd(), workflow.temp)}`))
  return failed === 0
}

function showPackages({ packages }: State): void {
  table(
    ['type', 'package', 'versions', 'tags', 'some of them'],
    packages.map(({ type, name, versions, tags }) => [type, name, versions, tags.length, tags.slice(-5).join(' ')])
  )
}

/** Shows what is deleted, and an example of each reason to keep; returns the ids of what is deleted. */
function showPlan(run: ActionRun): ReadonlySet<number> {
  const file = run.outputs['plan-file'] ?? ''
  if (!existsSync(file)) return new Set()
  const plan = readPlan(file)
  for (const { package: about, decisions } of plan.packages) {
    const roots = decisions.filter(({ role }) => role === 'root')
    const goes = roots.filter(({ verdict }) => verdict === 'delete')
    const size = (root: Decision) =>
      decisions.filter(({ verdict, units }) => verdict === 'delete' && units.includes(root.version.id)).length
    const deletions = decisions.filter(({ verdict }) => verdict === 'delete').length
    say(`\n  ${about.type} ${about.name}: ${deletions} of ${decisions.length} versions would be deleted`)
    if (goes.length === 0) continue
    table(
      ['deleted', 'what', 'versions', 'why'],
      goes.slice(0, rowsShown).map((root) => [title(root), root.kind, size(root), why(root)])
    )
    if (goes.length > rowsShown) say(dim(`  and ${goes.length - rowsShown} more`))
    const stays = examples(roots.filter(({ verdict }) => verdict === 'keep'))
    if (stays.length > 0)
      table(
        ['kept, for example', 'why'],
        stays.map((root) => [title(root), why(root)])
      )
  }
  say()
  return planned(plan)
}

function showChange(before: State, after: State): void {
  const rows = before.packages.flatMap((earlier) => {
    const now = after.packages.find(({ key }) => key === earlier.key)
    const left = now?.versions ?? 0
    const tags = now?.tags.length ?? 0
    if (left === earlier.versions) return []
    return [[earlier.name, earlier.versions, left, earlier.versions - left, earlier.tags.length, tags]]
  })
  table(['package', 'before', 'after', 'deleted', 'tags before', 'after'], rows)
}

function keep({ temp }: Workflow, name: string, run: ActionRun): void {
  writeFileSync(join(temp, `${name}.log`), run.log)
  writeFileSync(join(temp, `${name}-summary.md`), run.summary)
}

function workflowOn(simulator: Simulator): Workflow {
  const temp = join(checkout, 'reports', 'demo')
  rmSync(temp, { recursive: true, force: true })
  mkdirSync(temp, { recursive: true })
  const { environment } = simulator
  return { action: checkout, workspace: checkout, temp, repository, token, environment }
}

/** Compiled code runs from a folder below the checkout. */
function checkoutFolder(): string {
  const start = dirname(fileURLToPath(import.meta.url))
  for (let folder = start; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder
  }
  throw new Error(`no package.json in or above ${start}`)
}
