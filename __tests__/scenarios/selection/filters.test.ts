import { describe } from '@jest/globals'
import { shows } from './scenario.js'

const keep = (items: string, more = '') =>
  `min-keep: 0\nrules: [{ name: all, match: { names: ['*'] }, ${more}keep: [${items}] }]`

describe('a version with several names', () => {
  shows('fits a filter by one of them', {
    policy: keep(`{ names: ['v*'] }`),
    table: `
      v1, x | 1d |  | kept: v1: filter; x: filter
      y | 2d |  | deleted: not-kept 2 of 2
    `
  })
  shows('is a prerelease by one of them', {
    policy: keep('{ prerelease: true }'),
    table: `
      1.0.0, 2.0.0-rc.1 | 1d |  | kept: 1.0.0: filter; 2.0.0-rc.1: filter
      0.9.0 | 2d |  | deleted: not-kept 2 of 2
    `
  })
  shows('stands in the order of versions by the highest of them', {
    policy: keep('{ last: 1 }', 'sort: version, '),
    table: `
      1.0.0, 3.0.0 | 9d |  | kept: 1.0.0: last 1 of 1; 3.0.0: last 1 of 1
      2.0.0 | 1d |  | deleted: not-kept 2 of 2
    `
  })
  shows('is kept for the highest of them if it stands in two lines', {
    policy: keep('{ semver: {} }'),
    table: `
      1.0.0, 2.0.0 | 9d |  | kept: 2.0.0: semver 1 (2.0.x patch); 2.0.0: semver 1 (2.0.x patch)
    `
  })
  shows('stands in the line of the highest of them', {
    policy: keep('{ semver: { majors: 1 } }'),
    table: `
      1.0.0, 2.0.0 | 9d |  | kept: 2.0.0: semver 1 (2.0.x patch); 2.0.0: semver 1 (2.0.x patch)
      1.5.0 | 1d |  | deleted: not-kept 1 of 2
    `
  })
})

describe('within, since: superseded', () => {
  shows('a release as old as the limit has not superseded for longer; names that are no version have no such time', {
    policy: keep('{ within: 7d, since: superseded }'),
    table: `
      1.0.0 | 7d |  | kept: within (7d since superseded)
      1.0.0-rc.1 | 60d |  | kept: within (7d since superseded)
      0.9.0 | 8d |  | deleted: not-kept 2 of 5
      0.9.0-rc.1 | 60d |  | deleted: not-kept 4 of 5
      main | 60d |  | deleted: not-kept 5 of 5
    `
  })
})

describe('within, since: superseded, of a version with several names', () => {
  shows('is that of the prerelease among them', {
    policy: keep('{ within: 7d, since: superseded }'),
    table: `
      1.0.0 | 7d |  | kept: within (7d since superseded)
      1.0.0-rc.1, candidate | 60d |  | kept: 1.0.0-rc.1: within (7d since superseded); candidate: within (7d since superseded)
    `
  })
})

describe('semver', () => {
  shows('prereleases: all keeps each whose release does not exist', {
    policy: keep('{ semver: { prereleases: all } }'),
    table: `
      1.0.0-rc.2 | 1d |  | kept: semver 1 (prerelease of 1.0.0)
      1.0.0-rc.1 | 2d |  | kept: semver 2 (prerelease of 1.0.0)
      0.9.0 | 3d |  | kept: semver 1 (0.9.x patch)
      0.9.0-rc.1 | 4d |  | deleted: not-kept 4 of 4
    `
  })
})

describe('semver prereleases', () => {
  shows('are the highest of each line, whenever they were pushed', {
    policy: keep('{ semver: { prereleases: 1 } }'),
    table: `
      1.0.0-rc.1 | 1d |  | deleted: not-kept 1 of 2
      1.0.0-rc.2 | 9d |  | kept: semver 1 of 1 (prerelease of 1.0.0)
    `
  })
})

describe('timestamp', () => {
  const table = (touched: string, other: string) => `
      touched | 9d, changed 1d |  | ${touched}
      other | 5d |  | ${other}
    `
  shows('is the later of push and change', {
    policy: keep('{ within: 3d }'),
    table: table('kept: within (3d)', 'deleted: not-kept 2 of 2')
  })
  shows('created_at leaves changes out', {
    policy: `timestamp: created_at\n${keep('{ within: 7d }')}`,
    table: table('deleted: not-kept 2 of 2', 'kept: within (7d)')
  })
})

describe('relative-to: newest', () => {
  const byVersion = 'sort: version, relative-to: newest, '
  shows('keeps the unit that it counts back from where something counts within that', {
    policy: keep(`{ within: 3d, last: 1 }, { names: ['9.*'] }`, byVersion),
    table: `
      1.0.0 | 1d |  | kept: last (the newest of its group, from which within counts back)
      2.0.0 | 2d |  | kept: last 1 of 1
      1.9.0 | 3d |  | deleted: not-kept 2 of 3
    `
  })
  shows('says nothing of that where the unit is kept anyway', {
    policy: keep('{ within: 3d, last: 1 }', 'relative-to: newest, '),
    table: `
      b | 1d |  | kept: last 1 of 1
      a | 2d |  | deleted: not-kept 2 of 2
    `
  })
  shows('deletes it if nothing counts within that', {
    policy: keep(`{ names: ['2.*'], within: 3d }, { names: ['3.*'], last: 1 }`, byVersion),
    table: `
      1.0.0 | 1d |  | deleted: not-kept 3 of 3
      2.0.0 | 2d |  | kept: within (3d)
      3.0.0 | 9d |  | kept: last 1 of 1
    `
  })
})

describe('relative-to: now', () => {
  shows('keeps no unit only because it is the newest', {
    policy: keep('{ within: 3d, last: 1 }', 'sort: version, '),
    table: `
      1.0.0 | 1d |  | deleted: not-kept 2 of 2
      2.0.0 | 2d |  | kept: last 1 of 1
    `
  })
})

describe('a version whose time is unknown', () => {
  shows('takes no place from those whose time is known', {
    policy: keep('{ last: 1 }', 'sort: version, '),
    table: `
      2.0.0 | - |  | kept: no-timestamp
      1.0.0 | 1d |  | kept: last 1 of 1
      0.9.0 | 2d |  | deleted: not-kept 2 of 2
    `
  })
})

describe('of equals', () => {
  shows('a name that is a version is newer than one that is not, whichever has the higher id', {
    policy: keep('{ last: 2 }'),
    table: `
      main | 1d |  | deleted: not-kept 3 of 4
      2.0.0 | 1d |  | kept: last 1 of 2
      1.0.0 | 1d |  | kept: last 2 of 2
      dev | 1d |  | deleted: not-kept 4 of 4
    `
  })
  shows('sort: version keeps the later, then the higher id', {
    policy: keep('{ last: 1 }', 'sort: version, '),
    table: `
      2.0.0 | 9d |  | deleted: not-kept 3 of 3
      v2.0.0 | 1d |  | kept: last 1 of 1
      2.0.0_1 | 1d |  | deleted: not-kept 2 of 3
    `
  })
  for (const sort of ['time', 'version']) {
    shows(`sort: ${sort} keeps the higher id if neither time nor version decides, whichever was pushed first`, {
      policy: keep('{ last: 1 }', `sort: ${sort}, `),
      table: `
        2.0.0 | 9d, changed 1d |  | kept: last 1 of 1
        v2.0.0 | 5d, changed 1d |  | deleted: not-kept 2 of 3
        2.0.0_1 | 7d, changed 1d |  | deleted: not-kept 3 of 3
      `
    })
  }
})

describe('of equals without a version', () => {
  shows('the one with the higher id is kept, whichever was pushed first', {
    policy: keep('{ last: 1 }'),
    table: `
        a | 9d, changed 1d |  | kept: last 1 of 1
        b | 5d, changed 1d |  | deleted: not-kept 2 of 3
        c | 7d, changed 1d |  | deleted: not-kept 3 of 3
      `
  })
})

describe('superseded', () => {
  shows('a rule with a version-pattern looks among the releases that it reads, one without among plain names', {
    policy: `
min-keep: 0
rules:
  - { name: web, match: { names: ['web-*'], prerelease: superseded }, version-pattern: '^[a-z]+-(?<version>.+)$', keep: [] }
  - { name: api, match: { prerelease: superseded }, version-pattern: '^api-(?<version>.+)$', keep: [] }
  - { name: plain, match: { prerelease: superseded }, keep: [] }`,
    table: `
      1.0.0 | 1d |  | kept: no-rule
      1.0.0-rc.1 | 2d |  | deleted: superseded 1 of 1 (1.0.0)
      web-1.0.0-rc.1 | 3d |  | kept: no-rule
      web-2.0.0 | 4d |  | kept: no-rule
      web-2.0.0-rc.1 | 5d |  | deleted: superseded 1 of 1 (2.0.0)
      2.0.0-rc.1 | 6d |  | kept: no-rule
      api-3.0.0 | 7d |  | kept: no-rule
      api-3.0.0-rc.1 | 8d |  | deleted: superseded 1 of 1 (3.0.0)
    `
  })
  shows('group-by without a version-pattern leaves the release what it is', {
    policy: `
min-keep: 0
rules: [{ name: old, match: { names: ['/^(?<version>\\d)\\./'], prerelease: superseded }, group-by: [version], keep: [] }]`,
    table: `
      1.0.0 | 1d |  | kept: no-rule
      1.0.0-rc.1 | 2d |  | deleted: superseded 1 of 1 (1.0.0)
      2.0.0-rc.1 | 2d |  | kept: no-rule
    `
  })
})

describe('suffixes that look like variants', () => {
  const table = (slim: string) => `
      1.1.0-slim | 1d |  | ${slim}
      1.0.0-slim | 2d |  | ${slim}
    `
  const drop = 'min-keep: 0\nrules: [{ name: pre, match: { prerelease: true }, keep: [{ names: [main] }] }]'
  shows('are variants too where one item of keep among others asks for versions', {
    policy: `min-keep: 0\nrules: [{ name: all, match: { names: ['*'] }, keep: [{ semver: { majors: 1 } }, { names: [x] }] }]`,
    table: table('kept: not-a-version')
  })
  shows('are variants in docker packages too', { type: 'docker', policy: drop, table: table('kept: no-rule') })
  shows('are prereleases where a version-pattern reads them as part of the version', {
    type: 'docker',
    policy: drop.replace(', keep:', ", version-pattern: '^(?<version>\\d+\\.\\d+\\.\\d+-\\w+)', keep:"),
    table: `
      1.1.0-slim | 1d |  | kept: refused-last; not-kept 1 of 2
      1.0.0-slim | 2d |  | deleted: not-kept 2 of 2
    `
  })
  shows('are prereleases in npm, where tags do not stand for images', {
    type: 'npm',
    policy: drop,
    table: `
      1.1.0-slim | 1d |  | kept: refused-last; not-kept 1 of 2
      1.0.0-slim | 2d |  | deleted: not-kept 2 of 2
    `
  })
})
