import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import type { World } from '../../simulator/world/world.js'
import { type Inputs, newWorld, OWNER, runHere, simulate, start, workspace } from './harness.js'
import { addDaily } from './registry.js'

const lib = { owner: OWNER, type: 'nuget', name: 'lib' } as const
const policy: Inputs = { 'package-name': 'lib', 'package-type': 'nuget', match: '*', 'keep-last': '1' }

function registry(): World {
  const world = newWorld()
  world.addPackage(lib)
  addDaily(world, lib, 5)
  return world
}

/** Paths of all files below the workspace. */
const files = (): readonly string[] => readdirSync(workspace, { recursive: true }).map(String)

let made = 0
function file(text: string): string {
  made += 1
  const path = join(workspace, `given-${made}`)
  writeFileSync(path, text)
  return path
}

function folder(): string {
  const path = join(workspace, 'a-folder')
  mkdirSync(path, { recursive: true })
  return path
}

const GIVEN: readonly (readonly [string, () => string, string])[] = [
  ['is missing', () => join(workspace, 'missing'), 'it does not exist'],
  ['is a folder', folder, 'a-folder'],
  ['is empty', () => file(''), 'given-'],
  ['is no JSON', () => file('{"kind":'), 'given-'],
  ['is something else', () => file('{"kind":"something else"}\n'), 'given-']
]

async function refused(inputs: Inputs) {
  const simulator = await simulate(registry())
  const before = files()
  const ran = await runHere(simulator, inputs)
  expect(ran.status).toBe(1)
  expect(simulator.log).toEqual([])
  expect(ran.outputs['receipt-file'] ?? '').toBe('')
  const written = files().filter((path) => !before.includes(path))
  expect(written.filter((path) => path.endsWith('.jsonl') || path.endsWith('plan.json'))).toEqual([])
  return ran.log
}

describe.each<[string, Inputs, string]>([
  ['apply', { operation: 'apply' }, 'plan-file'],
  ['restore', { operation: 'restore' }, 'receipt-file'],
  ['a restore of chosen versions', { ...policy, operation: 'restore', 'keep-last': '' }, 'hold-file'],
  ['apply', { operation: 'apply', 'plan-file': 'plan.json' }, 'hold-file'],
  ['prune', policy, 'hold-file']
])('%s with %p and a %s', (_, inputs, input) => {
  // A hold file that is not there yet is a new one.
  const given = GIVEN.filter(([what]) => input !== 'hold-file' || what !== 'is missing')

  it.each(given)('that %s sends nothing, writes nothing, and names it', async (_what, path, says) => {
    expect(await refused({ ...inputs, [input]: path() })).toContain(says)
  })
})

it('a cache-path that a link leads out of the workspace is refused before anything is sent', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'outside-'))
  symlinkSync(outside, join(workspace, 'linked'))
  const log = await refused({ ...policy, 'cache-path': 'linked/cache' })
  expect(log).toContain('which is outside of the workspace')
  expect(readdirSync(outside)).toEqual([])
  rmSync(outside, { recursive: true })
})

it('a proxy of another kind is named before anything is loaded that would die of it', async () => {
  const simulator = await simulate(registry())
  const ran = await start(simulator, policy, { HTTPS_PROXY: 'socks5://me:secret@127.0.0.1:1' }).ended
  expect(ran.status).toBe(1)
  expect(ran.log).toContain('::error::HTTPS_PROXY begins with socks5://')
  expect(ran.log).not.toMatch(/secret| {4}at /)
  expect(simulator.log).toEqual([])
})

describe('of another owner, or changed', () => {
  async function dryRun(): Promise<{ readonly plan: string; readonly receipt: string }> {
    const simulator = await simulate(registry())
    const ran = await runHere(simulator, policy)
    return { plan: ran.outputs['plan-file'] ?? '', receipt: ran.outputs['receipt-file'] ?? '' }
  }

  it('a plan is refused before anything is sent', async () => {
    const { plan } = await dryRun()
    const log = await refused({ operation: 'apply', 'plan-file': plan, owner: 'else-org' })
    expect(log).toContain(`the plan is for ${OWNER}, this run for else-org`)
  })

  it('a receipt is refused before anything is sent or written', async () => {
    const { receipt } = await dryRun()
    const log = await refused({ operation: 'restore', 'receipt-file': receipt, owner: 'else-org' })
    expect(log).toContain(`is a receipt for ${OWNER}, but this run is for else-org`)
  })

  it('a plan whose policy was changed is refused before anything is sent', async () => {
    const { plan } = await dryRun()
    const text = readFileSync(plan, 'utf8')
    const changed = join(dirname(plan), 'changed.json')
    writeFileSync(changed, text.replace(/"policyHash": ?"[^"]*"/, `"policyHash":"${'0'.repeat(64)}"`))
    expect(await refused({ operation: 'apply', 'plan-file': changed })).toContain(
      'not the hash of the policy in the file'
    )
  })
})
