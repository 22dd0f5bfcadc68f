import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { singleImage } from '../../simulator/images/singleImage.js'
import { DAY, type Inputs, newWorld, OWNER, readReceipt, runHere, simulate, workspace } from '../e2e/harness.js'

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
/** Of one step that was done. */
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

describe('a receipt that makes tags up', () => {
  const restore = (file: string, dryRun = false): Inputs => {
    return { operation: 'restore', 'receipt-file': file, 'dry-run': String(dryRun) }
  }

  /** Images `v1` and `v2`, the first of which a restore brought back without its tag where `lost`. */
  async function images(lost = false) {
    const world = newWorld({ assumptions: { tagsOnRestore: 'lost' } })
    const { facts } = world.addPackage({ owner: OWNER, type: 'container', name: 'app', repository: `${OWNER}/app` })
    world.push(OWNER, 'app', [singleImage('old')], ['v1'], world.clock.now() - 2 * DAY)
    world.push(OWNER, 'app', [singleImage('new')], ['v2'], world.clock.now() - DAY)
    const [old, fresh] = Object.values(world.snapshot())[0]?.versions ?? []
    if (old === undefined || fresh === undefined) throw new Error('there are two versions')
    if (lost) {
      world.deleteVersion(facts, old.id)
      world.restoreVersion(facts, old.id)
    }
    const simulator = await simulate(world)
    const file = (intent: object): string =>
      receipt(simulator.url, OWNER, { type: 'container', package: 'app', ...intent })
    return { world, simulator, old, fresh, file }
  }

  it('puts none of them on an image that has others', async () => {
    const { world, simulator, old, file } = await images()
    const before = world.snapshot()
    const forged = file({ id: old.id, name: old.name, tags: ['latest', 'stable'] })
    for (const dryRun of [true, false]) {
      const run = await runHere(simulator, restore(forged, dryRun))
      expect(run.status).toBe(0)
      expect(run.report?.restored).toMatchObject([{ kind: 'already-active', message: expect.stringContaining('v1') }])
      expect(run.outputs.changed).toBe('false')
    }
    expect(simulator.log.filter(({ kind }) => kind === 'put-manifest')).toEqual([])
    expect(world.snapshot()).toEqual(before)
  })

  it('moves none, and puts one on no other image than GitHub says', async () => {
    const { world, simulator, old, fresh, file } = await images(true)
    const forged = file({ id: old.id, name: fresh.name, tags: ['v2', 'v1'] })
    await runHere(simulator, restore(forged))
    expect(world.resolveTag(OWNER, 'app', 'v2')).toBe(fresh.name)
    expect(world.resolveTag(OWNER, 'app', 'v1')).toBe(old.name)
  })

  it.each(['delete', 'untag'] as const)(
    'shows in a dry run which free one it would put where, and says and records what it did: %s',
    async (action) => {
      const { world, simulator, old, file } = await images(true)
      const untag = action === 'untag' && { tag: 'v1', digest: old.name }
      const made = file({ action, id: old.id, name: old.name, tags: ['v1'], ...untag })
      const dry = await runHere(simulator, restore(made, true))
      expect(dry.log).toMatch(new RegExp(`^Would tag again .*: tag v1 would be put back on ${old.name}$`, 'm'))
      expect(dry.log).toMatch(/^Result Dry run: .*1 tag/m)
      expect(world.resolveTag(OWNER, 'app', 'v1')).toBeUndefined()

      const run = await runHere(simulator, restore(made))
      expect(run.status).toBe(0)
      expect(run.log).toMatch(new RegExp(`^Tagged again .*: tag v1 was put back on ${old.name}$`, 'm'))
      expect(run.log).toMatch(/^Result .*1 tag/m)
      expect(run.outputs).toMatchObject({ changed: 'true', 'restored-count': '0' })
      expect(world.resolveTag(OWNER, 'app', 'v1')).toBe(old.name)
      expect(readReceipt(run.outputs['receipt-file'] ?? '').slice(1)).toMatchObject([
        { kind: 'intent', action: 'restore', id: old.id, tag: 'v1', digest: old.name },
        { kind: 'outcome', result: 'done' }
      ])
    }
  )
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
        'hold-file': { 'package-name': 'web', 'package-type': 'npm', match: '*', 'keep-last': '1', 'dry-run': 'true' }
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
