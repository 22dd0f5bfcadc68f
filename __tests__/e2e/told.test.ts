import { describe, expect, it } from '@jest/globals'
import { newWorld, OWNER, runBundle, runHere, simulate } from './harness.js'
import { addDaily } from './registry.js'

const dry = { match: '*', 'keep-last': '1', 'dry-run': 'true' }

describe('a package that is not there', () => {
  it.each([
    ['npm', '@octo-org/lib', 'GitHub names npm packages without their scope\\.\\s+Write lib\\.'],
    ['npm', 'lib', ''],
    ['nuget', '@octo-org/lib', '']
  ])('%s %s is told what GitHub calls it, if that may be it: %s', async (type, name, hint) => {
    const ran = await runHere(await simulate(newWorld()), { ...dry, 'package-type': type, 'package-name': name })
    expect(ran.status).toBe(1)
    if (hint === '') expect(ran.log).not.toContain('without their scope')
    else expect(ran.log).toMatch(new RegExp(`failed: [^]*${hint}`))
  })
})

describe('a mistake in the configuration', () => {
  const mistakes = {
    'package-type': 'nuget',
    'package-name': 'lib',
    'dry-run': 'true',
    match: '*',
    'keep-last': '-1',
    pace: 'slow'
  }

  it('is told in one failure, and the outputs are those of a run that did nothing', async () => {
    const simulator = await simulate(newWorld())
    const ran = await runBundle(simulator, mistakes)
    expect(ran.status).toBe(1)
    expect(ran.log.match(/::error::/g)).toHaveLength(1)
    expect(ran.log).toContain('2 problems in the configuration; nothing was requested and nothing was changed.')
    expect(simulator.log).toEqual([])
    const { summary, ...outputs } = ran.outputs
    expect(outputs).toEqual({
      'planned-count': '0',
      'removed-tags-count': '0',
      'deleted-count': '0',
      'kept-count': '0',
      'restored-count': '0',
      'refused-count': '0',
      'deferred-count': '0',
      'failed-count': '0',
      changed: 'false',
      'plan-file': '',
      'receipt-file': '',
      'report-file': '',
      deleted: '[]',
      matrix: '{"include":[]}'
    })
    expect(JSON.parse(summary ?? '')).toMatchObject({
      operation: 'prune',
      dryRun: true,
      result: 'The run ended before it had planned anything. Nothing was changed.',
      failure: expect.stringMatching(/2 problems in the configuration.* input pace: expected .* input keep-last: /)
    })
  })

  it.each([
    [{ operation: 'restore', 'dry-run': 'FALSE' }, 'restore', false],
    [{ operation: 'restoer', 'dry-run': 'ture' }, 'prune', false]
  ])('of %j is one of %s', async (inputs, operation, dryRun) => {
    const { outputs } = await runHere(await simulate(newWorld()), { ...mistakes, ...inputs })
    expect(JSON.parse(outputs.summary ?? '')).toMatchObject({ operation, dryRun })
  })
})

describe('a restore', () => {
  it('names in its log what it would bring back, and what it brought back', async () => {
    const world = newWorld()
    const lib = { owner: OWNER, type: 'nuget', name: 'lib' } as const
    world.addPackage(lib)
    addDaily(world, lib, 5)
    const simulator = await simulate(world)
    const about = { 'package-name': 'lib', 'package-type': 'nuget' }
    const pruned = await runHere(simulator, { ...about, match: '*', 'keep-last': '2' })
    const receipt = { operation: 'restore', 'receipt-file': pruned.outputs['receipt-file'] ?? '' }
    const named = (log: string, word: string) =>
      log.split('\n').filter((line) => line.startsWith(`${word} nuget/`)).length
    const dry = await runHere(simulator, { ...receipt, 'dry-run': 'true' })
    expect([named(dry.log, 'Would restore'), named(dry.log, 'Restored')]).toEqual([3, 0])
    const { counts, packages } = JSON.parse(dry.outputs.summary ?? '')
    expect([counts.planned, packages[0].counts.planned]).toEqual([3, 3])
    const real = await runHere(simulator, receipt)
    expect([named(real.log, 'Would restore'), named(real.log, 'Restored')]).toEqual([0, 3])
  })
})

describe('a run that ends early', () => {
  it('says so in a warning, once, with what comes next', async () => {
    const world = newWorld()
    const lib = { owner: OWNER, type: 'nuget', name: 'lib' } as const
    world.addPackage(lib)
    addDaily(world, lib, 30)
    const inputs = { 'package-name': 'lib', 'package-type': 'nuget', match: '*', 'keep-last': '1' }
    const ran = await runHere(await simulate(world), { ...inputs, 'requests-per-hour': '15' })
    expect(ran.status).toBe(0)
    const warnings = ran.log.split('\n').filter((line) => line.startsWith('warning: '))
    expect(warnings).toEqual([
      expect.stringMatching(
        /^warning: Stopped early: the plan takes about \d+ requests, .*[^.]\. The next run will continue\.$/
      )
    ])
  })

  it('and one that does not gives no warning', async () => {
    const ran = await runHere(await simulate(newWorld()), { ...dry, 'package-type': 'npm', 'package-name': 'none-*' })
    expect(ran.log).not.toContain('Stopped early')
  })
})

describe('a docker package that met a conflict when it was moved', () => {
  const about = { ...dry, 'package-type': 'docker', 'package-name': 'old, other' }
  const notice = 'notice: The docker package old met a conflict when it was moved to the container registry.'

  it('is told in a notice, and no other is', async () => {
    const world = newWorld()
    for (const name of ['old', 'other']) {
      world.addPackage({ owner: OWNER, type: 'docker', name, dockerConflict: name === 'old' })
      addDaily(world, { owner: OWNER, type: 'docker', name }, 3)
    }
    const ran = await runHere(await simulate(world), about)
    expect(ran.status).toBe(0)
    expect(ran.log.split('\n').filter((line) => line.includes('met a conflict'))).toEqual([notice])
  })

  it('is no reason to fail where it cannot be found out', async () => {
    const world = newWorld()
    for (const name of ['old', 'other']) {
      world.addPackage({ owner: OWNER, type: 'docker', name })
      addDaily(world, { owner: OWNER, type: 'docker', name }, 3)
    }
    const faults = [{ match: { kind: 'docker-conflicts' }, effect: { status: 404 } }] as const
    const ran = await runHere(await simulate(world, { faults }), about)
    expect(ran.status).toBe(0)
    expect(ran.log).toContain('Docker migration conflicts are not known')
  })
})
