import { describe, expect, it } from '@jest/globals'
import type { Owner } from '../../src/domain/package.js'
import { edgesTo } from './edges.js'
import { site } from './site.js'

const owner: Owner = { login: 'octo-org', kind: 'organization' }
const ref = { owner: 'octo-org', type: 'npm', name: 'lib' } as const

async function listed(last: number, state: 'active' | 'deleted' = 'active') {
  const { url } = await site(({ query }) => {
    const page = Number(query.get('page'))
    const next = page < last ? [`<http://elsewhere/?page=${page + 1}>; rel="next"`] : []
    const link = [...next, `<http://elsewhere/?page=${last}>; rel="last"`].join(', ')
    return { body: [{ id: page, name: `${page}.0.0` }], headers: { link } }
  })
  const edges = edgesTo({ apiUrl: url })
  expect(await edges.packages.listVersions(owner, ref, state)).toHaveLength(last)
  return edges.progress
}

describe('a long list', () => {
  it('tells how many of its pages are read, one by one', async () => {
    const told = await listed(30)
    expect(told).toHaveLength(30)
    expect([told.at(0), told.at(-1)]).toEqual(['lib: pages of the list: 1 of 30', 'lib: pages of the list: 30 of 30'])
  })

  it('of deleted versions says that it is one', async () => {
    expect((await listed(30, 'deleted')).at(-1)).toBe('lib: pages of the list of deleted versions: 30 of 30')
  })

  it('is not one of nine pages: nothing is told', async () => {
    expect(await listed(9)).toEqual([])
  })
})
