// GitHub refuses once what it does a second later: the final check and a restore ask again.
import { expect, it } from '@jest/globals'
import { singleImage } from '../../../simulator/images/singleImage.js'
import type { SimulatorOptions } from '../../../simulator/simulator.js'
import type { World } from '../../../simulator/world/world.js'
import { count, deletedIds, OWNER, runHere, simulate, tagsOf } from '../harness.js'
import { ABOUT_APP, APP } from '../registry.js'
import { digestOf, loose, policy, registry, tag } from './races.js'

type Faults = NonNullable<SimulatorOptions['faults']>

/** A prune during which somebody tags an untagged image in the moment of its deletion. */
async function pruneWith(faults: Faults) {
  const world = registry({})
  const id = world.packageAt(APP).byName.get(digestOf(loose))?.id
  const simulator = await simulate(world, {
    faults,
    events: [
      { at: { before: { method: 'DELETE', path: `/versions/${id}` } }, run: () => tag(world, 'new', digestOf(loose)) }
    ]
  })
  return { world, ran: await runHere(simulator, { ...policy, 'delete-concurrency': '1' }) }
}

const notFound = { status: 404, body: { message: 'Not Found' } }
const isBack = (world: World) => tagsOf(world).get('app:new')?.ok

it.each<[string, Faults]>([
  [
    'the list of deleted versions',
    [{ match: { kind: 'list-versions', path: 'state=deleted', nth: 1 }, effect: notFound }]
  ],
  ['the restore of what was just deleted', [{ match: { kind: 'restore-version', nth: 1 }, effect: notFound }]]
])('a final check to which GitHub refuses %s once asks again, and restores what gained a tag', async (_, faults) => {
  const { world, ran } = await pruneWith(faults)
  expect({ back: isBack(world), restored: count(ran, 'restored-count'), status: ran.status }).toEqual({
    back: true,
    restored: 1,
    status: 0
  })
  expect(ran.log).not.toContain('final check could not')
})

it('a whole package is left alone where somebody pushes while a limit makes its deletion wait', async () => {
  const world = registry({})
  const simulator = await simulate(world, {
    faults: [
      {
        match: { kind: 'delete-package', nth: 1 },
        effect: { status: 429, headers: { 'retry-after': '3' }, body: { message: 'secondary rate limit' } }
      }
    ],
    onRequest: ({ kind }) => {
      if (kind === 'delete-package') world.push(OWNER, 'app', [singleImage('pushed')], ['new'])
      return undefined
    }
  })
  const ran = await runHere(simulator, {
    ...ABOUT_APP,
    match: '*',
    'delete-untagged': 'true',
    'on-empty': 'delete-package'
  })
  expect(ran.report?.packages[0]?.outcomes.map(({ kind }) => kind)).toEqual(['changed'])
  expect(isBack(world)).toBe(true)
})

it('a final check that cannot find out what owns a version still restores what gained a tag', async () => {
  // Restored by somebody else meanwhile: whether it is there is asked for by id.
  const world = registry({})
  const ids = new Map([...world.packageAt(APP).byName].map(([name, { id }]) => [name, id]))
  const simulator = await simulate(world, {
    faults: [{ match: { kind: 'get-version' }, effect: { status: 403, body: { message: 'Forbidden' } } }],
    events: [
      {
        at: { before: { method: 'DELETE', path: `/versions/${ids.get(digestOf(loose))}` } },
        run: () => {
          tag(world, 'new', digestOf(loose))
          const [other] = world.packageAt(APP).versions.list('deleted')
          if (other !== undefined) world.restoreVersion(APP, other.id)
        }
      }
    ]
  })
  const ran = await runHere(simulator, { ...policy, 'delete-concurrency': '1' })
  expect(isBack(world)).toBe(true)
  expect(ran.log).toContain('The final check could not read everything')
})

it('a restore to which GitHub says once that it does not find a version asks again', async () => {
  const world = registry({})
  const before = world.snapshot()
  const simulator = await simulate(world, {
    faults: [{ match: { kind: 'restore-version', nth: 2 }, effect: notFound }]
  })
  const ran = await runHere(simulator, policy)
  const back = await runHere(simulator, { operation: 'restore', 'receipt-file': ran.outputs['receipt-file'] ?? '' })
  expect({ status: back.status, restored: count(back, 'restored-count') }).toEqual({
    status: 0,
    restored: count(ran, 'deleted-count')
  })
  expect(deletedIds(world.snapshot())).toEqual(deletedIds(before))
})
