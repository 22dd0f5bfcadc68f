import { describe } from '@jest/globals'
import { digestOf, shows } from './scenario.js'

describe('keep: last', () => {
  shows('the newest N are kept, the others are deleted with their rank', {
    policy: `rules: [{ name: all, match: { names: ['*'] }, keep: [{ last: 2 }] }]`,
    table: `
      d | 1d |  | kept: last 1 of 2
      c | 2d |  | kept: last 2 of 2
      b | 3d |  | deleted: not-kept 3 of 4
      a | 4d |  | deleted: not-kept 4 of 4
    `
  })
  shows('last: 0 keeps none, so only min-keep holds the newest', {
    policy: `rules: [{ name: all, match: { names: ['*'] }, keep: [{ last: 0 }] }]`,
    table: `
      b | 1d |  | kept: min-keep; not-kept 1 of 2
      a | 2d |  | deleted: not-kept 2 of 2
    `
  })
  shows('equal times: the higher version is the newer, then the higher id', {
    type: 'npm',
    policy: `rules: [{ name: all, match: { names: ['*'] }, keep: [{ last: 2 }] }]`,
    table: `
      1.9.0 | 1d |  | deleted: not-kept 3 of 4
      1.10.0 | 1d |  | kept: last 2 of 2
      2.0.0 | 1d |  | kept: last 1 of 2
      1.8.0 | 1d |  | deleted: not-kept 4 of 4
    `
  })
  shows(
    'sort: version counts by version whenever it was pushed; a name that is not a version is kept and not counted',
    {
      policy: `rules: [{ name: all, match: { names: ['*'] }, sort: version, keep: [{ last: 2 }] }]`,
      table: `
      1.0.9 | 1d |  | deleted: not-kept 3 of 3
      2.0.0 | 9d |  | kept: last 1 of 2
      1.1.0 | 8d |  | kept: last 2 of 2
      main | 300d |  | kept: not-a-version
    `
    }
  )
  shows('sort: version keeps untagged units too, as they have no version', {
    policy: `rules: [{ name: all, match: {}, sort: version, keep: [{ last: 1 }] }]`,
    table: `
      2.0.0 | 1d |  | kept: last 1 of 1
      1.0.0 | 2d |  | deleted: not-kept 2 of 2
      (old) | 99d |  | kept: not-a-version
    `
  })
})

describe('keep: within', () => {
  shows('a unit exactly as old as the limit is kept, one a second older is deleted', {
    policy: `rules: [{ name: all, match: { names: ['*'] }, keep: [{ within: 7d }] }]`,
    table: `
      young | 1d |  | kept: within (7d)
      edge | 2026-11-15T12:00:00Z |  | kept: within (7d)
      old | 2026-11-15T11:59:59Z |  | deleted: not-kept 3 of 3
    `
  })
  shows('times in the future count as now', {
    policy: `rules: [{ name: all, match: { names: ['*'] }, keep: [{ within: 1h }] }]`,
    table: `
      future | -9d |  | kept: within (1h)
      old | 2h |  | deleted: not-kept 2 of 2
    `
  })
  shows('relative-to: newest counts back from the newest unit of the group, so a quiet branch keeps its last days', {
    policy: `rules: [{ name: all, match: { names: ['*'] }, relative-to: newest, keep: [{ within: 3d }] }]`,
    table: `
      c | 100d |  | kept: within (3d)
      b | 103d |  | kept: within (3d)
      a | 104d |  | deleted: not-kept 3 of 3
    `
  })
  shows('months are the calendar of the time zone, clamped: three months before 31 May is 28 February', {
    now: '2026-05-31T12:00Z',
    policy: `rules: [{ name: all, match: { names: ['*'] }, keep: [{ within: 3mo }] }]`,
    table: `
      b | 2026-02-28T12:00Z |  | kept: within (3mo)
      a | 2026-02-28T11:59Z |  | deleted: not-kept 2 of 2
    `
  })
  shows('30 days are 720 hours, whatever the clocks did', {
    now: '2026-04-10T12:00Z',
    policy: `timezone: Europe/Berlin\nrules: [{ name: all, match: { names: ['*'] }, keep: [{ within: 30 days }] }]`,
    table: `
      b | 2026-03-11T12:00Z |  | kept: within (30 days)
      a | 2026-03-11T11:59Z |  | deleted: not-kept 2 of 2
    `
  })
  shows('since: superseded starts the clock at the release; a prerelease that is not superseded has not begun to age', {
    policy: `rules: [{ name: all, match: { names: ['*'] }, keep: [{ prerelease: true, within: 7d, since: superseded }, { prerelease: false }] }]`,
    table: `
      3.0.0-rc.1 | 300d |  | kept: within (7d since superseded)
      2.0.0 | 6d |  | kept: filter
      2.0.0-rc.1 | 60d |  | kept: within (7d since superseded)
      1.0.0 | 8d |  | kept: filter
      1.0.0-rc.1 | 60d |  | deleted: not-kept 5 of 6
      1.0.0-rc.2 | 2d |  | kept: within (7d since superseded)
    `
  })
  shows('a release whose time is unknown has superseded nothing for long', {
    policy: `rules: [{ name: all, match: { prerelease: superseded }, keep: [{ within: 7d, since: superseded }] }]`,
    table: `
      1.0.0 | - |  | kept: no-rule
      1.0.0-rc.1 | 60d |  | kept: within (7d since superseded)
    `
  })
})

describe('parts of what is deleted', () => {
  shows('are deleted for the reason of their unit', {
    policy: `
rules:
  - { name: superseded, match: { prerelease: superseded }, keep: [] }
  - { name: listed, match: { versions: ['${digestOf('v1')}'] }, keep: [] }
  - { name: orphans, match: { tagged: false, state: [orphan] }, keep: [] }`,
    table: `
      1.0.0 | 1d |  | kept: no-rule
      1.0.0-rc.1 | 2d | index of (a) | deleted: superseded 1 of 1 (1.0.0)
      (a) | 2d |  | deleted: superseded
      v1 | 3d | index of (b) | deleted: listed 1 of 1
      (b) | 3d |  | deleted: listed (v1)
      (s) | 4d | refers to (gone) | deleted: orphan 1 of 1
      (t) | 4d | refers to (s) | deleted: orphan (digest)
    `
  })
})

describe('keep: calendar buckets', () => {
  const buckets: readonly (readonly [string, string])[] = [
    [
      'hourly',
      `
      c | 2026-11-22T11:59Z |  | kept: hourly 1 of 2 (2026-11-22T11Z)
      b | 2026-11-22T11:00Z |  | deleted: not-kept 2 of 4
      a | 2026-11-22T09:30Z |  | kept: hourly 2 of 2 (2026-11-22T09Z)
      z | 2026-11-22T08:30Z |  | deleted: not-kept 4 of 4
    `
    ],
    [
      'daily',
      `
      c | 2026-11-22T11:59Z |  | kept: daily 1 of 2 (2026-11-22)
      b | 2026-11-22T00:00Z |  | deleted: not-kept 2 of 4
      a | 2026-11-01T09:30Z |  | kept: daily 2 of 2 (2026-11-01)
      z | 2026-10-31T23:59Z |  | deleted: not-kept 4 of 4
    `
    ],
    [
      'weekly',
      `
      c | 2026-11-22T11:59Z |  | kept: weekly 1 of 2 (2026-W47)
      b | 2026-11-16T00:00Z |  | deleted: not-kept 2 of 4
      a | 2026-01-01T09:30Z |  | kept: weekly 2 of 2 (2026-W01)
      z | 2025-12-29T00:00Z |  | deleted: not-kept 4 of 4
    `
    ],
    [
      'monthly',
      `
      c | 2026-11-22T11:59Z |  | kept: monthly 1 of 2 (2026-11)
      b | 2026-11-01T00:00Z |  | deleted: not-kept 2 of 4
      a | 2026-03-01T09:30Z |  | kept: monthly 2 of 2 (2026-03)
      z | 2026-02-28T23:59Z |  | deleted: not-kept 4 of 4
    `
    ],
    [
      'quarterly',
      `
      c | 2026-11-22T11:59Z |  | kept: quarterly 1 of 2 (2026-Q4)
      b | 2026-10-01T00:00Z |  | deleted: not-kept 2 of 4
      a | 2026-09-30T23:59Z |  | kept: quarterly 2 of 2 (2026-Q3)
      z | 2026-06-30T23:59Z |  | deleted: not-kept 4 of 4
    `
    ],
    [
      'yearly',
      `
      c | 2026-11-22T11:59Z |  | kept: yearly 1 of 2 (2026)
      b | 2026-01-01T00:00Z |  | deleted: not-kept 2 of 4
      a | 2025-12-31T23:59Z |  | kept: yearly 2 of 2 (2025)
      z | 2024-12-31T23:59Z |  | deleted: not-kept 4 of 4
    `
    ]
  ]
  for (const [bucket, table] of buckets) {
    shows(`${bucket}: 2 keeps the newest of the last two that have any`, {
      policy: `rules: [{ name: all, match: { names: ['*'] }, keep: [{ ${bucket}: 2 }] }]`,
      table
    })
  }
  shows('daily: all, within: 3d is one a day for three days', {
    policy: `rules: [{ name: all, match: { names: ['*'] }, keep: [{ daily: all, within: 3d }] }]`,
    table: `
      e | 2026-11-22T11:00Z |  | kept: daily 1 (2026-11-22)
      d | 2026-11-22T01:00Z |  | deleted: not-kept 2 of 5
      c | 2026-11-20T09:00Z |  | kept: daily 2 (2026-11-20)
      b | 2026-11-19T13:00Z |  | kept: daily 3 (2026-11-19)
      a | 2026-11-19T11:00Z |  | deleted: not-kept 5 of 5
    `
  })
  shows('days begin at midnight of the time zone', {
    policy: `timezone: Asia/Tokyo\nrules: [{ name: all, match: { names: ['*'] }, keep: [{ daily: 9 }] }]`,
    table: `
      c | 2026-11-20T15:00Z |  | kept: daily 1 of 9 (2026-11-21)
      b | 2026-11-20T14:59Z |  | kept: daily 2 of 9 (2026-11-20)
      a | 2026-11-19T15:00Z |  | deleted: not-kept 3 of 3
    `
  })
  shows('the hour that a clock change repeats is two buckets', {
    policy: `timezone: Europe/Berlin\nrules: [{ name: all, match: { names: ['*'] }, keep: [{ hourly: 9 }] }]`,
    table: `
      b | 2026-10-25T01:30Z |  | kept: hourly 1 of 9 (2026-10-25T02+01:00)
      a | 2026-10-25T00:30Z |  | kept: hourly 2 of 9 (2026-10-25T02+02:00)
    `
  })
  shows('the newest of a bucket represents it even where last counts by version', {
    policy: `rules: [{ name: all, match: { names: ['*'] }, sort: version, keep: [{ daily: 1 }] }]`,
    table: `
      1.0.0 | 1h |  | kept: daily 1 of 1 (2026-11-22)
      2.0.0 | 2h |  | deleted: not-kept 1 of 2
    `
  })
})

describe('keep: semver lines', () => {
  shows('the highest patches of the highest minors of the highest majors', {
    type: 'npm',
    policy: `rules: [{ name: all, match: { names: ['*'] }, keep: [{ semver: { majors: 2, minors: 2, patches: 2 } }] }]`,
    table: `
      1.9.9 | 1d |  | deleted: not-kept 1 of 9
      2.0.0 | 2d |  | deleted: not-kept 2 of 9
      2.1.0 | 3d |  | deleted: not-kept 3 of 9
      2.1.1 | 4d |  | kept: semver 2 of 2 (2.1.x patch)
      2.1.3 | 5d |  | kept: semver 1 of 2 (2.1.x patch)
      2.2.0 | 6d |  | kept: semver 1 of 2 (2.2.x patch)
      10.0.0 | 7d |  | kept: semver 1 of 2 (10.0.x patch)
      10.3.0 | 8d |  | kept: semver 1 of 2 (10.3.x patch)
      latest-build | 9d |  | kept: not-a-version
    `
  })
  shows('only releases open a line, and prereleases are kept while their release does not exist', {
    type: 'npm',
    policy: `rules: [{ name: all, match: { names: ['*'] }, keep: [{ semver: { majors: 1, prereleases: 1 } }] }]`,
    table: `
      3.0.0-rc.2 | 1d |  | kept: semver 1 of 1 (prerelease of 3.0.0)
      3.0.0-rc.1 | 2d |  | deleted: not-kept 2 of 6
      3.0.0-beta.9 | 3d |  | kept: semver 1 of 1 (prerelease of 3.0.0)
      2.0.0-rc.1 | 4d |  | deleted: not-kept 4 of 6
      2.0.0 | 5d |  | kept: semver 1 (2.0.x patch)
      1.0.0 | 6d |  | deleted: not-kept 6 of 6
    `
  })
  shows('prereleases left out means that none is kept', {
    type: 'npm',
    policy: `rules: [{ name: all, match: { names: ['*'] }, keep: [{ semver: {} }] }]`,
    table: `
      2.0.0-rc.1 | 4d |  | deleted: not-kept 1 of 2
      1.0.0 | 5d |  | kept: semver 1 (1.0.x patch)
    `
  })
})

describe('filters, OR and AND', () => {
  shows('items are ORed, the keys of one item ANDed; filters narrow before anything is counted', {
    policy: `rules: [{ name: all, match: { names: ['*'] }, keep: [{ names: ['v*'], last: 1 }, { last: 2, within: 2d }] }]`,
    table: `
      e | 1d |  | kept: last 1 of 2
      d | 3d |  | deleted: not-kept 2 of 4
      v1 | 9d |  | kept: last 1 of 1
      v0 | 10d |  | deleted: not-kept 4 of 4
    `
  })
  shows('what two counters of one item pick must be the same', {
    policy: `rules: [{ name: all, match: { names: ['*'] }, keep: [{ last: 2, daily: 2 }] }]`,
    table: `
      c | 2026-11-22T10:00Z |  | kept: last 1 of 2
      b | 2026-11-22T09:00Z |  | deleted: not-kept 2 of 3
      a | 2026-11-21T09:00Z |  | deleted: not-kept 3 of 3
    `
  })
  shows('an item of filters alone keeps all that they leave', {
    type: 'npm',
    policy: `rules: [{ name: all, match: { names: ['*'] }, keep: [{ prerelease: false }, { names: ['semver:>=2'] }] }]`,
    table: `
      2.0.0-rc.1 | 4d |  | kept: filter
      1.0.0 | 5d |  | kept: filter
      1.0.0-rc.1 | 6d |  | deleted: not-kept 3 of 3
    `
  })
  shows('prerelease: superseded as a filter counts only those', {
    type: 'npm',
    policy: `rules: [{ name: all, match: { prerelease: true }, keep: [{ prerelease: superseded, last: 1 }, { prerelease: true, within: 1d }] }]`,
    table: `
      2.0.0-rc.1 | 4d |  | deleted: not-kept 1 of 3
      1.0.0 | 5d |  | kept: no-rule
      1.0.0-rc.2 | 6d |  | kept: last 1 of 1
      1.0.0-rc.1 | 7d |  | deleted: not-kept 3 of 3
    `
  })
})
