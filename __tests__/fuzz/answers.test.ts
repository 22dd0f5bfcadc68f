import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, jest } from '@jest/globals'
import fc from 'fast-check'
import type { ScenarioVersion } from '../../simulator/scenario/scenario.js'
import type { Simulator } from '../../simulator/simulator.js'
import { amount } from '../amount.js'
import { brokenSince, deletedIds, type Inputs, runHere, simulate, tagsOf } from '../e2e/harness.js'
import { ABOUT_BOTH, APP, SIGNED, WEB, worldOf } from '../e2e/registry.js'
import { spoiled, torn } from './spoil.js'

jest.setTimeout(120_000)

/** Limits of a minute are over at once. */
const TIMING = { minute: 20, api: { headersTimeout: 2000, bodyTimeout: 2000 }, registry: {} }

const inputs: Inputs = {
  ...ABOUT_BOTH,
  policy: `version: 1
grace-period: 0s
protect: [latest]
rules:
  - match: { names: ['v1.*', '1.*', 'pr-*'] }
    keep: [{ last: 1 }]
  - types: [container]
    match: { tagged: false }
    keep: []
`
}

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

const nested: ScenarioVersion = { image: 'nested-index', tags: ['stable'], at: '80d' }
const stage = () => simulate(worldOf([WEB, { ...APP, versions: [nested, ...SIGNED] }]))

type Spoil = (read: number, path: string, body: string) => string

/** Goes between: some answers to reads are not what the server said. */
async function between(target: string, spoil: Spoil): Promise<string> {
  const { hostname, port } = new URL(target)
  let reads = 0
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming
    const forwarded = request({ hostname, port, path: url, method, headers }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        const said = Buffer.concat(chunks)
        const body =
          method === 'GET' ? Buffer.from(spoil(reads++, String(url?.split('?', 1)[0]), said.toString('utf8'))) : said
        const { 'content-length': _, 'transfer-encoding': __, 'content-encoding': ___, ...rest } = answer.headers
        outgoing.writeHead(answer.statusCode ?? 502, { ...rest, 'content-length': body.length }).end(body)
      })
    })
    forwarded.on('error', () => outgoing.destroy())
    incoming.pipe(forwarded)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  servers.push(server)
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** What the same policy deletes where every answer is as it should be. */
async function wellInformed(): Promise<ReadonlySet<number>> {
  const simulator = await stage()
  await runHere(simulator, inputs)
  return deletedIds(simulator.world.snapshot())
}

function spoil(body: string, seed: number): string {
  const made = (): string => {
    try {
      return JSON.stringify(fc.sample(spoiled(JSON.parse(body)), { numRuns: 1, seed })[0]) ?? ''
    } catch {
      return ''
    }
  }
  return seed % 3 === 0 ? (fc.sample(torn(body), { numRuns: 1, seed })[0] ?? '') : made()
}

interface Trial {
  readonly seed: number
  /** From this read on, so many; `always`: what is spoiled once is so each time that it is read. */
  readonly from: number
  readonly howMany: number
  readonly always: boolean
}

/** A server may be wrong for a while about anything. What it is wrong about for ever must at least look wrong. */
function spoilFor({ seed, from, howMany, always }: Trial): Spoil {
  if (!always) return (read, _path, body) => (read >= from && read < from + howMany ? spoil(body, seed + read) : body)
  return (_read, path, body) => {
    const own = (seed + hashOf(path)) % 1e6
    // Of more than some manifests the registry would be taken for down.
    if (path.includes('/manifests/')) return own % 6 === 0 ? spoil(body, own) : body
    if (!path.includes('/versions')) return body
    const damaged = (item: Listed): boolean => (seed + (item.id ?? 0)) % 5 === 0
    const said = JSON.parse(body) as Listed | readonly Listed[]
    if (howMany % 2 === 0) return Array.isArray(said) ? JSON.stringify(said.filter((item) => !damaged(item))) : body
    const tagless = (item: Listed): Listed => (damaged(item) ? { ...item, metadata: {} } : item)
    return JSON.stringify(Array.isArray(said) ? said.map(tagless) : tagless(said as Listed))
  }
}

interface Listed {
  readonly id?: number
  readonly metadata?: unknown
}

const hashOf = (text: string): number => [...Buffer.from(text)].reduce((sum, byte) => (sum * 31 + byte) % 1e6, 7)

async function misinformed(trial: Trial, which: 'api' | 'registry' | 'npm') {
  const simulator = await stage()
  const tags = tagsOf(simulator.world)
  const target = { api: simulator.url, registry: simulator.registryUrl, npm: simulator.npmUrl }[which]
  const address = await between(target, spoilFor(trial))
  const ran = await runHere(simulator, { ...inputs, [INPUT[which]]: address }, undefined, TIMING)
  return { simulator, tags, ran }
}

const INPUT = { api: 'api-url', registry: 'registry-url', npm: 'npm-registry-url' } as const

const tagged = ({ world }: Simulator, ids: ReadonlySet<number>) =>
  Object.values(world.snapshot()).flatMap(({ versions }) =>
    versions.filter(({ id, tags }) => ids.has(id) && tags.length > 0)
  )

describe('a run whose answers are spoiled', () => {
  it.each(['api', 'registry', 'npm'] as const)(
    'from the %s ends in words, breaks no tag, and deletes nothing that good answers would have kept',
    async (which) => {
      const allowed = await wellInformed()
      expect(allowed.size).toBeGreaterThan(3)
      const trial: fc.Arbitrary<Trial> = fc.record({
        seed: fc.nat(1e6),
        from: fc.nat(12),
        howMany: fc.integer({ min: 1, max: 6 }),
        always: fc.boolean()
      })
      const trials = fc.sample(trial, { numRuns: amount(6, 24) })
      // Side by side: most of the time goes by in waits before asking again.
      for (let at = 0; at < trials.length; at += 24) await Promise.all(trials.slice(at, at + 24).map(tried))

      async function tried(one: Trial): Promise<void> {
        const { simulator, tags, ran } = await misinformed(one, which)
        const deleted = deletedIds(simulator.world.snapshot())
        const wrong = new Set([...deleted].filter((id) => !allowed.has(id)))
        expect({
          trial: one,
          bug: /unexpected|TypeError|RangeError/.exec(ran.log)?.[0],
          wrong: tagged(simulator, wrong),
          broken: brokenSince(tags, simulator.world)
        }).toEqual({ trial: one, bug: undefined, wrong: [], broken: [] })
      }
    }
  )
})
