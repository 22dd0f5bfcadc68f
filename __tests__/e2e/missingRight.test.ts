import { describe, expect, it } from '@jest/globals'
import type { World } from '../../simulator/world/world.js'
import { renderSummary } from '../../src/report/summary/summary.js'
import { DAY, newWorld, OWNER, runHere, simulate } from './harness.js'
import { addDaily } from './registry.js'

const NAMES = ['app', 'tools']

function registry(): World {
  const world = newWorld()
  const repository = `${OWNER}/app`
  world.addToken({ value: 'ghp_reader', login: 'octocat', scopes: ['read:packages'] })
  world.addToken({ value: 'ghs_reader', kind: 'workflow', repository, packages: 'read' })
  world.addToken({ value: 'ghs_guest', kind: 'workflow', repository, admin: [] })
  for (const name of NAMES) {
    const lib = { owner: OWNER, type: 'nuget', name } as const
    world.addPackage({ ...lib, repository })
    addDaily(world, lib, 12)
  }
  return world
}

describe('the annotation of a run that lacks the right to delete', () => {
  it.each([
    ['ghp_reader', 'Give the classic personal access token the scopes read:packages and delete:packages.', []],
    ['ghs_reader', 'Add `packages: write` to the `permissions` of the workflow job', NAMES],
    ['ghs_guest', 'Give the repository of this workflow (or the account of the token) the role Admin', NAMES]
  ])('with %s says it once, with the whole remedy', async (token, remedy, refused) => {
    const simulator = await simulate(registry())
    const inputs = { 'package-name': NAMES.join(','), 'package-type': 'nuget', match: '*', 'keep-last': '1', token }
    const ran = await runHere(simulator, inputs)
    expect(ran.status).toBe(1)
    const said = ran.log.slice(ran.log.indexOf('\nfailed: '))
    expect(said.split(remedy)).toHaveLength(2)
    expect(said).toMatch(/\.$/)
    expect(said).not.toContain('…')
    for (const name of refused) expect(said.split(`nuget/${OWNER}/${name}:`)).toHaveLength(2)
    if (refused.length > 0) expect(said).toContain('admin rights on that repository are needed.')
  })
})

describe('the summary and the log of a run that lacks the right to delete', () => {
  const all = { 'package-name': NAMES.join(','), 'package-type': 'nuget', match: '*', 'keep-last': '1' }
  const partsOf = (text: string, remedy: string) => text.split(remedy).length - 1

  it('say the remedy once for each package, however many versions failed', async () => {
    const ran = await runHere(await simulate(registry()), { ...all, token: 'ghs_guest' })
    const outcomes = ran.report?.packages.flatMap((each) => each.outcomes) ?? []
    expect(outcomes.filter(({ kind }) => kind === 'failed').length).toBeGreaterThan(2)
    const remedy = 'Give the repository of this workflow (or the account of the token) the role Admin'
    const log = ran.log.slice(0, ran.log.indexOf('\nfailed: '))
    expect(partsOf(log, remedy)).toBe(NAMES.length)
    for (const name of NAMES) {
      const [, section = ''] = renderSummary(ran.report!).split(`<code>${name}</code>`)
      expect(partsOf(section.split('</details>')[0] ?? '', remedy)).toBe(1)
    }
  })

  it('say it once too where other deletions in the package succeed', async () => {
    const simulator = await simulate(registry(), {
      faults: [{ match: { kind: 'delete-version', every: 2 }, effect: { status: 404 } }]
    })
    const ran = await runHere(simulator, { ...all, 'package-name': 'app', 'delete-concurrency': '1' })
    expect(ran.report?.packages[0]?.outcomes.filter(({ kind }) => kind === 'failed').length).toBeGreaterThan(2)
    const [, section = ''] = renderSummary(ran.report!).split('<code>app</code>')
    expect(partsOf(section, 'the role Admin')).toBe(1)
    const said = ran.log.slice(ran.log.indexOf('\nfailed: '))
    expect(partsOf(said, 'the role Admin')).toBe(1)
  })
})

describe('a missing right for one package', () => {
  it.each([
    ['named svc401', 'svc401', 1000],
    ['whose version ids contain 401', 'svc', 40_100]
  ])('%s leaves the other package to be pruned', async (_, name, firstId) => {
    const world = newWorld()
    const repository = `${OWNER}/app`
    world.addToken({ value: 'ghs_partial', kind: 'workflow', repository, admin: [`${OWNER}/zlib`] })
    for (const [each, first] of [
      [name, firstId],
      ['zlib', 2000]
    ] as const) {
      const ref = { owner: OWNER, type: 'nuget', name: each } as const
      world.addPackage({ ...ref, repository })
      for (let i = 0; i < 12; i += 1) {
        world.addVersion(ref, { id: first + i, name: `1.0.${i}`, createdAt: Date.now() - (60 - i) * DAY })
      }
    }
    const ran = await runHere(await simulate(world), {
      'package-name': `${name},zlib`,
      'package-type': 'nuget',
      match: '*',
      'keep-last': '1',
      'delete-concurrency': '1',
      token: 'ghs_partial'
    })
    expect(ran.outputs).toMatchObject({ 'deleted-count': '11', 'deferred-count': '0' })
    expect(Number(ran.outputs['failed-count'])).toBeGreaterThan(0)
    expect(ran.status).toBe(1)
  })
})
