import { describe, expect, it } from '@jest/globals'
import { multiArch } from '../../../simulator/images/multiArch.js'
import { singleImage } from '../../../simulator/images/singleImage.js'
import type { Simulator, SimulatorOptions } from '../../../simulator/simulator.js'
import type { Assumptions } from '../../../simulator/world/assumptions.js'
import type { World } from '../../../simulator/world/world.js'
import {
  count,
  DAY,
  deletedIds,
  type Inputs,
  newWorld,
  OWNER,
  type Ran,
  readReceipt,
  runHere,
  runInMemory,
  simulate,
  TOKEN,
  tagsOf
} from '../harness.js'
import { ABOUT_APP, APP } from '../registry.js'

const policy: Inputs = { ...ABOUT_APP, match: 'old-*', 'keep-last': '0' }
const platforms = ['linux/amd64']

function registry(assumptions: Partial<Assumptions> = {}): World {
  const world = newWorld({ assumptions })
  const old = Date.now() - 10 * DAY
  world.push(OWNER, 'app', multiArch('kept', { tags: ['v1'], platforms }), [], old)
  for (let index = 0; index < 6; index += 1) {
    world.push(OWNER, 'app', multiArch(`image ${index}`, { tags: [`old-${index}`], platforms }), [], old + index)
  }
  return world
}

interface Seen {
  readonly world: World
  readonly simulator: Simulator
  readonly ran: Ran
  readonly gone: number
}

/** A run whose counts are held against what the simulator knows, whatever goes wrong in it. */
async function prune(options: SimulatorOptions, inputs: Inputs = {}, world = registry()): Promise<Seen> {
  const before = deletedIds(world.snapshot()).size
  const simulator = await simulate(world, options)
  const ran = await runInMemory(simulator, { ...policy, ...inputs })
  const gone = deletedIds(world.snapshot()).size - before
  expect([...tagsOf(world)].filter(([, { ok }]) => !ok)).toEqual([])
  return { world, simulator, ran, gone }
}

const counts = (ran: Ran) => ({
  deleted: count(ran, 'deleted-count'),
  refused: count(ran, 'refused-count'),
  deferred: count(ran, 'deferred-count'),
  failed: count(ran, 'failed-count')
})

const deletion = { kind: 'delete-version' } as const
const none = { refused: 0, deferred: 0, failed: 0 }

describe('a run goes on and counts truly', () => {
  it('where answers are lost after the deletion', async () => {
    const { ran, gone } = await prune({ faults: [{ match: { ...deletion, every: 3 }, effect: 'lost-answer' }] })
    expect(ran.status).toBe(0)
    expect(gone).toBe(12)
    expect(counts(ran)).toEqual({ ...none, deleted: 12 })
  })

  it('where answers are lost and GitHub goes on showing what was deleted', async () => {
    const faults = [{ match: { ...deletion, every: 3 }, effect: 'lost-answer' }] as const
    const { ran, gone } = await prune({ faults }, {}, registry({ versionLag: 10 }))
    expect(gone).toBe(12)
    expect(counts(ran)).toEqual({ ...none, deleted: 12 })
  })

  it('where connections break before the deletion', async () => {
    const { ran, gone } = await prune({ faults: [{ match: { ...deletion, every: 3 }, effect: 'reset' }] })
    expect(gone).toBe(12)
    expect(counts(ran)).toEqual({ ...none, deleted: 12 })
  })

  it.each([0, 10])(
    'where somebody else was faster, shown %i s later: neither deleted nor failed',
    async (versionLag) => {
      const world = registry({ versionLag })
      const ids = ['old-2', 'old-4'].map((tag) => world.packageAt(APP).byTag.get(tag)?.id ?? 0)
      const { ran, gone } = await prune(
        {
          events: [
            {
              at: { before: { ...deletion, nth: 2 } },
              run: (there) => {
                for (const id of ids) there.deleteVersion(APP, id)
              }
            }
          ]
        },
        { 'delete-concurrency': '1' },
        world
      )
      expect(ran.status).toBe(0)
      expect(gone).toBe(12)
      expect(counts(ran)).toEqual({ ...none, deleted: 10 })
      expect(ran.log).toContain('2 already deleted')
    }
  )

  it('where GitHub refuses for downloads: the rest of that image stays whole', async () => {
    const world = newWorld()
    const old = Date.now() - 10 * DAY
    world.addPackage({ ...APP, visibility: 'public' })
    world.push(OWNER, 'app', [singleImage('kept')], ['v1'], old)
    for (let index = 0; index < 6; index += 1) {
      const version = world.push(OWNER, 'app', multiArch(`image ${index}`, { platforms }), [`old-${index}`], old)
      if (index === 2) version.downloads = 5001
    }
    const { ran, gone } = await prune({}, {}, world)
    expect(ran.status).toBe(0)
    expect(gone).toBe(10)
    expect(counts(ran)).toEqual({ ...none, deleted: 10, refused: 1 })
    expect(world.checkTag(OWNER, 'app', 'old-2').ok).toBe(true)
  })

  it('where the last tagged version is refused although the plan did not foresee it', async () => {
    const world = registry()
    const { ran } = await prune(
      {
        events: [
          {
            at: { before: { ...deletion, nth: 1 } },
            run: (there) => {
              for (const tag of ['v1', 'old-1', 'old-2', 'old-3', 'old-4', 'old-5']) {
                const id = there.packageAt(APP).byTag.get(tag)?.id
                if (id !== undefined) there.deleteVersion(APP, id)
              }
            }
          }
        ]
      },
      { 'delete-concurrency': '1' },
      world
    )
    expect(ran.status).toBe(0)
    expect(count(ran, 'refused-count')).toBe(1)
    expect(world.checkTag(OWNER, 'app', 'old-0').ok).toBe(true)
  })

  it('where one deletion fails for good: its image stays whole, the run fails and says which', async () => {
    const world = registry()
    const id = world.packageAt(APP).byTag.get('old-3')?.id
    const { ran, gone } = await prune(
      { faults: [{ match: { method: 'DELETE', path: `/versions/${id}` }, effect: { status: 422 } }] },
      {},
      world
    )
    expect(ran.status).toBe(1)
    expect(gone).toBe(10)
    expect(counts(ran)).toEqual({ ...none, deleted: 10, failed: 1 })
    expect(world.checkTag(OWNER, 'app', 'old-3').ok).toBe(true)
  })
})

describe('a run stops', () => {
  it('in a package whose admin role is missing, after one try, and names the remedy', async () => {
    const world = registry()
    world.addToken({ value: TOKEN, login: 'octocat', admin: [] })
    const { ran, gone, simulator } = await prune({}, { 'delete-concurrency': '1' }, world)
    expect(ran.status).toBe(1)
    expect(gone).toBe(0)
    expect(count(ran, 'deleted-count')).toBe(0)
    expect(ran.log).toMatch(/Admin/)
    expect(simulator.log.filter(({ kind }) => kind === 'delete-version')).toHaveLength(1)
  })

  it('where the token is worth nothing any more: what went is counted, the rest put off, and it fails', async () => {
    const { ran, gone } = await prune(
      { events: [{ at: { before: { ...deletion, nth: 4 } }, run: (world) => world.revokeToken(TOKEN) }] },
      { 'delete-concurrency': '1' }
    )
    expect(ran.status).toBe(1)
    expect(gone).toBe(3)
    expect(counts(ran)).toEqual({ ...none, deleted: 3, deferred: 9 })
    expect(ran.log).toContain('The final check could not run')
    const lines = readReceipt(ran.outputs['receipt-file'] ?? '')
    expect(lines.filter(({ kind, result }) => kind === 'outcome' && result === 'done')).toHaveLength(3)
  })

  it('where the very list is refused: summary and outputs say so, nothing was changed', async () => {
    const { ran, gone } = await prune({ faults: [{ match: { kind: 'account' }, effect: { status: 401 } }] })
    expect(ran.status).toBe(1)
    expect(gone).toBe(0)
    expect(ran.outputs).toMatchObject({
      'planned-count': '0',
      'deleted-count': '0',
      'failed-count': '0',
      changed: 'false'
    })
  })
})

describe('a restore counts truly', () => {
  it.each<[string, SimulatorOptions]>([
    ['answers are lost', { faults: [{ match: { kind: 'restore-version', every: 3 }, effect: 'lost-answer' }] }],
    ['connections break', { faults: [{ match: { kind: 'restore-version', every: 4 }, effect: 'reset' }] }]
  ])('where %s', async (_, options) => {
    const world = registry()
    const before = world.snapshot()
    const api = await simulate(world)
    const { outputs } = await runHere(api, policy)
    for (const { match, effect } of options.faults ?? []) api.addFault(match, effect)
    const ran = await runHere(api, { operation: 'restore', 'receipt-file': outputs['receipt-file'] ?? '' })
    expect(ran.status).toBe(0)
    expect(world.snapshot()).toEqual(before)
    expect(count(ran, 'restored-count')).toBe(12)
  })

  it('where a tag is on another image now: the conflict is told, nothing is overwritten', async () => {
    const world = registry()
    const api = await simulate(world)
    const { outputs } = await runHere(api, policy)
    world.tag(OWNER, 'app', 'old-1', world.resolveTag(OWNER, 'app', 'v1') ?? '')
    const ran = await runHere(api, { operation: 'restore', 'receipt-file': outputs['receipt-file'] ?? '' })
    expect(ran.status).toBe(1)
    expect(ran.log).toContain('old-1 is on')
    expect(count(ran, 'restored-count')).toBe(12)
    expect(deletedIds(world.snapshot()).size).toBe(0)
    expect(world.resolveTag(OWNER, 'app', 'old-1')).toBe(world.resolveTag(OWNER, 'app', 'v1'))
  })

  it('where it is too late: what is past 30 days is told by version', async () => {
    const world = registry()
    const api = await simulate(world)
    const { outputs } = await runHere(api, policy)
    world.clock.advance(31 * DAY)
    const ran = await runHere(api, { operation: 'restore', 'receipt-file': outputs['receipt-file'] ?? '' })
    expect(ran.status).toBe(1)
    expect(count(ran, 'restored-count')).toBe(0)
    expect(count(ran, 'failed-count')).toBe(12)
  })
})
