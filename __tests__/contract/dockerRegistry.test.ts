import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Clock, Manifests } from '../../src/app/ports.js'
import { DETACHED_TYPE } from '../../src/domain/manifest.js'
import type { PackageRef } from '../../src/domain/package.js'
import { createTransport, type Transport } from '../../src/http/transport.js'
import { createManifests } from '../../src/registry/client.js'
import {
  createPusher,
  findDockerRegistry,
  INDEX,
  type Pusher,
  type RunningRegistry,
  sha256,
  startDockerRegistry
} from './dockerRegistry.js'

// Starts processes, on a machine that may be busy.

const binary = findDockerRegistry()
if (binary === undefined) {
  console.warn(
    'SKIPPED: docker-registry is not on PATH, so nothing here is shown. Debian: apt-get install docker-registry'
  )
}
const overRealRegistry = binary === undefined ? describe.skip : describe

const ref: PackageRef = { owner: 'Octo', type: 'container', name: 'App' }
const clock: Clock = {
  now: () => Date.now(),
  sleep: () => Promise.reject(new Error('nothing is to be waited for'))
}

overRealRegistry('a real registry that asks for no token', () => {
  let registry: RunningRegistry
  let transport: Transport
  let manifests: Manifests
  let push: Pusher

  beforeAll(async () => {
    registry = await startDockerRegistry(binary ?? '')
    push = createPusher(registry.url, 'octo/app')
  })
  afterAll(() => registry.stop())
  beforeEach(() => {
    transport = createTransport({ connections: 64, userAgent: 'test' })
    manifests = clientOf(registry.url, transport)
  })
  afterEach(() => transport.close())

  it('gives an index, its platforms and its attestation', async () => {
    const amd64 = await push.image('amd64')
    const arm64 = await push.image('arm64')
    const attestation = await push.image('attestation', {
      artifactType: 'application/vnd.in-toto+json',
      subject: amd64
    })
    const index = await push.index(
      [
        { ...amd64, platform: { os: 'linux', architecture: 'amd64' } },
        { ...arm64, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
        {
          ...attestation,
          platform: { os: 'unknown', architecture: 'unknown' },
          annotations: { 'vnd.docker.reference.type': 'attestation-manifest' }
        }
      ],
      'v1'
    )
    expect(await manifests.resolve(ref, 'v1')).toBe(index.digest)
    expect(await manifests.read(ref, index.digest)).toMatchObject({
      kind: 'found',
      manifest: {
        kind: 'index',
        mediaType: INDEX,
        size: index.size,
        entries: [
          { digest: amd64.digest, platform: 'linux/amd64' },
          { digest: arm64.digest, platform: 'linux/arm64/v8' },
          { digest: attestation.digest, annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } }
        ]
      }
    })
    expect(await manifests.read(ref, attestation.digest)).toMatchObject({
      manifest: { kind: 'image', artifactType: 'application/vnd.in-toto+json', subject: amd64.digest }
    })
    const platform = await manifests.read(ref, amd64.digest)
    expect(platform).toMatchObject({
      manifest: {
        kind: 'image',
        blobs: [expect.any(Number), expect.any(Number), expect.any(Number), 'layer of amd64'.length]
      }
    })
  })

  it('gives a referrer and the fallback tag that lists it', async () => {
    const image = await push.image('signed', { tag: 'signed' })
    const artifactType = 'application/vnd.dev.sigstore.bundle.v0.3+json'
    const bundle = await push.image('bundle', { artifactType, subject: image })
    const fallback = await push.index([{ ...bundle, artifactType }], image.digest.replace(':', '-'))
    expect(await manifests.resolve(ref, image.digest.replace(':', '-'))).toBe(fallback.digest)
    expect(await manifests.read(ref, fallback.digest)).toMatchObject({
      manifest: { entries: [{ digest: bundle.digest, artifactType }] }
    })
    expect(await manifests.read(ref, bundle.digest)).toMatchObject({
      manifest: { artifactType, subject: image.digest, configMediaType: 'application/vnd.oci.empty.v1+json' }
    })
  })

  it('gives a nested index, and says which of its images is gone', async () => {
    const gone = await push.image('gone')
    const inner = await push.index([gone])
    const outer = await push.index([inner], 'nested')
    await push.remove(gone.digest)
    expect(await manifests.read(ref, outer.digest)).toMatchObject({ manifest: { entries: [{ digest: inner.digest }] } })
    expect(await manifests.read(ref, inner.digest)).toMatchObject({ manifest: { entries: [{ digest: gone.digest }] } })
    expect(await manifests.read(ref, gone.digest)).toMatchObject({ kind: 'missing' })
  })

  it('lets a tag be detached without harm to the image, and put back', async () => {
    const image = await push.image('kept', { tag: 'keep-me' })
    await push.image('kept', { tag: 'drop-me' })
    expect(await manifests.resolve(ref, 'drop-me')).toBe(image.digest)

    const { digest } = await manifests.detach(ref, 'drop-me', image.digest)
    expect(digest).not.toBe(image.digest)
    expect(await manifests.resolve(ref, 'drop-me')).toBe(digest)
    expect(await manifests.read(ref, digest)).toMatchObject({ manifest: { artifactType: DETACHED_TYPE } })

    // What deleting the version of the throw-away manifest does.
    await push.remove(digest)
    expect(await manifests.resolve(ref, 'drop-me')).toBeUndefined()
    expect(await manifests.resolve(ref, 'keep-me')).toBe(image.digest)

    await manifests.retag(ref, image.digest, 'drop-me')
    expect(await manifests.resolve(ref, 'drop-me')).toBe(image.digest)
  })

  it('lets an index be put back under its tag byte for byte', async () => {
    const index = await push.index([await push.image('one')], 'moving')
    await push.index([await push.image('two')], 'moving')
    const other = await manifests.resolve(ref, 'moving')
    expect(other).not.toBe(index.digest)
    await manifests.retag(ref, index.digest, 'moving', other)
    expect(await manifests.resolve(ref, 'moving')).toBe(index.digest)
  })

  it('has no manifest that was never pushed', async () => {
    expect(await manifests.read(ref, sha256('never pushed'))).toMatchObject({ kind: 'missing' })
    await expect(manifests.retag(ref, sha256('never pushed'), 'v9')).rejects.toMatchObject({ code: 'not-found' })
  })
})

overRealRegistry('a real registry that asks for a token', () => {
  const asked: string[] = []
  let registry: RunningRegistry
  let service: Server
  let transport: Transport

  beforeAll(async () => {
    service = createServer((request, response) => {
      asked.push(`${request.headers.authorization} ${new URL(request.url ?? '', 'http://x').search}`)
      response.end(JSON.stringify({ token: 'any' }))
    })
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
    registry = await startDockerRegistry(binary ?? '', `${serviceUrl()}/token`)
    transport = createTransport({ connections: 64, userAgent: 'test' })
  })
  afterAll(async () => {
    await transport.close()
    await registry.stop()
    service.close()
  })
  const serviceUrl = () => `http://127.0.0.1:${(service.address() as AddressInfo).port}`

  it('is read and written with tokens for just that, from the service that it names', async () => {
    const image = await createPusher(registry.url, 'octo/app', 'Bearer any').image('a', { tag: 'v1' })
    const manifests = clientOf(registry.url, transport, [new URL(serviceUrl()).host])
    expect(await manifests.read(ref, image.digest)).toMatchObject({ kind: 'found' })
    const { digest } = await manifests.detach(ref, 'v1', image.digest)
    expect(await manifests.resolve(ref, 'v1')).toBe(digest)
    const basic = `Basic ${Buffer.from('token:secret').toString('base64')}`
    expect(asked).toEqual([
      `${basic} ?service=contract&scope=repository%3Aocto%2Fapp%3Apull`,
      `${basic} ?service=contract&scope=repository%3Aocto%2Fapp%3Apull%2Cpush`
    ])
  })

  it('gets no token from a service that nobody vouched for', async () => {
    asked.length = 0
    const manifests = clientOf(registry.url, transport)
    expect(await manifests.read(ref, sha256('x'))).toMatchObject({ kind: 'unreadable' })
    expect(asked).toEqual([])
  })
})

function clientOf(registryUrl: string, transport: Transport, trustedHosts: readonly string[] = []): Manifests {
  const signal = new AbortController().signal
  return createManifests({ registryUrl, token: 'secret', transport, clock, signal, trustedHosts })
}
