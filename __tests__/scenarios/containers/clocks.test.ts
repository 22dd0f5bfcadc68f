import { describe, expect, it } from '@jest/globals'
import { singleImage } from '../../../simulator/images/singleImage.js'
import { type ContainerPackage, containerPackage } from './containerPackage.js'
import { storedAt } from './facts.js'
import type { Inputs } from './policyFrom.js'
import { realRun } from './realRun.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR

async function left(app: ContainerPackage, inputs: Inputs, clockAhead: number) {
  const { said, report } = await realRun(app.world, inputs, { clockAhead })
  return { left: storedAt(app.world).byName.size, said: said.filter((line) => line.includes('clock')), report }
}

describe('a runner whose clock is wrong', () => {
  it('by 26 hours ahead does not make the grace period of a day void, and a warning says what was taken', async () => {
    const app = containerPackage()
    app.push(30, singleImage('tagged', { tags: ['main'] }))
    app.push(1 / 24, singleImage('in flight'))
    const after = await left(app, { 'delete-untagged': 'true' }, 26 * HOUR)
    expect(after.left).toBe(2)
    expect(after.said).toEqual([expect.stringContaining('the earlier of the two')])
    expect(after.said[0]).toContain('Ages count back from 2026-11-22T12:00:0')
  })

  it('by 400 days ahead does not make keep-within void', async () => {
    const app = containerPackage()
    app.push(1, singleImage('a', { tags: ['v1'] }))
    app.push(20, singleImage('b', { tags: ['v2'] }))
    const after = await left(app, { match: 'v*', 'keep-within': '30d', 'min-keep': '0' }, 400 * DAY)
    expect(after.left).toBe(2)
  })

  it('by 26 hours behind keeps the order of pushes: the newest is kept', async () => {
    const app = containerPackage()
    const [newest] = app.push(1 / 24, singleImage('newest', { tags: ['v1'] }))
    app.push(2 / 24, singleImage('older', { tags: ['v2'] }))
    app.push(3 / 24, singleImage('oldest', { tags: ['v3'] }))
    const after = await left(app, { match: 'v*', 'keep-last': '1' }, -26 * HOUR)
    expect(after.left).toBe(1)
    expect(storedAt(app.world).byName.has(newest!.digest)).toBe(true)
    expect(after.said[0]).toContain('Ages count back from 2026-11-21T10:00:00.000Z')
  })

  it('by four minutes changes nothing', async () => {
    const app = containerPackage()
    app.push(1, singleImage('a', { tags: ['v1'] }))
    expect((await left(app, { match: 'v*' }, 4 * 60_000)).said).toEqual([])
  })
})
