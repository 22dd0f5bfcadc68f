import { describe, expect, it } from '@jest/globals'
import type { Owner, PackageRef } from '../../src/domain/package.js'
import { edgesTo } from './edges.js'
import { site, type Told } from './site.js'

const owner: Owner = { login: 'octo-org', kind: 'organization' }
const ref: PackageRef = { owner: 'octo-org', type: 'nuget', name: 'lib' }
const there = { id: 7, name: '7.0.0' }
const deleted = { ...there, deleted_at: '2026-11-29T10:00:00Z' }

/** Shows version 7 as deleted, with 200, whatever else it answers. */
const showingDeleted = (change: Told) => site(({ method }) => (method === 'GET' ? { body: deleted } : change))

describe('a version that GitHub shows with deleted_at', () => {
  it('is not there', async () => {
    const { url } = await site(() => ({ body: deleted }))
    const { packages } = edgesTo({ apiUrl: url })
    expect(await packages.getVersion(owner, ref, 7)).toBeUndefined()
    expect(await packages.stateOf(owner, ref, 7)).toBe('deleted')
  })

  it('is left out of the active versions and listed among the deleted ones', async () => {
    const { url } = await site(() => ({ body: [deleted, { ...there, id: 8 }] }))
    const { packages } = edgesTo({ apiUrl: url })
    expect(await packages.listVersions(owner, ref, 'active')).toMatchObject([{ id: 8 }])
    expect(await packages.listVersionsPage(owner, ref, 1)).toMatchObject([{ id: 8 }])
    expect(await packages.listVersions(owner, ref, 'deleted')).toMatchObject([{ id: 7 }, { id: 8 }])
  })

  it('was already gone when its deletion is answered with 404', async () => {
    const { url } = await showingDeleted({ status: 404, body: { message: 'Package not found.' } })
    expect(await edgesTo({ apiUrl: url }).packages.deleteVersion(owner, ref, 7)).toEqual({ kind: 'already-gone' })
  })

  it('was deleted by a request that got no answer, or by somebody else', async () => {
    const { url } = await showingDeleted({ status: 502, body: {} })
    expect(await edgesTo({ apiUrl: url }).packages.deleteVersion(owner, ref, 7)).toEqual({
      kind: 'done',
      message: expect.stringContaining('somebody else may have')
    })
  })

  it('is not active already when its restoration is refused', async () => {
    const { url } = await showingDeleted({ status: 409, body: { message: 'Conflict' } })
    expect(await edgesTo({ apiUrl: url }).packages.restoreVersion(owner, ref, 7)).toMatchObject({ kind: 'conflict' })
  })
})

describe('a deletion that GitHub refuses for what the version is', () => {
  const downloads = 'Publicly visible package versions with more than 5000 downloads cannot be deleted.'
  const last = 'You cannot delete the last tagged version of a package. You must delete the package instead.'
  const any = 'You cannot delete the last version of a package.'
  const statuses = [400, 403, 404, 405, 409, 410, 422]

  it.each(statuses)('counts as refused with status %i', async (status) => {
    const answers = [downloads, last, any]
    const { url } = await site(({ method }) =>
      method === 'DELETE' ? { status, body: { message: answers.shift() } } : { body: there }
    )
    const { packages } = edgesTo({ apiUrl: url })
    const remove = () => packages.deleteVersion(owner, ref, 7)
    expect(await remove()).toEqual({ kind: 'refused-downloads', message: downloads })
    expect(await remove()).toEqual({ kind: 'refused-last', message: last })
    expect(await remove()).toEqual({ kind: 'refused-last', message: any })
  })

  it('counts as failed where a server error says so', async () => {
    const { url } = await site(({ method }) =>
      method === 'DELETE' ? { status: 500, body: { message: downloads } } : { body: there }
    )
    expect(await edgesTo({ apiUrl: url }).packages.deleteVersion(owner, ref, 7)).toMatchObject({ kind: 'failed' })
  })
})

it('a deletion that is answered with 404 after another succeeded does not prove that the right is missing', async () => {
  let deletions = 0
  const { url } = await site(({ method }) => {
    if (method === 'GET') return { body: there }
    deletions += 1
    return deletions === 1 ? { status: 204 } : { status: 404, body: { message: 'Package not found.' } }
  })
  const { packages } = edgesTo({ apiUrl: url })
  await packages.deleteVersion(owner, ref, 6)
  expect(await packages.deleteVersion(owner, ref, 7)).toMatchObject({
    kind: 'failed',
    message: expect.not.stringContaining('lacks the right')
  })
})
