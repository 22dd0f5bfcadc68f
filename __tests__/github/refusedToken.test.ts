import { describe, expect, it } from '@jest/globals'
import type { Owner, PackageRef } from '../../src/domain/package.js'
import { edgesTo } from './edges.js'
import { site } from './site.js'

const owner: Owner = { login: 'octo-org', kind: 'organization' }
const ref: PackageRef = { owner: 'octo-org', type: 'nuget', name: 'lib' }
const ids = Array.from({ length: 20 }, (_, index) => index + 1)
const refused = { status: 401, body: { message: 'Bad credentials' } }
/** 0.1 s is ten seconds of GitHub's time. */
const minute = 60_000

/** Refuses the deletions whose numbers, counted from 1 in the order of arrival, are given. */
async function refusing(bad: (deletion: number) => boolean) {
  let deletions = 0
  const { url, asked } = await site(({ method }) => {
    if (method === 'DELETE') deletions += 1
    if (method === 'GET') return { body: { id: 1, name: '1.0.0' } }
    return bad(deletions) ? refused : { status: 204 }
  })
  const { packages } = edgesTo({ apiUrl: url, minute })
  const remove = () =>
    Promise.all(ids.map((id) => packages.deleteVersion(owner, ref, id).catch((error: unknown) => error)))
  return { packages, remove, deletions: () => asked.filter(({ method }) => method === 'DELETE').length }
}

describe('a 401 in the middle of deletions', () => {
  it('that passes costs no deletion', async () => {
    const { remove, deletions } = await refusing((deletion) => deletion >= 10 && deletion < 13)
    expect(await remove()).toEqual(ids.map(() => ({ kind: 'done' })))
    expect(deletions()).toBeLessThanOrEqual(ids.length + 8)
  })

  it.each([204, 400, 422])(
    'that one deletion meets twice ends nothing where others, then under way, get %i',
    async (status) => {
      let unlucky: string | undefined
      let refusals = 0
      const { url } = await site(({ method, path }) => {
        if (method !== 'DELETE' || path.endsWith('/99')) return { status: 204 }
        unlucky ??= path
        if (path !== unlucky) return { status, ...(status !== 204 && { body: { message: 'the last version' } }) }
        if (refusals === 2) return { status: 204 }
        refusals += 1
        return refused
      })
      const { packages } = edgesTo({ apiUrl: url, minute })
      await packages.deleteVersion(owner, ref, 99)
      const ends = await Promise.all(ids.slice(0, 8).map((id) => packages.deleteVersion(owner, ref, id)))
      expect(ends.filter(({ kind }) => kind === 'done')).toHaveLength(status === 204 ? 8 : 1)
      expect(refusals).toBe(2)
    }
  )

  it('that stays ends the run after one more request', async () => {
    const { packages, remove, deletions } = await refusing((deletion) => deletion >= 10)
    const ends = await remove()
    expect(ends.filter((end) => end instanceof Error)).toHaveLength(11)
    expect(ends.at(-1)).toMatchObject({ code: 'auth', scope: 'run' })
    // At most seven others were under way.
    expect(deletions()).toBeLessThanOrEqual(9 + 8 + 1)
    await expect(packages.getVersion(owner, ref, 1)).rejects.toMatchObject({ code: 'auth' })
  })

  it('of deletions only, while reads go through, ends the run too', async () => {
    const { packages, deletions } = await refusing((deletion) => deletion >= 2)
    const remove = () =>
      packages.deleteVersion(owner, ref, 1, {
        objection: async () => {
          await packages.getVersion(owner, ref, 1)
          return undefined
        }
      })
    expect(await remove()).toEqual({ kind: 'done' })
    await expect(remove()).rejects.toMatchObject({ code: 'auth', scope: 'run' })
    expect(deletions()).toBe(3)
  })

  it('of the first request of a run ends it at once', async () => {
    const { url, asked } = await site(() => refused)
    await expect(edgesTo({ apiUrl: url }).packages.getVersion(owner, ref, 1)).rejects.toMatchObject({ scope: 'run' })
    expect(asked).toHaveLength(1)
  })
})
