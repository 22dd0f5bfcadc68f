import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from '@jest/globals'
import { singleImage } from '../../../simulator/images/singleImage.js'
import type { Clock as ServerClock } from '../../../simulator/world/clock.js'
import type { World } from '../../../simulator/world/world.js'
import type { Clock } from '../../../src/app/ports.js'
import { TIMING } from '../../../src/compose.js'
import type { Transport } from '../../../src/http/transport.js'
import { inProcess } from '../../model/inProcess.js'
import { watchLooks } from '../../model/looks.js'
import { count, DAY, newWorld, OWNER, runHere, simulate, tagsOf } from '../harness.js'
import { ABOUT_APP, APP } from '../registry.js'

/** Stands still while anybody works; then it goes on to the end of the shortest sleep. */
class Turns implements Clock, ServerClock {
  #time = Date.UTC(2026, 0, 1)
  #turn = Promise.resolve()
  readonly #sleepers: { readonly until: number; readonly wake: () => void }[] = []

  now(): number {
    return this.#time
  }

  advance(ms: number): void {
    this.#time += ms
  }

  sleep(ms: number): Promise<void> {
    const slept = new Promise<void>((wake) => {
      this.#sleepers.push({ until: this.#time + ms, wake })
    })
    this.#turn = this.#turn.then(() => this.#wakeNext())
    return slept
  }

  async #wakeNext(): Promise<void> {
    await wait(1)
    this.#sleepers.sort((a, b) => a.until - b.until)
    const next = this.#sleepers.shift()
    this.#time = Math.max(this.#time, next?.until ?? 0)
    next?.wake()
  }
}

const slow = (transport: Transport, clock: Clock, ms: number): Transport => ({
  ...transport,
  async send(request) {
    await clock.sleep(ms / 2)
    const response = await transport.send(request)
    await clock.sleep(ms / 2)
    return response
  }
})

const IMAGES = 200
const image = (n: number) => singleImage(`image ${n}`, { tags: [`1.${n}.0`] })

/** Deletes all images but the newest, each answer taking `ms`; `before` is called when the deletion of a version is sent. */
async function prune(ms: number, before: (id: number, world: World) => void = () => {}) {
  const clock = new Turns()
  const world = newWorld({ clock })
  for (let n = 0; n <= IMAGES; n += 1) world.push(OWNER, 'app', [image(n)], [], clock.now() - (IMAGES + 10 - n) * DAY)
  const simulator = await simulate(world)
  const { transport, deletions } = watchLooks(slow(inProcess(simulator), clock, ms), clock)
  const told: Transport = {
    ...transport,
    send(request) {
      if (request.method === 'DELETE') before(Number(/\d+$/.exec(request.url)?.[0]), world)
      return transport.send(request)
    }
  }
  const inputs = { ...ABOUT_APP, match: '*', 'keep-last': '1', 'max-delete': '100%' }
  const ran = await runHere(simulator, inputs, undefined, { ...TIMING, transport: told, clock })
  return { ran, ages: deletions.map(({ age }) => age), world }
}

describe("a deletion at the pace of GitHub's limits", () => {
  it.each([
    [80, 1000],
    [1000, 2000]
  ])('follows a look at its version by at most three seconds if an answer takes %i ms', async (ms, atLeast) => {
    const { ran, ages } = await prune(ms)
    expect(count(ran, 'deleted-count')).toBe(IMAGES)
    expect(ages).toHaveLength(IMAGES)
    const oldest = Math.max(...ages)
    expect(oldest).toBeLessThanOrEqual(3000)
    // A page serves several deletions, or the test would show nothing.
    expect(oldest).toBeGreaterThanOrEqual(atLeast)
  })

  it('is not sent if somebody tagged the version three seconds before; later tags come back', async () => {
    const tagged = new Map<number, { readonly n: number; readonly at: number }>()
    const ages: number[] = []
    let deletions = 0
    const { world } = await prune(1000, (deleted, world) => {
      const at = world.clock.now()
      const { at: since } = tagged.get(deleted) ?? {}
      if (since !== undefined) ages.push(at - since)
      deletions += 1
      if (deletions % 3 !== 0) return
      // One of the next 25.
      const n = deletions + ((deletions * 7) % 25)
      const version = world.packageAt(APP).byTag.get(`1.${n}.0`)
      if (version === undefined) return
      world.tag(OWNER, 'app', `new-${n}`, version.name)
      tagged.set(version.id, { n, at })
    })
    expect(Math.max(...ages)).toBeLessThanOrEqual(3000)
    // Tags that came later, or the test would show nothing.
    expect(Math.max(...ages)).toBeGreaterThanOrEqual(1000)
    expect(ages.length).toBeLessThan(tagged.size)
    const tags = tagsOf(world)
    expect([...tagged.values()].filter(({ n }) => tags.get(`app:new-${n}`)?.ok !== true)).toEqual([])
  })
})
