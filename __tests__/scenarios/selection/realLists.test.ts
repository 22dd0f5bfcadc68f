import { describe, expect, it } from '@jest/globals'
import semver from 'semver'
import { numberBetween } from '../../../simulator/images/digest.js'
import { type RealPackage, realPackages, realVersions } from '../../../simulator/samples/realVersions.js'
import type { Inventory } from '../../../src/domain/inventory.js'
import { plan } from '../../../src/policy/plan/plan.js'
import { ALL } from '../../amount.js'
import { policyOf } from './scenario.js'

const NOW = Date.UTC(2026, 10, 22, 12)
const HOUR = 3_600_000

interface Published {
  readonly id: number
  readonly name: string
  readonly at: number
  readonly version: semver.SemVer
}

/** Every version that npm has of the package, pushed at hours that have nothing to do with the order of the names. */
function published(name: RealPackage): readonly Published[] {
  return realVersions(name).flatMap((text, id) => {
    const version = semver.parse(text)
    return version === null ? [] : [{ id, name: text, at: NOW - numberBetween(text, 0, 3000) * HOUR, version }]
  })
}

function staying(list: readonly Published[], rules: string): readonly string[] {
  const inventory: Inventory = {
    package: { owner: 'o', type: 'npm', name: 'p', id: 1, visibility: 'private', htmlUrl: '' },
    versions: list.map(({ id, name, at }) => ({ id, name, tags: [], createdAt: at, updatedAt: at })),
    manifests: new Map(),
    inUse: {},
    gaps: []
  }
  const policy = policyOf(`min-keep: 0\nrules: [{ name: all, ${rules} }]`, 'npm')
  const [own] = plan([inventory], policy, NOW, 'o').packages
  return (own?.decisions ?? []).filter(({ verdict }) => verdict === 'keep').map(({ version }) => version.name)
}

const newestFirst = (a: Published, b: Published): number =>
  b.at - a.at || semver.compare(b.version, a.version) || b.id - a.id
const highestFirst = (a: Published, b: Published): number =>
  semver.compare(b.version, a.version) || b.at - a.at || b.id - a.id
const core = ({ major, minor, patch }: semver.SemVer): string => `${major}.${minor}.${patch}`
const isPrerelease = ({ version }: Published): boolean => version.prerelease.length > 0

type Judge = (list: readonly Published[]) => readonly Published[]

const judges: readonly (readonly [what: string, rules: string, judge: Judge])[] = [
  ['the last 50', `match: { names: ['*'] }, keep: [{ last: 50 }]`, (list) => [...list].sort(newestFirst).slice(0, 50)],
  [
    'the 50 highest versions',
    `match: { names: ['*'] }, sort: version, keep: [{ last: 50 }]`,
    (list) => [...list].sort(highestFirst).slice(0, 50)
  ],
  [
    'what is younger than 30 days',
    `match: { names: ['*'] }, keep: [{ within: 30d }]`,
    (list) => list.filter(({ at }) => at >= NOW - 720 * HOUR)
  ],
  [
    'all but canaries, betas, experiments and development builds',
    `match: { names: ['*-canary*', '*-beta*', '*-experimental-*', '*-dev.*'] }, keep: []`,
    (list) => list.filter(({ name }) => !/-canary|-beta|-experimental-|-dev\./.test(name))
  ],
  [
    'all but a range, whose prereleases it does not name',
    `match: { names: ['semver:>=4.0.0 <17.0.0'] }, keep: [{ last: 1 }]`,
    (list) => {
      const range = new semver.Range('>=4.0.0 <17.0.0')
      const [newest] = list.filter(({ version }) => range.test(version)).sort(newestFirst)
      return list.filter((each) => each === newest || !range.test(each.version))
    }
  ],
  [
    'a range with its prereleases, in keep',
    `match: { names: ['*'] }, keep: [{ names: ['semver:^5.0.0 || ~15.1.0'] }, { last: 1 }]`,
    (list) => {
      const [newest] = [...list].sort(newestFirst)
      const range = new semver.Range('^5.0.0 || ~15.1.0', { includePrerelease: true })
      return list.filter((each) => each === newest || range.test(each.version))
    }
  ],
  [
    'prereleases that no release superseded',
    `match: { prerelease: superseded }, keep: []`,
    (list) => {
      const released = new Set(list.filter((each) => !isPrerelease(each)).map(({ version }) => core(version)))
      return list.filter((each) => !isPrerelease(each) || !released.has(core(each.version)))
    }
  ],
  [
    'the three highest patches of every minor of the two highest majors',
    `match: { prerelease: false }, keep: [{ semver: { majors: 2, patches: 3 } }]`,
    (list) => {
      const releases = list.filter((each) => !isPrerelease(each))
      const majors = [...new Set(releases.map(({ version }) => version.major))].sort((a, b) => b - a).slice(0, 2)
      const patches = new Map<string, number[]>()
      for (const { version } of releases) {
        const line = `${version.major}.${version.minor}`
        patches.set(line, [...new Set([...(patches.get(line) ?? []), version.patch])].sort((a, b) => b - a).slice(0, 3))
      }
      const isHigh = ({ version }: Published): boolean =>
        majors.includes(version.major) &&
        patches.get(`${version.major}.${version.minor}`)?.includes(version.patch) === true
      return list.filter((each) => isPrerelease(each) || isHigh(each))
    }
  ]
]

describe.each(realPackages)('all versions of %s', (name) => {
  const list = published(name)
  // The sample judges each list by some, and asks each judge about some list.
  const own = judges.filter((_, index) => ALL || index % realPackages.length === realPackages.indexOf(name))
  it.each(own)('%s', (_what, rules, judge) => {
    const wanted = judge(list).map((each) => each.name)
    expect(wanted.length).toBeLessThanOrEqual(list.length)
    // The engine never empties a package: GitHub would refuse the last version.
    expect([...staying(list, rules)].sort()).toEqual(wanted.length === 0 ? [expect.any(String)] : [...wanted].sort())
  })
})
