import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import type { ScenarioPackage } from '../../simulator/scenario/scenario.js'
import type { Simulator } from '../../simulator/simulator.js'
import { snippetsOf } from '../docs/markdown.js'
import { aged, images } from '../docs/recipeTable.js'
import { brokenSince, tagsOf } from '../e2e/harness.js'
import { saidBy, workflowNamed } from './act.js'
import { folderOfRuns, inAnEngine, JOB_TOKEN, REPOSITORY, run, runWell, serve, start } from './stage.js'

/** Ten days between versions; the newest is as old. */
function npm(name: string, versions: number): ScenarioPackage {
  const names = Array.from({ length: versions }, (_, index) => [`1.${index}.0`, `${(versions - index) * 10}d`] as const)
  return { owner: 'acme', type: 'npm', name, repository: REPOSITORY, versions: Object.fromEntries(names) }
}

const image: ScenarioPackage = {
  owner: 'acme',
  type: 'container',
  name: 'app',
  repository: REPOSITORY,
  versions: [1, 2, 3, 4].map((minor) => ({
    image: 'signed-image',
    tags: [`v1.${minor}.0`, ...(minor === 4 ? ['latest'] : [])],
    at: `${60 - minor * 10}d`,
    settings: { cosign: ['signature'], attestations: 'annotated' }
  }))
}

const policy = `version: 1
max-delete: 100%
rules:
  - packages: [app, web]
    types: [container, npm]
    match: {}
    keep: [{ last: 2 }]
`

const owners = { acme: { type: 'Organization' } } as const

const activeNames = ({ world }: Simulator, name: string): readonly string[] =>
  [...world.packages()].filter(({ facts }) => facts.name === name).flatMap(({ byName }) => [...byName.keys()])

inAnEngine('the action in a workflow engine', () => {
  it('shows a plan with the first workflow of README, which names nothing of the repository', async () => {
    const ages = { 'pr-12': '60d', 'sha-0a1b2c3': '60d', 'pr-13': '3d', '1.2.3': '400d', main: '90d', latest: '90d' }
    const simulator = await serve({ owners, packages: [images('app', ages)] })
    const before = simulator.world.snapshot()
    const [first] = snippetsOf('README.md').filter(({ language }) => language === 'yaml')
    const log = await runWell(simulator, first?.text ?? '')
    const [, deleted = '', kept = ''] = log.slice(log.indexOf('Summary - ## Package')).split(/\*\*(?:Would be|Kept)/)
    expect([...deleted.matchAll(/^ *\| `([\w.-]+)` \|/gm)].map(([, tag]) => tag).sort()).toEqual([
      'pr-12',
      'sha-0a1b2c3'
    ])
    expect(kept).toContain('| `pr-13` |')
    expect(simulator.world.snapshot()).toEqual(before)
  })

  it('pushes, prunes and pulls by the workflow of the own package', async () => {
    const simulator = await serve({ owners, packages: [images('app', aged('nightly-', 1, 9))] })
    // act does not check out the repository that a workflow is in.
    const workflow = readFileSync('.github/workflows/own-package.yml', 'utf8').replace(
      'path: .package-retention',
      '$&\n          repository: package-retention/package-retention'
    )
    // Not a docker: what it is asked to pull is checked below.
    const docker = 'echo "docker $*" >> "$CALLS"; case "$1 $2" in login*|*build) cat > /dev/null ;; esac'
    await runWell(simulator, workflow, { variables: { OWN_PACKAGE: 'true' }, programs: { docker } })
    const kept = Object.keys(aged('nightly-', 1, 7))
    expect([...tagsOf(simulator.world)]).toEqual(
      kept.map((tag) => [`app:${tag}`, expect.objectContaining({ ok: true })])
    )
    const calls = readFileSync(join(folderOfRuns(), 'calls'), 'utf8')
    expect(calls).toMatch(/^docker buildx build .* --tag ghcr\.io\/acme\/app:nightly-\d+ --push \.$/m)
    const pulls = [...calls.matchAll(/^docker pull --quiet --platform (\S+) ghcr\.io\/acme\/app:(\S+)$/gm)]
    expect(pulls.map(([, platform, tag]) => `${tag} ${platform}`).sort()).toEqual(
      kept.flatMap((tag) => [`${tag} linux/amd64`, `${tag} linux/arm64`])
    )
  })

  it('plans, waits for the approval, applies exactly that plan and takes it back', async () => {
    const simulator = await serve({ owners, packages: [image, npm('web', 5)] })
    const before = simulator.world.snapshot()
    const pullable = tagsOf(simulator.world)
    const files = { '.github/retention.yml': policy }
    const log = await runWell(simulator, workflowNamed('plan-approve-apply-restore.yml'), { files })
    const planned = Number(/approved (\d+) deletions/.exec(saidBy(log, 'approve'))?.[1])
    expect(planned).toBeGreaterThan(10)
    expect(saidBy(log, 'apply')).toContain(`deleted ${planned} of ${planned}, changed true`)
    expect(saidBy(log, 'restore')).toContain(`restored ${planned}`)
    expect(simulator.world.snapshot()).toEqual(before)
    expect(brokenSince(pullable, simulator.world)).toEqual([])
  })

  it('reads inputs by expressions, and gives outputs and the summary to the next step', async () => {
    const simulator = await serve({ owners, packages: [npm('web', 5)] })
    const given = { inputs: { keep: '3' }, variables: { TYPE: 'npm' } }
    const { log } = await run(simulator, workflowNamed('step.yml'), given)
    const said = saidBy(log, 'outputs')
    expect(said).toContain('planned 2, kept 3, changed false')
    expect(said).toContain('plan plan.json, report report.html')
    expect(said).toContain('expressions read the outputs')
    expect(log.slice(log.indexOf('Summary - ## Package Retention'))).toContain('| `1.0.0` |')
    expect(activeNames(simulator, 'web')).toHaveLength(5)
  })

  it('refuses an undeclared input before the first request, and later steps still run', async () => {
    const simulator = await serve({ owners, packages: [npm('web', 5)] })
    const { status, log } = await run(simulator, workflowNamed('step.yml'), { job: 'undeclared' })
    expect(status).not.toBe(0)
    expect(log).toMatch(/Summary - .*there is no input "dryrun".*dry-run/s)
    expect(saidBy(log, 'undeclared')).toContain("after it came failure, deleted '0'")
    expect(simulator.log).toEqual([])
  })

  it('fails the step that a fuse stops, which a workflow may go on from', async () => {
    const simulator = await serve({ owners, packages: [npm('web', 5)] })
    const log = await runWell(simulator, workflowNamed('step.yml'), { job: 'refused' })
    expect(saidBy(log, 'refused')).toContain('outcome failure, conclusion success, deleted 0')
    expect(activeNames(simulator, 'web')).toHaveLength(5)
  })

  it('has stand-ins that refuse what the artifact actions refuse', async () => {
    const log = await runWell(await serve({ owners, packages: [] }), workflowNamed('artifacts.yml'))
    expect(saidBy(log, 'artifacts')).toContain('again failure, slash failure, missing failure')
  })

  it('fans packages out over a job matrix', async () => {
    const packages = [npm('web', 3), npm('worker', 4), npm('web-old', 2), npm('api', 2)]
    const simulator = await serve({ owners, packages })
    const log = await runWell(simulator, workflowNamed('matrix.yml'))
    expect([...log.matchAll(/\| (\S+ lost \d+)/g)].map(([, text]) => text).sort()).toEqual([
      'web lost 2',
      'worker lost 3'
    ])
    expect(activeNames(simulator, 'web-old')).toHaveLength(2)
  })

  it('leaves a receipt of everything it did to a later step when the job is cancelled', async () => {
    let cancel = (): unknown => undefined
    let deletions = 0
    const simulator = await serve(
      { owners, packages: [npm('web', 40)] },
      {
        onRequest: ({ kind }) => {
          if (kind !== 'delete-version') return undefined
          deletions += 1
          if (deletions === 5) cancel()
          return deletions < 5 ? undefined : 'hang'
        }
      }
    )
    const { child, ended } = await start(simulator, workflowNamed('cancelled.yml'))
    cancel = () => child.kill('SIGINT')
    const { status, log } = await ended
    expect(status).not.toBe(0)
    expect(activeNames(simulator, 'web')).toHaveLength(36)
    expect(log).not.toContain(JOB_TOKEN)

    const receipt = readFileSync(join(folderOfRuns(), 'artifacts/1/receipt/receipt.jsonl'), 'utf8')
    await runWell(simulator, workflowNamed('restore.yml'), { files: { 'receipt.jsonl': receipt } })
    expect(activeNames(simulator, 'web')).toHaveLength(40)
  })
})
