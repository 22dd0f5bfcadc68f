import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, posix, win32 } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { within } from '../../src/action/files.js'
import { deletedIds, type Inputs, newWorld, OWNER, runHere, simulate, workspace } from './harness.js'

/** As an editor or PowerShell on Windows leaves a text behind. */
const asOnWindows = (text: string, mark = ''): string => mark + text.replaceAll(/\r?\n/g, '\r\n')
const BOM = '\ufeff'

/** Ids 1 to 5, the newest last. */
async function stage() {
  const world = newWorld()
  const { facts } = world.addPackage({ owner: OWNER, type: 'npm', name: 'web', repository: `${OWNER}/web` })
  const now = world.clock.now()
  for (const id of [1, 2, 3, 4, 5]) {
    const at = now - (10 - id) * 86_400_000
    world.addVersion(facts, { id, name: `1.${id}.0`, createdAt: at, updatedAt: at })
  }
  return { world, simulator: await simulate(world) }
}

function place(path: string, text: string): string {
  mkdirSync(join(workspace, 'on windows'), { recursive: true })
  writeFileSync(join(workspace, 'on windows', path), text)
  return `on windows\\${path}`
}

const keepLast = { 'package-name': 'web', 'package-type': 'npm', match: '*', 'keep-last': '1' }

describe('files with the line ends of Windows, under paths with its separators', () => {
  it.each([
    ['', ''],
    [' and a mark of byte order', BOM]
  ])('policy and list of names%s', async (_title, mark) => {
    const { world, simulator } = await stage()
    place('in-use.txt', asOnWindows('# runs in production\n1.2.0\n\n1.3.0 # rollback\n', mark))
    const policy = asOnWindows(
      `version: 1
protect:
  # of the cluster
  names-from: on windows\\in-use.txt
rules:
  - packages: [web]
    types: [npm]
    match: { names: ['1.*'] }
    keep:
      - last: 1
`,
      mark
    )
    const run = await runHere(simulator, { 'policy-file': place('policy.yml', policy) })
    expect([run.status, run.status === 0 ? '' : run.log]).toEqual([0, ''])
    expect([...deletedIds(world.snapshot())].sort()).toEqual([1, 4])
    expect(run.log).toContain('runs in production')
  })

  it('inputs of several lines', async () => {
    const { world, simulator } = await stage()
    const inputs: Inputs = { 'package-name': 'web\r\n', 'package-type': 'npm', match: '1.1.0\r\n1.2.0\r\n# 1.3.0\r\n' }
    expect((await runHere(simulator, inputs)).status).toBe(0)
    expect([...deletedIds(world.snapshot())].sort()).toEqual([1, 2])
  })

  it('receipt, hold file and plan', async () => {
    const { world, simulator } = await stage()
    const dry = await runHere(simulator, { ...keepLast, 'dry-run': 'true' })
    const plan = asOnWindows(readFileSync(dry.outputs['plan-file'] ?? '', 'utf8'))
    const applied = await runHere(simulator, { operation: 'apply', 'plan-file': place('plan.json', plan) })
    expect([...deletedIds(world.snapshot())].sort()).toEqual([1, 2, 3, 4])
    const receipt = asOnWindows(readFileSync(applied.outputs['receipt-file'] ?? '', 'utf8'))
    const restored = await runHere(simulator, {
      operation: 'restore',
      'receipt-file': place('receipt.jsonl', receipt),
      'hold-file': 'on windows\\hold.json'
    })
    expect([restored.status, restored.outputs['restored-count']]).toEqual([0, '4'])
    const hold = asOnWindows(readFileSync(join(workspace, 'on windows/hold.json'), 'utf8'))
    await runHere(simulator, { ...keepLast, 'hold-file': place('hold.json', hold) })
    expect([...deletedIds(world.snapshot())]).toEqual([])
  })
})

describe('the bounds of files', () => {
  it.each([
    [win32, 'D:\\a\\app', 'D:\\a\\app\\x', true],
    [win32, 'D:\\a\\app', 'd:\\A\\App\\x\\y', true],
    [win32, 'D:\\a\\app', 'D:\\a\\app', true],
    [win32, 'D:\\a\\app', 'D:\\a\\app\\..x', true],
    [win32, 'D:\\a\\app', 'C:\\a\\app\\x', false],
    [win32, 'D:\\a\\app', 'D:\\a\\application\\x', false],
    [win32, 'D:\\a\\app', 'D:\\a', false],
    [win32, 'D:\\a\\app', '\\\\server\\share\\a\\app\\x', false],
    [win32, '\\\\server\\share\\app', '\\\\server\\share\\app\\x', true],
    [win32, '\\\\server\\share\\app', '\\\\server\\other\\app\\x', false],
    [win32, 'D:\\', 'D:\\x', true],
    [win32, 'D:\\', 'C:\\x', false],
    [posix, '/w', '/w/x', true],
    [posix, '/w', '/W/x', false],
    [posix, '/w', '/w-old/x', false],
    [posix, '/', '/x', true]
  ] as const)('%#', (system, root, path, inside) => {
    expect(within(path, root, system)).toBe(inside)
  })
})
