import { describe, expect, it } from '@jest/globals'
import { descriptorOf, indexOf } from '../../../simulator/images/manifest.js'
import { multiArch } from '../../../simulator/images/multiArch.js'
import { singleImage } from '../../../simulator/images/singleImage.js'
import type { Assumptions } from '../../../simulator/world/assumptions.js'
import type { World } from '../../../simulator/world/world.js'
import { amount } from '../../amount.js'
import { atEveryRequest } from '../atEveryRequest.js'
import { brokenSince, count, DAY, type Inputs, newWorld, OWNER, type Ran, tagsOf } from '../harness.js'
import { ABOUT_APP, APP } from '../registry.js'

const policy: Inputs = {
  ...ABOUT_APP,
  match: 'old-*',
  'keep-last': '27',
  'delete-untagged': 'true'
}
const platforms = ['linux/amd64', 'linux/arm64', 'linux/arm/v7', 'linux/s390x']

const IMAGES = 41

/** Three list pages: images of five versions each that stay, between images that go. */
function registry(order: Assumptions['order']): World {
  const world = newWorld({ assumptions: { order } })
  const old = Date.now() - 100 * DAY
  for (let index = 0; index < IMAGES; index += 1) {
    const tag = index % 5 === 0 ? `v${index}` : `old-${index}`
    world.push(OWNER, 'app', multiArch(`image ${index}`, { tags: [tag], platforms }), [], old + index * 3_600_000)
  }
  return world
}

/** All children of images that go, so that some are on their way out whenever the index comes. */
const children = [1, 2, 3, 4, 6].flatMap((index) => multiArch(`image ${index}`, { platforms }).slice(0, -1))

/** What shifts pages while they are read: versions that come in front of them, versions that go. */
const shifts: Readonly<Record<string, (world: World) => void>> = {
  'pushes of new images': (world) => {
    for (let index = 0; index < 5; index += 1) world.push(OWNER, 'app', [singleImage(`new ${index}`)], [`new-${index}`])
  },
  'a push of an index over old images': (world) => {
    world.push(OWNER, 'app', [...children, indexOf(children.map((each) => descriptorOf(each)))], ['new'])
  },
  'deletions by somebody else': (world) => {
    const { byTag } = world.packageAt(APP)
    for (const tag of ['old-39', 'old-38', 'old-4', 'v35']) {
      const id = byTag.get(tag)?.id
      if (id !== undefined) world.deleteVersion(APP, id)
    }
  }
}

describe.each([
  { order: 'newest', shifting: Object.entries(shifts) },
  { order: 'random', shifting: Object.entries(shifts).slice(1, 2) }
] as const)('a package of three pages in the order $order', ({ order, shifting }) => {
  it.each(shifting)('and %s at any list page: nothing that is kept is lost or broken', async (_, shift) => {
    const prepare = () => {
      const world = registry(order)
      const tags = tagsOf(world)
      let pushed: readonly string[] = []
      return {
        world,
        act() {
          shift(world)
          pushed = [...tagsOf(world).keys()].filter((tag) => tag.startsWith('app:new'))
        },
        look({ ran }: { readonly ran: Ran }) {
          const kept = [...tags.keys()].filter((tag) => tag.startsWith('app:v') && tag !== 'app:v35')
          const found = tagsOf(world)
          return [
            ...brokenSince(tags, world).map((tag) => `${tag} is broken`),
            ...[...kept, ...pushed].filter((tag) => !found.has(tag)).map((tag) => `${tag} is lost`),
            ...(count(ran, 'deleted-count') === 0 ? ['nothing went'] : [])
          ]
        }
      }
    }
    expect(await atEveryRequest(policy, prepare, ({ kind }) => kind === 'list-versions', amount(4, 1))).toEqual([])
  })
})
