import { describe } from '@jest/globals'
import { shows } from './scenario.js'

const newest2 = `rules: [{ name: all, match: { names: ['*'] }, sort: version, keep: [{ last: 2 }] }]`

describe('the order of versions is that of the package type', () => {
  shows('npm: numbers as numbers, a release above its prereleases, build metadata without weight', {
    type: 'npm',
    policy: newest2,
    table: `
      1.10.0-rc.2 | 1d |  | deleted: not-kept 4 of 6
      1.10.0-rc.11 | 2d |  | deleted: not-kept 3 of 6
      1.10.0 | 3d |  | kept: last 2 of 2
      1.10.0+build5 | 2d |  | kept: last 1 of 2
      1.9.0 | 4d |  | deleted: not-kept 5 of 6
      1.2.0 | 5d |  | deleted: not-kept 6 of 6
    `
  })
  shows('container: a leading v is dropped, _ is read as +; a date is no version', {
    policy: newest2,
    table: `
      v1.9.0 | 1d |  | deleted: not-kept 3 of 3
      1.10.0 | 2d |  | kept: last 2 of 2
      v2.0.0_1 | 3d |  | kept: last 1 of 2
      2024.01.05 | 4d |  | kept: not-a-version
    `
  })
  shows('nuget: a fourth number, and case without weight', {
    type: 'nuget',
    policy: newest2,
    table: `
      1.0.0.10 | 1d |  | kept: last 1 of 2
      1.0.0.9 | 2d |  | kept: last 2 of 2
      1.0.0 | 3d |  | deleted: not-kept 3 of 5
      1.0.0-RC2 | 4d |  | deleted: not-kept 4 of 5
      1.0.0-rc1 | 5d |  | deleted: not-kept 5 of 5
    `
  })
  shows('maven: qualifiers in their order, 1.2.0.Final is a release', {
    type: 'maven',
    policy: newest2,
    table: `
      1.2.0.Final | 1d |  | kept: last 2 of 2
      1.2.0-SNAPSHOT | 2d |  | deleted: not-kept 3 of 6
      1.2.0-rc1 | 3d |  | deleted: not-kept 4 of 6
      1.2.0-beta1 | 4d |  | deleted: not-kept 5 of 6
      1.2.0-alpha1 | 5d |  | deleted: not-kept 6 of 6
      1.2.0-sp1 | 6d |  | kept: last 1 of 2
    `
  })
  shows('maven: a version is kept where 3.9.11 would delete it and 4.0 would not', {
    type: 'maven',
    policy: `rules: [{ name: all, match: { names: ['*'] }, sort: version, keep: [{ last: 1 }] }]`,
    table: `
      1.20.0-rc.11 | 1d |  | kept: last 1 of 1
      1.20.0-rc-11 | 2d |  | kept: last 1 of 1
      1.20.0-rc-10 | 3d |  | deleted: not-kept 3 of 3
    `
  })
  shows('maven: a bound that 3.9.11 and 4.0 put on two sides of a version does not select it', {
    type: 'maven',
    policy: `rules: [{ name: old, match: { names: ['semver:<1.1-atlassian.1'] }, keep: [] }]`,
    table: `
      1.2 | 1d |  | kept: no-rule
      1.1-atlassian-1 | 2d |  | kept: no-rule
      1.0 | 3d |  | deleted: not-kept 1 of 1
    `
  })
  shows('maven: nor does it where the rule speaks of prereleases', {
    type: 'maven',
    policy: `rules: [{ name: old, match: { names: ['semver:<1.1-atlassian.1'], prerelease: false }, keep: [] }]`,
    table: `
      1.2 | 1d |  | kept: no-rule
      1.1-atlassian-1 | 2d |  | kept: no-rule
      1.0 | 3d |  | deleted: not-kept 1 of 1
    `
  })
  shows('maven: a bound of what is kept keeps what one of 3.9.11 and 4.0 puts within it', {
    type: 'maven',
    policy: `protect: ['semver:>1.1-atlassian.1']\nrules: [{ name: all, match: { names: ['*'] }, keep: [] }]`,
    table: `
      1.2 | 1d |  | kept: protected (semver:>1.1-atlassian.1); not-kept
      1.1-atlassian-1 | 2d |  | kept: protected (semver:>1.1-atlassian.1); not-kept
      1.0 | 3d |  | deleted: not-kept 1 of 1
    `
  })
  shows('rubygems: a letter makes a prerelease', {
    type: 'rubygems',
    policy: newest2,
    table: `
      1.10.0 | 1d |  | kept: last 1 of 2
      1.10.0.rc1 | 2d |  | kept: last 2 of 2
      1.10.0.beta2 | 3d |  | deleted: not-kept 3 of 4
      1.9 | 4d |  | deleted: not-kept 4 of 4
    `
  })
})

describe('a rule may name another order', () => {
  shows('calver: dates of any form are versions, and ranges and lines are over them', {
    policy: `rules: [
      { name: old, match: { names: ['semver:<2026.01.05'] }, version-scheme: calver, sort: version, keep: [{ last: 1 }] }]`,
    table: `
      2026.01.05 | 1d |  | kept: no-rule
      2026.01.04 | 9d |  | kept: last 1 of 1
      2025-12-31 | 2d |  | deleted: not-kept 2 of 2
    `
  })
  shows('calver: two-part names have lines', {
    policy: `rules: [
      { name: lines, match: { names: ['2?.*'] }, version-scheme: calver, keep: [{ semver: { majors: 1, minors: 1 } }] }]`,
    table: `
      24.10 | 1d |  | kept: semver 1 (24.10.x patch)
      24.04 | 2d |  | deleted: not-kept 2 of 3
      23.10 | 3d |  | deleted: not-kept 3 of 3
    `
  })
  shows('semver: a gem that numbers as npm does', {
    type: 'rubygems',
    policy: `min-keep: 0\nrules: [{ name: pre, match: { names: ['*'], prerelease: true }, version-scheme: semver, keep: [] }]`,
    table: `
      1.0.0-1 | 1d |  | deleted: not-kept 1 of 1
      1.0.0.rc1 | 2d |  | kept: no-rule
    `
  })
})

describe('prereleases are what the package type calls so', () => {
  const drop = `min-keep: 0\nrules: [{ name: pre, match: { prerelease: true }, keep: [] }]`
  shows('maven: neither 1.2.0.Final nor 2024.01.05 is one', {
    type: 'maven',
    policy: drop,
    table: `
      1.2.0.Final | 1d |  | kept: no-rule
      2024.01.05 | 2d |  | kept: no-rule
      1.3.0-SNAPSHOT | 3d |  | deleted: not-kept 1 of 1
    `
  })
  shows('npm: 1.3.0+build5 is a release', {
    type: 'npm',
    policy: drop,
    table: `
      1.3.0+build5 | 1d |  | kept: no-rule
      1.4.0-0 | 2d |  | deleted: not-kept 1 of 1
    `
  })
  shows('maven: a snapshot is superseded by its release, which need not be spelled alike', {
    type: 'maven',
    policy: `min-keep: 0\nrules: [{ name: pre, match: { names: ['*-SNAPSHOT'], prerelease: superseded }, keep: [] }]`,
    table: `
      1.2.0 | 1d |  | kept: no-rule
      1.2-SNAPSHOT | 2d |  | deleted: superseded 1 of 1 (1.2)
      1.3-SNAPSHOT | 3d |  | kept: no-rule
    `
  })
})
