import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { expect, it } from '@jest/globals'
import { CLOCK, TIMING } from '../../../src/compose.js'
import { parseReceipt } from '../../../src/formats/receipt.js'
import { count, newWorld, OWNER, runHere, simulate } from '../harness.js'
import { addDaily } from '../registry.js'

const NAMES = ['first', 'second']

it('a right that is missing in one package does not keep the next one from being restored', async () => {
  const world = newWorld()
  for (const name of NAMES) {
    const ref = { owner: OWNER, type: 'nuget', name } as const
    world.addPackage({ ...ref, repository: `${OWNER}/app` })
    addDaily(world, ref, 3)
  }
  const simulator = await simulate(world, {
    onRequest: ({ kind, path }) =>
      kind === 'restore-version' && path.includes('/first/')
        ? { status: 403, body: { message: 'Resource not accessible by integration' } }
        : undefined
  })
  const about = { 'package-name': NAMES.join(', '), 'package-type': 'nuget' }
  const pruned = await runHere(simulator, { ...about, match: '*', 'keep-last': '1' })
  const receipt = { operation: 'restore', 'receipt-file': pruned.outputs['receipt-file'] ?? '' }
  const ran = await runHere(simulator, receipt)
  expect(ran.status).toBe(1)
  expect(ran.report?.restored.map(({ package: { name }, kind }) => `${name} ${kind}`)).toEqual([
    'first failed',
    'first deferred',
    'second restored',
    'second restored'
  ])
})

it('a right that goes missing after a restore fails the run, also where that restore is tried again', async () => {
  const world = newWorld()
  const ref = { owner: OWNER, type: 'nuget', name: 'first' } as const
  world.addPackage({ ...ref, repository: `${OWNER}/app` })
  addDaily(world, ref, 4)
  let restores = 0
  const simulator = await simulate(world, {
    onRequest: ({ kind }) =>
      kind === 'restore-version' && ++restores > 1
        ? { status: 403, body: { message: 'Resource not accessible by integration' } }
        : undefined
  })
  const about = { 'package-name': 'first', 'package-type': 'nuget' }
  const pruned = await runHere(simulator, { ...about, match: '*', 'keep-last': '1' })
  const receipt = { operation: 'restore', 'receipt-file': pruned.outputs['receipt-file'] ?? '' }
  const ran = await runHere(simulator, receipt)
  expect(ran.report?.restored.map(({ kind }) => kind)).toEqual(['restored', 'failed', 'deferred'])
  expect(ran.status).toBe(1)
})

it('a restored package that cannot be read again does not cost the next one, nor the receipt', async () => {
  const world = newWorld()
  for (const name of NAMES) {
    const ref = { owner: OWNER, type: 'nuget', name } as const
    world.addPackage({ ...ref, repository: `${OWNER}/app` })
    addDaily(world, ref, 2)
    world.deletePackage(ref)
  }
  let restored = 0
  const simulator = await simulate(world, {
    onRequest: ({ kind, path }) => {
      if (kind === 'restore-package') restored += 1
      const unreadable = kind === 'get-package' && path.endsWith('/first') && restored > 0
      return unreadable ? { status: 403, body: { message: 'Forbidden' } } : undefined
    }
  })
  const about = { 'package-name': 'first, second', 'package-type': 'nuget' }
  const ran = await runHere(simulator, { ...about, operation: 'restore', 'restore-package': 'true' })
  expect(ran.report?.restored.map(({ package: { name }, kind }) => [name, kind])).toEqual([
    ['first', 'failed'],
    ['second', 'restored']
  ])
  const receipt = parseReceipt(readFileSync(ran.outputs['receipt-file'] ?? '', 'utf8'))
  expect(receipt.problems).toEqual([])
  expect('entries' in receipt && receipt.entries.map(({ outcome }) => outcome?.result)).toEqual(['done', 'done'])
})

it('a cancelled restore does not call a whole package deferred that it has restored', async () => {
  const world = newWorld()
  const signals = new EventEmitter()
  for (const name of [...NAMES, 'third']) {
    const ref = { owner: OWNER, type: 'nuget', name } as const
    world.addPackage({ ...ref, repository: `${OWNER}/app` })
    addDaily(world, ref, 2)
    world.deletePackage(ref)
  }
  const simulator = await simulate(world, {
    onRequest: ({ kind, path }) => {
      if (kind === 'restore-package' && path.includes('/second/')) signals.emit('SIGTERM', 'SIGTERM')
      return undefined
    }
  })
  const about = { 'package-name': 'first, second, third', 'package-type': 'nuget' }
  const ran = await runHere(simulator, { ...about, operation: 'restore', 'restore-package': 'true' }, signals)
  expect(ran.report?.restored.map(({ kind, message }) => `${kind}: ${message}`)).toEqual([
    'restored: the whole package',
    'failed: it was restored, but not read again: Cancelled before the request was sent.',
    'deferred: cancelled (SIGTERM)'
  ])
})

/** A package of three versions of which a prune deleted two, and inputs that restore them. */
async function pruned(options: Parameters<typeof simulate>[1] = {}) {
  const world = newWorld()
  const ref = { owner: OWNER, type: 'nuget', name: 'first' } as const
  world.addPackage({ ...ref, repository: `${OWNER}/app` })
  addDaily(world, ref, 3)
  const simulator = await simulate(world, options)
  const about = { 'package-name': 'first', 'package-type': 'nuget' }
  await runHere(simulator, { ...about, match: '*', 'keep-last': '1' })
  return { world, ref, simulator, restore: { ...about, operation: 'restore', 'deleted-within': '1h' } }
}

it('a version that somebody else restores at the same moment counts as active, not as restored', async () => {
  let act = (_path: string): void => {}
  const { world, ref, simulator, restore } = await pruned({
    onRequest: ({ kind, path }) => {
      if (kind === 'restore-version') act(path)
      return undefined
    }
  })
  act = (path) => {
    act = () => {}
    world.restoreVersion(ref, Number(/versions\/(\d+)/.exec(path)?.[1]))
  }
  const ran = await runHere(simulator, restore)
  expect(ran.report?.restored.map(({ kind }) => kind).toSorted()).toEqual(['already-active', 'restored'])
  expect([ran.status, count(ran, 'restored-count')]).toEqual([0, 1])
})

it('the time since a deletion counts back from the earlier clock, where that of the runner is ahead', async () => {
  const { world, simulator, restore } = await pruned()
  const clock = { ...CLOCK, now: () => world.clock.now() + 3 * 3_600_000 }
  const ran = await runHere(simulator, restore, undefined, { ...TIMING, clock })
  expect(count(ran, 'restored-count')).toBe(2)
})
