import { EventEmitter } from 'node:events'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { singleImage } from '../../simulator/images/singleImage.js'
import type { Effect } from '../../simulator/server/faults.js'
import type { Match } from '../../simulator/server/match.js'
import type { World } from '../../simulator/world/world.js'
import { CLOCK, TIMING } from '../../src/compose.js'
import {
  changedBy,
  count,
  DAY,
  deletedIds,
  HASTY,
  type Inputs,
  newWorld,
  OWNER,
  type RanHere,
  readReceipt,
  runHere,
  simulate,
  start
} from './harness.js'
import { ABOUT_APP, addDaily } from './registry.js'

const lib = { owner: OWNER, type: 'nuget', name: 'lib' } as const
const policy: Inputs = { 'package-name': 'lib', 'package-type': 'nuget', match: '*', 'keep-last': '1' }

function registry(versions = 30): World {
  const world = newWorld()
  world.addPackage(lib)
  addDaily(world, lib, versions)
  return world
}

const isDeletion = { kind: 'delete-version' } as const

describe('a cancelled run', () => {
  it('gives up a deletion that hangs, writes its report, and claims nothing of that one', async () => {
    const world = registry(6)
    let stop = (): void => {}
    const simulator = await simulate(world, {
      events: [{ at: { before: { ...isDeletion, nth: 2 } }, run: () => stop() }],
      faults: [{ match: { ...isDeletion, nth: 2 }, effect: 'hang' }]
    })
    const process = start(simulator, { ...policy, 'delete-concurrency': '1' }, HASTY)
    stop = () => {
      process.child.kill('SIGTERM')
    }
    const ran = await process.ended
    expect({ status: ran.status, deleted: count(ran, 'deleted-count'), failed: count(ran, 'failed-count') }).toEqual({
      status: 1,
      deleted: 1,
      failed: 1
    })
    expect(ran.summary).toContain('Whether it was carried out is not known')
  })

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends on %s with its receipt, summary and outputs, and says what is left',
    async (signal) => {
      const world = registry()
      let stop = (): void => {}
      let deletions = 0
      const simulator = await simulate(world, {
        onRequest: ({ kind }) => {
          if (kind !== isDeletion.kind) return undefined
          deletions += 1
          if (deletions === 5) stop()
          // Until the process has heard of it.
          return deletions < 5 ? undefined : { delay: 500 }
        }
      })
      const process = start(simulator, { ...policy, 'delete-concurrency': '2' }, HASTY)
      stop = () => {
        process.child.kill(signal)
      }
      const ran = await process.ended
      expect(ran.status).toBe(1)
      const gone = deletedIds(world.snapshot())
      expect(gone.size).toBeGreaterThanOrEqual(5)
      expect(gone.size).toBeLessThan(12)
      expect(count(ran, 'deleted-count')).toBe(gone.size)
      expect(count(ran, 'deferred-count')).toBe(29 - gone.size)
      expect(count(ran, 'failed-count')).toBe(0)
      expect(ran.log).toContain(`cancelled (${signal})`)
      expect(ran.log).toContain(`${29 - gone.size} left for the next run`)
      expect(ran.summary).toContain('left for the next run')
      const lines = readReceipt(ran.outputs['receipt-file'] ?? '')
      const done = lines.filter(({ kind, result }) => kind === 'outcome' && result === 'done')
      expect(done).toHaveLength(gone.size)
      expect(lines.filter(({ kind }) => kind === 'intent')).toHaveLength(29)

      await runHere(simulator, policy)
      expect(deletedIds(world.snapshot()).size).toBe(29)
    }
  )

  it('takes a second signal for what it is: the same wish', async () => {
    const world = registry()
    const signals = new EventEmitter()
    const simulator = await simulate(world, {
      events: [
        { at: { before: { ...isDeletion, nth: 3 } }, run: () => signals.emit('SIGINT') },
        { at: { after: { ...isDeletion, nth: 4 } }, run: () => signals.emit('SIGTERM') }
      ]
    })
    const ran = await runHere(simulator, { ...policy, 'delete-concurrency': '4' }, signals)
    expect(ran.status).toBe(1)
    expect(ran.log).toContain('cancelled (SIGINT)')
    expect(count(ran, 'deleted-count')).toBe(deletedIds(world.snapshot()).size)
  })

  it('before anything was planned still writes a summary and outputs that say so', async () => {
    const world = registry()
    let stop = (): void => {}
    const simulator = await simulate(world, {
      onRequest: ({ kind }) => {
        if (kind !== 'list-versions') return undefined
        stop()
        return { delay: 1000 }
      }
    })
    const process = start(simulator, policy, HASTY)
    stop = () => {
      process.child.kill('SIGINT')
    }
    const ran = await process.ended
    expect(ran.status).toBe(1)
    expect(ran.outputs).toMatchObject({ 'planned-count': '0', 'deleted-count': '0', changed: 'false' })
    expect(ran.summary).toContain('Nothing was changed')
    expect(deletedIds(world.snapshot()).size).toBe(0)
  })

  it('while restoring leaves a receipt of what came back, and the next restore ends it', async () => {
    const world = registry()
    const before = world.snapshot()
    const signals = new EventEmitter()
    const simulator = await simulate(world, {
      events: [{ at: { before: { kind: 'restore-version', nth: 4 } }, run: () => signals.emit('SIGINT') }]
    })
    const pruned = await runHere(simulator, policy)
    const undo = { operation: 'restore', 'receipt-file': pruned.outputs['receipt-file'] ?? '' }
    const cut = await runHere(simulator, undo, signals)
    expect(cut.status).toBe(1)
    expect(count(cut, 'restored-count')).toBe(29 - deletedIds(world.snapshot()).size)
    expect(count(cut, 'restored-count') + count(cut, 'deferred-count')).toBe(29)
    expect((await runHere(simulator, undo)).status).toBe(0)
    expect(world.snapshot()).toEqual(before)
  })
})

describe('a time limit', () => {
  it('ends the deletions, exits well, and says what is left', async () => {
    const world = registry(20)
    const simulator = await simulate(world, { faults: [{ match: { ...isDeletion, nth: 2 }, effect: { delay: 1000 } }] })
    const ran = await runHere(simulator, { ...policy, 'time-limit': '1s', 'delete-concurrency': '1' })
    expect(ran.status).toBe(0)
    expect(deletedIds(world.snapshot()).size).toBe(2)
    expect(count(ran, 'deleted-count')).toBe(2)
    expect(count(ran, 'deferred-count')).toBe(17)
    expect(ran.log).toContain('17 left for the next run')
    expect(ran.log).toContain('Stopped early: time limit of 1 s')
  })

  it('that comes before anything was planned is no failure, and is told', async () => {
    const world = newWorld()
    for (let index = 0; index < 150; index += 1) {
      world.push(OWNER, 'app', [singleImage(`image ${index}`)], [`old-${index}`], Date.now() - DAY)
    }
    const simulator = await simulate(world, { latency: { registry: 1500 } })
    const ran = await runHere(simulator, {
      'package-name': 'app',
      'package-type': 'container',
      match: '*',
      'keep-last': '0',
      'time-limit': '1s'
    })
    expect(ran.status).toBe(0)
    expect(ran.report?.stopped).toContain('time limit of 1 s')
    expect(changedBy(simulator.log, 'delete-version')).toEqual([])
    expect(ran.log).toContain('Nothing was changed')
  })

  describe('ends the wait for', () => {
    const waits: readonly (readonly [string, Match, Effect])[] = [
      ['a list that never comes', { kind: 'list-versions' }, 'hang'],
      ['an owner that never comes', { kind: 'account' }, 'hang'],
      ['a manifest that never comes', { kind: 'get-manifest' }, 'hang'],
      ['a limit without a usable wait', { kind: 'list-versions' }, { status: 429, headers: { 'retry-after': '-1' } }],
      ['a registry that asks to wait', { kind: 'get-manifest' }, { limited: 'registry', waitMs: 50_000 }]
    ]
    async function run(match: Match, effect: Effect): Promise<readonly [RanHere, number]> {
      const world = newWorld()
      for (const n of [1, 2]) world.push(OWNER, 'app', [singleImage(`image ${n}`)], [`v${n}`], n * DAY)
      const simulator = await simulate(world, { faults: [{ match, effect }] })
      const inputs = { ...ABOUT_APP, match: '*', 'keep-last': '1', 'time-limit': '1s' }
      const ran = await runHere(simulator, inputs, undefined, { ...TIMING, clock: CLOCK })
      return [ran, changedBy(simulator.log, 'delete-version').length]
    }
    // They wait in real time, so all wait at once.
    let ended: readonly (readonly [RanHere, number])[]
    beforeAll(async () => {
      ended = await Promise.all(waits.map(([, match, effect]) => run(match, effect)))
    }, 9000)

    it.each(waits.map(([name], index) => [name, index] as const))('%s', (_, index) => {
      const [ran, deletions] = ended[index] ?? []
      const why = ran?.report?.stopped ?? ran?.report?.failure?.message
      expect(why).toMatch(/time limit of 1 s|Stopped rather than wait/)
      expect(deletions).toBe(0)
    })
  })
})
