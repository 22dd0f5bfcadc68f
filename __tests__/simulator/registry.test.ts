import { createHash } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { builders } from '../../simulator/images/builders.js'
import type { Scenario } from '../../simulator/scenario/scenario.js'
import type { Simulator } from '../../simulator/simulator.js'
import { ALL_MANIFESTS, type Answer, type Call, call, itemsOf, rest, shortcut } from './client.js'
import { startForTest } from './startForTest.js'

const scenario: Scenario = {
  owners: { acme: { type: 'Organization' } },
  tokens: {
    ghp_simulator: {},
    ghp_reader: { scopes: ['read:packages'] },
    ghp_scopeless: { scopes: [] },
    ghp_stranger: { reads: [] },
    github_pat_1: {}
  },
  packages: [
    {
      owner: 'acme',
      type: 'container',
      name: 'tools/app',
      versions: [{ image: 'multi-arch', tags: ['v1', 'latest'], at: '2d' }]
    },
    {
      owner: 'acme',
      type: 'container',
      name: 'open',
      visibility: 'public',
      versions: [{ image: 'image', tags: ['v1'] }]
    }
  ]
}
const app = { owner: 'acme', type: 'container', name: 'tools/app' } as const
const indexType = 'application/vnd.oci.image.index.v1+json'
const manifestType = 'application/vnd.oci.image.manifest.v1+json'
const basic = (token: string) => ({ authorization: `Basic ${Buffer.from(`anyone:${token}`).toString('base64')}` })

function ask(simulator: Simulator, path: string, options: Call = {}): Promise<Answer> {
  return call(simulator.registryUrl, path, options)
}

async function tokenOf(simulator: Simulator, actions = 'pull', token = 'ghp_simulator'): Promise<string> {
  const path = `/token?service=x&scope=repository:acme/tools/app:${actions}`
  return ((await ask(simulator, path, { headers: basic(token) })).json as { token: string }).token
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}

describe('authentication', () => {
  it('starts with a challenge that says where to get a token', async () => {
    const simulator = await startForTest(scenario)
    const answer = await ask(simulator, '/v2/acme/tools/app/manifests/v1')
    expect(answer.status).toBe(401)
    const host = new URL(simulator.registryUrl).host
    expect(answer.headers.get('www-authenticate')).toBe(
      `Bearer realm="http://${host}/token",service="${host}",scope="repository:acme/tools/app:pull"`
    )
  })

  it('gives a token that pulls what it was asked for, and nothing else', async () => {
    const simulator = await startForTest(scenario)
    const headers = { authorization: `Bearer ${await tokenOf(simulator)}`, accept: ALL_MANIFESTS }
    expect((await ask(simulator, '/v2/acme/tools/app/manifests/v1', { headers })).status).toBe(200)
    expect((await ask(simulator, '/v2/acme/open/manifests/v1', { headers })).status).toBe(403)
    const push = await ask(simulator, '/v2/acme/tools/app/manifests/v2', { headers, method: 'PUT', body: '{}' })
    expect(push.status).toBe(403)
  })

  it('gives nameless clients a token for public packages only', async () => {
    const simulator = await startForTest(scenario)
    expect((await ask(simulator, '/token?scope=repository:acme/open:pull')).status).toBe(200)
    expect((await ask(simulator, '/token?scope=repository:acme/tools/app:pull')).status).toBe(401)
  })

  it.each([
    ['the token in base64', shortcut(), 200, /schemaVersion/],
    ['the token itself', { authorization: 'Bearer ghp_simulator' }, 403, /DENIED/],
    ['Basic', basic('ghp_simulator'), 403, /invalid token/],
    ['a token that was never given out', { authorization: 'Bearer abc' }, 401, /UNAUTHORIZED/],
    ['a fine-grained token', shortcut('github_pat_1'), 401, /UNAUTHORIZED/],
    ['a token without the scope', shortcut('ghp_scopeless'), 403, /permission_denied: read_package/],
    ['a token that may not read the package', shortcut('ghp_stranger'), 403, /permission_denied: read_package/]
  ])('decides about a request with %s', async (_title, headers, status, text) => {
    const simulator = await startForTest(scenario)
    const answer = await ask(simulator, '/v2/acme/tools/app/manifests/v1', { headers })
    expect(answer.status).toBe(status)
    expect(answer.text).toMatch(text)
  })

  it('sends a client with an expired token back to the challenge', async () => {
    const simulator = await startForTest(scenario)
    const headers = { authorization: `Bearer ${await tokenOf(simulator)}`, accept: ALL_MANIFESTS }
    simulator.expireRegistryTokens()
    const answer = await ask(simulator, '/v2/acme/tools/app/manifests/v1', { headers })
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm=/)
  })

  it('forgets a token when its time is over', async () => {
    const simulator = await startForTest({ ...scenario, registryTokens: { lifeMs: 0 } })
    const headers = { authorization: `Bearer ${await tokenOf(simulator)}`, accept: ALL_MANIFESTS }
    expect((await ask(simulator, '/v2/acme/tools/app/manifests/v1', { headers })).status).toBe(401)
  })

  it.each([
    [300, { expires_in: 300 }],
    ['omitted', {}]
  ] as const)('says how long a token lives: %s', async (expiresIn, expected) => {
    const simulator = await startForTest({ ...scenario, registryTokens: { expiresIn } })
    const answer = await ask(simulator, '/token?scope=repository:acme/open:pull')
    expect(answer.json).toEqual({ token: expect.any(String), ...expected })
  })
})

describe('manifests', () => {
  it('have the digest of their bytes, by tag and by digest, and with HEAD', async () => {
    const simulator = await startForTest(scenario)
    const options = { headers: shortcut() }
    const byTag = await ask(simulator, '/v2/acme/tools/app/manifests/v1', options)
    const digest = digestOf(byTag.text)
    expect(byTag.headers.get('docker-content-digest')).toBe(digest)
    expect(byTag.headers.get('content-type')).toBe(indexType)
    expect((await ask(simulator, `/v2/acme/tools/app/manifests/${digest}`, options)).text).toBe(byTag.text)
    const head = await ask(simulator, '/v2/acme/tools/app/manifests/v1', { ...options, method: 'HEAD' })
    expect([head.status, head.headers.get('docker-content-digest'), head.text]).toEqual([200, digest, ''])
  })

  it.each([
    [manifestType, 404],
    ['*/*', 404],
    [`${manifestType}, ${indexType};q=0.9`, 200]
  ])('an index is served to a client that accepts %s with %i', async (accept, status) => {
    const simulator = await startForTest(scenario)
    const answer = await ask(simulator, '/v2/acme/tools/app/manifests/v1', { headers: { ...shortcut(), accept } })
    expect(answer.status).toBe(status)
    if (status === 404) expect(answer.text).toContain('OCI index found, but Accept header does not support OCI indexes')
  })

  it('count as downloads when they are read, not when they are looked at', async () => {
    const simulator = await startForTest(scenario)
    for (const method of ['GET', 'GET', 'HEAD']) {
      await ask(simulator, '/v2/acme/tools/app/manifests/v1', { headers: shortcut(), method })
    }
    expect(simulator.world.packageAt(app).byTag.get('v1')?.downloads).toBe(2)
  })

  it('of deleted versions are unknown until these are restored', async () => {
    const simulator = await startForTest(scenario)
    const version = simulator.world.packageAt(app).byTag.get('v1')
    simulator.world.deleteVersion(app, version?.id ?? 0)
    const read = () => ask(simulator, `/v2/acme/tools/app/manifests/${version?.name}`, { headers: shortcut() })
    const gone = await read()
    expect([gone.status, gone.text]).toEqual([404, expect.stringContaining('manifest unknown')])
    simulator.world.restoreVersion(app, version?.id ?? 0)
    expect((await read()).status).toBe(200)
  })

  it.each(['%zz', 'none', 'sha256:1'])('are unknown at %s', async (reference) => {
    const simulator = await startForTest(scenario)
    const answer = await ask(simulator, `/v2/acme/tools/app/manifests/${reference}`, { headers: shortcut() })
    expect([answer.status, answer.text]).toEqual([404, expect.stringContaining('MANIFEST_UNKNOWN')])
  })

  it('cannot be deleted', async () => {
    const simulator = await startForTest(scenario)
    const path = '/v2/acme/tools/app/manifests/v1'
    expect((await ask(simulator, path, { headers: shortcut(), method: 'DELETE' })).status).toBe(405)
  })
})

describe('a push', () => {
  const body = JSON.stringify({ schemaVersion: 2, mediaType: manifestType, layers: [], annotations: { n: '1' } })
  const put = (simulator: Simulator, reference: string, text = body, token = 'ghp_simulator') =>
    ask(simulator, `/v2/acme/tools/app/manifests/${reference}`, {
      method: 'PUT',
      body: text,
      headers: { ...shortcut(token), 'content-type': manifestType }
    })

  it('of a new manifest under a tag makes a version, and leaves the old one without the tag', async () => {
    const simulator = await startForTest(scenario)
    const before = simulator.world.packageAt(app).byTag.get('v1')
    const answer = await put(simulator, 'v1')
    expect([answer.status, answer.headers.get('docker-content-digest')]).toEqual([201, digestOf(body)])
    const [newest] = itemsOf(await rest(simulator, '/orgs/acme/packages/container/tools%2Fapp/versions'))
    expect(newest).toMatchObject({ name: digestOf(body), metadata: { container: { tags: ['v1'] } } })
    expect(before?.tags).toEqual(['latest'])
    expect(before?.deletedAt).toBeUndefined()
  })

  it('of a known manifest under a new tag makes no version', async () => {
    const simulator = await startForTest(scenario)
    await put(simulator, 'one')
    const count = simulator.world.packageAt(app).activeCount
    await put(simulator, 'two')
    expect(simulator.world.packageAt(app).activeCount).toBe(count)
    expect(simulator.world.packageAt(app).byTag.get('two')?.tags).toEqual(['one', 'two'])
  })

  it('by digest makes an untagged version', async () => {
    const simulator = await startForTest(scenario)
    expect((await put(simulator, digestOf(body))).status).toBe(201)
    expect(simulator.world.packageAt(app).byName.get(digestOf(body))?.tags).toEqual([])
  })

  it.each([
    ['under another digest', digestOf('other'), body, 'ghp_simulator', 400, /DIGEST_INVALID/],
    ['of no JSON', 'v1', 'text', 'ghp_simulator', 400, /MANIFEST_INVALID/],
    ['of another type than it says', 'v1', body.replace('manifest.v1', 'index.v1'), 'ghp_simulator', 400, /INVALID/],
    ['without the right to write', 'v1', body, 'ghp_reader', 403, /permission_denied: write_package/]
  ])('%s is refused', async (_title, reference, text, token, status, message) => {
    const simulator = await startForTest(scenario)
    const before = simulator.world.snapshot()
    const answer = await put(simulator, reference, text, token)
    expect(answer.status).toBe(status)
    expect(answer.text).toMatch(message)
    expect(simulator.world.snapshot()).toEqual(before)
  })

  it('takes blobs, and can insist on them', async () => {
    const simulator = await startForTest({ ...scenario, assumptions: { requireBlobs: true } })
    const config = { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf('{}'), size: 2 }
    const text = JSON.stringify({ schemaVersion: 2, mediaType: manifestType, config, layers: [] })
    expect((await put(simulator, 'v3', text)).status).toBe(404)
    const open = await ask(simulator, '/v2/acme/tools/app/blobs/uploads/', { method: 'POST', headers: shortcut() })
    const upload = `${open.headers.get('location')}?digest=${config.digest}`
    expect((await ask(simulator, upload, { method: 'PUT', headers: shortcut(), body: '{}' })).status).toBe(201)
    expect((await put(simulator, 'v3', text)).status).toBe(201)
    const blob = await ask(simulator, `/v2/acme/tools/app/blobs/${config.digest}`, { headers: shortcut() })
    expect(blob.text).toBe('{}')
  })

  it('takes nothing more for an upload that the client gave up', async () => {
    const simulator = await startForTest(scenario)
    const open = await ask(simulator, '/v2/acme/tools/app/blobs/uploads/', { method: 'POST', headers: shortcut() })
    const upload = String(open.headers.get('location'))
    expect((await ask(simulator, upload, { method: 'DELETE', headers: shortcut() })).status).toBe(204)
    const more = await ask(simulator, upload, { method: 'PATCH', headers: shortcut(), body: '{}' })
    expect(more.status).toBe(404)
  })
})

describe('tags and referrers', () => {
  it('tags are listed oldest first, in pages', async () => {
    const simulator = await startForTest(scenario)
    simulator.world.retag('acme', 'tools/app', 'stable', 'v1')
    const path = '/v2/acme/tools/app/tags/list?n=2'
    const first = await ask(simulator, path, { headers: shortcut() })
    expect(first.json).toEqual({ name: 'acme/tools/app', tags: ['v1', 'latest'] })
    const next = /<(.+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? ''
    const second = await ask(simulator, next, { headers: shortcut() })
    expect([second.json, second.headers.get('link')]).toEqual([{ name: 'acme/tools/app', tags: ['stable'] }, null])
    simulator.world.push('acme', 'tools/app', builders.image?.({ seed: 'moved', tags: ['v1'] }) ?? [])
    const moved = await ask(simulator, '/v2/acme/tools/app/tags/list', { headers: shortcut() })
    expect(moved.json).toMatchObject({ tags: ['latest', 'stable', 'v1'] })
  })

  it.each([404, 303] as const)('there is no referrers API: %i', async (referrers) => {
    const simulator = await startForTest({ ...scenario, assumptions: { referrers } })
    const answer = await ask(simulator, `/v2/acme/tools/app/referrers/${digestOf('')}`, { headers: shortcut() })
    expect(answer.status).toBe(referrers)
  })
})
