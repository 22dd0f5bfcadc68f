import { describe, expect, it } from '@jest/globals'
import type { PackageType } from '../../../src/domain/package.js'
import type { PackagePlan } from '../../../src/domain/plan.js'
import { plan } from '../../../src/policy/plan/plan.js'
import { heldText } from '../../../src/report/text/held.js'
import { reasonText } from '../../../src/report/text/reason.js'
import { digestOf, policyOf } from './scenario.js'

const NOW = Date.UTC(2026, 10, 22, 12)
const DAY = 86_400_000

/** Versions by their names, a day apart, the newest first. */
function planned(type: PackageType, names: readonly string[], text: string): PackagePlan {
  const versions = names.map((name, i) => {
    const tags = type === 'container' ? name.split(' ') : []
    const at = NOW - (i + 1) * DAY
    return { id: i + 1, name: type === 'container' ? digestOf(name) : name, tags, createdAt: at, updatedAt: at }
  })
  const info = { owner: 'o', type, name: 'p', id: 1, visibility: 'private', htmlUrl: '' }
  const inventory = { package: info, versions, manifests: new Map(), inUse: {}, gaps: [] }
  const [own] = plan([inventory], policyOf(text, type), NOW, 'o').packages
  if (own === undefined) throw new Error('no plan')
  return own
}

const texts = ({ decisions }: PackagePlan): readonly string[] =>
  decisions.map(
    ({ version, reasons }) =>
      `${version.tags[0] ?? version.name}: ${reasons.map((reason) => reasonText(reason)).join('; ')}`
  )

describe('reasons as people read them', () => {
  it('says rank, line, period, limit and age', () => {
    const policy = `
rules:
  - { name: lines, match: { names: ['*'], prerelease: false }, keep: [{ semver: { majors: 1, patches: 2 } }] }
  - { name: old candidates, match: { prerelease: superseded }, keep: [] }
  - { name: candidates, match: { prerelease: true }, keep: [{ last: 1 }, { monthly: 1, names: ['*-beta*'] }, { within: 9d, names: ['3.0.0-rc.2'] }] }`
    const names = ['3.0.0-rc.3', '2.1.2', '2.1.1', '2.1.0', '2.1.0-rc.1', '3.0.0-beta.1', '3.0.0-rc.2', '3.0.0-rc.1']
    expect(texts(planned('npm', names, policy))).toEqual([
      '3.0.0-rc.3: last 1 of 1 (rule candidates)',
      '2.1.2: semver 2.1.x patch 1 of 2 (rule lines)',
      '2.1.1: semver 2.1.x patch 2 of 2 (rule lines)',
      '2.1.0: not kept: rank 3 of 3, 4 days old (rule lines)',
      '2.1.0-rc.1: superseded by 2.1.0, 5 days old (rule old candidates)',
      '3.0.0-beta.1: monthly 1 of 1: newest of 2026-11 (rule candidates)',
      '3.0.0-rc.2: younger than 9d (rule candidates)',
      '3.0.0-rc.1: not kept: rank 4 of 4, 8 days old (rule candidates)'
    ])
  })

  it('says that the newest unit of a group is kept because within counts back from it', () => {
    const policy = `
rules:
  - { name: quiet, match: { names: ['*'] }, sort: version, relative-to: newest, keep: [{ within: 3d, last: 1 }] }`
    expect(texts(planned('npm', ['1.0.0', '2.0.0', '1.9.0'], policy))).toEqual([
      '1.0.0: the newest of its group, from which within counts back (rule quiet)',
      '2.0.0: last 1 of 1 (rule quiet)',
      '1.9.0: not kept: rank 2 of 3, 3 days old (rule quiet)'
    ])
  })
})

describe('what holds versions that a rule matched', () => {
  it('is named with how many it holds', () => {
    const names = Array.from({ length: 120 }, (_, i) => (i < 2 ? `pr-${i}` : `pr-${i} sha-${i}`))
    const own = planned('container', names, `rules: [{ name: previews, match: { names: ['pr-*'] }, keep: [] }]`)
    expect(heldText(own)).toEqual(['118 of 120 matched versions are held by tags that no rule owns: sha-* (118).'])
  })
})
