import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { Manifests } from '../../src/app/ports.js'
import { Failure } from '../../src/domain/failure.js'
import { DETACHED_TYPE } from '../../src/domain/manifest.js'
import type { PackageRef } from '../../src/domain/package.js'
import { createTransport, type HttpRequest, type HttpResponse, type Transport } from '../../src/http/transport.js'
import type { ManifestCache, StoredManifest } from '../../src/registry/cache.js'
import { createManifests, type ManifestsOptions } from '../../src/registry/client.js'
import { type FakeClock, fakeClock } from './fakeClock.js'
import {
  type FakeRegistry,
  IMAGE,
  INDEX,
  imageDocument,
  json,
  refuse,
  sha256,
  startFakeRegistry
} from './fakeRegistry.js'

const ref: PackageRef = { owner: 'Octo', type: 'container', name: 'App' }
const basic = `Basic ${Buffer.from('token:secret').toString('base64')}`

let registry: FakeRegistry
let clock: FakeClock
let transport: Transport
let requests: string[]

beforeEach(async () => {
  registry = await startFakeRegistry()
  clock = fakeClock()
  requests = []
  transport = createTransport({ connections: 64, userAgent: 'test' })
})
afterEach(async () => {
  await transport.close()
  await registry.close()
})

function client(more: Partial<ManifestsOptions> = {}): Manifests {
  return createManifests({
    registryUrl: registry.url,
    token: 'secret',
    transport,
    clock,
    signal: new AbortController().signal,
    onRequest: (kind) => requests.push(kind),
    random: () => 0.5,
    ...more
  })
}

const count = (pattern: RegExp) => registry.log.filter((line) => pattern.test(line)).length
const drop = (response: ServerResponse) => response.destroy()
const passes = () => false

describe('reading', () => {
  it('asks for the challenge, then for one token of the repository, then reads by digest with all four types', async () => {
    const digest = registry.add(imageDocument('a'))
    const read = await client().read(ref, digest)
    expect(read).toMatchObject({ kind: 'found', manifest: { digest, mediaType: IMAGE } })
    expect(registry.log).toEqual([
      'GET /v2/octo/app/tags/list?n=1',
      'GET /token?service=fake&scope=repository%3Aocto%2Fapp%3Apull',
      `GET /v2/octo/app/manifests/${digest}`
    ])
    expect(registry.credentials.map(({ value }) => value)).toEqual([undefined, basic, 'Bearer token-1'])
    expect(requests).toEqual(['token', 'token', 'manifest'])
  })

  it('sends every Accept type, without which a registry hides what it has', async () => {
    let accept: string | undefined
    const digest = registry.add(imageDocument('a'))
    registry.onManifest.push((request) => {
      accept = request.headers.accept
      return false
    })
    await client().read(ref, digest)
    expect(accept?.split(', ').sort()).toEqual(
      [
        'application/vnd.docker.distribution.manifest.list.v2+json',
        'application/vnd.docker.distribution.manifest.v1+json',
        'application/vnd.docker.distribution.manifest.v1+prettyjws',
        'application/vnd.docker.distribution.manifest.v2+json',
        'application/vnd.oci.artifact.manifest.v1+json',
        IMAGE,
        INDEX
      ].sort()
    )
  })

  it('shares one challenge and one token among reads that start together', async () => {
    const digests = Array.from({ length: 50 }, (_, i) => registry.add(imageDocument(`${i}`)))
    const manifests = client()
    const reads = await Promise.all(digests.map((digest) => manifests.read(ref, digest)))
    expect(reads.every((read) => read.kind === 'found')).toBe(true)
    expect([count(/tags/), count(/token/), count(/manifests/)]).toEqual([1, 1, 50])
  })

  it('shares one challenge among repositories that start together, and each has a token of its own', async () => {
    const digest = registry.add(imageDocument('a'))
    const manifests = client()
    const repositories = ['app', 'other', 'third']
    const reads = await Promise.all(repositories.map((name) => manifests.read({ ...ref, name }, digest)))
    expect(reads.map(({ kind }) => kind)).toEqual(['found', 'found', 'found'])
    expect([count(/tags/), count(/token/)]).toEqual([1, 3])
  })

  it('asks for the challenge again, for each repository, where the first question for it came to nothing', async () => {
    const digest = registry.add(imageDocument('a'))
    registry.onTags.push((_, response) => {
      refuse(response, 404, 'NAME_UNKNOWN', 'no such repository')
      return true
    }, passes)
    const manifests = client()
    const reads = await Promise.all(['gone', 'app'].map((name) => manifests.read({ ...ref, name }, digest)))
    expect(reads.at(1)?.kind).toBe('found')
    expect([count(/gone\/tags/), count(/app\/tags/)]).toEqual([1, 1])
  })

  it('asks for another token, but not for the challenge, for another repository', async () => {
    const digest = registry.add(imageDocument('a'))
    const manifests = client()
    await manifests.read(ref, digest)
    await manifests.read({ ...ref, name: 'other' }, digest)
    expect(registry.log.slice(3)).toEqual([
      'GET /token?service=fake&scope=repository%3Aocto%2Fother%3Apull',
      `GET /v2/octo/other/manifests/${digest}`
    ])
  })

  it('reads no manifest twice, together or one after the other', async () => {
    const digest = registry.add(imageDocument('a'))
    const manifests = client()
    await Promise.all([manifests.read(ref, digest), manifests.read(ref, digest)])
    await manifests.read(ref, digest)
    expect(count(/manifests/)).toBe(1)
  })

  it('asks again for what was missing: it may be there by then', async () => {
    const manifests = client()
    const digest = sha256(JSON.stringify(imageDocument('late')))
    expect(await manifests.read(ref, digest)).toEqual({
      kind: 'missing',
      why: 'the registry answered 404 MANIFEST_UNKNOWN: manifest unknown'
    })
    registry.add(imageDocument('late'))
    expect(await manifests.read(ref, digest)).toMatchObject({ kind: 'found' })
  })

  it('works without a token where the registry asks for none', async () => {
    registry.challenge = ''
    const digest = registry.add(imageDocument('a'))
    expect(await client().read(ref, digest)).toMatchObject({ kind: 'found' })
    expect(registry.credentials.every(({ value }) => value === undefined)).toBe(true)
  })

  it.each([
    ['the Accept header', 'MANIFEST_UNKNOWN', 'OCI index found, but Accept header does not support OCI indexes'],
    ['the package', 'NAME_UNKNOWN', 'repository name not known to registry'],
    ['nothing that is understood', '', '']
  ])('does not take a 404 about %s for a missing manifest', async (_, code, message) => {
    registry.onManifest.push((__, response) => {
      if (code === '') response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not found</h1>')
      else refuse(response, 404, code, message)
      return true
    })
    expect(await client().read(ref, sha256('x'))).toEqual({
      kind: 'unreadable',
      why: expect.stringContaining('the registry answered 404')
    })
  })

  it('takes the address of the registry with or without a slash at the end', async () => {
    const digest = registry.add(imageDocument('a'))
    expect(await client({ registryUrl: `${registry.url}/` }).read(ref, digest)).toMatchObject({ kind: 'found' })
    expect(registry.log.at(-1)).toBe(`GET /v2/octo/app/manifests/${digest}`)
  })

  it.each(['sha256:abc', 'latest', '../x', ''])('does not ask for %p, which is no digest', async (digest) => {
    expect(await client().read(ref, digest)).toMatchObject({ kind: 'unreadable' })
    expect(registry.log).toEqual([])
  })

  it('reads a manifest of an unknown kind as one that may own what is written in it', async () => {
    const digest = registry.add(
      { schemaVersion: 2, mediaType: 'application/vnd.unheard-of', all: [sha256('a')] },
      'application/vnd.unheard-of'
    )
    const read = await client().read(ref, digest)
    expect(read).toMatchObject({ kind: 'found', manifest: { kind: 'unknown', mentions: [sha256('a')] } })
    expect(count(/manifests/)).toBe(1)
  })
})

describe('tokens', () => {
  it('renews one when its time is nearly over; without expires_in that is 60 s', async () => {
    const manifests = client()
    const read = (seed: string) => manifests.read(ref, registry.add(imageDocument(seed)))
    await read('a')
    clock.advance(45_000)
    await read('b')
    expect(count(/token/)).toBe(1)
    clock.advance(5_000)
    await read('c')
    expect(count(/token/)).toBe(2)
    expect(registry.credentials.at(-1)?.value).toBe('Bearer token-2')
  })

  it('keeps one as long as expires_in allows', async () => {
    registry.grant = { expires_in: 300 }
    const manifests = client()
    await manifests.read(ref, registry.add(imageDocument('a')))
    clock.advance(200_000)
    await manifests.read(ref, registry.add(imageDocument('b')))
    expect(count(/token/)).toBe(1)
  })

  it('takes access_token where there is no token', async () => {
    registry.valid.add('other')
    registry.onToken.push((_, response) => {
      json(response, 200, { access_token: 'other' })
      return true
    })
    expect(await client().read(ref, registry.add(imageDocument('a')))).toMatchObject({ kind: 'found' })
  })

  it.each([401, 403])('renews one that is refused with %d in the middle, once for all reads', async (status) => {
    const manifests = client()
    await manifests.read(ref, registry.add(imageDocument('first')))
    registry.onManifest.push((request, response) => {
      if (request.headers.authorization !== 'Bearer token-1') return false
      refuse(response, status, 'DENIED', 'denied')
      return true
    })
    const digests = Array.from({ length: 20 }, (_, i) => registry.add(imageDocument(`${i}`)))
    const reads = await Promise.all(digests.map((digest) => manifests.read(ref, digest)))
    expect(reads.every((read) => read.kind === 'found')).toBe(true)
    expect(count(/token/)).toBe(2)
  })

  it('stops asking a repository that goes on refusing', async () => {
    registry.onManifest.push((_, response) => {
      refuse(response, 403, 'DENIED', 'permission_denied: read_package')
      return true
    })
    const manifests = client()
    for (let i = 0; i < 20; i++) {
      expect(await manifests.read(ref, registry.add(imageDocument(`${i}`)))).toEqual({
        kind: 'unreadable',
        why: 'the registry answered 403 DENIED: permission_denied: read_package'
      })
    }
    expect(count(/manifests/)).toBe(6)
  })

  it('goes on asking a repository that refuses only now and then', async () => {
    const manifests = client()
    for (let i = 0; i < 12; i++) {
      registry.onManifest.splice(0, 9, (_, response) => {
        if (i % 2 === 0) refuse(response, 403, 'DENIED', 'denied')
        return i % 2 === 0
      })
      const read = await manifests.read(ref, registry.add(imageDocument(`${i}`)))
      expect(read.kind).toBe(i % 2 === 0 ? 'unreadable' : 'found')
    }
  })

  it('does not take a token service that fails for one that refuses', async () => {
    const manifests = client()
    await manifests.read(ref, registry.add(imageDocument('first')))
    registry.valid.clear()
    registry.onToken.push((_, response) => {
      response.writeHead(500).end()
      return true
    })
    const reads = await Promise.all(['a', 'b', 'c', 'd'].map((seed) => manifests.read(ref, sha256(seed))))
    expect(reads.map((read) => read.kind)).toEqual(Array(4).fill('unreadable'))
    registry.onToken.length = 0
    expect(await manifests.read(ref, registry.add(imageDocument('a')))).toMatchObject({ kind: 'found' })
  })

  it('asks twice for a token that the token service refuses', async () => {
    registry.onToken.push((_, response) => {
      refuse(response, 403, 'DENIED', 'denied')
      return true
    })
    const manifests = client()
    for (let i = 0; i < 5; i++) {
      expect(await manifests.read(ref, sha256(`${i}`))).toEqual({
        kind: 'unreadable',
        why: 'the token service answered 403 DENIED: denied'
      })
    }
    expect(count(/token/)).toBe(2)
    expect(count(/manifests/)).toBe(0)
  })

  it('does not use an answer of the token service that holds no token', async () => {
    for (const answer of [{}, { token: 1 }, { token: 'a\r\nx: y' }, { token: '' }, []]) {
      registry.onToken.splice(0, 9, (_, response) => {
        json(response, 200, answer)
        return true
      })
      expect(await client().read(ref, sha256('x'))).toEqual({
        kind: 'unreadable',
        why: 'the token service gave no usable token'
      })
    }
  })

  it('asks again for a token whose answer is cut off', async () => {
    const digest = registry.add(imageDocument('a'))
    let times = 0
    registry.onToken.push((_, response) => {
      times += 1
      if (times > 1) return false
      response.end('{"token": "ab')
      return true
    })
    expect(await client().read(ref, digest)).toMatchObject({ kind: 'found' })
    expect(times).toBe(2)
  })

  it('sends the token nowhere but to the registry, unless the caller trusts the host', async () => {
    const other = await startFakeRegistry()
    try {
      registry.challenge = `Bearer realm="${other.url}/token",service="fake"`
      const digest = registry.add(imageDocument('a'))
      expect(await client().read(ref, digest)).toEqual({
        kind: 'unreadable',
        why: expect.stringContaining(`${other.url}), so the token was not sent`)
      })
      expect(other.log).toEqual([])

      other.onToken.push((_, response) => {
        registry.valid.add('from-other')
        json(response, 200, { token: 'from-other' })
        return true
      })
      const trusting = client({ trustedHosts: [new URL(other.url).host] })
      expect(await trusting.read(ref, digest)).toMatchObject({ kind: 'found' })
    } finally {
      await other.close()
    }
  })

  it('follows no redirect to another origin', async () => {
    const other = await startFakeRegistry()
    try {
      registry.onManifest.push((request, response) => {
        response.writeHead(307, { location: `${other.url}${request.url}` }).end()
        return true
      })
      const read = await client().read(ref, registry.add(imageDocument('a')))
      expect(read).toEqual({ kind: 'unreadable', why: expect.stringContaining('another origin') })
      expect(other.log).toEqual([])
    } finally {
      await other.close()
    }
  })
})

describe('faults', () => {
  it.each<[string, (response: ServerResponse, body: Buffer) => void]>([
    ['a reset connection', drop],
    ['a 502', (response) => void response.writeHead(502).end('bad gateway')],
    [
      'a body that is cut off',
      (response, body) => {
        response.writeHead(200, { 'content-type': IMAGE, 'content-length': body.length })
        response.write(body.subarray(0, 20), () => response.destroy())
      }
    ],
    [
      'a body that ends early without a word',
      (response, body) => void response.writeHead(200, { 'content-type': IMAGE }).end(body.subarray(0, 20))
    ],
    [
      'another manifest than was asked for',
      (response) => void response.writeHead(200, { 'content-type': IMAGE }).end(JSON.stringify(imageDocument('other')))
    ]
  ])('reads again after %s, and gives up after four tries', async (_, fault) => {
    const digest = registry.add(imageDocument('a'))
    const body = registry.manifests.get(digest)?.body ?? Buffer.alloc(0)
    const hook = (__: unknown, response: ServerResponse) => {
      fault(response, body)
      return true
    }
    registry.onManifest.push(hook, passes)
    expect(await client().read(ref, digest)).toMatchObject({ kind: 'found' })
    expect(count(/manifests/)).toBe(2)

    registry.onManifest.splice(0, 9, hook)
    registry.log.length = 0
    expect(await client().read(ref, digest)).toEqual({ kind: 'unreadable', why: expect.stringContaining('(4 tries)') })
    expect(count(/manifests/)).toBe(4)
  })

  it.each<[string, (response: ServerResponse, body: Buffer) => void]>([
    ['no answer in time', () => undefined],
    [
      'an answer that stops in the middle',
      (response, body) => {
        response.writeHead(200, { 'content-type': IMAGE, 'content-length': body.length })
        response.write(body.subarray(0, 20))
      }
    ]
  ])('is not held up by %s', async (_, fault) => {
    const digest = registry.add(imageDocument('a'))
    const body = registry.manifests.get(digest)?.body ?? Buffer.alloc(0)
    const impatient = createTransport({ connections: 4, userAgent: 'test', headersTimeout: 300, bodyTimeout: 300 })
    registry.onManifest.push((__, response) => {
      fault(response, body)
      return true
    })
    try {
      const manifests = client({ transport: impatient })
      expect(await manifests.read(ref, digest)).toEqual({ kind: 'unreadable', why: expect.stringContaining('within') })
      expect(count(/manifests/)).toBe(4)
    } finally {
      await impatient.close()
    }
  })

  it('waits longer from try to try', async () => {
    registry.onManifest.push((_, response) => {
      response.writeHead(500).end()
      return true
    })
    await client().read(ref, sha256('x'))
    expect(clock.slept).toEqual([187.5, 375, 750])
  })

  it('pauses all reads for as long as the message of a 429 says', async () => {
    const digests = ['a', 'b', 'c'].map((seed) => registry.add(imageDocument(seed)))
    const waits: [number, string][] = []
    registry.onManifest.push((_, response) => {
      refuse(response, 429, 'TOOMANYREQUESTS', 'retry-after: 1.5s, allowed: 44000/minute')
      return true
    }, passes)
    const manifests = client({ onWait: (ms, why) => waits.push([ms, why]) })
    const [first = '', ...rest] = digests
    expect(await manifests.read(ref, first)).toMatchObject({ kind: 'found' })
    for (const digest of rest) expect(await manifests.read(ref, digest)).toMatchObject({ kind: 'found' })
    expect(clock.slept).toEqual([1500])
    expect(waits).toEqual([[1500, expect.stringContaining('allowed: 44000/minute')]])
  })

  it('waits for a registry that refuses without end no longer than a minute or one wait more', async () => {
    registry.onManifest.push((_, response) => {
      response.setHeader('retry-after', '25')
      refuse(response, 429, 'TOOMANYREQUESTS', 'later')
      return true
    })
    const manifests = client()
    expect(await manifests.read(ref, sha256('x'))).toEqual({
      kind: 'unreadable',
      why: expect.stringContaining('(4 tries)')
    })
    expect(clock.slept).toEqual([25_000, 25_000, 25_000])
    expect(await manifests.read(ref, sha256('y'))).toEqual({
      kind: 'unreadable',
      why: expect.stringContaining('(1 tries)')
    })
    expect(clock.slept).toHaveLength(3)
  })

  it('gives a registry that refuses without end eight tries', async () => {
    registry.onManifest.push((_, response) => {
      refuse(response, 429, 'TOOMANYREQUESTS', 'retry-after: 1.16676ms')
      return true
    })
    expect(await client().read(ref, sha256('x'))).toEqual({
      kind: 'unreadable',
      why: expect.stringContaining('(8 tries)')
    })
    expect(count(/manifests/)).toBe(8)
    expect(clock.slept.every((ms, i) => i === 0 || ms > (clock.slept[i - 1] ?? 0))).toBe(true)
  })

  it('does not sleep out a long wait, nor ask during it, and goes on after it', async () => {
    const digest = registry.add(imageDocument('a'))
    registry.onManifest.push((_, response) => {
      response.setHeader('retry-after', '3600')
      refuse(response, 429, 'TOOMANYREQUESTS', 'slow down')
      return true
    }, passes)
    const manifests = client()
    expect(await manifests.read(ref, digest)).toEqual({ kind: 'unreadable', why: 'the registry asks to wait 3600 s' })
    expect(await manifests.read(ref, digest)).toMatchObject({ kind: 'unreadable' })
    expect([count(/manifests/), clock.slept]).toEqual([1, []])
    clock.advance(3_600_000)
    expect(await manifests.read(ref, digest)).toMatchObject({ kind: 'found' })
  })

  it('does not sleep out a long wait either with the reads that stand behind those under way', async () => {
    const digests = Array.from({ length: 200 }, (_, i) => registry.add(imageDocument(`${i}`)))
    registry.onManifest.push((_, response) => {
      response.setHeader('retry-after', '3600')
      refuse(response, 429, 'TOOMANYREQUESTS', 'slow down')
      return true
    })
    const manifests = client()
    const found = await Promise.all(digests.map((digest) => manifests.read(ref, digest)))
    expect(new Set(found.map(({ kind }) => kind))).toEqual(new Set(['unreadable']))
    expect(clock.slept).toEqual([])
    expect(count(/manifests/)).toBeLessThanOrEqual(64)
  })

  it('does not try every one of thousands on a registry that is down, and notices when it is back', async () => {
    const digest = registry.add(imageDocument('a'))
    registry.onManifest.push((_, response) => {
      drop(response)
      return true
    })
    const manifests = client()
    for (let i = 0; i < 16; i++) await manifests.read(ref, sha256(`${i}`))
    const asked = count(/manifests/)
    const rest = await Promise.all(Array.from({ length: 500 }, (_, i) => manifests.read(ref, sha256(`more ${i}`))))
    expect(new Set(rest.map((read) => (read.kind === 'unreadable' ? read.why : '')))).toEqual(
      new Set(['the registry did not answer 16 requests in a row'])
    )
    expect(count(/manifests/)).toBe(asked)

    registry.onManifest.splice(0, 9, passes)
    clock.advance(10_000)
    expect(await manifests.read(ref, digest)).toMatchObject({ kind: 'found' })
  })

  it('does not call a registry down that answers now and then', async () => {
    const manifests = client()
    registry.onManifest.push((_, response) => {
      drop(response)
      return true
    })
    for (let i = 0; i < 24; i++) {
      const digest = registry.add(imageDocument(`${i}`))
      if (i % 12 === 11) registry.onManifest.unshift(passes)
      const read = await manifests.read(ref, digest)
      expect(read.kind).toBe(i % 12 === 11 ? 'found' : 'unreadable')
    }
    expect(count(/manifests/)).toBe(22 * 4 + 2)
  })

  it('stops with a failure of its own kind when the run is cancelled, also in the middle of a request', async () => {
    const stop = new AbortController()
    registry.onManifest.push(() => {
      stop.abort()
      return true
    })
    const patient = createTransport({ connections: 4, userAgent: 'test' })
    try {
      const manifests = client({ signal: stop.signal, transport: patient })
      const failure = await manifests.read(ref, sha256('x')).catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(Failure)
      expect(failure).toMatchObject({ code: 'cancelled' })
      await expect(manifests.read(ref, sha256('y'))).rejects.toMatchObject({ code: 'cancelled' })
      expect(count(/manifests/)).toBe(1)
    } finally {
      await patient.close()
    }
  })

  it.each<[string, (response: ServerResponse) => void]>([
    ['between two tries', (response) => void response.writeHead(500).end()],
    ['during a pause', (response) => refuse(response, 429, 'TOOMANYREQUESTS', 'retry-after: 5s')]
  ])('stops likewise when the run is cancelled %s', async (_, fault) => {
    const stop = new AbortController()
    registry.onManifest.push((__, response) => {
      fault(response)
      return true
    })
    const sleep = async () => {
      stop.abort()
      throw stop.signal.reason
    }
    const manifests = client({ signal: stop.signal, clock: { now: clock.now, sleep } })
    await expect(manifests.read(ref, sha256('x'))).rejects.toMatchObject({ name: 'Failure', code: 'cancelled' })
    expect(count(/manifests/)).toBe(1)
  })
})

describe('the cache', () => {
  function memory(): ManifestCache & { readonly stored: Map<string, StoredManifest> } {
    const stored = new Map<string, StoredManifest>()
    return {
      stored,
      get: async (repository, digest) => stored.get(`${repository}@${digest}`),
      put: async (repository, digest, manifest) => void stored.set(`${repository}@${digest}`, manifest),
      release: async () => undefined,
      save: async () => undefined
    }
  }

  it('spares every request, the token included', async () => {
    const cache = memory()
    const digest = registry.add(imageDocument('a'))
    const first = await client({ cache }).read(ref, digest)
    registry.log.length = 0
    const second = await client({ cache }).read(ref, digest)
    expect(second).toEqual(first)
    expect(registry.log).toEqual([])
  })

  it('is not believed where its bytes are others, and put right', async () => {
    const cache = memory()
    const digest = registry.add(imageDocument('a'))
    const key = `${registry.url}/octo/app@${digest}`
    cache.stored.set(key, { mediaType: IMAGE, body: Buffer.from(JSON.stringify(imageDocument('forged'))) })
    expect(await client({ cache }).read(ref, digest)).toMatchObject({ kind: 'found', manifest: { digest } })
    expect(sha256(cache.stored.get(key)?.body ?? '')).toBe(digest)
  })

  it('gives what a released package held', async () => {
    const cache = memory()
    const digest = registry.add(imageDocument('a'))
    const manifests = client({ cache })
    const read = await manifests.read(ref, digest)
    await manifests.release(ref)
    registry.log.length = 0
    expect(await manifests.read(ref, digest)).toEqual(read)
    expect(registry.log).toEqual([])
  })

  it('holds nothing that could not be read', async () => {
    const cache = memory()
    await client({ cache }).read(ref, sha256('never pushed'))
    await client({ cache }).read(ref, sha256('missing'))
    expect(cache.stored.size).toBe(0)
  })
})

describe('tags', () => {
  it('names the digest that a tag points at, or nothing where there is no such tag', async () => {
    const digest = registry.add(imageDocument('a'), IMAGE, 'v1')
    const manifests = client()
    expect(await manifests.resolve(ref, 'v1')).toBe(digest)
    expect(await manifests.resolve(ref, 'v2')).toBeUndefined()
    registry.add(imageDocument('b'), IMAGE, 'v1')
    expect(await manifests.resolve(ref, 'v1')).not.toBe(digest)
  })

  it('does not take an unknown package for a missing tag', async () => {
    registry.onManifest.push((_, response) => {
      refuse(response, 404, 'NAME_UNKNOWN', 'unknown')
      return true
    })
    await expect(client().resolve(ref, 'v1')).rejects.toMatchObject({ code: 'not-found' })
  })

  it('does not name the digest of half a manifest', async () => {
    const digest = registry.add(imageDocument('a'), IMAGE, 'v1')
    const body = registry.manifests.get(digest)?.body ?? Buffer.alloc(0)
    registry.onManifest.push((_, response) => {
      response.writeHead(200, { 'content-type': IMAGE }).end(body.subarray(0, 30))
      return true
    }, passes)
    expect(await client().resolve(ref, 'v1')).toBe(digest)
    expect(count(/manifests/)).toBe(2)
  })

  it('detaches a tag by a manifest that exists nowhere else, and asks for the right to push only then', async () => {
    const digest = registry.add(imageDocument('a'), IMAGE, 'v1')
    const manifests = client()
    await manifests.read(ref, digest)
    expect(registry.log.join()).not.toContain('push')
    const first = await manifests.detach(ref, 'v1', digest)
    const second = await manifests.detach(ref, 'v1', first.digest)
    expect(new Set([digest, first.digest, second.digest]).size).toBe(3)
    expect(await manifests.resolve(ref, 'v1')).toBe(second.digest)
    expect(await manifests.read(ref, first.digest)).toMatchObject({
      manifest: { artifactType: DETACHED_TYPE, kind: 'image' }
    })
    expect(registry.manifests.get(digest)).toBeDefined()
    expect(registry.blobs).toEqual(new Set([sha256('{}')]))
    expect(registry.log.filter((line) => !line.startsWith('GET'))).toEqual([
      'POST /v2/octo/app/blobs/uploads/',
      `PUT /v2/octo/app/blobs/uploads/one?state=x&digest=${encodeURIComponent(sha256('{}'))}`,
      'PUT /v2/octo/app/manifests/v1',
      'PUT /v2/octo/app/manifests/v1'
    ])
    expect(requests.filter((kind) => kind === 'push')).toHaveLength(4)
  })

  it.each([
    ['is on another manifest', 'v1', imageDocument('b')],
    ['is gone', 'v2', imageDocument('b')]
  ])('leaves a tag alone that %s by the time it would be taken', async (_, tag, document) => {
    const digest = registry.add(imageDocument('a'), IMAGE, 'v1')
    registry.add(document, IMAGE, 'v1')
    await expect(client().detach(ref, tag, digest)).rejects.toMatchObject({ code: 'refused' })
    expect(registry.log.filter((line) => line.startsWith('PUT') && line.includes('/manifests/'))).toEqual([])
  })

  it('looks where the tag is as the last thing before it takes it', async () => {
    const digest = registry.add(imageDocument('a'), IMAGE, 'v1')
    await client().detach(ref, 'v1', digest)
    const taken = registry.log.findIndex((line) => line.startsWith('PUT') && line.includes('/manifests/'))
    expect(registry.log[taken - 1]).toBe('GET /v2/octo/app/manifests/v1')
  })

  it.each([429, 502])('leaves a tag alone that was pushed while a %s made its request wait', async (status) => {
    const digest = registry.add(imageDocument('a'), IMAGE, 'v1')
    let pushed = ''
    let puts = 0
    const refused = misled((request, response) => {
      if (!putsTag(request)) return response
      puts += 1
      pushed = registry.add(imageDocument('pushed meanwhile'), IMAGE, 'v1')
      return { ...response, status, headers: { 'retry-after': '5' } }
    })
    const failure: unknown = await refused.detach(ref, 'v1', digest).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'refused', message: `v1 is on ${pushed} now` })
    expect([puts, await client().resolve(ref, 'v1')]).toEqual([1, pushed])
  })

  it('looks no more than four times where a tag is whose registry is down', async () => {
    const digest = registry.add(imageDocument('a'), IMAGE, 'v1')
    let looks = 0
    const down = misled((request, response) => {
      if (!request.url.endsWith('/manifests/v1')) return response
      looks += 1
      return { ...response, status: 502, body: Buffer.alloc(0) }
    })
    await expect(down.detach(ref, 'v1', digest)).rejects.toMatchObject({
      code: 'network',
      message: 'GET octo/app manifests/v1: the registry answered 502 (4 tries).'
    })
    expect(looks).toBe(4)
  })

  it('takes a tag that a request without an answer has taken already', async () => {
    const digest = registry.add(imageDocument('a'), IMAGE, 'v1')
    let puts = 0
    const silent = misled((request, response) => {
      if (!putsTag(request)) return response
      puts += 1
      return puts === 1 ? { ...response, status: 502 } : response
    })
    const taken = await silent.detach(ref, 'v1', digest)
    expect([puts, await client().resolve(ref, 'v1')]).toEqual([2, taken.digest])
  })

  it('gives up a push under way when the run is overdue', async () => {
    const digest = registry.add(imageDocument('a'), IMAGE, 'v1')
    const [ended, overdue] = [new AbortController(), new AbortController()]
    const hanging = client({
      signal: ended.signal,
      overdue: overdue.signal,
      transport: {
        ...transport,
        send(request) {
          if (!putsTag(request)) return transport.send(request)
          return new Promise((_, reject) => {
            request.signal?.addEventListener('abort', () => reject(new Failure('cancelled', 'it was ended')))
            ended.abort()
            overdue.abort()
          })
        }
      }
    })
    await expect(hanging.detach(ref, 'v1', digest)).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('puts the very bytes of a manifest under a tag again', async () => {
    const document = { ...imageDocument('a'), annotations: { spaced: '  ' } }
    const digest = registry.add(document)
    const manifests = client()
    await manifests.retag(ref, digest, 'v1')
    expect(registry.manifests.get('v1')).toEqual(registry.manifests.get(digest))
    expect(await manifests.resolve(ref, 'v1')).toBe(digest)
  })

  it('says which right is missing where pushing is refused', async () => {
    registry.onToken.push((_, response) => {
      refuse(response, 403, 'DENIED', 'permission_denied: write_package')
      return true
    })
    await expect(client().detach(ref, 'v1', sha256('other'))).rejects.toMatchObject({
      code: 'auth',
      message: expect.stringContaining('permission_denied: write_package'),
      remedy: expect.stringContaining('packages: write')
    })
  })

  /** A client that gets these answers in place of the registry's. */
  const misled = (change: (request: HttpRequest, response: HttpResponse) => HttpResponse): Manifests =>
    client({
      transport: {
        send: async (request) => change(request, await transport.send(request)),
        close: async () => undefined
      }
    })
  const putsTag = (request: HttpRequest) => request.method === 'PUT' && request.url.includes('/manifests/')

  it('sends no upload to another origin', async () => {
    const other = await startFakeRegistry()
    try {
      const manifests = misled((_, response) =>
        response.status === 202 ? { ...response, headers: { location: `${other.url}/upload` } } : response
      )
      await expect(manifests.detach(ref, 'v1', sha256('other'))).rejects.toMatchObject({
        message: expect.stringContaining('another origin')
      })
      expect(other.log).toEqual([])
    } finally {
      await other.close()
    }
  })

  it('says that an upload has no usable address', async () => {
    const manifests = misled((_, response) =>
      response.status === 202 ? { ...response, headers: { location: 'http://[' } } : response
    )
    await expect(manifests.detach(ref, 'v1', sha256('other'))).rejects.toMatchObject({
      code: 'api',
      message: expect.stringContaining('no usable address')
    })
  })

  it('does not call a tag moved that the registry says is elsewhere', async () => {
    const headers = { 'docker-content-digest': sha256('other') }
    const digest = registry.add(imageDocument('a'), IMAGE, 'v1')
    const manifests = misled((request, response) => (putsTag(request) ? { ...response, headers } : response))
    await expect(manifests.detach(ref, 'v1', digest)).rejects.toMatchObject({
      message: expect.stringContaining('should name')
    })
  })

  it('looks where the tag is when the answer does not say', async () => {
    const digest = registry.add(imageDocument('a'))
    const silent = misled((request, response) => (putsTag(request) ? { ...response, headers: {} } : response))
    await silent.retag(ref, digest, 'v1')

    const overtaken = misled((request, response) => {
      if (!putsTag(request)) return response
      registry.add(imageDocument('pushed meanwhile'), IMAGE, 'v1')
      return { ...response, headers: {} }
    })
    await expect(overtaken.retag(ref, digest, 'v1')).rejects.toMatchObject({
      message: expect.stringContaining('should name')
    })
  })

  it.each(['', '-a', 'a/b', '../x', 'a'.repeat(129), 'a?b'])(
    'refuses %p, which cannot be a tag, before any request',
    async (tag) => {
      const manifests = client()
      await expect(manifests.detach(ref, tag, sha256('other'))).rejects.toMatchObject({ code: 'config' })
      await expect(manifests.resolve(ref, tag)).rejects.toMatchObject({ code: 'config' })
      await expect(manifests.retag(ref, sha256('x'), tag)).rejects.toMatchObject({ code: 'config' })
      expect(registry.log).toEqual([])
    }
  )
})
