import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { multiArch } from '../../simulator/images/multiArch.js'
import { countByKind } from '../../simulator/server/log.js'
import type { World } from '../../simulator/world/world.js'
import { ALL as EVERYTHING } from '../amount.js'
import {
  DAY,
  deletedIds,
  HASTY,
  type Inputs,
  newWorld,
  OWNER,
  parseOutputs,
  type Ran,
  runHere,
  simulate,
  start,
  workspace
} from './harness.js'
import { ABOUT_APP } from './registry.js'

const policy: Inputs = { ...ABOUT_APP, match: 'old-*', 'keep-last': '0', 'delete-concurrency': '4' }
const UNITS = 40
const ALL = 2 * UNITS

function registry(): World {
  const world = newWorld()
  const platforms = ['linux/amd64']
  for (let n = 0; n < UNITS; n += 1) {
    const at = world.clock.now() - (UNITS + 10 - n) * DAY
    world.push(OWNER, 'app', multiArch(`image ${n}`, { tags: [`old-${n}`], platforms }), [], at)
  }
  world.push(OWNER, 'app', multiArch('kept', { tags: ['v1'], platforms }), [], world.clock.now() - DAY)
  return world
}

/** Mounts a disk of so many KB; `undefined` where this machine does not let us. */
function mount(kilobytes: number): string | undefined {
  const folder = mkdtempSync(join(workspace, 'disk-'))
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', folder])
  if (status === 0) return folder
  rmSync(folder, { recursive: true })
  return undefined
}

function unmount(folder: string): void {
  execFileSync('umount', [folder])
  rmSync(folder, { recursive: true })
}

const probe = mount(16)
if (probe !== undefined) unmount(probe)
const onDisks = probe === undefined ? describe.skip : describe
const unless = probe === undefined ? ' (skipped: this machine does not let us mount a disk)' : ''

interface Places {
  readonly temp: string
  readonly output: string
  readonly summary: string
}

/** What is on the small disk, and the sizes in KB at which something else cannot be written any more. */
const CASES: readonly { readonly on: readonly (keyof Places)[]; readonly sizes: readonly number[] }[] = [
  { on: ['temp'], sizes: [16, 64, 80] },
  { on: ['output'], sizes: [4] },
  { on: ['summary'], sizes: [4] },
  { on: ['temp', 'output', 'summary'], sizes: [104] }
]
/** A search takes every size from 4 KB up, in steps of 4, until all of it fits: two minutes. */
const EVERY_SIZE = EVERYTHING ? Array.from({ length: 40 }, (_, n) => 4 * (n + 1)) : undefined

onDisks(`a small disk${unless}`, () => {
  it.each(CASES)('under $on: log, summary, outputs and receipt agree with what GitHub saw', async ({ on, sizes }) => {
    const problems: string[] = []
    for (const size of EVERY_SIZE ?? sizes) {
      const ended = await runOn(on, size)
      for (const problem of ended.problems) problems.push(`${size} KB: ${problem}`)
      if (ended.complete) break
    }
    expect(problems).toEqual([])
  })
})

/** Runs with these places on a disk of this size, and then restores from the receipt. */
async function runOn(on: readonly (keyof Places)[], size: number) {
  const disk = mount(size)
  if (disk === undefined) throw new Error(`no disk of ${size} KB`)
  const roomy = mkdtempSync(join(workspace, 'roomy-'))
  const place = (name: keyof Places): string => join(on.includes(name) ? disk : roomy, name === 'temp' ? '' : name)
  const places = { temp: place('temp'), output: place('output'), summary: place('summary') }
  for (const file of [places.output, places.summary]) writeFileSync(file, '')
  const world = registry()
  const before = world.snapshot()
  const simulator = await simulate(world)
  try {
    const ran = await start(simulator, policy, {
      ...HASTY,
      RUNNER_TEMP: places.temp,
      GITHUB_OUTPUT: places.output,
      GITHUB_STEP_SUMMARY: places.summary
    }).ended
    const gone = deletedIds(world.snapshot())
    const sent = countByKind(simulator.log)['delete-version'] ?? 0
    const problems = problemsOf(ran, places, gone.size, sent)
    const [receipt] = readdirSync(places.temp, { recursive: true })
      .map(String)
      .filter((file) => file.endsWith('/receipt.jsonl'))
    if (gone.size > 0) {
      const undo = { operation: 'restore', 'receipt-file': join(places.temp, receipt ?? '') }
      const back = await runHere(simulator, undo)
      if (back.status !== 0 || JSON.stringify(world.snapshot()) !== JSON.stringify(before))
        problems.push(`is not restored: ${back.log}`)
    }
    return { problems, complete: ran.status === 0 }
  } finally {
    await simulator.stop()
    unmount(disk)
  }
}

function problemsOf(ran: Ran, places: Places, gone: number, sent: number): string[] {
  const outputs = parseOutputs(readFileSync(places.output, 'utf8'))
  const summary = readFileSync(places.summary, 'utf8')
  const untold = /The (outputs|job summary) could not be written: ENOSPC/.test(ran.log)
  const result = ran.log.split('\n').filter((line) => line.startsWith('Result '))
  const unchanged = (text: string): boolean => /nothing was (changed|deleted)/i.test(text)
  const checks: Readonly<Record<string, boolean>> = {
    'the status is wrong': (ran.status === 0) === (gone === ALL && !untold),
    'the log has not one result': result.length === 1,
    'the log has a wrong count': sent === 0 || result[0]?.startsWith(`Result Deleted ${gone} of ${ALL} `) === true,
    'the log is wrong about changes': unchanged(ran.log) === (sent === 0),
    'the summary is wrong about changes': !unchanged(summary) || sent === 0,
    'an output is missing': untold || outputs['deleted-count'] !== undefined,
    'deleted-count is wrong': (outputs['deleted-count'] ?? `${gone}`) === `${gone}`,
    'changed is wrong': (outputs.changed ?? `${gone > 0}`) === `${gone > 0}`,
    'a stack is shown': !/unexpected|\n\s+at /.test(ran.log)
  }
  const wrong = Object.keys(checks).filter((what) => checks[what] === false)
  return wrong.length === 0
    ? []
    : [`${wrong.join(', ')}: status ${ran.status}, ${gone} deleted\n${ran.log.slice(-1500)}`]
}
