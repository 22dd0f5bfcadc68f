import { describe, expect, it } from '@jest/globals'
import { multiArch } from '../../../simulator/images/multiArch.js'
import type { Assumptions } from '../../../simulator/world/assumptions.js'
import type { World } from '../../../simulator/world/world.js'
import { DAY, type Inputs, newWorld, OWNER, runHere, simulate, tagsOf } from '../harness.js'
import { ABOUT_APP, APP } from '../registry.js'

const images = ['pr-3', 'pr-14', 'v1'].map((name) => multiArch(name, { tags: [name], platforms: ['linux/amd64'] }))
const prune: Inputs = { ...ABOUT_APP, match: 'pr-*', 'keep-last': '0' }
const restore: Inputs = { ...ABOUT_APP, operation: 'restore' }

/** A package whose pull requests were pruned. */
async function pruned(assumptions: Partial<Assumptions> = {}) {
  const world: World = newWorld({ assumptions })
  for (const image of images) world.push(OWNER, 'app', image, [], Date.now() - 10 * DAY)
  const before = world.snapshot()
  const simulator = await simulate(world)
  const { outputs } = await runHere(simulator, prune)
  const run = (inputs: Inputs) => runHere(simulator, inputs)
  return { world, before, run, receipt: { operation: 'restore', 'receipt-file': outputs['receipt-file'] ?? '' } }
}

describe('a restore that finds nothing', () => {
  it.each<[string, Inputs, string]>([
    [
      'because no name matches: it suggests the nearest',
      { match: 'pr3' },
      'None of the 4 deleted versions in app matches pr3. Did you mean "pr-3"?'
    ],
    ['because nothing is selected', {}, 'Nothing says what to restore.'],
    [
      'because all was deleted earlier',
      { 'deleted-within': '1s', match: 'v1.*' },
      'None of the 4 deleted versions in app matches v1.*.'
    ]
  ])('fails %s', async (_, inputs, why) => {
    const { run } = await pruned()
    const ran = await run({ ...restore, ...inputs })
    expect(ran.status).toBe(1)
    expect(ran.log).toContain(`failed: Restored no version.\n${why}`)
    expect(ran.log).toMatch(
      /4 deleted versions can be restored, newest deletion first, 2 of them without a name: each image is restored with its members:\n {2}\d{4}-\d\d-\d\d \d\d:\d\d UTC {2}app {2}pr-/
    )
    expect(ran.report?.restorable).toHaveLength(4)
  })

  it('is well where it is a dry run that selects nothing: the list is what was asked for', async () => {
    const { run } = await pruned()
    const ran = await run({ ...restore, 'dry-run': 'true' })
    expect([ran.status, ran.report?.restorable?.length]).toEqual([0, 4])
    expect((await run({ ...restore, match: 'pr3', 'dry-run': 'true' })).status).toBe(1)
  })

  it.each<[string, Partial<Assumptions>, Inputs, string]>([
    [
      'no tags',
      { deletedTags: false },
      { match: 'pr-3' },
      'shows its tags, so match can select nothing. Restore from the receipt'
    ],
    [
      'no times',
      { deletedAt: false },
      { 'deleted-within': '1d' },
      'shows when it was deleted, so deleted-within can select nothing. Restore from the receipt'
    ],
    [
      'no list',
      { stateIgnoredIn: ['orgs'] },
      { match: 'pr-3' },
      'GitHub answered with the active versions of app in place of the deleted ones'
    ]
  ])('says that GitHub tells %s of deleted versions', async (_, assumptions, inputs, why) => {
    const { run } = await pruned(assumptions)
    const ran = await run({ ...restore, ...inputs })
    expect(ran.status).toBe(1)
    expect(ran.log).toContain(why)
  })
})

it('a restore asks GitHub also for a version that no list shows: by receipt, and by id', async () => {
  const { world, before, run, receipt } = await pruned({ stateIgnoredIn: ['orgs'] })
  const [id] = world
    .packageAt(APP)
    .versions.list('deleted')
    .flatMap((version) => (version.tags.length > 0 ? version.id : []))
  const byId = await run({ ...restore, 'version-ids': String(id) })
  expect(byId).toMatchObject({ status: 1, outputs: { 'restored-count': '1' } })
  expect(byId.log).toMatch(/Incomplete .* it lists a manifest that GitHub does not have any more/)
  expect(await run(receipt)).toMatchObject({ status: 0, outputs: { 'restored-count': '3' } })
  expect(world.snapshot()).toEqual(before)
})

it('a restore warns if nothing that came back by time has a tag, as GitHub may not show those of deleted versions', async () => {
  const { world, run, receipt } = await pruned({ deletedTags: false, tagsOnRestore: 'lost' })
  const ran = await run({ ...restore, 'deleted-within': '1d' })
  expect(ran.log).toContain('warning: app: nothing that was restored has a tag.')
  expect((await run(receipt)).status).toBe(0)
  expect([...tagsOf(world).keys()].toSorted()).toEqual(['app:pr-14', 'app:pr-3', 'app:v1'])
})

it('a restore finds what is active already', async () => {
  const { run } = await pruned()
  expect(await run({ ...restore, match: 'v1' })).toMatchObject({ status: 0, outputs: { 'restored-count': '0' } })
})
