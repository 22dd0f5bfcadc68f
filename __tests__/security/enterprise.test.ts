import { afterEach, describe, expect, it } from '@jest/globals'
import type { ScenarioVersion } from '../../simulator/scenario/scenario.js'
import { type Inputs, OWNER, simulate, TOKEN, workspace } from '../e2e/harness.js'
import { ABOUT_BOTH, APP, WEB, worldOf } from '../e2e/registry.js'
import { type ConnectProxy, type Front, selfSigned, startFront, startProxy } from './enterprise.js'
import { outputOf, runWatched, type Watched } from './watched.js'

const names = ['ghes.test', 'containers.ghes.test', 'npm.ghes.test']
const tenant = ['api.octo.ghe.com', 'octo.ghe.com', 'containers.octo.ghe.com', 'npm.octo.ghe.com']
const certificate = selfSigned(workspace, [...names, ...tenant])
if (certificate === undefined) console.warn('SKIPPED: openssl is not there, so no server has a certificate of its own')
const withCertificate = certificate === undefined ? describe.skip : describe

const inputs: Inputs = { token: TOKEN, owner: OWNER, ...ABOUT_BOTH, match: '*', 'keep-last': '1' }
const images: readonly ScenarioVersion[] = [1, 2].map((n) => ({
  image: 'multi-arch',
  tags: [`v1.${n}`],
  at: `${90 - n * 10}d`
}))

const ends: (Front | ConnectProxy)[] = []
afterEach(() => {
  for (const each of ends.splice(0)) each.stop()
})

async function stage(edition: 'ghes' | 'github.com') {
  const simulator = await simulate(worldOf([WEB, { ...APP, versions: images }]), { edition })
  if (certificate === undefined) throw new Error('there is no certificate')
  const front = await startFront(simulator, certificate)
  const proxy = await startProxy(front.port)
  ends.push(front, proxy)
  return { simulator, front, proxy, certificate }
}

async function runsWell(environment: Readonly<Record<string, string>>): Promise<Watched> {
  const run = await runWatched(workspace, inputs, environment)
  expect({ status: run.status, log: run.status === 0 ? '' : run.log }).toEqual({ status: 0, log: '' })
  expect(outputOf(run, 'deleted-count')).toBe('4')
  return run
}

const unlimited = (log: readonly { readonly path: string }[]) => log.every(({ path }) => !path.includes('rate_limit'))

withCertificate('a server of its own', () => {
  it('GitHub Enterprise Server behind a proxy, with a private certificate authority and no rate limits', async () => {
    const { simulator, proxy, certificate: own } = await stage('ghes')
    const run = await runsWell({
      GITHUB_SERVER_URL: 'https://ghes.test',
      GITHUB_API_URL: 'https://ghes.test/api/v3',
      HTTPS_PROXY: proxy.url,
      NODE_EXTRA_CA_CERTS: own.file
    })
    expect([...new Set(proxy.asked)].sort()).toEqual(names.map((name) => `${name}:443`).sort())
    expect(new Set(run.reached.map(({ what }) => what))).toEqual(new Set([new URL(proxy.url).host]))
    expect(simulator.log.some(({ path }) => path.startsWith('/api/v3/'))).toBe(true)
    expect(unlimited(simulator.log)).toBe(true)
  })

  it('hosts in NO_PROXY are reached directly', async () => {
    const { front, proxy, certificate: own } = await stage('ghes')
    await runsWell({
      GITHUB_SERVER_URL: `https://ghes.test:${front.port}`,
      GITHUB_API_URL: `https://ghes.test:${front.port}/api/v3`,
      https_proxy: proxy.url,
      no_proxy: 'example.com, .ghes.test',
      NODE_EXTRA_CA_CERTS: own.file
    })
    expect(proxy.asked).toEqual([])
  })

  it('a certificate that nobody vouches for ends the run before the token is sent, and says what to set', async () => {
    const { simulator, front } = await stage('ghes')
    const run = await runWatched(workspace, inputs, {
      GITHUB_SERVER_URL: `https://ghes.test:${front.port}`,
      GITHUB_API_URL: `https://ghes.test:${front.port}/api/v3`
    })
    expect(run.status).toBe(1)
    expect(run.log).toContain('NODE_EXTRA_CA_CERTS')
    expect(simulator.log).toEqual([])
  })

  it('GHE.com: the registries are those of the tenant', async () => {
    const { proxy, certificate: own } = await stage('github.com')
    await runsWell({
      GITHUB_SERVER_URL: 'https://octo.ghe.com',
      GITHUB_API_URL: 'https://api.octo.ghe.com',
      HTTPS_PROXY: proxy.url,
      NODE_EXTRA_CA_CERTS: own.file
    })
    expect([...new Set(proxy.asked)].sort()).toEqual(
      ['api.octo.ghe.com:443', 'containers.octo.ghe.com:443', 'npm.octo.ghe.com:443'].sort()
    )
  })
})
