// An image gains a tag when its index has gone: its attestation, which only the index told of, must not go without it.
import { expect, it } from '@jest/globals'
import { documentOf, isIndex } from '../../../simulator/images/manifest.js'
import { multiArch } from '../../../simulator/images/multiArch.js'
import { DAY, newWorld, OWNER, runHere, simulate } from '../harness.js'
import { ABOUT_APP, APP } from '../registry.js'

const SUBJECT = 'vnd.docker.reference.digest'

it.each(['before', 'at'] as const)(
  'an image that is tagged %s its own deletion keeps its attestation',
  async (when) => {
    const platforms = ['linux/amd64', 'linux/arm64']
    const unit = multiArch('one', { tags: ['old-1'], attestations: 'subject', platforms })
    const index = unit.map(documentOf).find(isIndex)
    const attestation = index?.manifests.find(({ annotations }) => annotations?.[SUBJECT] !== undefined)
    const image = attestation?.annotations?.[SUBJECT] ?? ''
    const world = newWorld()
    world.push(OWNER, 'app', multiArch('kept', { tags: ['v1'] }), [], Date.now() - 60 * DAY)
    world.push(OWNER, 'app', unit, [], Date.now() - 50 * DAY)
    const id = world.packageAt(APP).byName.get(image)?.id
    let tagged = false
    let lists = 0
    const simulator = await simulate(world, {
      onRequest: ({ kind, path }) => {
        if (kind === 'list-versions') lists += 1
        // The plan's list, the list before the first deletion, then the last look.
        const own = when === 'at' ? kind === 'delete-version' && path.endsWith(`/${id}`) : lists === 3
        if (own && !tagged) world.tag(OWNER, 'app', 'late', image)
        tagged ||= own
        return undefined
      }
    })
    await runHere(simulator, { ...ABOUT_APP, match: 'old-*', 'keep-last': '0' })
    const { byName } = world.packageAt(APP)
    expect(tagged).toBe(true)
    expect(byName.has(image)).toBe(true)
    expect(byName.has(attestation?.digest ?? '')).toBe(true)
    // What belongs to the other image of the index went.
    expect(unit.filter(({ digest }) => byName.has(digest))).toHaveLength(2)
  }
)
