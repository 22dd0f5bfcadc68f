import { describe, expect, it } from '@jest/globals'
import { multiArch } from '../../../simulator/images/multiArch.js'
import { countByKind } from '../../../simulator/server/log.js'
import type { PackageType } from '../../../simulator/world/package.js'
import type { World } from '../../../simulator/world/world.js'
import { count, DAY, newWorld, OWNER, runHere, runInMemory, simulate } from '../harness.js'

function registry(type: PackageType, deletions: number): World {
  const world = newWorld()
  const lib = { owner: OWNER, type, name: 'lib' } as const
  world.addPackage({ ...lib, ...(type === 'npm' && { distTags: { latest: '2.0.0' } }) })
  const old = Date.now() - 10 * DAY
  if (type === 'container') {
    for (let index = 0; index < deletions / 2; index += 1) {
      const artifacts = multiArch(`image ${index}`, { platforms: ['linux/amd64'] })
      world.push(OWNER, 'lib', artifacts, [`old-${index}`], old + index)
    }
    world.push(OWNER, 'lib', multiArch('kept', { platforms: ['linux/amd64'] }), ['v1'], old)
    return world
  }
  for (let index = 0; index < deletions; index += 1) {
    world.addVersion(lib, {
      name: `old-${index}`,
      createdAt: old + index,
      ...(type === 'docker' && { tags: [`old-${index}`] })
    })
  }
  world.addVersion(lib, { name: '2.0.0', createdAt: old, ...(type === 'docker' && { tags: ['v2'] }) })
  return world
}

/** Requests that a real run sends and its dry run does not, other than the deletions. */
async function cost(type: PackageType, deletions: number) {
  const world = registry(type, deletions)
  const simulator = await simulate(world)
  const inputs = { 'package-name': 'lib', 'package-type': type, match: 'old-*', 'keep-last': '0' }
  const requests = async (dry: boolean) => {
    simulator.clearLog()
    const ran = await runInMemory(simulator, { ...inputs, 'dry-run': String(dry) })
    return { ran, kinds: countByKind(simulator.log) }
  }
  const { kinds: before } = await requests(true)
  const { ran, kinds } = await requests(false)
  expect(count(ran, 'deleted-count')).toBe(deletions)
  const more = (kind: keyof typeof kinds): number => (kinds[kind] ?? 0) - (before[kind] ?? 0)
  return {
    lists: more('list-versions'),
    versions: more('get-version'),
    packuments: more('packument'),
    tagLists: more('list-tags')
  }
}

describe('what holding one answer against others costs', () => {
  it('is nothing where nothing is deleted', async () => {
    const simulator = await simulate(registry('container', 20))
    const inputs = { 'package-name': 'lib', 'package-type': 'container', match: 'none-*', 'keep-last': '0' }
    await runHere(simulator, { ...inputs, 'dry-run': 'true' })
    const dry = simulator.log.length
    await runHere(simulator, inputs)
    expect(simulator.log.length - dry).toBe(dry)
  })

  it('is three requests after the last deletion, where nobody else does anything', async () => {
    const simulator = await simulate(registry('container', 20))
    await runHere(simulator, { 'package-name': 'lib', 'package-type': 'container', match: 'old-*', 'keep-last': '0' })
    const last = simulator.log.findLastIndex(({ kind }) => kind === 'delete-version')
    const after = simulator.log
      .slice(last + 1)
      .map(({ kind, query }) => (query.includes('state=deleted') ? `${kind} deleted` : kind))
    expect(after.toSorted()).toEqual(['list-tags', 'list-versions', 'list-versions deleted'])
  })
})

describe('what re-checks cost', () => {
  // By the formula in docs/performance.md.
  it.each<[PackageType, number, { lists: number; versions: number }]>([
    ['container', 20, { lists: 5, versions: 0 }],
    ['container', 80, { lists: 9, versions: 0 }],
    ['docker', 80, { lists: 4, versions: 0 }],
    ['nuget', 100, { lists: 2, versions: 0 }]
  ])('%s, %i deletions', async (type, deletions, expected) => {
    const { lists, versions, tagLists } = await cost(type, deletions)
    expect({ lists, versions }).toEqual(expected)
    expect(tagLists).toBe(type === 'container' ? 1 : 0)
  })

  it('npm: at most one packument a deletion', async () => {
    const { lists, versions, packuments } = await cost('npm', 100)
    expect({ lists, versions }).toEqual({ lists: 2, versions: 0 })
    expect(packuments).toBeLessThanOrEqual(101)
  })
})
