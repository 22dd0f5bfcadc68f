import { describe, expect, it } from '@jest/globals'
import type { Owner, PackageRef } from '../../src/domain/package.js'
import { edgesTo } from './edges.js'
import { site } from './site.js'

const owner: Owner = { login: 'octo-org', kind: 'organization' }
const ref: PackageRef = { owner: 'octo-org', type: 'npm', name: 'lib' }

/** A deletion whose first request gets no answer, with the stop signal right after it; `look` answers the read that follows. */
async function stopped(look: { readonly status: number; readonly body?: unknown }, cancelled = false) {
  const stop = new AbortController()
  const { url, asked } = await site(({ method }) => {
    if (method === 'GET') return look
    stop.abort()
    return { status: 502, body: {} }
  })
  const edges = edgesTo({ apiUrl: url, ...(cancelled && { signal: stop.signal }) })
  const result = await edges.packages
    .deleteVersion(owner, ref, 7, { stop: stop.signal })
    .catch((failure: unknown) => failure)
  return { result, methods: asked.map(({ method }) => method) }
}

describe('a deletion without an answer, not sent again because the run was stopped', () => {
  it('is done if what it deletes is gone, perhaps by somebody else', async () => {
    const { result, methods } = await stopped({ status: 404, body: {} })
    expect(result).toEqual({ kind: 'done', message: expect.stringContaining('somebody else may have') })
    expect(methods).toEqual(['DELETE', 'GET'])
  })

  it('is put off if that is there', async () => {
    const { result, methods } = await stopped({ status: 200, body: { id: 7, name: '7.0.0' } })
    expect(result).toMatchObject({ code: 'cancelled' })
    expect(methods).toEqual(['DELETE', 'GET'])
  })

  it('is a failure that says so if that cannot be found out', async () => {
    const { result, methods } = await stopped({ status: 200, body: { id: 7, name: '7.0.0' } }, true)
    expect(result).toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(/GitHub answered 502\. Whether it was carried out is not known\.$/)
    })
    expect(methods).toEqual(['DELETE'])
  })
})

it.each([401, 403])(
  'a deletion without an answer that is then refused with %d says that it may be done',
  async (status) => {
    let deletions = 0
    const { url } = await site(({ method }) => {
      if (method === 'DELETE') deletions += 1
      if (method === 'DELETE' && deletions === 1) return { status: 502, body: {} }
      return { status, body: { message: 'Bad credentials' } }
    })
    const result = edgesTo({ apiUrl: url }).packages.deleteVersion(owner, ref, 7)
    await expect(result).rejects.toThrow(
      /"Bad credentials"\. An earlier try got no answer\. Whether it was carried out/
    )
  }
)
