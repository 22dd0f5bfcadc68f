import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'
import { publicationTimes } from '../../../simulator/generate/publicationTimes.js'
import { generateVersionPackage, loadVersions } from '../../../simulator/generate/versionPackage.js'
import { realVersions } from '../../../simulator/samples/realVersions.js'
import { World } from '../../../simulator/world/world.js'

const now = Date.UTC(2026, 10, 22, 12)
const day = (at: number | undefined) => new Date(at ?? 0).toISOString().slice(0, 10)

describe('publication times', () => {
  const times = publicationTimes(['1.0.0', '1.1.0-dev.20240110', '1.1.0-dev.20240131', '1.0.1', '1.1.0', '1.1.1'], now)

  it('a build with a date in its name was published on that day', () => {
    expect(day(times.get('1.1.0-dev.20240110'))).toBe('2024-01-10')
  })

  it('a release came the day after its last dated build, what follows it a week later', () => {
    expect([day(times.get('1.1.0')), day(times.get('1.1.1'))]).toEqual(['2024-02-01', '2024-02-08'])
  })

  it('undated releases keep the order of their versions', () => {
    const ordered = ['1.0.0', '1.0.1', '1.1.0', '1.1.1'].map((name) => times.get(name) ?? 0)
    expect(ordered).toEqual([...ordered].sort((a, b) => a - b))
  })

  it('nothing is published after now, and nothing before npm', () => {
    for (const name of ['next', 'react', 'typescript'] as const) {
      const all = [...publicationTimes(realVersions(name), now).values()]
      expect(Math.max(...all)).toBeLessThanOrEqual(now)
      expect(Math.min(...all)).toBeGreaterThanOrEqual(Date.UTC(2011, 0, 1))
    }
  })
})

describe('version packages', () => {
  const names = (type: 'npm' | 'maven' | 'nuget' | 'rubygems', from: readonly string[]) =>
    generateVersionPackage({ type, name: 'thing', from, now }).versions.map(({ name }) => name)

  it('npm has every name of the real list, each once', () => {
    const real = realVersions('typescript')
    expect([...names('npm', real)].sort()).toEqual([...new Set(real)].sort())
  })

  it('npm dist-tags: latest is the highest release, others the last of their kind', () => {
    const { distTags } = generateVersionPackage({ type: 'npm', name: 'ts', from: realVersions('typescript'), now })
    expect(distTags).toMatchObject({ latest: '7.0.2', next: '7.1.0-dev.20261021.1', beta: '7.1.0-beta' })
  })

  it('hashes in version names make no dist-tags', () => {
    const { distTags } = generateVersionPackage({ type: 'npm', name: 'react', from: realVersions('react'), now })
    expect(Object.keys(distTags).sort()).toEqual(['alpha', 'beta', 'canary', 'experimental', 'latest', 'next', 'rc'])
  })

  it('maven has one snapshot for all development builds of a release, with the time of the first and the last', () => {
    const { versions } = generateVersionPackage({
      type: 'maven',
      name: 'com.example.app',
      from: ['1.1.0-dev.20240110', '1.1.0-dev.20240131', '1.1.0-rc.1', '1.1.0-beta', '1.1.0'],
      now
    })
    expect(versions.map(({ name }) => name).sort()).toEqual(['1.1.0', '1.1.0-SNAPSHOT', '1.1.0-beta', '1.1.0-rc-1'])
    const snapshot = versions.find(({ name }) => name === '1.1.0-SNAPSHOT')
    expect([day(snapshot?.createdAt), day(snapshot?.updatedAt)]).toEqual(['2024-01-10', '2024-01-31'])
  })

  it('nuget has versions of three and of four numbers', () => {
    const all = names('nuget', realVersions('octokit_rest'))
    expect(all.filter((name) => /^\d+\.\d+\.\d+\.\d+$/.test(name)).length).toBeGreaterThan(50)
    expect(all.filter((name) => /^\d+\.\d+\.\d+$/.test(name)).length).toBeGreaterThan(20)
  })

  it('rubygems joins prereleases with dots', () => {
    expect(names('rubygems', ['1.0.0-rc.1', '1.0.0'])).toEqual(expect.arrayContaining(['1.0.0.rc.1', '1.0.0']))
  })

  it('are loaded with their versions, times and dist-tags', () => {
    const world = new World()
    const generated = generateVersionPackage({ type: 'npm', name: 'semver', from: realVersions('semver'), now })
    loadVersions(world, 'octo-org', generated)
    const stored = world.packageAt({ owner: 'octo-org', type: 'npm', name: 'semver' })
    expect(stored.activeCount).toBe(122)
    expect(stored.distTags.get('latest')).toBe('7.8.6')
    expect(stored.byName.get('7.8.6')?.createdAt).toBe(generated.versions.at(-1)?.createdAt)
  })
})

describe('lists of the sample organization', () => {
  const samples = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'simulator', 'samples')
  const withoutCanaries = realVersions('next').filter((name) => !name.includes('canary'))

  it.each([
    ['maven' as const, realVersions('typescript')],
    ['nuget' as const, [...realVersions('octokit_rest'), ...realVersions('semver')]],
    ['rubygems' as const, withoutCanaries]
  ])('%s-versions.txt holds what the generator makes of real npm versions', (type, from) => {
    const names = generateVersionPackage({ type, name: 'thing', from, now }).versions.map(({ name }) => name)
    const listed = readFileSync(join(samples, `${type}-versions.txt`), 'utf8')
      .trim()
      .split('\n')
    expect(new Set(listed)).toEqual(new Set(names))
    expect(listed).toHaveLength(names.length)
  })
})
