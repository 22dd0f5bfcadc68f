import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, jest } from '@jest/globals'
import { multiArch } from '../../simulator/images/multiArch.js'
import { signedImage } from '../../simulator/images/signedImage.js'
import { singleImage } from '../../simulator/images/singleImage.js'
import type { Request } from '../../simulator/server/exchange.js'
import type { Simulator } from '../../simulator/simulator.js'
import type { World } from '../../simulator/world/world.js'
import { ALL, amount } from '../amount.js'
import {
  brokenSince,
  DAY,
  deletedIds,
  HASTY,
  type Inputs,
  newWorld,
  OWNER,
  type Process,
  type Ran,
  type ReceiptLine,
  readReceipt,
  runHere,
  simulate,
  start,
  tagsOf,
  without,
  workspace
} from './harness.js'
import { ABOUT_APP } from './registry.js'

jest.setTimeout(amount(180_000, 1_800_000))

const platforms = ['linux/amd64']
const policy: Inputs = {
  ...ABOUT_APP,
  match: 'old-*, drop-*',
  'keep-last': '0',
  'delete-untagged': 'true',
  'grace-period': '0s',
  'partial-tags': 'untag'
}

function registry(): World {
  const world = newWorld()
  const old = Date.now() - 10 * DAY
  world.push(OWNER, 'app', signedImage('kept', { tags: ['v1', 'drop-1'], platforms }), [], old)
  world.push(OWNER, 'app', signedImage('signed', { tags: ['old-1'], platforms }), [], old)
  world.push(OWNER, 'app', multiArch('untagged', { platforms }), [], old)
  world.push(OWNER, 'app', [singleImage('single', { tags: ['old-2'] })], [], old)
  return world
}

/** The sample kills at requests that change something; a search at every request. */
const isStep = ({ method, part }: Request): boolean => ALL || (method !== 'GET' && method !== 'HEAD' && part !== 'npm')

type When = 'before' | 'after'

/** A simulator whose client is killed right before or right after the nth request that is a step. */
interface Scene {
  readonly world: World
  readonly simulator: Simulator
  /** Runs the bundle; `killed` is false where it was over before. */
  run(inputs: Inputs, nth: number, when: When): Promise<{ readonly killed: boolean; readonly ran: Ran }>
  /** Runs to the end, and well. */
  end(inputs: Inputs): Promise<Ran>
}

async function scene(world: World): Promise<Scene> {
  let target: { readonly nth: number; readonly when: When } | undefined
  let seen = 0
  let killed = false
  let running: Process | undefined
  const isIt = (request: Request, when: When): boolean =>
    target?.when === when && !killed && isStep(request) && ++seen === target.nth
  const kill = (): void => {
    killed = true
    running?.child.kill('SIGKILL')
  }
  const simulator = await simulate(world, {
    onRequest: async (request) => {
      // What was sent but not worked on when the process died never came.
      if (killed) return 'reset'
      if (!isIt(request, 'before')) return undefined
      kill()
      await running?.ended
      return 'reset'
    },
    events: [
      {
        at: { after: {} },
        run: (_, request) => {
          if (isIt(request, 'after')) kill()
        }
      }
    ]
  })
  return {
    world,
    simulator,
    async run(inputs, nth, when) {
      target = { nth, when }
      seen = 0
      running = start(simulator, inputs, HASTY)
      const ran = await running.ended
      const was = killed
      target = undefined
      killed = false
      return { killed: was, ran }
    },
    async end(inputs) {
      const ran = await runHere(simulator, inputs)
      expect(ran.status === 0 ? '' : ran.log).toBe('')
      return ran
    }
  }
}

/** Receipts that runs left in their folders. */
function receipts(name: string): ReadonlySet<string> {
  const folders = readdirSync(workspace, { recursive: true }).map(String)
  return new Set(folders.filter((file) => file.endsWith(name)).map((file) => join(workspace, file)))
}

/** What the receipt says for certain, and what was in flight when it ended. */
function account(receipt: string | undefined, action: string) {
  const lines: readonly ReceiptLine[] = receipt === undefined ? [] : readReceipt(receipt)
  const results = new Map(lines.filter(({ kind }) => kind === 'outcome').map(({ step, result }) => [step, result]))
  const intents = lines.filter((line) => line.kind === 'intent' && line.action === action)
  const ids = (fits: (result: string | undefined) => boolean): readonly number[] =>
    intents.filter(({ step }) => fits(results.get(step))).flatMap(({ id }) => id ?? [])
  return { done: ids((result) => result === 'done'), open: ids((result) => result === undefined) }
}

/** The sample is each sixth step, another before it than after it. */
const EVERY = amount(6, 1)

/** Kills at one step after another until a run is through; a fresh scene for each. Returns how many steps there were. */
async function atEveryStep(
  prepare: () => Promise<{ readonly on: Scene; readonly inputs: Inputs }>,
  receiptName: string,
  look: (on: Scene, receipt: string | undefined, when: When) => Promise<void>
): Promise<number> {
  let steps = 0
  for (const when of ['before', 'after'] as const) {
    for (let nth = when === 'before' ? 1 : Math.min(3, EVERY); ; nth += EVERY) {
      const { on, inputs } = await prepare()
      const earlier = receipts(receiptName)
      const { killed, ran } = await on.run(inputs, nth, when)
      if (killed) {
        steps += 1
        const own = [...receipts(receiptName)].filter((file) => !earlier.has(file))
        expect(own.length).toBeLessThanOrEqual(1)
        await look(on, own[0], when)
      } else expect(ran.status === 0 ? '' : ran.log).toBe('')
      await on.simulator.stop()
      if (!killed) break
    }
  }
  return steps
}

describe('a process that is killed', () => {
  it('leaves, at every step of a prune, a true receipt, whole tags, and work that can be undone or ended', async () => {
    const clean = await scene(registry())
    await clean.end(policy)

    const steps = await atEveryStep(
      async () => ({ on: await scene(registry()), inputs: policy }),
      '/receipt.jsonl',
      async ({ world, end }, receipt, when) => {
        const { done, open } = account(receipt, 'delete')
        const gone = deletedIds(without(world.snapshot(), untouched))
        expect(done.filter((id) => !gone.has(id))).toEqual([])
        expect([...gone].filter((id) => !done.includes(id) && !open.includes(id))).toEqual([])
        expect(open.length).toBeLessThanOrEqual(8)
        expect(brokenSince(tagsBefore, world)).toEqual([])
        expect(world.resolveTag(OWNER, 'app', 'v1')).toBe(keptDigest)

        const undo = { operation: 'restore', 'receipt-file': receipt ?? '' }
        if (receipt === undefined) expect(world.snapshot()).toEqual(untouched)
        else if (when === 'before') {
          await end(undo)
          expect(without(world.snapshot(), untouched)).toEqual(untouched)
        }
        const { outputs } = await end(policy)
        expect(tagNames(world)).toEqual(tagNames(clean.world))
        expect(activeDigests(world)).toEqual(activeDigests(clean.world))
        // What two runs did is undone by two receipts, the later first.
        await end({ operation: 'restore', 'receipt-file': outputs['receipt-file'] ?? '' })
        if (when === 'after' && receipt !== undefined) await end(undo)
        expect(without(world.snapshot(), untouched)).toEqual(untouched)
      }
    )
    expect(steps).toBeGreaterThan(15 / EVERY)
  })

  it('leaves, at every step of a restore, a true receipt and work that the next restore ends', async () => {
    let undo: Inputs = {}
    const steps = await atEveryStep(
      async () => {
        const on = await scene(registry())
        const { outputs } = await on.end(policy)
        undo = { operation: 'restore', 'receipt-file': outputs['receipt-file'] ?? '' }
        return { on, inputs: undo }
      },
      '/restore-receipt.jsonl',
      async ({ world, end }, receipt) => {
        const { done, open } = account(receipt, 'restore')
        const gone = deletedIds(world.snapshot())
        expect(done.filter((id) => gone.has(id))).toEqual([])
        expect(open.length).toBeLessThanOrEqual(1)
        // No tag is back before everything under it.
        expect(brokenSince(tagsBefore, world)).toEqual([])
        await end(undo)
        expect(without(world.snapshot(), untouched)).toEqual(untouched)
      }
    )
    expect(steps).toBeGreaterThan(10 / EVERY)
  })
})

const original = registry()
const untouched = original.snapshot()
const tagsBefore = tagsOf(original)
const keptDigest = original.resolveTag(OWNER, 'app', 'v1')

const tagNames = (world: World): readonly string[] => [...tagsOf(world).keys()].toSorted()
const activeDigests = (world: World): readonly string[] =>
  [...world.packages()].flatMap(({ byName }) => [...byName.keys()]).toSorted()
