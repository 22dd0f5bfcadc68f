import { describe, expect, it } from '@jest/globals'
import type { Owner, PackageRef } from '../../src/domain/package.js'
import { fakeClock } from '../registry/fakeClock.js'
import { edgesTo } from './edges.js'
import { site, type Told } from './site.js'

const owner: Owner = { login: 'octo-org', kind: 'organization' }
const ref: PackageRef = { owner: 'octo-org', type: 'npm', name: 'lib' }
const TAGGED = { kind: 'changed', message: 'a dist-tag is on it' } as const
const there: Told = { status: 200, body: { id: 7, name: '7.0.0' } }

describe('what speaks against a deletion', () => {
  it('is asked for when all waiting is over, right before it is sent, and keeps it from being sent', async () => {
    const order: string[] = []
    const { url } = await site(({ method, path }) => {
      order.push(`${method} ${path.split('/').at(-1)}`)
      return order.length === 2 ? { status: 429, headers: { 'retry-after': '3' } } : { status: 204 }
    })
    const { packages } = edgesTo({ apiUrl: url })
    const objection = (id: number) => async () => {
      order.push(`asked about ${id}`)
      return id === 2 && order.length > 3 ? TAGGED : undefined
    }
    const deleted = await packages.deleteVersion(owner, ref, 1, { objection: objection(1) })
    expect(deleted).toEqual({ kind: 'done' })
    expect(await packages.deleteVersion(owner, ref, 2, { objection: objection(2) })).toEqual(TAGGED)
    expect(order).toEqual(['asked about 1', 'DELETE 1', 'asked about 1', 'DELETE 1', 'asked about 2'])
  })

  it('and that begins while somebody else is refused: the deletion waits, and is asked about again', async () => {
    const order: string[] = []
    let refuse = (): void => {}
    const refused = new Promise<void>((resolve) => {
      refuse = resolve
    })
    const { url } = await site(({ method, path }) => {
      order.push(`${method} ${path.split('/').at(-1)}`)
      const first = method === 'GET' && order.filter((one) => one.startsWith('GET')).length === 1
      return first ? { status: 429, headers: { 'retry-after': '3' } } : method === 'GET' ? there : { status: 204 }
    })
    const clock = fakeClock()
    const sleep = async (ms: number): Promise<void> => {
      await clock.sleep(ms)
      refuse()
    }
    const { packages } = edgesTo({ apiUrl: url }, { ...clock, sleep })
    let asked = 0
    const deletion = packages.deleteVersion(owner, ref, 1, {
      objection: async () => {
        asked += 1
        order.push(`asked ${asked}`)
        if (asked === 1) await refused
        return undefined
      }
    })
    await Promise.all([deletion, packages.getVersion(owner, ref, 7)])
    expect(order.slice(0, 2)).toEqual(['asked 1', 'GET 7'])
    expect(order.filter((one) => one !== 'GET 7')).toEqual(['asked 1', 'asked 2', 'DELETE 1'])
  })

  it('after a try without an answer leaves open whether that was carried out', async () => {
    let tries = 0
    const { url } = await site(({ method }) => {
      if (method === 'GET') return { status: 404, body: {} }
      tries += 1
      return { status: 502, body: {} }
    })
    const objection = async () => (tries > 0 ? TAGGED : undefined)
    const { packages } = edgesTo({ apiUrl: url })
    expect(await packages.deleteVersion(owner, ref, 7, { objection })).toEqual({
      kind: 'done',
      message: expect.stringContaining('somebody else may have')
    })
    expect(tries).toBe(1)
  })

  it('may need requests of its own, of as many deletions at once as there are connections', async () => {
    const { url } = await site(({ method }) => (method === 'GET' ? there : { status: 204 }))
    const { packages } = edgesTo({ apiUrl: url, scheduler: { deleteConcurrency: 16, connections: 16 } })
    const objection = async () => ((await packages.getVersion(owner, ref, 7)) === undefined ? TAGGED : undefined)
    const all = Array.from({ length: 40 }, (_, id) => packages.deleteVersion(owner, ref, id, { objection }))
    expect(new Set((await Promise.all(all)).map(({ kind }) => kind))).toEqual(new Set(['done']))
  })

  it('is not in doubt as a deletion is, where it cannot be heard', async () => {
    const methods: string[] = []
    const { url } = await site(({ method }) => {
      methods.push(method)
      return { status: 502, body: {} }
    })
    const { packages } = edgesTo({ apiUrl: url })
    const objection = async () => ((await packages.getVersion(owner, ref, 7)) === undefined ? TAGGED : undefined)
    await expect(packages.deleteVersion(owner, ref, 7, { objection })).rejects.toThrow(/^Could not read version 7/)
    expect(new Set(methods)).toEqual(new Set(['GET']))
  })
})
