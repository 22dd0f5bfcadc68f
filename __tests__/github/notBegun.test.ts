import { describe, expect, it } from '@jest/globals'
import { Scheduler, type SchedulerOptions } from '../../src/github/scheduler.js'
import { VirtualClock } from './virtualClock.js'

const MINUTE = 60_000
const LATENCY = 80

function setting(options: Partial<SchedulerOptions> = {}) {
  const clock = new VirtualClock()
  const began = clock.now()
  const scheduler = new Scheduler({ clock, deleteConcurrency: 8, pace: 'fast', ...options })
  const sent: { readonly what: string; readonly at: number }[] = []
  const send = (what: string, write: boolean, stop?: AbortSignal) =>
    scheduler.run(
      write,
      async () => {
        sent.push({ what, at: clock.now() - began })
        await clock.sleep(LATENCY)
      },
      stop
    )
  const pause = (ms: number) => scheduler.run(false, async (turn) => scheduler.pause(turn, ms, 'a limit', 'slower'))
  return { clock, began, scheduler, sent, send, pause }
}

const ended = async (all: readonly Promise<unknown>[]) =>
  (await Promise.allSettled(all)).map((one) => (one.status === 'rejected' ? one.reason.code : 'sent'))

describe('what has not begun when its signal says stop', () => {
  it('leaves a queue that waits for points, and is never sent', async () => {
    const stop = new AbortController()
    const { clock, sent, send } = setting()
    const deletions = Array.from({ length: 180 }, (_, index) => send(`deletion ${index}`, true, stop.signal))
    const limit = clock.sleep(30_000).then(() => stop.abort())
    const results = await clock.through(ended(deletions))
    await limit
    expect(results.filter((result) => result === 'cancelled')).toHaveLength(6)
    expect(sent).toHaveLength(174)
  })

  it('leaves a pause at once, while what protects waits for its end and goes', async () => {
    const stop = new AbortController()
    const { clock, began, sent, send, pause } = setting()
    await clock.through(pause(50_000))
    let left = 0
    const deletion = send('deletion', true, stop.signal).catch((failure: unknown) => {
      left = clock.now() - began
      throw failure
    })
    const read = send('read', false)
    const restore = send('restore', true)
    void clock.sleep(10_000).then(() => stop.abort())
    expect(await clock.through(ended([deletion, read, restore]))).toEqual(['cancelled', 'sent', 'sent'])
    expect(left).toBe(10_000)
    expect(sent).toEqual([
      { what: 'read', at: 50_000 },
      { what: 'restore', at: 50_000 }
    ])
  })

  it('holds nobody up that comes after it', async () => {
    const stop = new AbortController()
    const { clock, sent, send } = setting({ minute: MINUTE })
    await clock.through(Promise.all(Array.from({ length: 173 }, (_, index) => send(`filler ${index}`, true))))
    // 865 of 870 points: a deletion has room, a second one waits, and so does the read behind it.
    const first = send('first', true, stop.signal)
    const second = send('second', true, stop.signal)
    stop.abort()
    expect(await clock.through(ended([first, second]))).toEqual(['sent', 'cancelled'])
    expect(sent.at(-1)?.what).toBe('first')
  })

  it('leaves no timer behind that would keep the process', async () => {
    const stop = new AbortController()
    const { clock, send, pause } = setting()
    await clock.through(pause(50_000))
    const deletion = send('deletion', true, stop.signal)
    stop.abort()
    await expect(deletion).rejects.toMatchObject({ code: 'cancelled' })
    expect(clock.sleeping).toBe(0)
  })

  it('is refused where it comes later; what is under way ends', async () => {
    const stop = new AbortController()
    const { clock, sent, send } = setting()
    const underWay = send('under way', true, stop.signal)
    stop.abort()
    expect(await clock.through(ended([underWay, send('late', true, stop.signal), send('read', false)]))).toEqual([
      'sent',
      'cancelled',
      'sent'
    ])
    expect(sent.map(({ what }) => what)).toEqual(['under way', 'read'])
  })
})

describe('a wait beyond the deadline', () => {
  const deadline = Date.UTC(2026, 10, 22) + 10 * MINUTE

  it.each([
    ['59 s after it is slept', 59_000, 'sent'],
    ['61 s after it is not', 61_000, 'rate-limit']
  ])('that ends %s', async (_, after, expected) => {
    const { clock, send, pause } = setting({ deadline })
    await clock.through(clock.sleep(9.5 * MINUTE))
    await clock.through(pause(deadline + after - clock.now()))
    expect(await clock.through(ended([send('read', false)]))).toEqual([expected])
  })

  it('counts in all, not one wait by one', async () => {
    const { clock, began, send, pause } = setting({ deadline })
    await clock.through(clock.sleep(10 * MINUTE))
    const results: string[] = []
    for (let round = 0; round < 4; round += 1) {
      await clock.through(pause(25_000)).catch(() => undefined)
      results.push(...(await clock.through(ended([send('read', false)]))))
    }
    expect(results).toEqual(['sent', 'sent', 'rate-limit', 'rate-limit'])
    expect(clock.now() - began).toBeLessThanOrEqual(11 * MINUTE)
  })

  it("counts in GitHub's minutes where those are shorter", async () => {
    const { clock, send, pause } = setting({ deadline, minute: 1000 })
    await clock.through(clock.sleep(10 * MINUTE))
    await clock.through(pause(1500))
    expect(await clock.through(ended([send('read', false)]))).toEqual(['rate-limit'])
  })
})
