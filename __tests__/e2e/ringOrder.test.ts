import { describe, expect, it } from '@jest/globals'
import { hexOf } from '../../simulator/images/digest.js'
import { descriptorOf, indexOf } from '../../simulator/images/manifest.js'
import { singleImage } from '../../simulator/images/singleImage.js'
import { newWorld, OWNER, runHere, simulate } from './harness.js'

describe('versions that own each other in a ring', () => {
  it('stay whole where GitHub refuses to delete the last tagged one', async () => {
    const world = newWorld({ assumptions: { digestTagsCount: false } })
    world.addPackage({ owner: OWNER, type: 'container', name: 'app', repository: `${OWNER}/app` })
    const old = world.clock.now() - 10 * 86_400_000
    const image = singleImage('image')
    const hex = descriptorOf(image).digest.slice('sha256:'.length)
    // An index that is, by its tag, the signature of the image that it lists.
    const index = indexOf([descriptorOf(image)], { tags: ['v1', `sha256-${hex}.sig`] })
    const outer = indexOf([descriptorOf(image)], { tags: ['v0'], annotations: { kind: 'outer' } })
    const stray = singleImage('stray', { tags: [`sha256-${hexOf('elsewhere')}.sig`] })
    const hour = 3_600_000
    for (const [each, at] of [
      [image, old],
      [index, old],
      [outer, old + hour],
      [stray, old]
    ] as const) {
      world.push(OWNER, 'app', [each], each.tags ?? [], at)
    }
    const simulator = await simulate(world)
    const policy = 'version: 1\nmin-keep: 0\nrules: [{ match: { tagged: true }, keep: [] }]'
    await runHere(simulator, { 'package-name': 'app', 'package-type': 'container', policy })
    // Which of the two GitHub refuses depends on which it is asked for last.
    const left = ['v0', 'v1'].filter((tag) => world.resolveTag(OWNER, 'app', tag) !== undefined)
    expect(left).toContain('v1')
    for (const tag of left) expect(world.checkTag(OWNER, 'app', tag)).toMatchObject({ ok: true })
  })
})
