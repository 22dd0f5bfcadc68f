import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { descriptorOf, indexOf } from '../../simulator/images/manifest.js'
import { multiArch } from '../../simulator/images/multiArch.js'
import { signedImage } from '../../simulator/images/signedImage.js'
import type { Simulator } from '../../simulator/simulator.js'
import type { World } from '../../simulator/world/world.js'
import {
  changedBy,
  count,
  DAY,
  deletedIds,
  type Inputs,
  newWorld,
  OWNER,
  type Ran,
  runHere,
  runInMemory,
  simulate,
  tagsOf,
  workspace
} from './harness.js'
import { ABOUT_APP, APP } from './registry.js'

const policy: Inputs = {
  'package-name': '**',
  'package-type': 'container',
  match: 'old-*',
  'keep-last': '0',
  'delete-untagged': 'true'
}
const platforms = ['linux/amd64']
const first = signedImage('first', { tags: ['old-1'], platforms })
const second = multiArch('second', { tags: ['old-2'], platforms })
const untagged = multiArch('untagged', { platforms })

function registry(): World {
  const world = newWorld()
  const old = Date.now() - 10 * DAY
  for (const name of ['app', 'tools']) {
    world.push(OWNER, name, multiArch('kept', { tags: ['v1'], platforms }), [], old)
    for (const artifacts of [first, second, untagged]) world.push(OWNER, name, artifacts, [], old)
  }
  return world
}

interface Planned {
  readonly world: World
  readonly simulator: Simulator
  readonly plan: string
  readonly count: number
  apply(inputs?: Inputs): Promise<Ran>
}

async function planned(inputs: Inputs = {}): Promise<Planned> {
  const world = registry()
  const simulator = await simulate(world)
  const { outputs } = await runInMemory(simulator, { ...policy, ...inputs, 'dry-run': 'true' })
  const plan = outputs['plan-file'] ?? ''
  const apply = (more: Inputs = {}) => runInMemory(simulator, { operation: 'apply', 'plan-file': plan, ...more })
  return { world, simulator, plan, count: Number(outputs['planned-count']), apply }
}

/** Active tags and digests of every package. */
const state = (world: World) =>
  [...world.packages()].map(({ key, byName, byTag }) => [key, [...byName.keys()].sort(), [...byTag.keys()].sort()])

const broken = (world: World): readonly string[] => [...tagsOf(world)].filter(([, { ok }]) => !ok).map(([tag]) => tag)

let files = 0
function edited(plan: string, edit: (text: string) => string): string {
  files += 1
  const path = join(workspace, `edited-${files}.json`)
  const text = readFileSync(plan, 'utf8')
  expect(edit(text)).not.toBe(text)
  writeFileSync(path, edit(text))
  return path
}

/** The plan as if made in so many minutes. */
const dated = (minutes: number) => (text: string) =>
  text.replace(/"now": ?"[^"]+"/, `"now": "${new Date(Date.now() + minutes * 60_000).toISOString()}"`)

describe('apply', () => {
  it('of a plan does what a prune would have done, and a second time nothing', async () => {
    const pruned = registry()
    await runHere(await simulate(pruned), policy)
    const { world, apply, count: versions, simulator } = await planned()
    const once = await apply()
    expect(once.status).toBe(0)
    expect(state(world)).toEqual(state(pruned))
    expect(count(once, 'deleted-count')).toBe(versions)

    simulator.clearLog()
    const twice = await apply()
    expect(twice.status).toBe(0)
    expect(count(twice, 'deleted-count')).toBe(0)
    expect(changedBy(simulator.log, 'delete-version')).toEqual([])
    expect(simulator.log.filter(({ kind }) => kind === 'delete-version')).toEqual([])
  })

  it('in a dry run changes nothing', async () => {
    const { world, apply } = await planned()
    const before = world.snapshot()
    expect((await apply({ 'dry-run': 'true' })).status).toBe(0)
    expect(world.snapshot()).toEqual(before)
  })

  it.each<[string, (world: World) => void]>([
    ['a tag on what goes', (world) => world.tag(OWNER, 'app', 'new', second.at(-1)?.digest ?? '')],
    ['a tag on what is untagged', (world) => world.tag(OWNER, 'app', 'new', untagged.at(-1)?.digest ?? '')],
    ['a tag moved from what goes', (world) => world.retag(OWNER, 'app', 'old-2', 'v1')],
    [
      'a new index over what goes',
      (world) =>
        world.push(
          OWNER,
          'app',
          [indexOf([...second, ...untagged].slice(0, 3).map((each) => descriptorOf(each)))],
          ['new']
        )
    ],
    ['the deletion of what goes', (world) => world.deleteVersion(APP, world.packageAt(APP).byTag.get('old-2')?.id ?? 0)]
  ])('leaves alone what %s changed since, and does the rest', async (_, change) => {
    const { world, apply, simulator, count: versions } = await planned()
    change(world)
    const ran = await apply()
    expect(ran.status === 0 ? '' : ran.log).toBe('')
    expect(broken(world)).toEqual([])
    expect(world.package({ ...APP, name: 'tools' })?.byName.size).toBe(2)
    expect(world.resolveTag(OWNER, 'app', 'old-1')).toBeUndefined()
    expect(world.packageAt(APP).byName.has(first.at(-1)?.digest ?? '')).toBe(false)
    const done = changedBy(simulator.log, 'delete-version').length
    expect(count(ran, 'deleted-count')).toBe(done)
    expect(done).toBeLessThan(versions)
  })

  it('reads again only what the cache lacks: an index that somebody pushed since', async () => {
    const cache = { 'cache-path': 'manifests' }
    const { world, apply, simulator } = await planned(cache)
    const index = indexOf(second.slice(0, 1).map((each) => descriptorOf(each)))
    world.push(OWNER, 'app', [index], ['new'])
    simulator.clearLog()
    const ran = await apply(cache)
    expect(ran.status === 0 ? '' : ran.log).toBe('')
    const read = simulator.log.filter(({ kind }) => kind === 'get-manifest').map(({ path }) => path)
    expect(read).toEqual([`/v2/octo-org/app/manifests/${index.digest}`])
    expect(broken(world)).toEqual([])
  })

  it('fails for a package that is not there any more, and does the rest', async () => {
    const { world, apply } = await planned()
    world.deletePackage(APP)
    const ran = await apply()
    expect(ran.status).toBe(1)
    expect(ran.log).toContain('container/octo-org/app: ')
    expect(world.packageAt({ ...APP, name: 'tools' }).activeCount).toBe(2)
  })

  it('with on-stale: fail deletes all or nothing', async () => {
    const stale = await planned()
    stale.world.tag(OWNER, 'tools', 'new', second.at(-1)?.digest ?? '')
    const before = stale.world.snapshot()
    const refused = await stale.apply({ 'on-stale': 'fail' })
    expect(refused.status).toBe(1)
    expect(refused.log).toContain('the plan is stale')
    expect(stale.world.snapshot()).toEqual(before)

    const fresh = await planned()
    expect((await fresh.apply({ 'on-stale': 'fail' })).status).toBe(0)
    expect(deletedIds(fresh.world.snapshot()).size).toBe(fresh.count)
  })

  it.each<[string, Inputs, string]>([
    ['another owner', { owner: 'somebody-else' }, 'the plan is for octo-org'],
    [
      'another policy',
      { policy: "version: 1\nrules: [{ name: a, match: { names: ['x'] }, keep: [] }]" },
      'another policy'
    ],
    ['an age above max-plan-age', { 'max-plan-age': '1s' }, 'max-plan-age is']
  ])('refuses %s', async (_, inputs, message) => {
    const { world, apply } = await planned()
    world.addOwner('somebody-else')
    const before = world.snapshot()
    if (inputs['max-plan-age'] !== undefined) world.clock.advance(1100)
    const ran = await apply(inputs)
    expect(ran.status).toBe(1)
    expect(ran.log).toContain(message)
    expect(world.snapshot()).toEqual(before)
  })

  it('takes the same policy beside the plan', async () => {
    const text = "version: 1\nrules: [{ name: a, match: { names: ['old-*'] }, keep: [] }]"
    const world = registry()
    const simulator = await simulate(world)
    const about = ABOUT_APP
    const { outputs } = await runHere(simulator, { ...about, policy: text, 'dry-run': 'true' })
    const ran = await runHere(simulator, { operation: 'apply', policy: text, 'plan-file': outputs['plan-file'] ?? '' })
    expect(ran.status === 0 ? '' : ran.log).toBe('')
    expect(world.resolveTag(OWNER, 'app', 'old-1')).toBeUndefined()
  })

  it.each<[string, (text: string) => string]>([
    ['names a package of somebody else', (text) => text.replace('"owner": "octo-org"', '"owner": "victim"')],
    ['deletes what its decisions keep', (text) => text.replace(/"verdict": ?"delete"/, '"verdict": "keep"')],
    [
      'deletes a version that it does not describe',
      (text) => text.replace(/("kind": ?"delete",\s*"id": ?)\d+/, '$1424242')
    ],
    ['is dated ahead, and so would never be too old', dated(6)],
    ['has another policy than it was made under', (text) => text.replaceAll('old-*', 'v*')],
    ['was cut off', (text) => text.slice(0, text.length / 2)]
  ])('refuses a plan that %s', async (_, edit) => {
    const { world, simulator, plan } = await planned()
    const before = world.snapshot()
    const ran = await runHere(simulator, { operation: 'apply', 'plan-file': edited(plan, edit) })
    expect(ran.status).toBe(1)
    expect(world.snapshot()).toEqual(before)
  })

  it('takes a plan of a clock that is a little ahead, and says of one that is not what the time is', async () => {
    const { simulator, plan } = await planned()
    const apply = (minutes: number) =>
      runHere(simulator, { operation: 'apply', 'plan-file': edited(plan, dated(minutes)), 'dry-run': 'true' })
    expect((await apply(6)).log).toMatch(/the plan is dated 20\S+Z, and it is 20\S+Z now/)
    expect((await apply(4)).status).toBe(0)
  })

  it('of a plan whose every step was unchained from what owns it deletes no part of a tag that stays', async () => {
    const { world, simulator, plan } = await planned()
    // The index gained a tag since; its child must not go before it is found out.
    world.tag(OWNER, 'app', 'new', second.at(-1)?.digest ?? '')
    const file = edited(plan, (text) => text.replace(/"after": ?\[[^\]]*\]/g, '"after": []'))
    const ran = await runHere(simulator, { operation: 'apply', 'plan-file': file })
    expect(count(ran, 'deleted-count')).toBe(12)
    expect(broken(world)).toEqual([])
  })
})

describe('the hold file', () => {
  it('that a restore writes keeps what it brought back from the next prune and the next apply', async () => {
    const world = registry()
    const simulator = await simulate(world)
    const before = world.snapshot()
    const hold = { 'hold-file': 'hold.json' }
    const dry = await runHere(simulator, { ...policy, 'dry-run': 'true' })
    const { outputs } = await runHere(simulator, policy)
    const receipt = outputs['receipt-file'] ?? ''
    await runHere(simulator, { operation: 'restore', 'receipt-file': receipt, 'package-name': 'app', ...hold })
    await runHere(simulator, { operation: 'restore', 'receipt-file': receipt })
    expect(world.snapshot()).toEqual(before)

    const applied = await runHere(simulator, {
      operation: 'apply',
      'plan-file': dry.outputs['plan-file'] ?? '',
      ...hold
    })
    expect(applied.status === 0 ? '' : applied.log).toBe('')
    expect(world.packageAt(APP).activeCount).toBe(before['container/octo-org/app']?.versions.length)
    expect(world.packageAt({ ...APP, name: 'tools' }).activeCount).toBe(2)

    const again = await runHere(simulator, { ...policy, ...hold })
    expect(again.status).toBe(0)
    expect(count(again, 'deleted-count')).toBe(0)
    const unheld = await runHere(simulator, policy)
    expect(count(unheld, 'deleted-count')).toBeGreaterThan(0)
  })

  it('is read once, before anything is sent: what it says then is what holds', async () => {
    const path = join(workspace, 'hold.json')
    const { world, plan } = await planned()
    const held = world.packageAt(APP).byTag.get('old-1')
    const hold = { owner: OWNER, type: 'container', package: 'app', id: held?.id, name: '', until: '2100-01-01T00:00Z' }
    const text = JSON.stringify({ format: 'package-retention-hold', version: 1, holds: [hold] })
    const event = { at: { request: 1 }, run: () => writeFileSync(path, 'torn') }
    for (const inputs of [
      { ...policy, 'dry-run': 'true' },
      { operation: 'apply', 'plan-file': plan }
    ] as Inputs[]) {
      writeFileSync(path, text)
      const ran = await runHere(await simulate(world, { events: [event] }), { ...inputs, 'hold-file': 'hold.json' })
      expect(readFileSync(path, 'utf8')).toBe('torn')
      expect(ran.status === 0 ? '' : ran.log).toBe('')
    }
    const left = ['app', 'tools'].map((name) => world.packageAt({ ...APP, name }).byTag.has('old-1'))
    expect(left).toEqual([true, false])
  })
})

it('the log names at most a thousand of the versions of a package that changed since the plan', async () => {
  const [ref, about] = [{ ...APP, type: 'nuget' } as const, { 'package-name': 'app', 'package-type': 'nuget' }]
  const times = Array.from({ length: 1100 }, (_, index) => Date.now() - (2000 - index) * 3_600_000)
  const worldChanged = (later: number): World => {
    const world = newWorld()
    world.addPackage({ ...ref, repository: `${OWNER}/app` })
    for (const [index, createdAt] of times.entries())
      world.addVersion(ref, { name: `1.0.${index}`, createdAt, updatedAt: createdAt + later })
    return world
  }
  const dry = await runHere(await simulate(worldChanged(0)), {
    ...about,
    match: '*',
    'keep-last': '1',
    'dry-run': 'true'
  })
  const changed = await simulate(worldChanged(60_000))
  const ran = await runHere(changed, { operation: 'apply', 'plan-file': dry.outputs['plan-file'] ?? '' })
  const lines = ran.log.split('\n').filter((line) => line.includes('it was changed since the plan was made'))
  const isDebug = (line: string) => line.startsWith('debug: ')
  expect([lines.filter((line) => !isDebug(line)).length, lines.filter(isDebug).length]).toEqual([1000, 99])
})
