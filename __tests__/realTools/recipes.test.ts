import { mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { runningClock } from '../../simulator/world/clock.js'
import { indexEntries, textOf } from '../../simulator/world/graph.js'
import type { StoredPackage } from '../../simulator/world/package.js'
import { ALL } from '../amount.js'
import { OWN_ACTION, OWN_WORKFLOW, readWorkflow } from '../docs/runWorkflow.js'
import { DAY, type Inputs, newWorld, OWNER, runHere, simulate, TOKEN, workspace } from '../e2e/harness.js'
import { BUILDKIT } from './buildkit.js'
import { hasTools, Toolbox, UNLIMITED } from './tools.js'

/** Those for images of a single repository; each deletes some of `AGES`. */
const RECIPES = [
  'build-caches.yml',
  'nightly-prune.yml',
  'untagged.yml',
  'branch-deleted.yml',
  'company.yml',
  'environments.yml',
  'failure-issue.yml',
  'multi-arch-signed.yml',
  'pull-request-closed.yml',
  'pull-request-sweep.yml',
  'policies/organization.yaml'
]

const OTHERWISE: Readonly<Record<string, Inputs>> = {
  // There are fewer than ten.
  'untagged.yml': { 'keep-last-untagged': '2' }
}

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

/** What a workflow says to the action; an event is about the pull request 12, whose branch is `pr-12`. */
function inputsOf(recipe: string): Inputs {
  if (recipe.endsWith('.yaml')) return { policy: readFileSync(join('docs/recipes', recipe), 'utf8') }
  const jobs = Object.values(readWorkflow(recipe).jobs)
  const job = jobs.find(({ uses }) => uses !== undefined && OWN_WORKFLOW.test(uses))
  const step = jobs.flatMap(({ steps = [] }) => steps).find(({ uses }) => uses !== undefined && OWN_ACTION.test(uses))
  const { 'artifact-name': _, ...given } = job?.with ?? step?.with ?? {}
  const said: Readonly<Record<string, string>> = { 'github.event.number': '12', 'github.event.ref': 'pr-12' }
  const read = (value: unknown): string =>
    String(value).replaceAll(/\$\{\{ ([^}]+) \}\}/g, (_text, expression: string) => said[expression] ?? '')
  const inputs = Object.entries(given).map(([name, value]) => [name, read(value)] as const)
  return Object.fromEntries(inputs.filter(([, text]) => text !== ''))
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
      const failed = ran.status === 0 ? '' : ran.log
      found.push({ recipe, failed, deletes: Number(ran.outputs['deleted-count']) > 0, left, broken })
      for (const { facts, versions } of packages) {
        for (const { id, deletedAt } of versions.all()) if (deletedAt !== undefined) world.restoreVersion(facts, id)
      }
      expect(world.snapshot()).toEqual(before)
    }
    expect(found).toEqual(recipes.map((recipe) => ({ recipe, failed: '', deletes: true, left: [], broken: [] })))
  } finally {
    await box.close()
  }
})
