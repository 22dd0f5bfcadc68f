import { beforeAll, describe, expect, it } from '@jest/globals'
import { generateContainerPackage } from '../../simulator/generate/containerPackage.js'
import { load } from '../../simulator/generate/generatedPackage.js'
import type { WorldEvent } from '../../simulator/server/events.js'
import type { Fault } from '../../simulator/server/faults.js'
import type { Simulator, SimulatorOptions } from '../../simulator/simulator.js'
import type { StoredVersion } from '../../simulator/world/version.js'
import type { World } from '../../simulator/world/world.js'
import { type Timing, TIMING as USUAL } from '../../src/compose.js'
import { inProcess } from '../model/inProcess.js'
import { newWorld, OWNER, type RanHere, runHere, simulate } from './harness.js'
import { ABOUT_APP, APP } from './registry.js'

/** A busy machine may take its time to answer. */
const TIMING: Timing = { ...USUAL, minute: 1000 }
/** What hangs is waited out. */
const SHORT: Timing = {
  ...TIMING,
  api: { headersTimeout: 400, bodyTimeout: 400 },
  registry: { headersTimeout: 400, bodyTimeout: 400 }
}
const LIMITS = { minuteMs: 1000 }
const INPUTS = {
  ...ABOUT_APP,
  match: 'pr-*, nightly-*, build-*',
  'keep-last': '2',
  'delete-untagged': 'true'
}

function registry(versions = 115): World {
  const world = newWorld()
  load(world, OWNER, generateContainerPackage({ versions, seed: 'faults', now: world.clock.now(), name: 'app' }))
  return world
}

interface Row {
  readonly name: string
  readonly faults?: readonly Fault[]
  readonly options?: SimulatorOptions
  /** The first run may leave work to the next, and may fail for it. */
  readonly first?: 'complete' | 'partial'
  /** Versions that somebody else deletes meanwhile. */
  readonly others?: number
}

/** Somebody else deletes a version that is to go. */
function deletes(
  at: WorldEvent['at'],
  which: (versions: readonly StoredVersion[]) => StoredVersion | undefined
): WorldEvent {
  return {
    at,
    run(world) {
      const stored = world.packageAt(APP)
      const staying = new Set(truth.staying)
      const version = which([...stored.versions.list('active')].filter(({ id }) => !staying.has(id)))
      if (version !== undefined) world.deleteVersion(APP, version.id)
    }
  }
}

let running: Simulator | undefined
let manifests = 0

const rows: readonly Row[] = [
  { name: '1 % of the answers are 502', faults: [{ match: { probability: 0.01, seed: 1 }, effect: { status: 502 } }] },
  {
    name: '2 % of the connections break before the work',
    faults: [{ match: { probability: 0.02, seed: 2 }, effect: 'reset' }]
  },
  { name: 'a list is cut off', faults: [{ match: { kind: 'list-versions', nth: 2 }, effect: 'cut-body' }] },
  {
    name: 'a list is cut off and looks complete',
    faults: [{ match: { kind: 'list-versions', nth: 2 }, effect: 'short-body' }]
  },
  { name: 'a list is empty text', faults: [{ match: { kind: 'list-versions', nth: 1 }, effect: 'empty' }] },
  { name: 'manifests are cut off', faults: [{ match: { kind: 'get-manifest', every: 20 }, effect: 'cut-body' }] },
  {
    name: 'manifests are not what was asked',
    faults: [{ match: { kind: 'get-manifest', every: 20 }, effect: 'wrong-body' }]
  },
  { name: 'a list hangs', faults: [{ match: { kind: 'list-versions', nth: 1 }, effect: 'hang' }] },
  { name: 'a manifest hangs', faults: [{ match: { kind: 'get-manifest', nth: 5 }, effect: 'hang' }] },
  { name: 'a deletion hangs', faults: [{ match: { kind: 'delete-version', nth: 2 }, effect: 'hang' }] },
  {
    name: 'the registry answers 429 now and then',
    faults: [
      { match: { part: 'registry', kind: 'get-manifest', every: 10 }, effect: { limited: 'registry', waitMs: 2 } }
    ]
  },
  {
    name: 'a secondary limit on the list, 403 with retry-after',
    faults: [{ match: { kind: 'list-versions', nth: 2 }, effect: { limited: 'secondary', status: 403, retryAfter: 1 } }]
  },
  {
    name: 'a secondary limit on the list, 429 without retry-after',
    faults: [{ match: { kind: 'list-versions', nth: 2 }, effect: { limited: 'secondary', status: 429 } }]
  },
  {
    name: 'a secondary limit on a deletion, 403 without retry-after',
    faults: [{ match: { kind: 'delete-version', nth: 5 }, effect: { limited: 'secondary', status: 403 } }]
  },
  {
    name: 'a secondary limit on a deletion, 429 with retry-after',
    faults: [
      { match: { kind: 'delete-version', nth: 5 }, effect: { limited: 'secondary', status: 429, retryAfter: 1 } }
    ]
  },
  {
    name: 'the old words of a secondary limit',
    faults: [{ match: { kind: 'delete-version', nth: 5 }, effect: { limited: 'secondary', text: 'abuse' } }]
  },
  {
    name: 'the answer of a deletion is lost',
    faults: [{ match: { kind: 'delete-version', every: 7 }, effect: 'lost-answer' }]
  },
  {
    name: 'the primary limit is used up among the deletions',
    faults: [{ match: { kind: 'delete-version', nth: 6 }, effect: { limited: 'primary' } }],
    first: 'partial'
  },
  {
    name: 'the primary limit is used up in the survey',
    faults: [{ match: { kind: 'list-versions', nth: 2 }, effect: { limited: 'primary' } }],
    first: 'partial'
  },
  {
    name: 'registry tokens end early',
    options: {
      onRequest: ({ kind }) => {
        if (kind === 'get-manifest' && ++manifests === 20) running?.expireRegistryTokens()
        return undefined
      }
    }
  },
  {
    name: 'one 401 in the middle of the deletions',
    faults: [
      { match: { kind: 'delete-version', nth: 4 }, effect: { status: 401, body: { message: 'Bad credentials' } } }
    ]
  },
  {
    name: 'a proxy answers a deletion with 200',
    faults: [{ match: { kind: 'delete-version', nth: 5 }, effect: { status: 200, body: '<html>Log in</html>' } }]
  },
  {
    name: 'one 401 from the token service of the registry',
    faults: [{ match: { kind: 'registry-token', nth: 1 }, effect: { status: 401 } }]
  },
  {
    name: '404 for a deletion although the version is there',
    faults: [
      { match: { kind: 'delete-version', nth: 5 }, effect: { status: 404, body: { message: 'Package not found.' } } }
    ],
    first: 'partial'
  },
  {
    name: '404 because somebody else deleted it first',
    options: { events: [deletes({ before: { kind: 'delete-version', nth: 5 } }, (versions) => versions.at(-1))] },
    others: 1
  },
  {
    name: 'pages shift while they are read',
    options: { events: [deletes({ before: { kind: 'list-versions', nth: 2 } }, (versions) => versions.at(-1))] },
    others: 1
  },
  { name: 'lists lag', faults: [{ match: { kind: 'delete-version', nth: 1 }, effect: { lag: 3 } }] },
  { name: 'the clock of the server is 40 minutes ahead', options: { clockSkewMs: 40 * 60_000 } },
  { name: 'a redirect', faults: [{ match: { kind: 'list-versions', nth: 1 }, effect: { redirect: 307 } }] }
]

interface Truth {
  /** Ids of what stays when nothing goes wrong. */
  readonly staying: readonly number[]
  readonly tags: readonly string[]
}

let truth: Truth

beforeAll(async () => {
  const world = registry()
  const simulator = await simulate(world, { limits: LIMITS })
  const { status, log } = await runHere(simulator, INPUTS, undefined, TIMING)
  if (status !== 0) throw new Error(log)
  truth = { staying: activeIds(world), tags: tagsOf(world) }
  expect(truth.staying.length).toBeLessThan(90)
  const second = await checkedRun(await simulate(world, { limits: LIMITS }))
  expect({ status: second.status, active: activeIds(world) }).toEqual({ status: 0, active: truth.staying })
}, 60_000)

describe('one fault at a time: the run ends, nothing that stays is broken, counts are true, the work gets done', () => {
  it.each(rows)(
    '$name',
    async ({ faults = [], options = {}, first = 'complete', others = 0 }) => {
      const world = registry()
      const simulator = await simulate(world, { limits: LIMITS, faults, ...options })
      running = simulator
      const broken = faults.some(({ effect }) => typeof effect === 'string' || 'redirect' in effect)
      // Only what happens to a connection needs one.
      const connected = faults.some(({ effect }) => effect === 'hang') ? SHORT : TIMING
      const timing = broken ? connected : { ...TIMING, transport: inProcess(simulator) }
      const run = await checkedRun(simulator, others, timing)
      if (faults.length > 0) expect(simulator.log.some(({ fault }) => fault !== undefined)).toBe(true)
      if (first === 'complete') {
        expect(run.status).toBe(0)
        expect(activeIds(world)).toEqual(truth.staying)
        return
      }
      // The fault is over, and so is GitHub's hour.
      const later = await simulate(world, { limits: LIMITS })
      const second = await checkedRun(later, 0, { ...TIMING, transport: inProcess(later) })
      expect(second.status).toBe(0)
      expect(activeIds(world)).toEqual(truth.staying)
    },
    60_000
  )
})

describe('a fault of one package', () => {
  it('does not stop the others, and fails the run', async () => {
    const world = registry()
    const generated = generateContainerPackage({ versions: 120, seed: 'bad', now: world.clock.now(), name: 'bad' })
    load(world, OWNER, generated)
    const simulator = await simulate(world, {
      limits: LIMITS,
      faults: [{ match: { kind: 'list-versions', path: '/bad/' }, effect: { status: 500 } }]
    })
    const run = await runHere(simulator, { ...INPUTS, 'package-name': 'bad, app' }, undefined, TIMING)
    expect(run.status).toBe(1)
    expect(run.log).toMatch(/failed: .*\n?container\/octo-org\/bad: .*500/)
    expect(activeIds(world)).toEqual(truth.staying)
    expect([...world.packageAt({ owner: OWNER, type: 'container', name: 'bad' }).versions.list('active')]).toHaveLength(
      120
    )
  }, 60_000)
})

describe('bad credentials', () => {
  it('end the run when one more request is refused', async () => {
    const world = registry()
    const effect = { status: 401, body: { message: 'Bad credentials' } }
    const simulator = await simulate(world, { limits: LIMITS, faults: [{ match: { kind: 'list-versions' }, effect }] })
    const run = await runHere(simulator, INPUTS, undefined, TIMING)
    expect(run.status).toBe(1)
    expect(simulator.log.filter(({ kind }) => kind === 'list-versions')).toHaveLength(2)
  })
})

/** One run, held against what the servers know. `others`: versions that somebody else deletes meanwhile. */
async function checkedRun(simulator: Simulator, others = 0, timing = TIMING): Promise<RanHere> {
  const { world } = simulator
  const before = activeIds(world)
  const run = await runHere(simulator, INPUTS, undefined, timing)
  const after = new Set(activeIds(world))
  const broken = tagsOf(world).filter((tag) => !world.checkTag(OWNER, 'app', tag).ok)
  expect({ log: run.log, lost: truth.staying.filter((id) => !after.has(id)) }).toEqual({ log: run.log, lost: [] })
  expect(broken).toEqual([])
  expect(tagsOf(world)).toEqual(expect.arrayContaining([...truth.tags]))
  if (run.report !== undefined) {
    const counted = Number(run.outputs['deleted-count']) + others
    expect({ log: run.log, deleted: counted }).toEqual({ log: run.log, deleted: before.length - after.size })
  }
  return run
}

function activeIds(world: World): readonly number[] {
  const { versions } = world.packageAt(APP)
  return [...versions.list('active')].map(({ id }) => id).sort((a, b) => a - b)
}

function tagsOf(world: World): readonly string[] {
  return [...world.packageAt(APP).byTag.keys()].sort()
}
