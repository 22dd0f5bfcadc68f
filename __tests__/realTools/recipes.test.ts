import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, jest } from '@jest/globals'
import { runningClock } from '../../simulator/world/clock.js'
import { indexEntries, textOf } from '../../simulator/world/graph.js'
import type { StoredPackage } from '../../simulator/world/package.js'
import { ALL } from '../amount.js'
import { OWN_ACTION, OWN_WORKFLOW, readWorkflow } from '../docs/runWorkflow.js'
import { DAY, type Inputs, newWorld, OWNER, runHere, simulate, TOKEN, workspace } from '../e2e/harness.js'
import { BUILDKIT } from './buildkit.js'
import { hasTools, Toolbox, UNLIMITED } from './tools.js'

/** What is left of 16 builds is pulled after each recipe. */
jest.setTimeout(900_000)

/** Those for images of a single repository; each deletes some of `AGES`. */
const RECIPES = [
  'build-caches.yml',
  'nightly-prune.yml',
  'untagged.yml',
  'branch-deleted.yml',
  'cluster.yml',
  'company.yml',
  'enterprise-server.yml',
  'environments.yml',
  'failure-issue.yml',
  'gitops.yml',
  'keep-per-branch.yml',
  'multi-arch-signed.yml',
  'pull-request-closed.yml',
  'pull-request-sweep.yml',
  'policies/approved.yaml',
  'policies/monorepo.yaml',
  'policies/organization.yaml'
]

const OTHERWISE: Readonly<Record<string, Inputs>> = {
  'enterprise-server.yml': { 'dry-run': 'false' },
  // There are fewer than ten.
  'untagged.yml': { 'keep-last-untagged': '2' }
}

/** Other names, and smaller numbers where there are too few images. */
const REPLACED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'keep-per-branch.yml': { 'last: 5': 'last: 1' },
  'policies/approved.yaml': { '[my-app]': '[app]', 'weekly: 8': 'weekly: 1' },
  'policies/monorepo.yaml': { 'my-org/monorepo': `${OWNER}/app`, 'service-*': '*' }
}

/** What a file of the recipe says to be in use: by its tag, and by the digest of one of its platforms. */
const IN_USE = ['v1.0.0', 'build-1', 'build-2', 'pr-12', 'sha-0a1b2c3', 'nightly-1'] as const
const READS_IN_USE: readonly string[] = ['cluster.yml', 'gitops.yml']

/** Days by tag, the oldest first. */
const AGES = {
  'v1.0.0': 800,
  'v2.0.0-rc.1': 500,
  'v2.0.0': 450,
  'v3.0.0': 400,
  'main-0a1b2c0': 330,
  'build-1': 320,
  'build-2': 310,
  'build-3': 300,
  'pr-12': 90,
  'sha-0a1b2c3': 80,
  'nightly-1': 70,
  'pr-12-abc': 60,
  main: 50,
  'sha-1a1b2c3': 40,
  'nightly-2': 3,
  'pr-13': 1
}

function replaced(recipe: string, text: string): string {
  return Object.entries(REPLACED[recipe] ?? {}).reduce((so, [from, to]) => so.replaceAll(from, to), text)
}

/** What a workflow says to the action; an event is about the pull request 12, whose branch is `pr-12`. */
function inputsOf(recipe: string): Inputs {
  if (recipe.endsWith('.yaml')) return { policy: replaced(recipe, readFileSync(join('docs/recipes', recipe), 'utf8')) }
  const jobs = Object.values(readWorkflow(recipe).jobs)
  const job = jobs.find(({ uses }) => uses !== undefined && OWN_WORKFLOW.test(uses))
  const step = jobs.flatMap(({ steps = [] }) => steps).find(({ uses }) => uses !== undefined && OWN_ACTION.test(uses))
  const { 'artifact-name': _, ...given } = job?.with ?? step?.with ?? {}
  const said: Readonly<Record<string, string>> = { 'github.event.number': '12', 'github.event.ref': 'pr-12' }
  const read = (value: unknown): string =>
    String(value).replaceAll(/\$\{\{ ([^}]+) \}\}/g, (_text, expression: string) => said[expression] ?? '')
  const inputs = Object.entries(given).map(([name, value]) => [name, replaced(recipe, read(value))] as const)
  return Object.fromEntries(inputs.filter(([, text]) => text !== ''))
}

/** For the recipes that read what is in use, from a file of a GitOps repository and from `kubectl`. */
function writeInUse(registry: string, packages: readonly StoredPackage[]): void {
  const images: string[] = []
  const platforms: string[] = []
  for (const { facts, byTag, manifests } of packages)
    for (const tag of IN_USE) {
      const content = manifests.get(byTag.get(tag)?.name ?? '')
      if (content === undefined) continue
      const name = `${registry}/${OWNER}/${facts.name}`
      images.push(`- image: ${name}:${tag}`)
      platforms.push(`${name}@${indexEntries(content)[0] ?? byTag.get(tag)?.name}`)
    }
  mkdirSync(join(workspace, 'gitops'), { recursive: true })
  writeFileSync(join(workspace, 'gitops', 'images.yaml'), images.join('\n'))
  writeFileSync(join(workspace, 'in-use.txt'), platforms.join('\n'))
}

/** These and all that they list and that refers to it. */
function familyOf({ manifests, byName }: StoredPackage, roots: Iterable<string>): ReadonlySet<string> {
  const subjects = [...byName.keys()].map((name) => {
    const content = manifests.get(name)
    const { subject } = JSON.parse(content ? textOf(content) : '{}') as { subject?: { digest: string } }
    return [name, subject?.digest] as const
  })
  const family = new Set(roots)
  for (const digest of family) {
    const content = manifests.get(digest)
    for (const entry of content ? indexEntries(content) : []) family.add(entry)
    for (const [name, subject] of subjects) if (subject === digest) family.add(name)
  }
  return family
}

/** What is left of the images that lost their tags to the run, and of no other image. */
function leftOver(stored: StoredPackage, rootsBefore: ReadonlyMap<string, string>): readonly string[] {
  const rootsNow = new Set([...stored.byTag.values()].map(({ name }) => name))
  const isGone = (root: string): boolean => !rootsNow.has(root)
  const gone = new Set([...rootsBefore.values()].filter(isGone).flatMap((root) => [...familyOf(stored, [root])]))
  const others = familyOf(
    stored,
    [...stored.byName.keys()].filter((name) => !gone.has(name))
  )
  return [...gone].filter((digest) => stored.byName.has(digest) && !others.has(digest))
}

const TITLE =
  'each recipe deletes some images that BuildKit made, with all that belongs to them, and no part of another'
const MAKERS = Object.values(BUILDKIT)
const tools = [...new Set(MAKERS.flatMap((maker) => maker.tools))]
const test = hasTools(tools, TITLE) ? it : it.skip

test(TITLE, async () => {
  const clock = runningClock(Date.now() - AGES['v1.0.0'] * DAY)
  const world = newWorld({ clock })
  const repository = `${OWNER}/app`
  world.addRepository(repository, {
    releases: ['v3.0.0'],
    branches: ['main'],
    pulls: [13],
    deployments: ['production', 'staging'].map((environment) => ({
      environment,
      ref: 'main',
      sha: `1a1b2c3${'0'.repeat(33)}`,
      statuses: ['success'] as const
    }))
  })
  const packages = ['app', 'cache'].map((name) =>
    world.addPackage({ owner: OWNER, type: 'container', name, repository })
  )
  const simulator = await simulate(world, { limits: UNLIMITED })
  const box = new Toolbox(mkdtempSync(join(workspace, 'recipes-')), simulator.registryUrl, TOKEN)
  try {
    const checks = new Map<string, () => Promise<string>>()
    for (const [nth, [tag, days]] of Object.entries(AGES).entries()) {
      clock.advance(Date.now() - days * DAY - clock.now())
      const check = await MAKERS[nth % MAKERS.length]?.push(box, tag)
      if (check !== undefined) checks.set(tag, check)
    }
    clock.advance(Date.now() - clock.now())
    const whole = new Map<string, string>()
    for (const [tag, check] of checks) whole.set(tag, await check())
    const before = world.snapshot()
    writeInUse(box.registry, packages)
    const tags = packages.map(({ byTag }) => new Map([...byTag].map(([tag, { name }]) => [tag, name])))

    const found: Readonly<Record<string, unknown>>[] = []
    const recipes = ALL ? RECIPES : RECIPES.slice(0, 3)
    for (const recipe of recipes) {
      const about = { 'package-type': 'container', 'package-name': 'app, cache', ...OTHERWISE[recipe] }
      const ran = await runHere(simulator, { ...inputsOf(recipe), ...about })
      const left = packages.flatMap((stored, i) => leftOver(stored, tags[i] ?? new Map()))
      const broken: string[] = []
      for (const [tag, check] of checks) {
        const isKept = packages.every(({ byTag }, i) => byTag.has(tag) === tags[i]?.has(tag))
        if (isKept && (await check().catch(String)) !== whole.get(tag)) broken.push(tag)
      }
      const lost = READS_IN_USE.includes(recipe) ? IN_USE.filter((tag) => packages[0]?.byTag.has(tag) !== true) : []
      const failed = ran.status === 0 ? '' : ran.log
      found.push({ recipe, failed, deletes: Number(ran.outputs['deleted-count']) > 0, lost, left, broken })
      for (const { facts, versions } of packages) {
        for (const { id, deletedAt } of versions.all()) if (deletedAt !== undefined) world.restoreVersion(facts, id)
      }
      expect(world.snapshot()).toEqual(before)
    }
    const fine = { failed: '', deletes: true, lost: [], left: [], broken: [] }
    expect(found).toEqual(recipes.map((recipe) => ({ recipe, ...fine })))
  } finally {
    await box.close()
  }
})
