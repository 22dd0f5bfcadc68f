import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { PackageRef } from '../../src/domain/package.js'
import { createManifests } from '../../src/registry/client.js'
import { WatchedWire } from '../github/watchedWire.js'
import { type FakeRegistry, IMAGE, imageDocument, json, startFakeRegistry } from './fakeRegistry.js'

const ref: PackageRef = { owner: 'octo', type: 'container', name: 'app' }
const VERSIONS = 250

/** Simulated time passes between real requests, of which a busy machine makes few at a time. */

let registry: FakeRegistry
let wire: WatchedWire

beforeEach(async () => {
  registry = await startFakeRegistry()
  wire = new WatchedWire(64, ({ status, headers }) => (status === 429 ? Number(headers['x-waits']) : undefined))
})
afterEach(async () => {
  await wire.transport.close()
  await registry.close()
})

describe('while a wait that the registry asked for lasts, nothing is sent', () => {
  it.each([
    ['in its header', { 'retry-after': '2' }, '', 2000],
    ['in its message', {}, 'retry-after: 350ms, allowed: 44000/minute', 350]
  ])('as it says %s', async (_, headers, message, wait) => {
    let arrived = 0
    registry.onManifest.push((_request, response) => {
      arrived += 1
      if (arrived % 50 !== 0) return false
      response.setHeader('x-waits', String(wait))
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
      json(response, 429, { errors: [{ code: 'TOOMANYREQUESTS', message }] })
      return true
    })
    const { clock, transport } = wire
    const signal = new AbortController().signal
    const manifests = createManifests({ registryUrl: registry.url, token: 'secret', transport, clock, signal })
    const digests = Array.from({ length: VERSIONS }, (_, index) => registry.add(imageDocument(`${index}`), IMAGE))
    const found = await clock.through(Promise.all(digests.map((digest) => manifests.read(ref, digest))))
    expect(found.filter(({ kind }) => kind === 'found')).toHaveLength(VERSIONS)
    expect(wire.refused).toBeGreaterThanOrEqual(4)
    expect(wire.sentDuringWaits()).toEqual([])
    expect(registry.log).toHaveLength(wire.sent)
  })
})
