import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { descriptorOf, indexOf } from '../../../simulator/images/manifest.js'
import { multiArch } from '../../../simulator/images/multiArch.js'
import type { World } from '../../../simulator/world/world.js'
import { DAY, type Inputs, newWorld, OWNER, runHere, simulate, workspace } from '../harness.js'
import { ABOUT_APP, APP } from '../registry.js'

const parts = multiArch('shared', { tags: [] }).slice(0, 2)
const prune = (match: string): Inputs => ({ ...ABOUT_APP, match, 'keep-last': '0' })
const holdFile = 'hold.json'

/** Two images of the same two parts; one prune deletes `a-1`, a later one `b-1` and with it the parts. */
async function prunedTwice() {
  const world: World = newWorld()
  const old = Date.now() - 10 * DAY
  for (const name of ['a-1', 'b-1']) {
    const index = indexOf(
      parts.map((each) => descriptorOf(each)),
      { annotations: { name } }
    )
    world.push(OWNER, 'app', [...parts, index], [name], old)
  }
  world.push(OWNER, 'app', multiArch('kept', { tags: ['v1'] }), [], old)
  const simulator = await simulate(world)
  const first = await runHere(simulator, prune('a-*'))
  await runHere(simulator, prune('b-*'))
  const undo = { operation: 'restore', 'receipt-file': first.outputs['receipt-file'] ?? '' }
  return { world, undo, run: (inputs: Inputs) => runHere(simulator, inputs) }
}

it('a restore from the first receipt restores also the parts that a later run deleted', async () => {
  const { world, undo, run } = await prunedTwice()
  expect(await run(undo)).toMatchObject({ status: 0, outputs: { 'restored-count': '3' } })
  expect(world.checkTag(OWNER, 'app', 'a-1').ok).toBe(true)
})

it('a restore fails if GitHub has no longer all parts, names the missing one, and fails again when the image is active already', async () => {
  const { world, undo, run } = await prunedTwice()
  const part = world
    .packageAt(APP)
    .versions.list('deleted')
    .find(({ name }) => name === parts[0]?.digest)
  if (part !== undefined) Object.assign(part, { deletedAt: Date.now() - 40 * DAY })
  for (const restored of ['2', '0']) {
    const ran = await run(undo)
    expect(ran).toMatchObject({ status: 1, outputs: { 'restored-count': restored, 'failed-count': '1' } })
    expect(ran.log).toContain(`a-1: incomplete: it lists a manifest that GitHub does not have any more: ${part?.name}`)
  }
})

it('a hold file holds all that a restore was asked for, also what was active already', async () => {
  const { world, undo, run } = await prunedTwice()
  const held = (): number[] => {
    const { holds } = JSON.parse(readFileSync(join(workspace, holdFile), 'utf8')) as { holds: { id: number }[] }
    return holds.map(({ id }) => id).toSorted()
  }
  const root = world
    .packageAt(APP)
    .versions.list('deleted')
    .find(({ tags }) => tags.includes('a-1'))
  world.restoreVersion(APP, root?.id ?? 0)
  await run({ ...undo, 'hold-file': holdFile })
  expect(held()).toHaveLength(3)
  await run({ ...ABOUT_APP, operation: 'restore', match: 'a-1, v1', 'hold-file': holdFile })
  expect(held()).toHaveLength(4)
})

it('a restore says that a receipt records no deletions, and fails if it records none of the given package', async () => {
  const { undo, run } = await prunedTwice()
  const nothing = await run(prune('nothing-*'))
  const empty = await run({ operation: 'restore', 'receipt-file': nothing.outputs['receipt-file'] ?? '' })
  expect(empty.status).toBe(0)
  expect(empty.log).toContain('notice: The receipt records no deletions')
  const other = await run({ ...undo, 'package-name': 'other' })
  expect(other.status).toBe(1)
  expect(other.log).toContain('The receipt records nothing of the given packages; it is about app.')
})
