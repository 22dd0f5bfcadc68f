// What a run took for gone and was not, and what it could not read when it was pushed: no child may be missing in the end.
import { describe, expect, it } from '@jest/globals'
import { descriptorOf, documentOf, indexOf, isIndex } from '../../../simulator/images/manifest.js'
import { multiArch } from '../../../simulator/images/multiArch.js'
import { jsonReply, type Reply, type Request } from '../../../simulator/server/exchange.js'
import type { World } from '../../../simulator/world/world.js'
import { count, DAY, newWorld, OWNER, runInMemory, simulate, tagsOf } from '../harness.js'
import { ABOUT_APP, APP } from '../registry.js'

const policy = { ...ABOUT_APP, match: 'old-*', 'keep-last': '0', 'delete-untagged': 'true', 'delete-concurrency': '1' }
const units = Array.from({ length: 24 }, (_, n) => multiArch(`image ${n}`, { tags: [`old-${n}`] }))

function registry(): World {
  const world = newWorld()
  world.push(OWNER, 'app', multiArch('kept', { tags: ['v1'] }), [], Date.now() - 90 * DAY)
  for (const [n, unit] of units.entries()) world.push(OWNER, 'app', unit, [], Date.now() - (60 - n) * DAY)
  return world
}

const broken = (world: World): readonly string[] => [...tagsOf(world)].filter(([, { ok }]) => !ok).map(([tag]) => tag)
const rootOf = (n: number): string => units[n]?.find((each) => isIndex(documentOf(each)))?.digest ?? ''
const idOf = (world: World, digest: string): number => world.packageAt(APP).byName.get(digest)?.id ?? 0

async function prune(world: World, onRequest: (request: Request) => Reply | undefined) {
  const simulator = await simulate(world, { onRequest })
  return runInMemory(simulator, policy)
}

describe('an index pushed in mid-run that cannot be read', () => {
  it.each([500, 403, 404])('(%i) keeps what it may list, and brings back what went before', async (status) => {
    const world = registry()
    const listed = [...units.slice(0, 1), ...units.slice(20)].flatMap((unit) => unit.slice(0, 1))
    const fresh = indexOf(listed.map((each) => descriptorOf(each)))
    let deletions = 0
    const run = await prune(world, ({ kind, path }) => {
      if (kind === 'delete-version') deletions += 1
      if (kind === 'delete-version' && deletions === 8) world.push(OWNER, 'app', [...listed, fresh], ['fresh'])
      return kind === 'get-manifest' && path.endsWith(fresh.digest) ? jsonReply(status, {}) : undefined
    })
    expect(broken(world)).toEqual([])
    expect(world.checkTag(OWNER, 'app', 'fresh').ok).toBe(true)
    expect(run.log).toContain('fresh was pushed during the run and cannot be read')
    // Before the first look at what was pushed, and no more.
    expect(deletions).toBeLessThan(20)
    // One child of the new index had gone and was pushed anew.
    expect(count(run, 'deleted-count')).toBe(1)
  })
})

describe('an index that is there although it was taken for gone', () => {
  it('by a 404 that was wrong: its children come back', async () => {
    const world = registry()
    const id = idOf(world, rootOf(3))
    let lied = false
    let lists = 0
    const run = await prune(world, ({ kind, path }) => {
      if (kind === 'list-versions') lists += 1
      // After the lists of the plan and before the first deletion: the page does not show what is looked for.
      if (kind === 'list-versions' && lists > 2 && !lied) return jsonReply(200, [])
      if (lied || kind !== 'get-version' || !path.endsWith(`/${id}`)) return undefined
      lied = true
      return jsonReply(404, { message: 'Not Found' })
    })
    expect(lied).toBe(true)
    expect(broken(world)).toEqual([])
    expect(world.checkTag(OWNER, 'app', 'old-3').ok).toBe(true)
    expect(run.log).toContain('old-3 is there and needs it')
  })

  it.each<[string, Reply, number]>([
    ['200 with a page', { status: 200, body: '<html>' }, 1],
    ['200 with an error', jsonReply(200, { message: 'Server Error' }), 1],
    ['202', { status: 202, body: '' }, 1],
    ['204', { status: 204, body: '' }, 0]
  ])(
    'as its deletion was answered with %s and not carried out: it is not counted, and its children are there',
    async (_, reply, failed) => {
      const world = registry()
      const id = idOf(world, rootOf(3))
      const run = await prune(world, ({ kind, path }) =>
        kind === 'delete-version' && path.endsWith(`/${id}`) ? reply : undefined
      )
      expect(broken(world)).toEqual([])
      expect(world.checkTag(OWNER, 'app', 'old-3').ok).toBe(true)
      expect(count(run, 'failed-count')).toBe(failed)
      expect(count(run, 'deleted-count')).toBe((units.length - 1) * 3)
    }
  )

  it('as the list lags: nothing comes back', async () => {
    const world = registry()
    const before = world.packageAt(APP).versions.list('active')
    let deletions = 0
    const simulator = await simulate(world, {
      onRequest: ({ kind, query }) => {
        if (kind === 'delete-version') deletions += 1
        const late = kind === 'list-versions' && deletions === units.length * 3 && query.get('state') !== 'deleted'
        return late
          ? jsonReply(
              200,
              before.map((version) => versionOf(version))
            )
          : undefined
      }
    })
    const run = await runInMemory(simulator, policy)
    expect(count(run, 'restored-count')).toBe(0)
    expect(count(run, 'deleted-count')).toBe(units.length * 3)
  })
})

function versionOf({ id, name, tags }: { id: number; name: string; tags?: Iterable<string> }): object {
  return { id, name, metadata: { package_type: 'container', container: { tags: [...(tags ?? [])] } } }
}
