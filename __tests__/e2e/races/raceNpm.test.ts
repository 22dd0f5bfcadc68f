import { describe, expect, it } from '@jest/globals'
import type { World } from '../../../simulator/world/world.js'
import { atEveryRequest } from '../atEveryRequest.js'
import { count, type Inputs, newWorld, OWNER, runHere, simulate } from '../harness.js'
import { addDaily } from '../registry.js'

const lib = { owner: OWNER, type: 'npm', name: 'lib' } as const
const policy: Inputs = { 'package-name': 'lib', 'package-type': 'npm', match: '*', 'keep-last': '1' }

function registry(versions: number, assumptions: ConstructorParameters<typeof World>[0] = {}): World {
  const world = newWorld(assumptions)
  world.addPackage({ ...lib, distTags: { latest: `1.0.${versions - 1}`, next: '1.0.2' } })
  addDaily(world, lib, versions)
  return world
}

const activeNames = (world: World): ReadonlySet<string> => new Set(world.packageAt(lib).byName.keys())

describe.each(['removed', 'dangling'] as const)('where a dist-tag whose version goes is %s', (distTagsOnDelete) => {
  it.each(['next', 'beta'])('the dist-tag %s, put on any version at any request, keeps its version', async (tag) => {
    for (const target of ['1.0.0', '1.0.1']) {
      const problems = await atEveryRequest({ ...policy, 'delete-concurrency': '1' }, () => {
        const world = registry(5, { assumptions: { distTagsOnDelete } })
        const id = world.packageAt(lib).byName.get(target)?.id
        let moved: number | undefined
        return {
          world,
          act({ n }) {
            if (!activeNames(world).has(target)) return
            moved = n
            world.packageAt(lib).distTags.set(tag, target)
          },
          look({ log }) {
            if (moved === undefined || activeNames(world).has(target)) return []
            // A dist-tag that is new, put on after the last reading before the deletion, and goes with it leaves no trace anywhere.
            const from = moved
            const deletion = log.find(({ kind, path }) => kind === 'delete-version' && path.endsWith(`/${id}`))
            const read = log.some(({ kind, n }) => kind === 'packument' && n >= from && n < (deletion?.n ?? 0))
            const traceless = tag === 'beta' && distTagsOnDelete === 'removed' && !read
            return traceless ? [] : [`${target} is gone`]
          }
        }
      })
      expect(problems).toEqual([])
    }
  })
})

describe('the packument is read again', () => {
  it('once for all deletions of two seconds, not once for each', async () => {
    const world = registry(60)
    const simulator = await simulate(world, { latency: { npm: 40, api: 5 } })
    const ran = await runHere(simulator, { ...policy, 'delete-concurrency': '1' })
    expect(count(ran, 'deleted-count')).toBe(57)
    const packuments = simulator.log.filter(({ kind }) => kind === 'packument')
    expect(packuments.length).toBeLessThan(57 / 4)
    // Once more after the last deletion.
    expect(packuments.at(-1)?.n).toBeGreaterThan(
      simulator.log.findLast(({ kind }) => kind === 'delete-version')?.n ?? 0
    )
  })

  it('and where it no longer can be, nothing more goes', async () => {
    const world = registry(12)
    const simulator = await simulate(world, {
      onRequest: ({ part }) => {
        if (part === 'api') world.clock.advance(250)
        return undefined
      }
    })
    simulator.addEvent({
      at: { after: { kind: 'delete-version', nth: 1 } },
      run: () => simulator.addFault({ kind: 'packument' }, { status: 404, body: { error: 'not found' } })
    })
    const ran = await runHere(simulator, { ...policy, 'delete-concurrency': '1' })
    expect(count(ran, 'deleted-count')).toBeLessThan(9)
    expect(ran.log).toContain("npm's dist-tags cannot be read, and one may be on it")
  })
})
