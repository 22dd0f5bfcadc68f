import { describe, expect, it } from '@jest/globals'
import { descriptorOf, indexOf } from '../../simulator/images/manifest.js'
import { multiArch } from '../../simulator/images/multiArch.js'
import { singleImage } from '../../simulator/images/singleImage.js'
import type { Assumptions } from '../../simulator/world/assumptions.js'
import type { World } from '../../simulator/world/world.js'
import {
  brokenSince,
  count,
  DAY,
  deletedIds,
  type Inputs,
  newWorld,
  OWNER,
  runHere,
  simulate,
  tagsOf
} from './harness.js'

const app = { owner: OWNER, type: 'container', name: 'app' } as const
const policy: Inputs = {
  'package-name': 'app',
  'package-type': 'container',
  match: 'old-*',
  'keep-last': '80',
  'delete-untagged': 'true'
}
const platforms = ['linux/amd64']

/** Three list pages: images that stay between images that go. */
function registry(order: Assumptions['order']): World {
  const world = newWorld({ assumptions: { order } })
  const old = Date.now() - 100 * DAY
  for (let index = 0; index < 110; index += 1) {
    const tag = index % 5 === 0 ? `v${index}` : `old-${index}`
    world.push(OWNER, 'app', multiArch(`image ${index}`, { tags: [tag], platforms }), [], old + index * 3_600_000)
  }
  return world
}

const children = [4, 7, 9].map((index) => multiArch(`image ${index}`, { platforms })[0] ?? singleImage('none'))

/** What shifts pages while they are read: versions that come in front of them, versions that go. */
const shifts: Readonly<Record<string, (world: World) => void>> = {
  'pushes of new images': (world) => {
    for (let index = 0; index < 5; index += 1) world.push(OWNER, 'app', [singleImage(`new ${index}`)], [`new-${index}`])
  },
  'a push of an index over old images': (world) => {
    world.push(OWNER, 'app', [...children, indexOf(children.map((each) => descriptorOf(each)))], ['new'])
  },
  'deletions by somebody else': (world) => {
    const { byTag } = world.packageAt(app)
    for (const tag of ['old-109', 'old-108', 'old-7', 'v105']) {
      const id = byTag.get(tag)?.id
      if (id !== undefined) world.deleteVersion(app, id)
    }
  }
}

describe.each([
  { order: 'newest', shifting: Object.entries(shifts) },
  { order: 'random', shifting: Object.entries(shifts).slice(1, 2) }
] as const)('a package of three pages in the order $order', ({ order, shifting }) => {
  it.each(shifting)('and %s at any list page: nothing that is kept is lost or broken', async (_, shift) => {
    const problems: string[] = []
    for (let nth = 1, reached = true; reached; nth += 1) {
      const world = registry(order)
      const tags = tagsOf(world)
      let pushed: readonly string[] = []
      reached = false
      const simulator = await simulate(world, {
        events: [
          {
            at: { before: { kind: 'list-versions', nth } },
            run: () => {
              reached = true
              shift(world)
              pushed = [...tagsOf(world).keys()].filter((tag) => tag.startsWith('app:new'))
            }
          }
        ]
      })
      const ran = await runHere(simulator, policy)
      const found = tagsOf(world)
      for (const tag of brokenSince(tags, world)) problems.push(`page request ${nth}: ${tag} is broken`)
      for (const tag of tags.keys()) {
        if (tag.startsWith('app:v') && tag !== 'app:v105' && !found.has(tag))
          problems.push(`page request ${nth}: ${tag} is lost`)
      }
      for (const tag of pushed) if (!found.has(tag)) problems.push(`page request ${nth}: ${tag} is lost`)
      if (ran.status !== 0) problems.push(`page request ${nth}: status ${ran.status}\n${ran.log.slice(-2000)}`)
      const ours = simulator.log.filter(({ kind, status }) => kind === 'delete-version' && status === 204).length
      const back = simulator.log.filter(({ kind, status }) => kind === 'restore-version' && status === 204).length
      if (count(ran, 'deleted-count') !== ours - back) problems.push(`page request ${nth}: deleted-count`)
      if (count(ran, 'deleted-count') > deletedIds(world.snapshot()).size) problems.push('more deleted than there is')
      await simulator.stop()
    }
    expect(problems).toEqual([])
  })
})
