import { describe } from '@jest/globals'
import { digestOf, shows } from './scenario.js'

describe('several tags on one version', () => {
  const pr = `rules: [{ name: previews, match: { names: ['pr-*'] }, keep: [{ last: 1 }] }]`
  shows('a name that no rule owns keeps the version, which is still counted', {
    policy: pr,
    table: `
      pr-3, v1.0.0 | 1d |  | kept: pr-3: last 1 of 1; v1.0.0: no-rule
      pr-2 | 2d |  | deleted: not-kept 2 of 3
      pr-1, sha-1 | 3d |  | kept: sha-1: no-rule; pr-1: not-kept 3 of 3
    `
  })
  shows('it is deleted if every name is voted out, by whatever rules', {
    policy: `
rules:
  - { name: previews, match: { names: ['pr-*'] }, keep: [] }
  - { name: commits, match: { names: ['sha-*'] }, keep: [{ last: 1 }] }`,
    table: `
      sha-2 | 1d |  | kept: last 1 of 1
      pr-1, sha-1 | 3d |  | deleted: pr-1: not-kept 1 of 1; sha-1: not-kept 2 of 2
    `
  })
  shows('the first rule that matches a name owns it', {
    policy: `
rules:
  - { name: first, match: { names: ['v1*'] }, keep: [{ last: 9 }] }
  - { name: second, match: { names: ['v*'] }, keep: [] }`,
    table: `
      v1 | 1d |  | kept: last 1 of 9
      v2 | 3d |  | deleted: not-kept 1 of 1
    `
  })
  shows('floating tags follow the full version and have no vote', {
    policy: `rules: [{ name: releases, match: { names: ['v*', '?', '?.?'] }, keep: [{ last: 1 }] }]`,
    table: `
      v1.2.4, v1.2, v1 | 1d |  | kept: v1.2.4: last 1 of 1; v1: alias-of (v1.2.4); v1.2: alias-of (v1.2.4)
      v1.2.3, 1.2 | 2d |  | deleted: v1.2.3: not-kept 2 of 2; 1.2: alias-of (v1.2.3)
    `
  })
  shows('a floating tag that no rule owns is told beside its full version', {
    policy: `rules: [{ name: previews, match: { names: ['pr-*'] }, keep: [] }]`,
    table: `
      1.2.3, 1.2 | 2d |  | kept: 1.2: no-rule; 1.2.3: no-rule; 1.2: alias-of (1.2.3)
    `
  })
  shows('a floating tag can still protect, and latest is a name like any other', {
    policy: `
protect: ['1.2']
rules: [{ name: releases, match: { names: ['*'] }, keep: [{ last: 0 }] }]
min-keep: 0`,
    table: `
      1.2.3, 1.2 | 2d |  | kept: 1.2: protected (1.2); 1.2: alias-of (1.2.3)
      2.0.0, latest | 1d |  | deleted: 2.0.0: not-kept 1 of 1; latest: not-kept 1 of 1
    `
  })
  shows('partial-tags: untag takes voted-out tags off a version that another tag keeps', {
    policy: `partial-tags: untag\n${pr}`,
    table: `
      pr-3 | 1d |  | kept: last 1 of 1
      pr-1, v1.0.0 | 3d |  | kept (-pr-1): v1.0.0: no-rule; pr-1: not-kept 2 of 2
    `,
    steps: ['untag pr-1 pr-1']
  })
  shows('untag: the version that was pushed or changed last comes first, of two at once the one with the higher id', {
    policy: `
partial-tags: untag
rules: [{ name: previews, match: { names: ['pr-*'] }, keep: [] }]`,
    table: `
      v4, pr-4 | 9d, changed 2d |  | kept (-pr-4): v4: no-rule; pr-4: not-kept 2 of 4
      v3, pr-3 | 3d |  | kept (-pr-3): v3: no-rule; pr-3: not-kept 4 of 4
      v2, pr-2 | 8d, changed 1d |  | kept (-pr-2): v2: no-rule; pr-2: not-kept 1 of 4
      v1, pr-1 | 7d, changed 2d |  | kept (-pr-1): v1: no-rule; pr-1: not-kept 3 of 4
    `,
    steps: ['untag v2 pr-2', 'untag v4 pr-4', 'untag v1 pr-1', 'untag v3 pr-3']
  })
  shows('untag: only containers, for no other registry can move a tag', {
    type: 'docker',
    policy: `partial-tags: untag\n${pr}`,
    table: `
      pr-3 | 1d |  | kept: last 1 of 1
      pr-1, v1.0.0 | 3d |  | kept: no-rule; not-kept 2 of 2
    `,
    steps: []
  })
  shows('untag: a tag that protect names is never removed; on a protected version rules with counters have no vote', {
    policy: `
partial-tags: untag
protect: ['keep-*', 'v*']
rules:
  - { name: previews, match: { names: ['pr-*', 'keep-*'] }, keep: [] }
  - { name: commits, match: { names: ['sha-*'] }, keep: [{ last: 0 }] }`,
    table: `
      keep-1, pr-1, sha-1, v1 | 3d |  | kept (-pr-1): keep-1: protected (keep-*); v1: no-rule; keep-1: not-kept; pr-1: not-kept
    `
  })
  shows('untag: a filter votes on the tags of a protected version, too', {
    policy: `
partial-tags: untag
protect: ['v*']
rules: [{ name: previews, match: { names: ['pr-*'] }, keep: [{ names: [pr-2] }] }]`,
    table: `
      pr-2, v2 | 3d |  | kept: v2: protected (v*); pr-2: filter; v2: no-rule
      pr-1, v1 | 3d |  | kept (-pr-1): v1: protected (v*); v1: no-rule; pr-1: not-kept
    `
  })
  shows('untag: a version kept by its digest keeps all its tags', {
    policy: `
partial-tags: untag
protect: ['${digestOf('pr-1')}']
rules: [{ name: previews, match: { names: ['pr-*'] }, keep: [] }]`,
    table: `
      pr-1, v1 | 3d |  | kept: protected (digest); v1: no-rule; pr-1: not-kept
    `
  })
  shows('untag: versions kept by min-keep keep all their tags, and only as many are kept as min-keep says', {
    policy: `
partial-tags: untag
min-keep: 1
rules: [{ name: previews, match: { names: ['*'] }, keep: [] }]`,
    table: `
      c | 1d |  | kept: min-keep; not-kept 1 of 3
      b | 2d |  | deleted: not-kept 2 of 3
      a | 3d |  | deleted: not-kept 3 of 3
    `
  })
  shows('untag: a version that would lose its last name does not count as named, so min-keep leaves it its name', {
    policy: `
partial-tags: untag
grace-period: 30d
rules: [{ name: previews, match: { names: ['*'] }, keep: [] }]`,
    table: `
      (young) | 1d | index of (x) | kept: grace-period; no-rule
      pr-1 | 2d | refers to (young) | kept: min-keep; not-kept 1 of 1
      (x) | 9d |  | kept: part-of (digest)
    `
  })
})

describe('a floating tag beside its full version', () => {
  const floating = (title: string, match: string, verdict: string): void =>
    shows(title, {
      policy: `
min-keep: 0
rules:
  - { name: main, match: { names: [main] }, keep: [] }
  - { name: old, match: { ${match} }, keep: [] }`,
      table: `
      dev | 1d |  | kept: no-rule
      1.2.3, 1 | 9d |  | ${verdict}
    `
    })
  const deleted = 'deleted: 1.2.3: not-kept 1 of 1; 1: alias-of (1.2.3)'
  const kept = 'kept: 1: no-rule; 1.2.3: not-kept 1 of 1; 1: alias-of (1.2.3)'
  floating('is selected with it by a range', `names: ['semver:<2', 'v*']`, deleted)
  floating('is selected with it by a list that only excludes a range', `names: ['!semver:>=2']`, deleted)
  floating('keeps it if the list excludes the floating tag', `names: ['semver:<2', '!1']`, kept)
  floating(
    'keeps it if the full version is listed, and only another is in the range',
    `names: ['1.2.3', 'semver:>=2']`,
    kept
  )
  floating('keeps it if the rule selects releases, and not by a range', `names: ['*'], prerelease: false`, kept)
})

describe('groups', () => {
  shows('group-by counts in each group on its own, and a unit once a group', {
    policy: `
rules:
  - { name: previews, match: { names: ['/^pr-(?<pr>\\d+)(-[0-9a-f]{7,40})?$/'] }, group-by: [pr], keep: [{ last: 1 }] }`,
    table: `
      pr-7, pr-7-abcdef1 | 1d |  | kept: pr-7: last 1 of 1; pr-7-abcdef1: last 1 of 1
      pr-7-abcdef0 | 2d |  | deleted: not-kept 2 of 2
      pr-70 | 3d |  | kept: last 1 of 1
    `
  })
  shows('version-pattern with variants: each variant has lines of its own', {
    policy: `
rules:
  - name: variants
    match: { names: ['*-alpine', '*-slim'] }
    version-pattern: '(?<version>\\d+\\.\\d+\\.\\d+)-(?<variant>alpine|slim)'
    group-by: [variant]
    keep: [{ semver: { majors: 1 } }]`,
    table: `
      2.0.0-alpine | 1d |  | kept: semver 1 (2.0.x patch)
      1.0.0-alpine | 2d |  | deleted: not-kept 2 of 2
      1.0.0-slim | 3d |  | kept: semver 1 (1.0.x patch)
      edge-slim | 3d |  | kept: not-a-version
    `
  })
  shows('a prerelease of a variant is superseded by the release of that variant alone', {
    policy: `
rules:
  - name: variants
    match: { names: ['/^(?<app>[a-z]+)-/'], prerelease: superseded }
    version-pattern: '^[a-z]+-(?<version>.+)$'
    group-by: [app]
    keep: []`,
    table: `
      web-1.0.0 | 1d |  | kept: no-rule
      web-1.0.0-rc.1 | 2d |  | deleted: superseded 1 of 1 (1.0.0)
      api-1.0.0-rc.1 | 2d |  | kept: no-rule
    `
  })
})

describe('untagged', () => {
  shows('only rules without names reach untagged units; the grace period keeps the young', {
    policy: `
rules:
  - { name: named, match: { names: ['v1'] }, keep: [] }
  - { name: untagged, match: { tagged: false }, keep: [{ last: 1 }] }
min-keep: 0`,
    table: `
      (young) | 23h |  | kept: grace-period; last 1 of 1
      (edge) | 24h |  | deleted: untagged 2 of 4
      (old) | 2d |  | deleted: untagged 3 of 4
      (signature) | 2d | refers to (nobody) | deleted: orphan 4 of 4
      v1 | 1d |  | deleted: not-kept 1 of 1
      v2 | 1d |  | kept: no-rule
    `
  })
  shows('a rule on names leaves untagged units alone, but a digest in it reaches them', {
    policy: `
rules: [{ name: listed, match: { names: ['${digestOf('(b)')}'] }, keep: [] }]`,
    table: `
      v1 | 1d |  | kept: no-rule
      (a) | 2d |  | kept: no-rule
      (b) | 3d |  | deleted: untagged 1 of 1
    `
  })
  shows('listed versions are deleted with all their names', {
    type: 'npm',
    policy: `rules: [{ name: listed, match: { versions: [1, 99] }, keep: [] }]`,
    notices: ['version 99 is not in this package'],
    table: `
      2.0.0 | 1d |  | kept: no-rule
      1.0.0 | 2d |  | deleted: listed 1 of 1
    `
  })
  shows('an unknown time is no reason to delete', {
    policy: `rules: [{ name: all, match: {}, keep: [{ last: 1 }] }]`,
    table: `
      b | 2d |  | kept: last 1 of 1
      a | - |  | kept: no-timestamp
      (x) | - |  | kept: no-timestamp; no-timestamp
    `
  })
})
