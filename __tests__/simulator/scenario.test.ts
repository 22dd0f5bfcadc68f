import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { loadScenario } from '../../simulator/scenario/load.js'
import { readScenario } from '../../simulator/scenario/read.js'
import type { Scenario } from '../../simulator/scenario/scenario.js'
import { validateScenario } from '../../simulator/scenario/validate.js'
import { DEFAULT_ASSUMPTIONS } from '../../simulator/world/assumptions.js'

const npm = { owner: 'acme', type: 'npm', name: 'web' } as const
const now = '2026-11-22T12:00:00Z'
const load = (scenario: Scenario) => loadScenario({ now, frozen: true, ...scenario }).world

function timesOf(scenario: Scenario): Record<string, string> {
  const versions = load(scenario).packageAt(npm).versions.list('active')
  return Object.fromEntries(versions.map((version) => [version.name, new Date(version.createdAt).toISOString()]))
}

describe('versions', () => {
  it('have ages or times', () => {
    expect(timesOf({ packages: [{ ...npm, versions: { '1.0.0': '2d', '1.1.0': '2026-01-02T03:04:05Z' } }] })).toEqual({
      '1.0.0': '2026-11-20T12:00:00.000Z',
      '1.1.0': '2026-01-02T03:04:05.000Z'
    })
  })

  it('can be repeated, each older than the one before', () => {
    const repeated = { name: '1.0.{n}', at: '1h', count: 3, every: '1d' }
    expect(timesOf({ packages: [{ ...npm, versions: [repeated] }] })).toEqual({
      '1.0.1': '2026-11-22T11:00:00.000Z',
      '1.0.2': '2026-11-21T11:00:00.000Z',
      '1.0.3': '2026-11-20T11:00:00.000Z'
    })
  })

  it('can be images that speak about one another', () => {
    const world = load({
      packages: [
        {
          owner: 'acme',
          type: 'container',
          name: 'app',
          versions: [
            { image: 'multi-arch', as: 'release', tags: ['v1'], at: '2d' },
            { image: 'cosign', of: 'release', at: '1d' }
          ]
        }
      ]
    })
    const digest = world.resolveTag('acme', 'app', 'v1')
    expect(world.resolveTag('acme', 'app', `${digest?.replace(':', '-')}.sig`)).toBeDefined()
  })

  it('can be deleted, and downloaded', () => {
    const versions = [
      { name: '1', at: '9d', deleted: '2d' },
      { name: '2', at: '8d', updated: '1d', downloads: 7000 }
    ]
    const stored = load({ packages: [{ ...npm, versions }] }).packageAt(npm)
    expect(stored.versions.list('deleted')).toMatchObject([{ name: '1', deletedAt: Date.parse(now) - 2 * 86_400_000 }])
    expect(stored.versions.list('active')).toMatchObject([
      { name: '2', downloads: 7000, updatedAt: Date.parse(now) - 86_400_000 }
    ])
  })
})

describe('mistakes', () => {
  it('are all told at once, each with its place', () => {
    const scenario = {
      pakages: [],
      packages: [{ owner: 'acme', type: 'cargo', versions: [{ name: '1', at: '3 days' }] }],
      faults: [{ effect: 'explode' }, { match: { kind: 'list' }, effect: 'reset' }],
      latency: { api: 'slow' }
    }
    expect(() => validateScenario(scenario)).toThrow('The scenario has mistakes')
    const text = String(messageOf(() => validateScenario(scenario)))
    expect(text).toMatch(/scenario\.pakages: there is no such key; there are .*packages/)
    expect(text).toMatch(/scenario\.packages\[0\]: "name" is missing/)
    expect(text).toMatch(/scenario\.packages\[0\]\.type: must be one of "container", .*, not "cargo"/)
    expect(text).toMatch(/scenario\.packages\[0\]\.versions\[0\]\.at: must be an age such as "3d" or an ISO time/)
    expect(text).toMatch(/scenario\.faults\[0\]\.effect: must be an effect .*, not "explode"/)
    expect(text).toMatch(/scenario\.faults\[1\]\.match\.kind: must be a kind of request or a list of them, not "list"/)
    expect(text).toMatch(/scenario\.latency\.api: must be a number, not "slow"/)
  })

  it.each<[string, Scenario, RegExp]>([
    [
      'an image that is none',
      { packages: [{ ...npm, type: 'container', versions: [{ image: 'jpeg' }] }] },
      /no image "jpeg"; there are .*multi-arch/
    ],
    ['a version without a name', { packages: [{ ...npm, versions: [{ at: '1d' }] }] }, /needs a name or an image/],
    [
      'a subject that is nowhere',
      { packages: [{ ...npm, type: 'container', versions: [{ image: 'image' }, { image: 'cosign', of: 'v1' }] }] },
      /no label, tag, version or id "v1"/
    ]
  ])('are told: %s', (_title, scenario, message) => {
    expect(() => load(scenario)).toThrow(message)
  })
})

describe('the README', () => {
  const readme = readFileSync('simulator/README.md', 'utf8')

  it('shows a scenario that loads', () => {
    const [, example = ''] = /```json\n([\s\S]*?)```/.exec(readme) ?? []
    const world = load(JSON.parse(example) as Scenario)
    expect([...world.packages()].map((stored) => stored.facts.name)).toEqual(['app', 'web'])
    expect(world.checkTag('acme', 'app', 'nightly-20').ok).toBe(true)
  })

  it.each(Object.keys(DEFAULT_ASSUMPTIONS))('explains the assumption %s', (name) => {
    expect(readme).toMatch(new RegExp(`^\\| .* \\| \`${name}\``, 'm'))
  })
})

describe('a file', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'scenario-'))
  })
  afterEach(() => {
    rmSync(folder, { recursive: true })
  })

  it('finds its lists of names beside itself', () => {
    writeFileSync(join(folder, 'names.txt'), '1.0.0\n1.1.0\n1.2.0\n')
    const versionsFrom = { file: 'names.txt', first: '4d', last: '2d' }
    writeFileSync(join(folder, 'scenario.json'), JSON.stringify({ packages: [{ ...npm, versionsFrom }] }))
    expect(timesOf(readScenario(join(folder, 'scenario.json')))).toEqual({
      '1.0.0': '2026-11-18T12:00:00.000Z',
      '1.1.0': '2026-11-19T12:00:00.000Z',
      '1.2.0': '2026-11-20T12:00:00.000Z'
    })
  })

  it('is named in every error', () => {
    const file = join(folder, 'scenario.json')
    writeFileSync(file, '{')
    expect(() => readScenario(file)).toThrow(`${file} cannot be read as JSON`)
    writeFileSync(file, '{"edition": "gitlab"}')
    expect(() => readScenario(file)).toThrow(`${file}: The scenario has mistakes`)
    expect(() => readScenario(join(folder, 'nothing.json'))).toThrow('nothing.json')
  })
})

function messageOf(work: () => void): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  return undefined
}
