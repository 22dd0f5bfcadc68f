import { describe, expect, it } from '@jest/globals'
import { createPace } from '../../src/registry/pace.js'
import { fakeClock } from './fakeClock.js'

const signal = new AbortController().signal

describe('createPace', () => {
  it('lets a burst go at once, then keeps to the rate', async () => {
    const clock = fakeClock(0)
    const pace = createPace({ clock, signal, concurrency: 4, perMinute: 600, burst: 10 })
    const starts: number[] = []
    for (let i = 0; i < 15; i++) await pace.turn(async () => starts.push(clock.now()))
    expect(starts).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 100, 200, 300, 400, 500])
  })

  it('earns the burst back in idle time, and no more than the burst', async () => {
    const clock = fakeClock(0)
    const pace = createPace({ clock, signal, concurrency: 4, perMinute: 600, burst: 2 })
    for (let i = 0; i < 2; i++) await pace.turn(async () => undefined)
    clock.advance(3_600_000)
    const starts: number[] = []
    for (let i = 0; i < 3; i++) await pace.turn(async () => starts.push(clock.now() - 3_600_000))
    expect(starts).toEqual([0, 0, 100])
  })

  it('begins no turn during a pause, also for those that had waited for the rate', async () => {
    const clock = fakeClock(0)
    const pace = createPace({ clock, signal, concurrency: 1, perMinute: 60_000, burst: 100 })
    pace.pause(500)
    pace.pause(200)
    expect(pace.pausedFor()).toBe(500)
    const starts: number[] = []
    await Promise.all([1, 2, 3].map(() => pace.turn(async () => starts.push(clock.now()))))
    expect(starts).toEqual([500, 500, 500])
    expect(pace.pausedFor()).toBe(0)
  })

  it('runs so many turns at a time, first come, first served, and gives back the place of one that failed', async () => {
    const pace = createPace({ clock: fakeClock(0), signal, concurrency: 2, perMinute: 60_000, burst: 100 })
    let running = 0
    let most = 0
    const order: number[] = []
    const turns = Array.from({ length: 6 }, (_, i) =>
      pace.turn(async () => {
        running += 1
        most = Math.max(most, running)
        order.push(i)
        await new Promise((resolve) => setImmediate(resolve))
        running -= 1
        if (i % 2 === 0) throw new Error('fails')
      })
    )
    const settled = await Promise.allSettled(turns)
    expect(settled.map((each) => each.status)).toEqual([
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled'
    ])
    expect(most).toBe(2)
    expect(order).toEqual([0, 1, 2, 3, 4, 5])
  })

  it.each([
    ['what the server grants', 6000, 60_000, 60_000 / 5400],
    ['a quarter of an interval more, where that is slower', 60_000, 6000, 12.5],
    ['a quarter of an interval more, where the server does not say', undefined, 6000, 12.5],
    ['ten a second at worst', 1, 6000, 100]
  ])('slows down to %s', async (_, allowed, perMinute, expected) => {
    const clock = fakeClock(0)
    const pace = createPace({ clock, signal, concurrency: 1, perMinute, burst: 1 })
    pace.slow(allowed)
    const starts: number[] = []
    for (let i = 0; i < 3; i++) await pace.turn(async () => starts.push(clock.now()))
    expect((starts[2] ?? 0) - (starts[1] ?? 0)).toBeCloseTo(expected, 6)
  })

  it('takes many refusals of one burst for one', async () => {
    const clock = fakeClock(0)
    const pace = createPace({ clock, signal, concurrency: 1, perMinute: 6000, burst: 1 })
    for (let i = 0; i < 64; i++) pace.slow()
    clock.advance(1000)
    pace.slow()
    const starts: number[] = []
    for (let i = 0; i < 3; i++) await pace.turn(async () => starts.push(clock.now()))
    expect((starts[2] ?? 0) - (starts[1] ?? 0)).toBeCloseTo(10 * 1.25 * 1.25, 6)
  })
})
