import { EventEmitter } from 'node:events'
import { describe, expect, it } from '@jest/globals'
import type { LogEntry } from '../../simulator/server/log.js'
import type { World } from '../../simulator/world/world.js'
import { CLOCK } from '../../src/compose.js'
import { changedBy, count, deletedIds, newWorld, OWNER, readReceipt, runHere, simulate } from './harness.js'
import { addDaily } from './registry.js'

const app = { owner: OWNER, type: 'docker', name: 'app' } as const
const policy = { 'package-name': 'app', 'package-type': 'docker', match: '*', 'keep-last': '1' }
/** GitHub's minute: a secondary limit without `retry-after` is waited out for one. */
const MINUTE = 3000
const timing = { minute: MINUTE, api: {}, registry: {}, clock: CLOCK }
const refused = { status: 403, body: { message: 'You have exceeded a secondary rate limit.' } }

function registry(): World {
  const world = newWorld()
  world.addPackage(app)
  addDaily(world, app, 30, true)
  return world
}

/** Requests of a kind that came after the refusal; what was on its way when it was answered is not among them. */
function afterRefusal(log: readonly LogEntry[], kind: LogEntry['kind']): readonly LogEntry[] {
  const refusal = log.find(({ status }) => status === 403)
  return log.filter((entry) => entry.kind === kind && entry.time > (refusal?.end ?? 0) + MINUTE / 2)
}

/** What each intent of a receipt came to, by number of results. */
function results(file: string | undefined): Readonly<Record<string, number>> {
  const lines = readReceipt(file ?? '')
  const found: Record<string, number> = {}
  for (const intent of lines.filter(({ kind }) => kind === 'intent')) {
    const outcome = lines.find(({ kind, step }) => kind === 'outcome' && step === intent.step)
    const result = outcome?.result ?? 'none'
    found[result] = (found[result] ?? 0) + 1
  }
  return found
}

describe('deletions that wait behind a pause', () => {
  const pausing = { match: { kind: 'delete-version', nth: 5 }, effect: refused } as const

  it('leave it when the time limit comes and are never sent; the closing check waits and is made', async () => {
    const world = registry()
    const simulator = await simulate(world, { faults: [pausing], limits: { minuteMs: MINUTE, primary: 'off' } })
    const ran = await runHere(simulator, { ...policy, 'time-limit': '2s' }, undefined, timing)
    expect(afterRefusal(simulator.log, 'delete-version')).toEqual([])
    expect(afterRefusal(simulator.log, 'list-versions').length).toBeGreaterThanOrEqual(2)
    const gone = deletedIds(world.snapshot()).size
    expect(ran.status).toBe(0)
    expect(gone).toBeGreaterThanOrEqual(4)
    expect(count(ran, 'deleted-count')).toBe(gone)
    expect(count(ran, 'deferred-count')).toBe(29 - gone)
    expect(results(ran.outputs['receipt-file'])).toEqual({ done: gone, deferred: 29 - gone })
    expect(ran.log).toContain('Stopped early: time limit of 2 s')
    expect(ran.log).not.toContain('final check could not run')
  })

  it('leave it at once when the job is cancelled', async () => {
    const world = registry()
    const signals = new EventEmitter()
    const simulator = await simulate(world, { faults: [pausing], limits: { minuteMs: MINUTE, primary: 'off' } })
    const running = runHere(simulator, policy, signals, timing)
    while (!simulator.log.some(({ status }) => status === 403)) await new Promise((resolve) => setTimeout(resolve, 10))
    await new Promise((resolve) => setTimeout(resolve, 200))
    signals.emit('SIGINT')
    const sent = simulator.log.length
    const ran = await running
    expect(simulator.log).toHaveLength(sent)
    const gone = deletedIds(world.snapshot()).size
    expect(ran.status).toBe(1)
    expect(results(ran.outputs['receipt-file'])).toEqual({ done: gone, deferred: 29 - gone })
    expect(changedBy(simulator.log, 'delete-version')).toHaveLength(gone)
  })

  it('are in the receipt as put off where a whole package waits', async () => {
    const world = registry()
    const simulator = await simulate(world, {
      faults: [{ match: { kind: 'delete-package' }, effect: refused }],
      limits: { minuteMs: MINUTE, primary: 'off' }
    })
    const all =
      "version: 1\nmin-keep: 0\non-empty: delete-package\nrules: [{ name: all, match: { names: ['*'] }, keep: [] }]"
    const inputs = { 'package-name': 'app', 'package-type': 'docker', policy: all, 'time-limit': '2s' }
    const ran = await runHere(simulator, inputs, undefined, timing)
    expect(ran.status).toBe(0)
    expect(simulator.log.filter(({ kind }) => kind === 'delete-package')).toHaveLength(1)
    expect(results(ran.outputs['receipt-file'])).toEqual({ deferred: 1 })
    expect(count(ran, 'deleted-count')).toBe(0)
  })
})

describe('a limit of GitHub that outlasts the time limit while there is still something to read', () => {
  it('ends the run as the time limit does: without a failure', async () => {
    const simulator = await simulate(registry(), { faults: [{ match: { kind: 'list-versions' }, effect: refused }] })
    const ran = await runHere(simulator, { ...policy, 'time-limit': '2s' }, undefined, timing)
    expect({ status: ran.status, stopped: ran.report?.stopped }).toEqual({
      status: 0,
      stopped: 'time limit of 2 s, while there was still something to read'
    })
    expect(simulator.log.filter(({ kind }) => kind === 'list-versions')).toHaveLength(1)
  })
})
