import { execFileSync } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { multiArch } from '../../simulator/images/multiArch.js'
import type { World } from '../../simulator/world/world.js'
import { World as NewWorld } from '../../simulator/world/world.js'
import { openJournal } from '../../src/app/journal.js'
import type { Files } from '../../src/app/ports.js'
import { parseReceipt } from '../../src/formats/receipt.js'
import { amount } from '../amount.js'
import { ModelClock } from '../model/modelClock.js'
import { MemoryFiles, runProduct } from '../model/product.js'
import { OWNER as MODEL_OWNER, TOKEN as MODEL_TOKEN, NOW } from '../model/worlds.js'
import { count, DAY, deletedIds, type Inputs, newWorld, OWNER, runHere, simulate, start, workspace } from './harness.js'
import { ABOUT_APP } from './registry.js'

const policy: Inputs = { ...ABOUT_APP, match: 'old-*', 'keep-last': '0' }

function fill(world: World, owner: string): World {
  for (let n = 0; n < 6; n += 1) {
    world.push(
      owner,
      'app',
      multiArch(`image ${n}`, { tags: [`old-${n}`], platforms: ['linux/amd64'] }),
      [],
      world.clock.now() - (20 - n) * DAY
    )
  }
  world.push(owner, 'app', multiArch('kept', { tags: ['v1'], platforms: ['linux/amd64'] }), [], world.clock.now() - DAY)
  return world
}

/** A disk on which so many bytes of a receipt have room; the line that has none is half written. */
class SmallDisk extends MemoryFiles {
  constructor(readonly room: number) {
    super()
  }

  override async append(path: string): ReturnType<Files['append']> {
    const file = await super.append(path)
    return {
      ...file,
      line: async (text) => {
        const written = this.texts.get(path) ?? ''
        if (written.length + text.length + 1 > this.room) {
          this.texts.set(path, (written + text).slice(0, this.room))
          throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
        }
        await file.line(text)
      }
    }
  }
}

describe('a disk that is full', () => {
  it('after any part of the receipt: no deletion is begun without a record, and every count is true', async () => {
    const problems: string[] = []
    let complete = 0
    for (let room = 200; room < 9_000; room += amount(1_500, 400)) {
      const clock = new ModelClock(NOW)
      const world = new NewWorld({ clock })
      world.addOwner(MODEL_OWNER)
      world.addToken({ value: MODEL_TOKEN, login: 'octocat' })
      fill(world, MODEL_OWNER)
      const simulator = await simulate(world)
      const files = new SmallDisk(room)
      const { report, outputs } = await runProduct(
        { simulator, clock, files, signals: new EventEmitter(), ahead: 0 },
        { ...policy, 'delete-concurrency': '3' }
      )
      const gone = deletedIds(world.snapshot())
      const receipt = [...files.texts].find(([path]) => path.endsWith('receipt.jsonl'))?.[1] ?? ''
      const { header, ...read } = parseReceipt(receipt)
      const recorded = new Set('entries' in read ? read.entries.map(({ intent }) => intent.id) : [])
      const unrecorded = [...gone].filter((id) => !recorded.has(id))
      if (unrecorded.length > 0) problems.push(`${room}: ${unrecorded.length} deleted without a record`)
      if (outputs['deleted-count'] !== String(gone.size))
        problems.push(`${room}: said ${outputs['deleted-count']} of ${gone.size}`)
      if (outputs.changed !== String(gone.size > 0))
        problems.push(`${room}: changed ${outputs.changed}, deleted ${gone.size}`)
      if (gone.size > 0 && outputs.summary?.includes('Nothing was changed'))
        problems.push(`${room}: says nothing was changed`)
      const failed = report?.failure?.message ?? ''
      if (gone.size === 12) complete += 1
      else if (!/receipt cannot be written/.test(failed)) problems.push(`${room}: failure is ${failed || 'none'}`)
      expect(header === undefined).toBe(room < 250)
      await simulator.stop()
    }
    expect(problems).toEqual([])
    expect(complete).toBeGreaterThan(0)
  })

  it('does not keep the final check from restoring', async () => {
    const journal = await openJournal(new SmallDisk(300), { now: () => NOW, sleep: async () => undefined }, 'r', {
      apiUrl: 'https://api.test',
      owner: OWNER,
      policyHash: ''
    })
    const ref = { owner: OWNER, type: 'container', name: 'app' } as const
    const version = { id: 1, name: 'x'.repeat(100), tags: [] }
    await expect(journal.intend(ref, version, { action: 'delete' })).rejects.toThrow(
      'The receipt cannot be written any more'
    )
    await expect(journal.intend(ref, version, { action: 'delete' })).rejects.toThrow('no space left on device')
    await expect(journal.intend(ref, version, { action: 'restore' })).resolves.toBeGreaterThan(0)
    await expect(journal.outcome(1, 'done')).resolves.toBeUndefined()
    await expect(journal.close()).resolves.toBeUndefined()
  })
})

it('a pipe as an input file is refused at once', async () => {
  const pipe = join(workspace, 'pipe')
  execFileSync('mkfifo', [pipe])
  const ran = await runHere(await simulate(fill(newWorld(), OWNER)), { ...ABOUT_APP, 'policy-file': 'pipe' })
  expect(ran.status).toBe(1)
  expect(ran.log).toContain('it is not a regular file')
})

describe('the bundle', () => {
  it('whose output is closed ends in order: it checks what it deleted, and tells it where it still can', async () => {
    const world = fill(newWorld(), OWNER)
    const simulator = await simulate(world)
    const { child, ended } = start(simulator, { ...policy, 'delete-concurrency': '1' })
    child.stdout?.destroy()
    const ran = await ended
    expect(ran.outputs['deleted-count']).toBe(String(deletedIds(world.snapshot()).size))
    expect(ran.log).not.toContain('EPIPE')
    expect(ran.summary).toContain('its output was closed')
  })

  it('that cannot write the job summary says so, fails, and gives its outputs', async () => {
    const world = fill(newWorld(), OWNER)
    const folder = join(workspace, 'a-folder')
    mkdirSync(folder)
    const { ended } = start(await simulate(world), policy, { GITHUB_STEP_SUMMARY: folder })
    const ran = await ended
    expect(ran.status).toBe(1)
    expect(count(ran, 'deleted-count')).toBe(12)
    expect(ran.log).toContain('The job summary could not be written: EISDIR')
  })

  it('that cannot write to RUNNER_TEMP changes nothing and says why', async () => {
    const world = fill(newWorld(), OWNER)
    const before = world.snapshot()
    const file = join(workspace, 'a-file')
    writeFileSync(file, '')
    const { ended } = start(await simulate(world), policy, { RUNNER_TEMP: file })
    const ran = await ended
    expect(ran.status).toBe(1)
    expect(ran.log).toContain('Nothing was changed')
    expect(ran.log).toContain('cannot be written: a part of its path is a file.')
    expect(ran.log).not.toContain('cannot be read')
    expect(world.snapshot()).toEqual(before)
  })

  it('that cannot write its outputs tells mistakes in the inputs too', async () => {
    const inputs = { ...policy, 'keep-last': 'many' }
    const { ended } = start(await simulate(newWorld()), inputs, { GITHUB_OUTPUT: join(workspace, 'missing') })
    const ran = await ended
    expect(ran.status).toBe(1)
    expect(ran.log).toContain('input keep-last')
    expect(ran.log).toContain('The outputs could not be written')
    expect(ran.summary).toContain('input keep-last')
  })

  it('that cannot write its outputs changes nothing and says so once', async () => {
    const world = fill(newWorld(), OWNER)
    const before = world.snapshot()
    const { ended } = start(await simulate(world), policy, { GITHUB_OUTPUT: join(workspace, 'missing') })
    const ran = await ended
    expect(ran.status).toBe(1)
    expect(ran.log.match(/::error::.*/)?.[0].match(/The outputs could not be written/g)).toHaveLength(1)
    expect(world.snapshot()).toEqual(before)
  })
})
