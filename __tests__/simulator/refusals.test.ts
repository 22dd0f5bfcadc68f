import { describe, expect, it } from '@jest/globals'
import type { Scenario, ScenarioVersion } from '../../simulator/scenario/scenario.js'
import type { Simulator } from '../../simulator/simulator.js'
import type { Assumptions } from '../../simulator/world/assumptions.js'
import type { PackageType } from '../../simulator/world/package.js'
import { type Answer, messageOf, rest } from './client.js'
import { startForTest } from './startForTest.js'

const lastVersion = 'You cannot delete the last version of a package. You must delete the package instead.'
const lastTagged = 'You cannot delete the last tagged version of a package. You must delete the package instead.'
const downloads =
  'Publicly visible package versions with more than 5000 downloads cannot be deleted. Contact GitHub support for further assistance.'

const signatureTag = `sha256-${'a'.repeat(64)}.sig`
const old: ScenarioVersion = { name: 'old', at: '9d' }

interface Case {
  readonly title: string
  readonly type: PackageType
  readonly versions: readonly ScenarioVersion[]
  readonly visibility?: 'public' | 'private'
  readonly assumptions?: Partial<Assumptions>
  readonly expected: readonly [number, string]
}

async function deleteNewest(simulator: Simulator, type: PackageType): Promise<Answer> {
  const [newest] = simulator.world.packageAt({ owner: 'acme', type, name: 'web' }).versions.list('active')
  return rest(simulator, `/orgs/acme/packages/${type}/web/versions/${newest?.id}`, { method: 'DELETE' })
}

function scenario({
  type,
  versions,
  visibility = 'private',
  assumptions = {}
}: Omit<Case, 'title' | 'expected'>): Scenario {
  return {
    owners: { acme: { type: 'Organization' } },
    assumptions,
    packages: [{ owner: 'acme', type, name: 'web', visibility, versions }]
  }
}

describe('deleting a version', () => {
  const container = { type: 'container' } as const
  const npm = { type: 'npm' } as const
  const cases: readonly Case[] = [
    { title: 'the last one', ...npm, versions: [{ name: '1.0.0' }], expected: [400, lastVersion] },
    { title: 'one of two', ...npm, versions: [old, { name: '1.0.0' }], expected: [204, ''] },
    {
      title: 'the last tagged one',
      ...container,
      versions: [old, { name: 'new', tags: ['v1'] }],
      expected: [400, lastTagged]
    },
    {
      title: 'a tagged one beside another',
      ...container,
      versions: [
        { ...old, tags: ['v0'] },
        { name: 'new', tags: ['v1'] }
      ],
      expected: [204, '']
    },
    {
      title: 'an untagged one',
      ...container,
      versions: [{ ...old, tags: ['v0'] }, { name: 'new' }],
      expected: [204, '']
    },
    {
      title: 'the last tagged one beside a signature, whose tag counts',
      ...container,
      versions: [
        { ...old, tags: [signatureTag] },
        { name: 'new', tags: ['v1'] }
      ],
      expected: [204, '']
    },
    {
      title: 'the last tagged one beside a signature, whose tag does not count',
      ...container,
      versions: [
        { ...old, tags: [signatureTag] },
        { name: 'new', tags: ['v1'] }
      ],
      assumptions: { digestTagsCount: false },
      expected: [400, lastTagged]
    },
    { title: 'the only one, untagged', ...container, versions: [{ name: 'new' }], expected: [400, lastVersion] },
    {
      title: 'the only one, untagged, where that is allowed',
      ...container,
      versions: [{ name: 'new' }],
      assumptions: { lastUntagged: 'deleted' },
      expected: [204, '']
    },
    {
      title: 'a public one over 5,000 downloads',
      ...npm,
      visibility: 'public',
      versions: [old, { name: 'new', downloads: 5001 }],
      expected: [400, downloads]
    },
    {
      title: 'a public one with 5,000 downloads',
      ...npm,
      visibility: 'public',
      versions: [old, { name: 'new', downloads: 5000 }],
      expected: [204, '']
    },
    {
      title: 'a private one over 5,000 downloads',
      ...npm,
      versions: [old, { name: 'new', downloads: 5001 }],
      expected: [204, '']
    }
  ]

  it.each(cases)('$title: $expected', async ({ expected, type, ...rest }) => {
    const simulator = await startForTest(scenario({ type, ...rest }))
    const before = simulator.world.snapshot()
    const answer = await deleteNewest(simulator, type)
    expect([answer.status, messageOf(answer)]).toEqual(expected)
    if (answer.status !== 204) expect(simulator.world.snapshot()).toEqual(before)
    else expect(simulator.world.snapshot()).not.toEqual(before)
  })

  it('twice is not found the second time', async () => {
    const simulator = await startForTest(scenario({ type: 'npm', versions: [old, { name: 'new' }] }))
    const [newest] = simulator.world.packageAt({ owner: 'acme', type: 'npm', name: 'web' }).versions.list('active')
    const path = `/orgs/acme/packages/npm/web/versions/${newest?.id}`
    expect((await rest(simulator, path, { method: 'DELETE' })).status).toBe(204)
    expect((await rest(simulator, path, { method: 'DELETE' })).status).toBe(404)
    expect((await rest(simulator, path)).status).toBe(404)
  })

  it('docker-base-layer breaks the images of its package', async () => {
    const versions = [{ name: 'app', tags: ['v1'], at: '5d' }, { name: 'docker-base-layer' }]
    const simulator = await startForTest(scenario({ type: 'docker', versions }))
    expect(simulator.world.checkTag('acme', 'web', 'v1', 'docker').ok).toBe(true)
    expect((await deleteNewest(simulator, 'docker')).status).toBe(204)
    expect(simulator.world.checkTag('acme', 'web', 'v1', 'docker')).toMatchObject({
      ok: false,
      missing: ['docker-base-layer']
    })
  })
})

describe('deleting a package', () => {
  it('is refused while a public version has over 5,000 downloads', async () => {
    const versions = [old, { name: 'new', downloads: 5001 }]
    const simulator = await startForTest(scenario({ type: 'npm', visibility: 'public', versions }))
    const answer = await rest(simulator, '/orgs/acme/packages/npm/web', { method: 'DELETE' })
    expect(answer.status).toBe(400)
    expect(messageOf(answer)).toMatch(/^Publicly visible packages with a version with more than 5000 downloads/)
  })
})

describe('the status of a refusal', () => {
  const tagged = [old, { name: 'new', tags: ['v1'] }]
  it.each([
    ['downloadsRefusal', 'npm', [old, { name: '1.0.0', downloads: 5001 }], downloads],
    ['lastTaggedRefusal', 'container', tagged, lastTagged],
    ['lastVersionRefusal', 'npm', [old], lastVersion]
  ] as const)('is what %s says, with the same text', async (name, type, versions, text) => {
    for (const status of [400, 403, 409, 422] as const) {
      const simulator = await startForTest(
        scenario({ type, versions, visibility: 'public', assumptions: { [name]: status } })
      )
      const answer = await deleteNewest(simulator, type)
      expect([answer.status, messageOf(answer)]).toEqual([status, text])
    }
  })
})
