import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { isBuiltin } from 'node:module'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import type { Simulator } from '../../simulator/simulator.js'
import { type Inputs, OWNER, simulate, TOKEN, workspace } from '../e2e/harness.js'
import { ABOUT_BOTH, APP, SIGNED, WEB, worldOf } from '../e2e/registry.js'
import { outputOf, runWatched, type Watched } from './watched.js'

const stage = () => simulate(worldOf([WEB, { ...APP, repository: `${OWNER}/web`, versions: SIGNED }]))

const elsewhere: Server[] = []
afterEach(() => {
  for (const server of elsewhere.splice(0)) server.close()
})

/** A server that is not configured, with what reached it. */
async function stranger(): Promise<{ readonly url: string; readonly requests: string[] }> {
  const requests: string[] = []
  const server = createServer(({ url = '', headers }, response) => {
    requests.push(`${url} ${JSON.stringify(headers)}`)
    response.end(JSON.stringify({ token: 'anything' }))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  elsewhere.push(server)
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests }
}

const about: Inputs = { token: TOKEN, owner: OWNER, ...ABOUT_BOTH }

function hosts({ url, registryUrl, npmUrl }: Simulator): readonly string[] {
  return [url, registryUrl, npmUrl].map((each) => new URL(each).host)
}

const connected = ({ reached }: Watched) =>
  new Set(reached.filter(({ kind }) => kind === 'connect').map(({ what }) => what))
const started = ({ reached }: Watched) => reached.filter(({ kind }) => kind === 'process' || kind === 'worker')
const looked = ({ reached }: Watched) => reached.filter(({ kind }) => kind === 'lookup')

describe('what a run reaches for', () => {
  it('is the three configured servers: no other connection, no name looked up, no process, no evaluated text', async () => {
    const simulator = await stage()
    const policy = { ...about, match: '*', 'keep-last': '1' }
    const plan = await runWatched(workspace, { ...policy, 'dry-run': 'true' }, simulator.environment)
    const planFile = { token: TOKEN, owner: OWNER, operation: 'apply', 'plan-file': outputOf(plan, 'plan-file') }
    const applied = await runWatched(workspace, { ...planFile, 'cache-path': 'cache' }, simulator.environment)
    const receipt = {
      token: TOKEN,
      owner: OWNER,
      operation: 'restore',
      'receipt-file': outputOf(applied, 'receipt-file')
    }
    const restored = await runWatched(workspace, receipt, simulator.environment)
    const listed = await runWatched(workspace, { ...about, operation: 'packages' }, simulator.environment)

    const runs = [plan, applied, restored, listed]
    expect(runs.map(({ status, log }) => (status === 0 ? '' : log))).toEqual(['', '', '', ''])
    expect(Number(outputOf(applied, 'deleted-count'))).toBeGreaterThan(3)
    expect(outputOf(restored, 'restored-count')).toBe(outputOf(applied, 'deleted-count'))
    for (const run of runs) {
      expect([...connected(run)].filter((host) => !hosts(simulator).includes(host))).toEqual([])
      expect({ processes: started(run), names: looked(run) }).toEqual({ processes: [], names: [] })
    }
    // The observer observes: all three servers were reached.
    expect([...connected(plan)].sort()).toEqual([...hosts(simulator)].sort())
  })

  it('is nothing at all where the configuration is wrong', async () => {
    const simulator = await stage()
    const run = await runWatched(workspace, { ...about, match: '*', 'keep-last': 'two' }, simulator.environment)
    expect({ status: run.status, reached: run.reached }).toEqual({ status: 1, reached: [] })
  })

  it.each(['list-versions', 'get-manifest', 'packument', 'delete-version'] as const)(
    'is not where a redirect of %s points: neither connection nor token',
    async (kind) => {
      const simulator = await stage()
      const other = await stranger()
      simulator.addFault({ kind }, { redirect: 307, to: `${other.url}/take?it` })
      const run = await runWatched(workspace, { ...about, match: '*', 'keep-last': '1' }, simulator.environment)
      expect(simulator.log.some(({ fault }) => fault !== undefined)).toBe(true)
      expect(other.requests).toEqual([])
      expect([...connected(run)]).not.toContain(new URL(other.url).host)
    }
  )

  it('is not the realm that a registry names on a host of its own choice', async () => {
    const simulator = await stage()
    const other = await stranger()
    const challenge = `Bearer realm="${other.url}/token",service="registry",scope="repository:x:pull"`
    const body = '{"errors":[{"code":"UNAUTHORIZED"}]}'
    simulator.addFault({ part: 'registry' }, { status: 401, headers: { 'www-authenticate': challenge }, body })
    const run = await runWatched(workspace, { ...about, match: '*', 'keep-last': '1' }, simulator.environment)
    expect(other.requests).toEqual([])
    expect([...connected(run)]).not.toContain(new URL(other.url).host)
    expect(run.log).toContain('manifest')
  })

  it("is not the runner's own server where api-url names another one", async () => {
    const simulator = await stage()
    const other = await stranger()
    const challenge = `Bearer realm="${other.url}/token",service="registry",scope="repository:x:pull"`
    const body = '{"errors":[{"code":"UNAUTHORIZED"}]}'
    simulator.addFault({ part: 'registry' }, { status: 401, headers: { 'www-authenticate': challenge }, body })
    const inputs = {
      ...about,
      match: '*',
      'keep-last': '1',
      'api-url': simulator.url,
      'registry-url': simulator.registryUrl,
      'npm-registry-url': simulator.npmUrl
    }
    const runner = { GITHUB_API_URL: `${other.url}/api/v3`, GITHUB_SERVER_URL: other.url }
    const run = await runWatched(workspace, inputs, { ...simulator.environment, ...runner })
    expect(other.requests).toEqual([])
    expect([...connected(run)]).not.toContain(new URL(other.url).host)
    expect(run.log).toContain('manifest')
  })
})

describe('the bundle', () => {
  const source = readFileSync(process.env.BUNDLE ?? 'dist/index.js', 'utf8')

  it('loads nothing but itself and parts of Node', () => {
    const required = [...source.matchAll(/createRequire\(import\.meta\.url\)\(([^)]*)\)/g)].map(
      ([, name]) => name ?? ''
    )
    const imported = [...source.matchAll(/^\s*import\b[^'"\n]*from\s*(["'][^"']+["'])/gm)].map(([, name]) => name ?? '')
    const names = [...required, ...imported]
    expect(names.length).toBeGreaterThan(20)
    expect(names.filter((name) => !/^["'].*["']$/.test(name) || !isBuiltin(name.slice(1, -1)))).toEqual([])
  })

  it('has no text that it would run as code', () => {
    // `eval(` at the start of a line is a method of that name.
    expect(source.match(/\bnew Function\(|(?<!^\s*|[.\w])eval\(/gm)).toBeNull()
  })
})
