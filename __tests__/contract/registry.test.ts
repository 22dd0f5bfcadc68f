import { afterEach, describe, expect, it } from '@jest/globals'
import { builders } from '../../simulator/images/builders.js'
import type { Scenario } from '../../simulator/scenario/scenario.js'
import type { Effect } from '../../simulator/server/faults.js'
import type { Simulator, SimulatorOptions } from '../../simulator/simulator.js'
import type { Clock, ManifestRead, Manifests } from '../../src/app/ports.js'
import { DETACHED_TYPE } from '../../src/domain/manifest.js'
import type { PackageRef } from '../../src/domain/package.js'
import { createTransport, type Transport } from '../../src/http/transport.js'
import { createManifests } from '../../src/registry/client.js'
import { startForTest } from '../simulator/startForTest.js'

const web: PackageRef = { owner: 'octo-org', type: 'container', name: 'app/web' }

const scenario: Scenario = {
  owners: { 'octo-org': { type: 'Organization' }, octocat: { type: 'User' } },
  repositories: { 'octo-org/app': {} },
  tokens: {
    ghs_job: { repository: 'octo-org/app' },
    ghs_reader: { repository: 'octo-org/app', packages: 'read' },
    ghp_none: { login: 'octocat', scopes: [] }
  },
  packages: [
    {
      owner: 'octo-org',
      type: 'container',
      name: 'app/web',
      visibility: 'private',
      repository: 'octo-org/app',
      versions: Object.keys(builders).map((image) => ({ image, as: image, tags: [`a-${image}`], at: '2d' }))
    }
  ]
}

interface Started {
  readonly simulator: Simulator
  /** Digests of all versions. */
  readonly digests: readonly string[]
  as(token: string): Manifests
}

const transports: Transport[] = []

afterEach(async () => {
  await Promise.all(transports.splice(0).map((transport) => transport.close()))
})

/** Waits take no time, so that retries do not either. */
function hastyClock(): Clock {
  let ahead = 0
  return {
    now: () => Date.now() + ahead,
    async sleep(ms) {
      ahead += ms
    }
  }
}

async function started(options?: SimulatorOptions): Promise<Started> {
  const simulator = await startForTest(scenario, options)
  const stored = simulator.world.package(web)
  const transport = createTransport({ connections: 64, userAgent: 'test' })
  transports.push(transport)
  const signal = new AbortController().signal
  return {
    simulator,
    digests: [...(stored?.byName.keys() ?? [])],
    as: (token) =>
      createManifests({ registryUrl: simulator.registryUrl, token, transport, clock: hastyClock(), signal })
  }
}

const readAll = (manifests: Manifests, digests: readonly string[]): Promise<ManifestRead[]> =>
  Promise.all(digests.map((digest) => manifests.read(web, digest)))

const kindsOf = (reads: readonly ManifestRead[]) => [...new Set(reads.map((read) => read.kind))]

describe('reading the simulated ghcr.io', () => {
  it('understands every manifest of every kind of image, each read once, with one token', async () => {
    const { simulator, digests, as } = await started()
    expect(digests.length).toBeGreaterThan(Object.keys(builders).length)
    const manifests = as('ghs_job')
    expect(kindsOf(await readAll(manifests, digests))).toEqual(['found'])
    await readAll(manifests, digests)
    const kinds = simulator.log.map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind === 'get-manifest')).toHaveLength(digests.length)
    expect(kinds.filter((kind) => kind === 'registry-token')).toHaveLength(1)
    expect(kinds.filter((kind) => kind === 'head-manifest')).toHaveLength(0)
  })

  it('gets a new token when the old one has expired in the middle', async () => {
    const { simulator, digests, as } = await started()
    const manifests = as('ghs_job')
    const half = Math.floor(digests.length / 2)
    await readAll(manifests, digests.slice(0, half))
    simulator.expireRegistryTokens()
    expect(kindsOf(await readAll(manifests, digests.slice(half)))).toEqual(['found'])
    expect(simulator.log.filter(({ kind }) => kind === 'registry-token')).toHaveLength(2)
  })

  it('says that a token may not read, and does not go on asking', async () => {
    const { simulator, digests, as } = await started()
    const reads = await readAll(as('ghp_none'), digests)
    expect(kindsOf(reads)).toEqual(['unreadable'])
    expect(reads[0]).toMatchObject({ why: expect.stringContaining('DENIED') })
    expect(simulator.log.length).toBeLessThan(5)
  })

  it.each<[string, Effect]>([
    ['502', { status: 502 }],
    ['a reset', 'reset'],
    ['a lost answer', 'lost-answer'],
    ['a body cut off', 'cut-body'],
    ['half a body that looks whole', 'short-body'],
    ['an empty body', 'empty'],
    ['another body than was asked for', 'wrong-body'],
    ['a redirect to where it came from', { redirect: 307 }],
    ['429 with the wait in its text', { limited: 'registry', status: 429, waitMs: 1.2 }]
  ])('reads all in spite of %s now and then', async (_, effect) => {
    const { digests, as, simulator } = await started({
      faults: [{ match: { kind: 'get-manifest', every: 3, times: 10 }, effect }]
    })
    const reads = await readAll(as('ghs_job'), digests)
    expect(kindsOf(reads)).toEqual(['found'])
    expect(simulator.log.filter(({ kind }) => kind === 'get-manifest').length).toBeGreaterThan(digests.length)
  })

  it.each<[string, Effect]>([
    ['502', { status: 502 }],
    ['resets', 'reset'],
    ['half bodies', 'short-body'],
    ['429', { limited: 'registry', status: 429, waitMs: 1.2 }],
    ['401', { status: 401 }],
    ['403', { status: 403 }],
    ['404 without a word about the manifest', { status: 404 }]
  ])('calls unreadable, and nothing else, what is answered by %s without end', async (_, effect) => {
    const { digests, as } = await started({ faults: [{ match: { kind: 'get-manifest' }, effect }] })
    expect(kindsOf(await readAll(as('ghs_job'), digests.slice(0, 3)))).toEqual(['unreadable'])
  })
})

describe('tags of the simulated ghcr.io', () => {
  it('takes one tag off an image that stays, and puts it back', async () => {
    const { simulator, as } = await started()
    const manifests = as('ghs_job')
    const image = (await manifests.resolve(web, 'a-multi-arch')) ?? ''
    await manifests.retag(web, image, 'second')
    const tags = () => [...(simulator.world.package(web)?.byName.get(image)?.tags ?? [])].sort()
    expect(tags()).toEqual(['a-multi-arch', 'second'])

    const { digest } = await manifests.detach(web, 'second', image)
    expect(tags()).toEqual(['a-multi-arch'])
    expect(await manifests.resolve(web, 'second')).toBe(digest)
    expect(await manifests.read(web, digest)).toMatchObject({ manifest: { artifactType: DETACHED_TYPE } })

    await expect(manifests.retag(web, image, 'second')).rejects.toMatchObject({ code: 'refused' })
    await manifests.retag(web, image, 'second', digest)
    expect(tags()).toEqual(['a-multi-arch', 'second'])
  })

  it('says that a token that may only read needs the right to write, and changes nothing', async () => {
    const { as } = await started()
    const manifests = as('ghs_reader')
    const image = await manifests.resolve(web, 'a-image')
    await expect(manifests.detach(web, 'a-image', image ?? '')).rejects.toMatchObject({
      code: 'auth',
      remedy: expect.stringContaining('packages: write')
    })
    expect(await manifests.resolve(web, 'a-image')).toBe(image)
  })

  it('ends with the tag moved once although the answer to the move was lost', async () => {
    const { simulator, as } = await started({
      faults: [{ match: { kind: 'put-manifest', times: 1 }, effect: 'lost-answer' }]
    })
    const before = simulator.world.package(web)?.byName.size ?? 0
    const manifests = as('ghs_job')
    const image = (await manifests.resolve(web, 'a-image')) ?? ''
    const { digest } = await manifests.detach(web, 'a-image', image)
    expect(await manifests.resolve(web, 'a-image')).toBe(digest)
    expect(simulator.world.package(web)?.byName.size).toBe(before + 1)
  })
})
