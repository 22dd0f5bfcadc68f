import { describe, expect, it } from '@jest/globals'
import { createLastLook, OLDEST_LOOK_MS } from '../../../src/app/guards/lastLook.js'
import type { Ports } from '../../../src/app/ports.js'
import { Failure } from '../../../src/domain/failure.js'
import type { Owner, PackageRef } from '../../../src/domain/package.js'
import type { Version } from '../../../src/domain/version.js'
import { type FakeClock, fakeClock } from '../../registry/fakeClock.js'

const owner: Owner = { login: 'octo-org', kind: 'organization' }
const ref: PackageRef = { owner: 'octo-org', type: 'container', name: 'app' }
const version = (id: number): Version => ({ id, name: `sha256:${id}`, tags: [] })
const range = (from: number, to: number): Version[] =>
  Array.from({ length: to - from }, (_, index) => version(from + index))

interface Setting {
  readonly clock: FakeClock
  /** What GitHub lists now. */
  list: Version[]
  readonly asked: string[]
  /** Milliseconds that the next pages take, then none. */
  readonly slow: number[]
  /** The next page is answered with this. */
  trouble?: Failure
  look: ReturnType<typeof createLastLook>
}

function setting(listed: readonly Version[], wanted: readonly Version[]): Setting {
  const clock = fakeClock()
  const asked: string[] = []
  const packages: Pick<Ports['packages'], 'listVersionsPage' | 'getVersion'> = {
    async listVersionsPage(_owner, _ref, page) {
      asked.push(`page ${page}`)
      clock.advance(at.slow.shift() ?? 0)
      const { trouble } = at
      delete at.trouble
      if (trouble !== undefined) throw trouble
      return at.list.slice((page - 1) * 100, page * 100)
    },
    async getVersion(_owner, _ref, id) {
      asked.push(`version ${id}`)
      return at.list.find((each) => each.id === id)
    }
  }
  const ports = { packages, clock, stop: { signal: new AbortController().signal } } as unknown as Ports
  const look = createLastLook({ ports, owner }, ref, listed, wanted)
  const at: Setting = { clock, list: [...listed], asked, slow: [], look }
  return at
}

describe('the last look before a deletion', () => {
  it('is one page for all versions on it, even for those that ask while it is being read', async () => {
    const all = range(0, 300)
    const at = setting(all, all.slice(110, 130))
    await Promise.all(all.slice(110, 118).map((each) => at.look.at(each)))
    expect(await at.look.at(version(129))).toEqual(version(129))
    expect(at.asked).toEqual(['page 2'])
  })

  it('shows a tag that was put on a version since the list was read', async () => {
    const all = range(0, 20)
    const at = setting(all, all)
    at.list[7] = { ...version(7), tags: ['new'] }
    expect((await at.look.at(version(7)))?.tags).toEqual(['new'])
  })

  it('is never older than three seconds when a deletion is sent: an older one is repeated', async () => {
    expect(OLDEST_LOOK_MS).toBe(3000)
    const all = range(0, 20)
    const at = setting(all, all)
    await at.look.at(version(0))
    at.clock.advance(3000)
    await at.look.at(version(1))
    expect(at.asked).toEqual(['page 1'])
    at.clock.advance(1)
    await at.look.at(version(2))
    expect(at.asked).toEqual(['page 1', 'page 1'])
  })

  it('counts from when the page was asked for: one that took too long is read again, then the version itself', async () => {
    const all = range(0, 20)
    const at = setting(all, all)
    at.slow.push(3001)
    await at.look.at(version(0))
    expect(at.asked).toEqual(['page 1', 'page 1'])
    at.clock.advance(3001)
    at.slow.push(3001, 3001)
    await at.look.at(version(1))
    expect(at.asked.slice(2)).toEqual(['page 1', 'page 1', 'version 1'])
  })

  it('asks for a version by itself where no later deletion is on its page', async () => {
    const all = range(0, 300)
    const at = setting(all, [version(50), version(150), version(250)])
    await at.look.at(version(50))
    await at.look.at(version(150))
    expect(at.asked).toEqual(['version 50', 'version 150'])
  })

  it('asks for a version by itself where it is not on its expected page', async () => {
    const all = range(0, 300)
    const at = setting(all, all.slice(190, 199))
    at.list = at.list.filter(({ id }) => id !== 195)
    expect(await at.look.at(version(195))).toBeUndefined()
    expect(at.asked).toEqual(['page 2', 'version 195'])
  })

  it('follows its versions as earlier ones are deleted and others are pushed', async () => {
    const all = range(0, 300)
    const at = setting(all, all.slice(90, 250))
    for (const each of all.slice(90, 150)) {
      await at.look.at(each)
      at.list = at.list.filter(({ id }) => id !== each.id)
      at.look.deleted(each)
      at.clock.advance(100)
    }
    const before = at.asked.length
    at.list = [...range(1000, 1010), ...at.list]
    at.clock.advance(3001)
    expect(at.asked.filter((what) => what.startsWith('version'))).toEqual([])
    for (const each of all.slice(155, 160)) await at.look.at(each)
    // Ten pushes moved them to the next page: the first of them is missed, and tells by how much.
    expect(at.asked.slice(before)).toEqual(['page 1', 'version 155', 'page 2'])
  })

  it('gives up pages for single versions where they are not where the first list had them', async () => {
    const all = range(0, 300)
    const at = setting(all, all.slice(200, 240))
    at.list = [...all.slice(200), ...all.slice(0, 200)]
    for (const each of all.slice(200, 240)) await at.look.at(each)
    expect(at.asked.filter((what) => what.startsWith('page'))).toEqual(['page 3', 'page 4', 'page 4'])
  })

  it('asks for the version by itself where the page cannot be read, and ends with what ends the run', async () => {
    const all = range(0, 20)
    const at = setting(all, all)
    at.trouble = new Failure('api', 'no list')
    await at.look.at(version(0))
    expect(at.asked).toEqual(['page 1', 'version 0'])
    at.trouble = new Failure('rate-limit', 'no more requests')
    await expect(at.look.at(version(1))).rejects.toThrow('no more requests')
  })

  it('uses a page that was read for another reason', async () => {
    const all = range(0, 20)
    const at = setting(all, all)
    await at.look.readPage(1)
    await at.look.at(version(3))
    expect(at.asked).toEqual(['page 1'])
  })
})
