import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { type Inputs, newWorld, OWNER, runHere, simulate, workspace } from '../e2e/harness.js'

const at = '2026-11-22T12:00:00.000Z'

/** A registry with versions 1 to 3, and 4 to 6 of another owner, of which 3 and 6 are deleted. */
async function stage() {
  const world = newWorld()
  world.addOwner('victim')
  for (const [owner, first] of [
    [OWNER, 1],
    ['victim', 4]
  ] as const) {
    const { facts } = world.addPackage({ owner, type: 'npm', name: 'web', repository: `${owner}/web` })
    for (const more of [0, 1, 2]) world.addVersion(facts, { id: first + more, name: `1.${more}.0` })
    world.deleteVersion(facts, first + 2)
  }
  const simulator = await simulate(world)
  return { world, simulator }
}

let files = 0
function receipt(apiUrl: string, owner: string, intent: object): string {
  const header = { kind: 'header', format: 'package-retention-receipt', version: 1, apiUrl, owner, policyHash: '' }
  const step = {
    kind: 'intent',
    step: 1,
    action: 'delete',
    at,
    owner,
    type: 'npm',
    package: 'web',
    tags: [],
    ...intent
  }
  const file = join(workspace, `stranger-${++files}.jsonl`)
  const lines = [{ ...header, startedAt: at }, step, { kind: 'outcome', step: 1, at, result: 'done' }]
  writeFileSync(file, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`)
  return file
}

describe('a receipt from a stranger is data, not an order', () => {
  const restore = (file: string): Inputs => ({ operation: 'restore', 'receipt-file': file })
  const changes = (log: readonly { readonly method: string }[]) => log.filter(({ method }) => method !== 'GET')

  it('is refused for another owner, in its header or in a line', async () => {
    const { world, simulator } = await stage()
    const before = world.snapshot()
    const foreign = receipt(simulator.url, 'victim', { id: 6, name: '1.2.0' })
    const mixed = receipt(simulator.url, OWNER, { id: 6, name: '1.2.0', owner: 'victim' })
    for (const file of [foreign, mixed]) {
      const run = await runHere(simulator, restore(file))
      expect(run.status).toBe(1)
      expect(run.log).toMatch(/another owner|is a receipt for victim/)
    }
    expect(world.snapshot()).toEqual(before)
    expect(changes(simulator.log)).toEqual([])
  })

  it('is refused for another server', async () => {
    const { simulator } = await stage()
    const run = await runHere(
      simulator,
      restore(receipt('https://ghes.example/api/v3', OWNER, { id: 3, name: '1.2.0' }))
    )
    expect(run.status).toBe(1)
    expect(run.log).toContain('is a receipt from https://ghes.example/api/v3')
    expect(changes(simulator.log)).toEqual([])
  })

  it('brings back nothing that is not deleted, and nothing under a name that is no package', async () => {
    const { world, simulator } = await stage()
    const before = world.snapshot()
    const odd = ['../../orgs/victim/packages/npm/web', 'web/versions/1?', '%2e%2e', 'web#']
    for (const name of ['web', ...odd]) {
      await runHere(simulator, restore(receipt(simulator.url, OWNER, { id: 1, name: '1.0.0', package: name })))
    }
    for (const id of [6, 7]) await runHere(simulator, restore(receipt(simulator.url, OWNER, { id, name: '1.2.0' })))
    expect(world.snapshot()).toEqual(before)
    await runHere(simulator, restore(receipt(simulator.url, OWNER, { id: 3, name: '1.2.0' })))
    expect(world.snapshot()).not.toEqual(before)
    expect(simulator.log.filter(({ path }) => path.includes('victim/packages'))).toEqual([])
  })
})

describe('paths that an input names', () => {
  it.each(['policy-file', 'plan-file', 'receipt-file', 'hold-file'] as const)(
    '%s leads out of workspace and temporary folder neither by dots nor by a link',
    async (input) => {
      const { simulator } = await stage()
      const link = join(workspace, `link-${input}`)
      symlinkSync('/etc/passwd', link)
      const rest: Inputs = {
        'policy-file': { operation: 'prune' },
        'plan-file': { operation: 'apply' },
        'receipt-file': { operation: 'restore' },
        'hold-file': { 'package-name': 'web', 'package-type': 'npm', 'keep-last': '1', 'dry-run': 'true' }
      }[input] as Inputs
      for (const path of [link, '../../../../../../etc/passwd', '/etc/passwd']) {
        const run = await runHere(simulator, { ...rest, [input]: path })
        expect(run.status).toBe(1)
        expect(run.log).toMatch(/is outside(:| of the workspace)/)
        expect(run.log).not.toContain('root:')
      }
      expect(simulator.log.filter(({ method }) => method !== 'GET')).toEqual([])
    }
  )
})
