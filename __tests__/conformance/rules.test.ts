import { afterEach, describe, expect, it } from '@jest/globals'
import { CHECKS } from '../../conformance/checks.ts'
import { cleanUpAfter, namesTaken, runConformance } from '../../conformance/conformance.ts'
import { OwnPackage, type Place } from '../../conformance/ownPackage.ts'
import { exitCode, renderReport } from '../../conformance/report.ts'
import type { Finding } from '../../conformance/runChecks.ts'
import { conformanceOf, type Settings, type Stage, stageFor } from './onSimulator.js'

const name = 'retention-conformance-4711-1'
const lagging = {
  activeListLag: 25,
  deletedListLag: 25,
  versionLag: 25,
  versionCountLag: 25,
  registryLag: 25,
  tagListLag: 25
}

const stages: Stage[] = []

afterEach(async () => {
  await Promise.all(stages.splice(0).map(({ simulator }) => simulator.stop()))
})

async function stage(settings: Settings = {}): Promise<Stage> {
  const one = await stageFor(settings)
  stages.push(one)
  one.simulator.world.push(
    'acme',
    'app',
    [{ mediaType: 'a/b', body: '{}', digest: `sha256:${'1'.repeat(64)}` }],
    ['v1']
  )
  return one
}

interface Line {
  readonly n: number
  readonly method: string
  readonly url: string
  readonly time: string
}

const linesOf = ({ evidence }: { evidence: readonly string[] }) => evidence.map((line) => JSON.parse(line) as Line)
const isChange = ({ method }: { method: string }) => method !== 'GET' && method !== 'HEAD'
const packagesIn = ({ simulator }: Stage) => [...simulator.world.packages()].map(({ facts }) => facts.name)

describe('the checks', () => {
  it('change nothing but packages of their own, and delete these', async () => {
    const one = await stage()
    const before = one.simulator.world.snapshot()['container/acme/app']
    const { left } = await runConformance(one.options)
    expect(left).toEqual([])
    expect(packagesIn(one)).toEqual(['app'])
    expect(one.simulator.world.snapshot()['container/acme/app']).toEqual(before)
    const strangers = one.simulator.log.filter((entry) => isChange(entry) && !entry.path.includes(name))
    expect(strangers.map(({ method, path }) => `${method} ${path}`)).toEqual([])
  })

  it('make one change a second at most', async () => {
    const run = await conformanceOf({})
    const times = linesOf(run)
      .filter(isChange)
      .map(({ time }) => Date.parse(time))
    expect(times.length).toBeGreaterThan(80)
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0))
    expect(pauses.filter((pause) => pause < 1_000)).toEqual([])
  })

  it('send fewer than 300 requests, also where everything shows late', async () => {
    const quiet = await conformanceOf({})
    const late = await conformanceOf({ assumptions: lagging })
    expect(quiet.requests).toBeLessThan(210)
    expect(late.requests).toBeLessThan(300)
    expect(late.left).toEqual([])
    const unsafe = late.findings.filter((finding) => finding.unsafe).map(({ key }) => key)
    expect(unsafe).toContain('list after push')
    expect(unsafe.filter((key) => key.startsWith('version_count'))).toEqual([])
  })

  it('change nothing if one of their names is taken', async () => {
    const one = await stage()
    one.simulator.world.addPackage({ owner: 'acme', type: 'container', name: `${name}/untagged` })
    await expect(runConformance(one.options)).rejects.toThrow(`nothing was done: ${name}/untagged (200)`)
    expect(await namesTaken(one.options)).toEqual([`${name}/untagged (200)`])
    expect(one.simulator.log.filter(isChange)).toEqual([])
    expect(packagesIn(one)).toEqual(['app', `${name}/untagged`])
  })

  it('change nothing if they cannot see whether a name is taken', async () => {
    const one = await stage({ simulator: { faults: [{ match: { kind: 'get-package' }, effect: { status: 502 } }] } })
    await expect(runConformance(one.options)).rejects.toThrow('(502)')
    expect(one.simulator.log.filter(isChange)).toEqual([])
  })

  it('are cleaned up after although one of them fails', async () => {
    const one = await stage()
    const broken = { ...CHECKS[1], id: 2, title: '', run: () => Promise.reject(new TypeError('no such thing')) }
    const checks = CHECKS.map((check) => (check.id === 2 ? { ...check, ...broken } : check)).slice(0, 3)
    const { findings } = await runConformance({ ...one.options, checks })
    expect(findings.find(({ check }) => check === 2)?.why).toBe('it failed: TypeError: no such thing')
    expect(findings.find(({ check }) => check === 3)?.verdict).toBe('confirmed')
    expect(packagesIn(one)).toEqual(['app'])
  })

  it('are cleaned up after when they are cancelled', async () => {
    const one = await stage()
    let asked = 0
    const isCancelled = () => {
      asked += 1
      return asked > 3
    }
    const { findings } = await runConformance({ ...one.options, isCancelled })
    expect(Math.max(...findings.map(({ check }) => check))).toBe(3)
    expect(packagesIn(one)).toEqual(['app'])
  })

  it('leave their packages if they are told to, and a clean-up of its own deletes them', async () => {
    const one = await stage({ options: { keep: true } })
    await runConformance(one.options)
    expect(packagesIn(one).sort()).toEqual(['app', name, name, `${name}/tagged`, `${name}/untagged`].sort())
    expect(await cleanUpAfter(one.options)).toEqual([])
    expect(packagesIn(one)).toEqual(['app'])
  })

  it('say which packages they could not delete', async () => {
    const faults = [{ match: { kind: 'delete-package', path: `${name}%2Ftagged` }, effect: { status: 403 } }] as const
    const run = await conformanceOf({ simulator: { faults } })
    expect(run.left).toEqual([`${name}/tagged`])
    expect(exitCode(run)).toBe(1)
    expect(renderReport(run)).toContain(`**These packages could not be deleted: ${name}/tagged.**`)
  })

  it.each(['app', 'retention-conformance-', 'retention-conformance-1/../app', 'x/retention-conformance-1'])(
    'do not touch a package named %s',
    (other) => {
      expect(() => new OwnPackage({ owner: 'acme' } as Place, 'orgs', other)).toThrow('no package of the conformance')
    }
  )
})

describe('the evidence', () => {
  it('has every request with its answer, and no token in any form', async () => {
    const run = await conformanceOf({})
    expect(linesOf(run).map(({ n }) => n)).toEqual(Array.from({ length: run.requests }, (_, index) => index + 1))
    const all = run.evidence.join('')
    const token = run.options.token
    const forms = [token, Buffer.from(token).toString('base64'), Buffer.from(`x:${token}`).toString('base64')]
    expect(forms.filter((form) => all.includes(form))).toEqual([])
    const given = linesOf(run).filter(({ url }) => url.includes('/token?'))
    expect(given.map((line) => JSON.stringify(line)).filter((line) => !line.includes('\\"token\\":\\"***\\"'))).toEqual(
      []
    )
    expect(given).toHaveLength(3)
  })

  it('masks a token that a server sends back', async () => {
    const faults = [{ match: { kind: 'referrers' }, effect: { status: 500, body: 'Bearer ghs_job' } }] as const
    const run = await conformanceOf({ simulator: { faults }, options: { checks: CHECKS.slice(11, 13) } })
    expect(run.evidence.join('')).toContain('Bearer ***')
    expect(run.evidence.join('')).not.toContain('ghs_job')
  })
})

it('no token is sent to another host', async () => {
  const headers = { 'www-authenticate': 'Bearer realm="http://localhost:1/token",service="x"' }
  const faults = [{ match: { kind: 'registry-base' }, effect: { status: 401, headers } }] as const
  const run = await conformanceOf({ simulator: { faults }, options: { checks: CHECKS.slice(0, 1) } })
  expect(run.findings.map(({ why }) => why)).toContain('the registry sends tokens to http://localhost:1')
  expect(linesOf(run).filter(({ url }) => url.includes('localhost:1'))).toEqual([])
})

describe('the report', () => {
  const finding: Finding = {
    check: 3,
    key: 'order',
    says: 'newest | first',
    switch: 'order',
    assumed: 'newest',
    observed: 'newest',
    verdict: 'confirmed',
    why: undefined,
    unsafe: false,
    requests: [7, 9]
  }
  const run = { owner: 'acme', api: 'https://api', time: '', seconds: 12.4, requests: 9, left: [] }

  it('lists contradictions first and names what is unsafe', () => {
    const findings: Finding[] = [
      finding,
      { ...finding, key: 'b', verdict: 'could not tell', observed: undefined, why: 'no list', requests: [10, 9] },
      { ...finding, key: 'c', verdict: 'contradicted', observed: 'oldest', unsafe: true }
    ]
    const report = renderReport({ ...run, findings })
    expect(report).toContain('1 contradicted, 1 could not tell, 1 confirmed; 9 requests in 12 s')
    expect(report).toContain('**Unsafe: c.**')
    expect(report.split('\n').filter((line) => line.startsWith('| 3'))).toEqual([
      '| 3 | newest \\| first | newest | oldest | contradicted, unsafe | 7–9 |',
      '| 3 | newest \\| first | newest |  | could not tell: no list | none |',
      '| 3 | newest \\| first | newest | newest | confirmed | 7–9 |'
    ])
  })

  it('is no failure for a contradiction that is harmless', () => {
    expect(exitCode({ ...run, findings: [{ ...finding, verdict: 'contradicted' }] })).toBe(0)
    expect(exitCode({ ...run, findings: [{ ...finding, unsafe: true }] })).toBe(1)
  })
})
