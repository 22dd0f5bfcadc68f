import { describe, expect, it } from '@jest/globals'
import { Scheduler, type SchedulerOptions } from '../../src/github/scheduler.js'
import { VirtualClock } from './virtualClock.js'

const MINUTE = 60_000
const LATENCY = 80

interface Sent {
  readonly write: boolean
  readonly from: number
  readonly to: number
}

interface Setting {
  readonly clock: VirtualClock
  readonly scheduler: Scheduler
  readonly sent: Sent[]
  /** Sends requests, all at once, and lets time pass until they are done. */
  send(count: number, write?: boolean): Promise<void>
  one(write: boolean): Promise<void>
  peak(write: boolean): number
}

function setting(options: Partial<SchedulerOptions> = {}): Setting {
  const clock = new VirtualClock()
  const scheduler = new Scheduler({ clock, deleteConcurrency: 8, pace: 'fast', ...options })
  const sent: Sent[] = []
  const inFlight = { true: 0, false: 0 }
  const peaks = { true: 0, false: 0 }
  const one = (write: boolean) =>
    scheduler.run(write, async (turn) => {
      const from = clock.now()
      inFlight[`${write}`] += 1
      peaks[`${write}`] = Math.max(peaks[`${write}`], inFlight[`${write}`])
      await clock.sleep(LATENCY)
      inFlight[`${write}`] -= 1
      sent.push({ write, from, to: clock.now() })
      scheduler.accepted(turn)
    })
  const send = async (count: number, write = true) => {
    await clock.through(Promise.all(Array.from({ length: count }, () => one(write))))
  }
  return { clock, scheduler, sent, send, one, peak: (write) => peaks[`${write}`] }
}

function pointsOf(sent: readonly Sent[]): number {
  return sent.reduce((sum, { write }) => sum + (write ? 5 : 1), 0)
}

/** The most points of any minute, by the server's reckoning at its strictest: a request counts while any part of it is inside. */
function busiestMinute(sent: readonly Sent[]): number {
  const starts = sent.map(({ from }) => from)
  return Math.max(
    ...starts.map((start) => pointsOf(sent.filter(({ from, to }) => to > start - MINUTE && from <= start)))
  )
}

describe('points', () => {
  it('700 deletions use at least 95 % of 900 points a minute, and never more in any minute', async () => {
    const { sent, send, clock } = setting()
    const began = clock.now()
    await send(700)
    expect(sent).toHaveLength(700)
    expect(busiestMinute(sent)).toBeLessThanOrEqual(900)
    for (const minute of [0, 1, 2]) {
      const within = sent.filter(({ from }) => from >= began + minute * MINUTE && from < began + (minute + 1) * MINUTE)
      expect(pointsOf(within)).toBeGreaterThanOrEqual(0.95 * 900)
    }
    expect(pointsOf(sent) / ((clock.now() - began) / MINUTE)).toBeGreaterThanOrEqual(0.95 * 900)
  })

  it('47 deletions go in a burst: as many round trips as the allowed concurrency makes them', async () => {
    const { clock, send } = setting({ deleteConcurrency: 8 })
    const began = clock.now()
    await send(47)
    expect(clock.now() - began).toBe(Math.ceil(47 / 8) * LATENCY)
  })

  it('reads and writes share them', async () => {
    const { clock, sent, one } = setting()
    const mixed = Array.from({ length: 1500 }, (_, index) => one(index % 5 === 0))
    await clock.through(Promise.all(mixed))
    expect(busiestMinute(sent)).toBeLessThanOrEqual(900)
  })

  it('count for shorter minutes where the server has such', async () => {
    const { clock, send } = setting({ minute: 1000 })
    const began = clock.now()
    await send(400)
    expect(clock.now() - began).toBeLessThan(5000)
  })

  it('say that they make everything wait, and how long', async () => {
    const told: string[] = []
    const { send } = setting({ onWait: (ms, reason) => told.push(`${Math.round(ms / 1000)} s: ${reason}`) })
    await send(200)
    expect(told).toEqual(["58 s: GitHub's limit of 900 points a minute"])
  })
})

describe('concurrency', () => {
  it('is bounded for writes and for all', async () => {
    const { clock, one, peak } = setting({ deleteConcurrency: 3, connections: 10 })
    await clock.through(Promise.all(Array.from({ length: 120 }, (_, index) => one(index % 2 === 0))))
    expect(peak(true)).toBe(3)
    expect(peak(true) + peak(false)).toBeLessThanOrEqual(10)
  })

  it('reads pass writes that wait for each other', async () => {
    const { clock, sent, one } = setting({ deleteConcurrency: 1 })
    await clock.through(Promise.all([...Array.from({ length: 5 }, () => one(true)), one(false)]))
    expect(sent.findIndex(({ write }) => !write)).toBeLessThan(2)
  })
})

describe('a refusal', () => {
  it('stops everybody until its wait is over; then writes go at half the pace, and at the whole pace after a minute', async () => {
    const { clock, scheduler, sent, one } = setting()
    const until = clock.now() + 30_000
    await clock.through(scheduler.run(true, async (turn) => scheduler.pause(turn, 30_000, 'a limit', 'slower')))
    await clock.through(Promise.all([...Array.from({ length: 400 }, () => one(true)), one(false)]))
    const writes = sent.filter(({ write }) => write).map(({ from }) => from)
    expect(Math.min(...sent.map(({ from }) => from))).toBe(until)
    const within = (from: number, to: number) => writes.filter((at) => at >= until + from && at < until + to).length
    expect(within(0, MINUTE)).toBe(90)
    expect(within(MINUTE, 2 * MINUTE)).toBeGreaterThan(150)
    expect(busiestMinute(sent)).toBeLessThanOrEqual(900)
  })

  it('lets what is under way end, and sends nothing after it', async () => {
    const { clock, scheduler, sent, one } = setting()
    const before = one(false)
    const began = clock.now()
    await scheduler.run(false, async (turn) => scheduler.pause(turn, 10_000, 'limit', 'slower'))
    await clock.through(Promise.all([before, one(false)]))
    expect(sent.map(({ from }) => from - began)).toEqual([0, 10_000])
  })

  it('of requests that were sent together counts once', async () => {
    const { clock, scheduler } = setting()
    const counted: number[] = []
    const refused = () =>
      scheduler.run(false, async (turn) => {
        await clock.sleep(LATENCY)
        counted.push(scheduler.refusals(turn))
        scheduler.pause(turn, 1000, 'limit', 'slower')
      })
    await clock.through(Promise.all([refused(), refused(), refused()]))
    await clock.through(refused())
    expect(counted).toEqual([1, 1, 1, 2])
  })

  it('after an answer counts from one again', async () => {
    const { clock, scheduler, send } = setting()
    let last = 0
    const refused = () =>
      scheduler.run(false, async (turn) => {
        last = scheduler.refusals(turn)
        scheduler.pause(turn, 1000, 'limit', 'slower')
      })
    await clock.through(refused())
    await send(1, false)
    await clock.through(refused())
    expect(last).toBe(1)
  })

  it('of a write counts on, whatever reads go through in between, until a write does', async () => {
    const { clock, scheduler, send } = setting()
    const counted: number[] = []
    const refused = () =>
      scheduler.run(true, async (turn) => {
        counted.push(scheduler.refusals(turn))
        scheduler.pause(turn, 1000, 'limit', 'slower')
      })
    await clock.through(refused())
    await send(1, false)
    await clock.through(refused())
    await send(1, true)
    await clock.through(refused())
    expect(counted).toEqual([1, 2, 1])
  })

  it('that asks for longer than is worth paying for ends in a failure that says when to come back', async () => {
    const { scheduler, one } = setting()
    await scheduler.run(true, async (turn) => scheduler.pause(turn, 3_600_000, 'rate limit', 'as-before'))
    await expect(one(true)).rejects.toMatchObject({
      code: 'rate-limit',
      message: 'Stopped rather than wait 60 min: rate limit. It can go on at 2026-11-22T01:00:00.000Z.'
    })
    await expect(one(false)).rejects.toMatchObject({ code: 'rate-limit' })
  })

  it('is waited for, however long, where the time limit allows it', async () => {
    const { clock, scheduler, one } = setting({ deadline: Date.UTC(2026, 10, 22, 2) })
    const began = clock.now()
    await scheduler.run(true, async (turn) => scheduler.pause(turn, 3_600_000, 'rate limit', 'as-before'))
    await clock.through(one(true))
    expect(clock.now() - began).toBe(3_600_000 + LATENCY)
  })
})

describe('refusals in a row', () => {
  it.each([
    [2, 45],
    [3, 22],
    [4, 11],
    [9, 7]
  ])('%i of them leave %i writes for the next minute', async (refusals, writes) => {
    const { clock, scheduler, sent, one } = setting()
    for (let count = 0; count < refusals; count += 1) {
      await clock.through(scheduler.run(true, async (turn) => scheduler.pause(turn, 1000, 'limit', 'slower')))
    }
    const began = clock.now()
    await clock.through(Promise.all(Array.from({ length: 60 }, () => one(true))))
    expect(sent.filter(({ from }) => from < began + MINUTE)).toHaveLength(writes)
  })
})

describe('a pause after which requests go alone', () => {
  it('sends one request at a time until a write is accepted', async () => {
    const { clock, scheduler, sent, one } = setting()
    await clock.through(scheduler.run(true, async (turn) => scheduler.pause(turn, 1000, 'a 401', 'alone')))
    await clock.through(
      Promise.all([one(false), one(false), one(true), ...Array.from({ length: 4 }, () => one(false))])
    )
    const overlaps = (index: number) => (sent[index]?.from ?? 0) < (sent[index - 1]?.to ?? 0)
    expect([1, 2].map(overlaps)).toEqual([false, false])
    expect([4, 5].map(overlaps)).toEqual([true, true])
  })
})

describe('the gentle pace', () => {
  it('is one write a second, one at a time, for ever', async () => {
    const { clock, send, peak } = setting({ pace: 'gentle' })
    const began = clock.now()
    await send(200)
    expect(clock.now() - began).toBe(199 * 1000 + LATENCY)
    expect(peak(true)).toBe(1)
  })

  it('becomes slower still with refusals, and gentle again afterwards', async () => {
    const { clock, scheduler, sent, send } = setting({ pace: 'gentle' })
    await clock.through(scheduler.run(true, async (turn) => scheduler.pause(turn, 1000, 'limit', 'slower')))
    await send(100)
    const gaps = sent.slice(1).map(({ from }, index) => from - (sent[index]?.from ?? 0))
    expect(gaps.at(0)).toBe(2000)
    expect(gaps.at(-1)).toBe(1000)
  })
})

describe('budgets', () => {
  const primary = (remaining: number, reset: number) => ({
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(Math.floor(reset / 1000))
  })

  it('requests-per-hour is the most in any hour', async () => {
    const { clock, sent, one } = setting({ requestsPerHour: 30 })
    const all = Array.from({ length: 31 }, () => one(false))
    const results = await clock.through(Promise.allSettled(all))
    expect(sent).toHaveLength(30)
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1)
    await expect(all.at(-1)).rejects.toThrow('the 30 requests an hour of requests-per-hour are used')
  })

  it('the hour that the server tells of is not overdrawn, with answers in any order', async () => {
    const { clock, scheduler, sent, one } = setting()
    scheduler.learn(primary(20, clock.now() + 3_000_000))
    scheduler.learn(primary(25, clock.now() + 3_000_000))
    let left = 20
    const all = Array.from({ length: 40 }, () =>
      scheduler.run(false, async () => {
        left -= 1
        await clock.sleep(LATENCY)
        scheduler.learn(primary(left, clock.now() + 3_000_000))
      })
    )
    const results = await clock.through(Promise.allSettled(all))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(20)
    await expect(all.at(-1)).rejects.toThrow("the token's requests of this hour are used")
    expect(sent).toHaveLength(0)
    await expect(one(false)).rejects.toMatchObject({ code: 'rate-limit' })
  })

  it('a reset that is near is waited for', async () => {
    const { clock, scheduler, send } = setting()
    const began = clock.now()
    scheduler.learn(primary(0, began + 20_000))
    await send(1, false)
    expect(clock.now() - began).toBe(21_000 + LATENCY)
  })

  it('with a reset that is near are those of this hour and of the next', () => {
    const { clock, scheduler } = setting()
    const reset = clock.now() + 30_000
    scheduler.learn({ ...primary(20, reset), 'x-ratelimit-limit': '1000' })
    expect(scheduler.remainingBudget()).toEqual({ requests: 1020, resetAt: reset + 1000 + 3_600_000 })
  })

  it.each([
    ['nothing is known', {}, {}, undefined],
    ['only requests-per-hour', { requestsPerHour: 50 }, {}, { requests: 50 }],
    [
      'only the headers',
      {},
      primary(70, Date.UTC(2026, 10, 22, 1)),
      { requests: 70, resetAt: Date.UTC(2026, 10, 22, 1) + 1000 }
    ],
    ['both: the smaller', { requestsPerHour: 50 }, primary(70, Date.UTC(2026, 10, 22, 1)), { requests: 50 }]
  ])('remainingBudget, where %s', (_, options, headers, expected) => {
    const { scheduler } = setting(options)
    scheduler.learn(headers)
    expect(scheduler.remainingBudget()).toEqual(expected)
  })
})

describe('an end', () => {
  it('by halt refuses what waits and what comes', async () => {
    const { clock, scheduler, sent, one } = setting({ connections: 1 })
    const first = scheduler.run(false, async () => {
      await clock.sleep(LATENCY)
      scheduler.halt(new Error('bad credentials') as never)
    })
    const waiting = one(false)
    await clock.through(Promise.allSettled([first, waiting]))
    await expect(waiting).rejects.toThrow('bad credentials')
    await expect(one(false)).rejects.toThrow('bad credentials')
    expect(sent).toEqual([])
  })

  it('by the signal refuses what waits and what comes, and lets what is under way end', async () => {
    const stop = new AbortController()
    const { clock, sent, one } = setting({ connections: 1, signal: stop.signal })
    const underWay = one(true)
    const waiting = expect(one(true)).rejects.toMatchObject({ code: 'cancelled' })
    stop.abort()
    await clock.through(underWay)
    await waiting
    await expect(one(true)).rejects.toMatchObject({ code: 'cancelled' })
    expect(sent).toHaveLength(1)
  })
})
