import { describe, expect, it } from '@jest/globals'
import { singleImage } from '../../../simulator/images/singleImage.js'
import type { World } from '../../../simulator/world/world.js'
import { DAY, deletedIds, newWorld, OWNER, readReceipt, runHere, simulate } from '../harness.js'

const policy = {
  'package-name': 'app',
  'package-type': 'container',
  match: 'drop-*',
  'keep-last': '0',
  'partial-tags': 'untag'
}

const kept = singleImage('kept')
const pushed = singleImage('pushed meanwhile')

function registry(): World {
  const world = newWorld()
  world.push(OWNER, 'app', [kept], ['drop-me', 'keep-me'], Date.now() - 9 * DAY)
  world.push(OWNER, 'app', [singleImage('other')], ['other'], Date.now() - 8 * DAY)
  return world
}

/** A run during which somebody pushes another image as `drop-me` right before the nth request is worked on. */
async function pushedAt(nth: number) {
  const world = registry()
  let at = ''
  const simulator = await simulate(world, {
    onRequest: (request) => {
      if (request.n !== nth) return undefined
      at = `${request.n} ${request.method} ${request.kind} ${request.path}`
      world.push(OWNER, 'app', [pushed], ['drop-me'])
      return undefined
    }
  })
  const ran = await runHere(simulator, policy)
  const tag = (name: string) => world.resolveTag(OWNER, 'app', name)
  await simulator.stop()
  return { at, ran, drop: tag('drop-me'), keep: tag('keep-me') }
}

it('a tag whose version cannot be read does not keep the next tag from being taken off', async () => {
  const world = newWorld()
  // The steps are in the order of the newest version.
  const [unreadable, other] = ['first', 'second'].map((name, i) =>
    world.push(OWNER, 'app', [singleImage(name)], [`drop-${name}`, `keep-${name}`], Date.now() - (8 + i) * DAY)
  )
  const simulator = await simulate(world, {
    faults: [{ match: { kind: 'get-version', path: `/versions/${unreadable?.id}` }, effect: { status: 500 } }]
  })
  const ran = await runHere(simulator, policy)
  expect(ran.status).toBe(1)
  expect(world.resolveTag(OWNER, 'app', 'drop-first')).toBe(unreadable?.name)
  expect(world.resolveTag(OWNER, 'app', 'drop-second')).toBeUndefined()
  expect(world.resolveTag(OWNER, 'app', 'keep-second')).toBe(other?.name)
})

describe('a push that moves a tag while it is being taken off', () => {
  it('keeps the tag where it moved it, at any request but the one that takes it', async () => {
    const problems: string[] = []
    const lost: string[] = []
    // What is pushed before the list is read is planned for like everything else.
    for (let nth = 4; ; nth += 1) {
      const { at, ran, drop, keep } = await pushedAt(nth)
      if (at === '') break
      if (ran.status !== 0) problems.push(`${at}: status ${ran.status}\n${ran.log}`)
      if (keep !== kept.digest) problems.push(`${at}: keep-me is on ${keep}`)
      if (drop === pushed.digest) continue
      if (at.includes('PUT') && at.includes('/manifests/')) lost.push(at)
      else problems.push(`${at}: drop-me is on ${drop}\n${ran.log}`)
    }
    expect(problems).toEqual([])
    expect(lost).toHaveLength(1)
  })

  it('before the tag is taken is reported as a change', async () => {
    const world = registry()
    const simulator = await simulate(world, {
      events: [
        {
          at: { before: { kind: 'upload-blob' } },
          run: () => {
            world.push(OWNER, 'app', [pushed], ['drop-me'])
          }
        }
      ]
    })
    const ran = await runHere(simulator, policy)
    expect(ran.report?.packages[0]?.outcomes).toMatchObject([
      { kind: 'changed', message: `drop-me is on ${pushed.digest} now` }
    ])
    expect(simulator.log.filter(({ kind }) => kind === 'put-manifest')).toEqual([])
  })

  it('back to where it was is not called taken off', async () => {
    const world = registry()
    const simulator = await simulate(world, {
      events: [
        {
          at: { before: { kind: 'delete-version' } },
          run: () => {
            world.tag(OWNER, 'app', 'drop-me', kept.digest)
          }
        }
      ]
    })
    const ran = await runHere(simulator, policy)
    expect(ran.report?.packages[0]?.outcomes).toMatchObject([
      { kind: 'changed', message: 'drop-me was put on it again' }
    ])
    expect(world.resolveTag(OWNER, 'app', 'drop-me')).toBe(kept.digest)
    expect(deletedIds(world.snapshot()).size).toBe(1)
  })
})

it('an untag writes to the receipt that it put a tag back, where the throw-away version cannot be deleted', async () => {
  const world = registry()
  const simulator = await simulate(world, {
    faults: [{ match: { kind: 'delete-version' }, effect: { status: 422, body: { message: 'No.' } } }]
  })
  const ran = await runHere(simulator, policy)
  expect(world.resolveTag(OWNER, 'app', 'drop-me')).toBe(kept.digest)
  const lines = readReceipt(ran.outputs['receipt-file'] ?? '')
  expect(lines).toContainEqual(
    expect.objectContaining({ action: 'restore', tag: 'drop-me', digest: kept.digest, reason: 'untag' })
  )
})
