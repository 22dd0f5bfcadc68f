import { beforeAll, describe, expect, it } from '@jest/globals'
import type { Assumptions } from '../../../simulator/world/assumptions.js'
import { amount } from '../../amount.js'
import { changedBy, count, runHere, simulate, tagsOf } from '../harness.js'
import { APP } from '../registry.js'
import { digestOf, loose, type Moments, policy, problemsOf, races, registry, someOfSurvey, tag } from './races.js'

/** The sample sets these at every request where GitHub is as we expect it, and all others at each sixth. */
const HARDEST = /^(a tag on an untagged image|the tag of what stays|a new index over old children)/

const worlds: readonly Partial<Assumptions>[] = [{}, { tagsOnRestore: 'lost', updatedAtOn: [], order: 'random' }]

/** Where a restore loses tags only those that put a tag somewhere tell more. */
const inEach = worlds.map((assumptions, index) => {
  const all = Object.entries(races)
  return { assumptions, chosen: index === 0 ? all : all.filter(([name]) => /\btag on\b|moved to/.test(name)) }
})

let at: Moments['at']
beforeAll(async () => {
  at = await someOfSurvey()
})

describe.each(inEach)('where the world is $assumptions', ({ assumptions, chosen }) => {
  it.each(chosen)('%s, at any request of a prune: no tag is lost or broken', async (name, race) => {
    const every = assumptions === worlds[0] && HARDEST.test(name) ? 1 : amount(6, 1)
    expect(await problemsOf(race, assumptions, { at, every })).toEqual([])
  })
})

describe('a version that gained a tag', () => {
  it('before the last look at it is never deleted, so that nothing has to be taken back', async () => {
    const world = registry({})
    const id = world.packageAt(APP).byName.get(digestOf(loose))?.id
    const simulator = await simulate(world, {
      events: [
        {
          // The plan's list, the list before the first deletion, then the last look.
          at: { before: { kind: 'list-versions', nth: 3 } },
          run: () => tag(world, 'new', digestOf(loose))
        }
      ]
    })
    const ran = await runHere(simulator, policy)
    expect(changedBy(simulator.log, 'delete-version')).not.toContain(id)
    expect(count(ran, 'restored-count')).toBe(0)
    expect(ran.log).toContain('it was tagged new since the plan was made')
    expect(tagsOf(world).get('app:new')).toEqual({ digest: digestOf(loose), ok: true })
  })

  it('at the request of its deletion comes back, and the run says so', async () => {
    const world = registry({})
    const id = world.packageAt(APP).byName.get(digestOf(loose))?.id
    const simulator = await simulate(world, {
      events: [
        { at: { before: { method: 'DELETE', path: `/versions/${id}` } }, run: () => tag(world, 'new', digestOf(loose)) }
      ]
    })
    const ran = await runHere(simulator, policy)
    expect(changedBy(simulator.log, 'restore-version')).toEqual([id])
    expect(count(ran, 'restored-count')).toBe(1)
    expect(ran.log).toContain(`${digestOf(loose)} was restored: it was tagged new while it was being deleted`)
    expect(tagsOf(world).get('app:new')).toEqual({ digest: digestOf(loose), ok: true })
  })

  it('is never said to be restored where GitHub refuses that because its name is taken', async () => {
    const world = registry({})
    const id = world.packageAt(APP).byName.get(digestOf(loose))?.id
    const message = 'Package version cannot be restored: its name is taken by a newer version.'
    const simulator = await simulate(world, {
      events: [
        { at: { before: { method: 'DELETE', path: `/versions/${id}` } }, run: () => tag(world, 'new', digestOf(loose)) }
      ],
      onRequest: ({ kind }) => (kind === 'restore-version' ? { status: 400, body: { message } } : undefined)
    })
    const ran = await runHere(simulator, policy)
    expect(count(ran, 'restored-count')).toBe(0)
    expect(ran.log).not.toContain(`${digestOf(loose)} was restored`)
    expect(ran.log).toMatch(
      /it was tagged new while it was being deleted, and could not be restored: GitHub refused to restore/
    )
  })
})
