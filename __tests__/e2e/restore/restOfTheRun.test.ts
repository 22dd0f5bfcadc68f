import { readFileSync } from 'node:fs'
import { expect, it } from '@jest/globals'
import { parseReceipt } from '../../../src/formats/receipt.js'
import { newWorld, OWNER, runHere, simulate } from '../harness.js'
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
