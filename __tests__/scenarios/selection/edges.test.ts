import { describe } from '@jest/globals'
import { digestOf, shows } from './scenario.js'

const manifestGap = (label: string) => ({ kind: 'manifest', digest: digestOf(label), why: 'HTTP 429' }) as const

describe('protection', () => {
  shows('what protect names stays and takes no place among the last', {
    policy: `
protect: ['v*']
rules: [{ name: all, match: { names: ['*'] }, keep: [{ last: 2 }] }]`,
    table: `
      v2 | 1d |  | stays: protected (v*)
      c | 2d |  | stays: last 1 of 2
      b | 3d |  | stays: last 2 of 2
      a | 4d |  | goes: not-kept 3 of 3
    `
  })
  shows('count-protected: true lets it take a place', {
    policy: `
protect: ['v*']
rules: [{ name: all, match: { names: ['*'] }, count-protected: true, keep: [{ last: 2 }] }]`,
    table: `
      v2 | 1d |  | stays: protected (v*); last 1 of 2
      c | 2d |  | stays: last 2 of 2
      b | 3d |  | goes: not-kept 3 of 4
      v1 | 9d |  | stays: protected (v*); not-kept 4 of 4
    `
  })
  shows('exclusions win in any order; a list of exclusions alone means everything but', {
    policy: `
protect: ['!pr-*']
rules: [{ name: all, match: { names: ['*'] }, keep: [] }]`,
    table: `
      v2 | 1d |  | stays: protected (!pr-*); not-kept
      pr-1 | 2d |  | goes: not-kept 1 of 1
    `
  })
  shows('names-from keeps with the reason of its line, whatever the other protections exclude', {
    policy: `
protect: { names: ['*', '!v*', '!old'], names-from: in-use.txt }
rules: [{ name: all, match: { names: ['*'] }, keep: [] }]`,
    namesFrom: `v1 # production since May\nrc-*\n${digestOf('(by digest)')} # pinned by the cluster\n`,
    table: `
      v2 | 1d |  | goes: not-kept 1 of 2
      v1 | 2d |  | stays: protected (v1: production since May); not-kept
      old | 3d |  | goes: not-kept 2 of 2
      rc-1 | 4d |  | stays: protected (*); not-kept
      (by digest) | 5d |  | stays: protected (digest: pinned by the cluster); no-rule
      main, v0 | 6d |  | stays: main: protected (*); main: not-kept; v0: not-kept
    `
  })
  shows('a digest protects every unit that owns it', {
    policy: `
protect: ['${digestOf('(amd64)')}']
rules: [{ name: all, match: { names: ['*'] }, keep: [] }]
min-keep: 0`,
    table: `
      b | 1d | index of (amd64) (arm64) | stays: protected (digest); not-kept
      (amd64) | 1d |  | stays: part-of (b)
      (arm64) | 1d |  | stays: part-of (b)
      a | 2d | index of (other) | goes: not-kept 1 of 1
      (other) | 2d |  | goes: not-kept (a)
    `
  })
  shows('docker-base-layer stays', {
    type: 'docker',
    policy: `
min-keep: 0
rules: [{ name: all, match: {}, keep: [] }]`,
    table: `
      docker-base-layer | 1d |  | stays: protected (docker-base-layer); not-kept
      1.0 | 2d |  | goes: not-kept 1 of 1
    `
  })
  shows('a hold file keeps what was restored', {
    policy: `rules: [{ name: all, match: { names: ['*'] }, keep: [{ last: 1 }] }]`,
    holds: ['a'],
    table: `
      c | 1d |  | stays: last 1 of 1
      b | 2d |  | goes: not-kept 2 of 2
      a | 3d |  | stays: protected (restored, held until 2026-12-01)
    `
  })
})

describe('dist-tags, releases, branches and pull requests', () => {
  const all = `rules: [{ name: all, match: { names: ['*'] }, keep: [] }]`
  shows('a version behind a dist-tag stays', {
    type: 'npm',
    policy: `min-keep: 0\nrules: [{ name: canaries, match: { names: ['*-canary*'] }, keep: [] }]`,
    inUse: { distTags: { canary: '1.0.0-canary.1' } },
    table: `
      1.0.0-canary.2 | 1d |  | goes: not-kept 1 of 1
      1.0.0-canary.1 | 2d |  | stays: protected (dist-tag canary); not-kept
    `
  })
  shows('dist-tags that cannot be read: the highest release and the newest version stay, with a warning', {
    type: 'npm',
    policy: `min-keep: 0\n${all}`,
    gaps: [{ kind: 'dist-tags', why: 'HTTP 503' }],
    notices: ['dist-tags could not be read (HTTP 503): the highest release and the newest version are kept'],
    table: `
      2.0.0-rc.1 | 1d |  | stays: unreadable (dist-tags could not be read); not-kept
      1.9.9 | 2d |  | goes: not-kept 1 of 2
      1.10.0 | 3d |  | stays: unreadable (dist-tags could not be read); not-kept
      1.9.8 | 4d |  | goes: not-kept 2 of 2
    `
  })
  shows('names that have a release stay, with or without a leading v, + written as _', {
    policy: `min-keep: 0\nprotect: { releases: true }\n${all}`,
    inUse: { releases: ['v1.0.0', '2.0.0', '3.0.0+build5'] },
    table: `
      1.0.0 | 1d |  | stays: protected (release v1.0.0); not-kept
      v2.0.0 | 2d |  | stays: protected (release 2.0.0); not-kept
      v3.0.0_build5 | 2d |  | stays: protected (release 3.0.0+build5); not-kept
      v1.0.1 | 3d |  | goes: not-kept 1 of 1
    `
  })
  shows('names equal to a branch stay, its slashes written as the image tag writes them', {
    policy: `min-keep: 0\nprotect: { branches: true }\n${all}`,
    inUse: { branches: ['main', 'feature/login'] },
    table: `
      main | 1d |  | stays: protected (branch main); not-kept
      feature-login | 2d |  | stays: protected (branch feature/login); not-kept
      feature-logout | 3d |  | goes: not-kept 1 of 1
    `
  })
  shows('open pull requests keep their images, and pull request 1 does not keep pr-12', {
    policy: `min-keep: 0\nprotect: { open-pull-requests: 'pr-{number}*' }\n${all}`,
    inUse: { openPullRequests: [1] },
    table: `
      pr-1 | 1d |  | stays: protected (open pull request 1); not-kept
      pr-1-abc | 2d |  | stays: protected (open pull request 1); not-kept
      pr-12 | 3d |  | goes: not-kept 1 of 1
    `
  })
  for (const kind of ['releases', 'branches'] as const) {
    shows(`${kind} that cannot be read might be any name: all named versions stay`, {
      policy: `protect: { ${kind}: true }\n${all}`,
      gaps: [{ kind, why: 'HTTP 403' }],
      notices: [`${kind} could not be read (HTTP 403): every name that they might protect is kept`],
      table: `
        v1 | 1d |  | stays: unreadable (${kind} could not be read); not-kept
        x | 1d |  | stays: unreadable (${kind} could not be read); not-kept
      `
    })
  }
  shows('open pull requests that cannot be read keep what the template fits, and nothing else', {
    policy: `min-keep: 0\nprotect: { open-pull-requests: 'pr-{number}*' }\n${all}`,
    gaps: [{ kind: 'open-pull-requests', why: 'HTTP 403' }],
    table: `
      pr-1 | 1d |  | stays: unreadable (open pull requests could not be read); not-kept
      v1 | 3d |  | goes: not-kept 1 of 1
    `
  })
})

describe('several tags on one version', () => {
  const pr = `rules: [{ name: previews, match: { names: ['pr-*'] }, keep: [{ last: 1 }] }]`
  shows('a name that no rule owns keeps the version, which is counted all the same', {
    policy: pr,
    table: `
      pr-3, v1.0.0 | 1d |  | stays: pr-3: last 1 of 1; v1.0.0: no-rule
      pr-2 | 2d |  | goes: not-kept 2 of 3
      pr-1, sha-1 | 3d |  | stays: sha-1: no-rule; pr-1: not-kept 3 of 3
    `
  })
  shows('it goes when every name is voted out, by whatever rules', {
    policy: `
rules:
  - { name: previews, match: { names: ['pr-*'] }, keep: [] }
  - { name: commits, match: { names: ['sha-*'] }, keep: [{ last: 1 }] }`,
    table: `
      sha-2 | 1d |  | stays: last 1 of 1
      pr-1, sha-1 | 3d |  | goes: pr-1: not-kept 1 of 1; sha-1: not-kept 2 of 2
    `
  })
  shows('the first rule that matches a name owns it', {
    policy: `
rules:
  - { name: first, match: { names: ['v1*'] }, keep: [{ last: 9 }] }
  - { name: second, match: { names: ['v*'] }, keep: [] }`,
    table: `
      v1 | 1d |  | stays: last 1 of 9
      v2 | 3d |  | goes: not-kept 1 of 1
    `
  })
  shows('floating tags follow the full version and have no vote', {
    policy: `rules: [{ name: releases, match: { names: ['v*', '?', '?.?'] }, keep: [{ last: 1 }] }]`,
    table: `
      v1.2.4, v1.2, v1 | 1d |  | stays: v1.2.4: last 1 of 1; v1: alias-of (v1.2.4); v1.2: alias-of (v1.2.4)
      v1.2.3, 1.2 | 2d |  | goes: v1.2.3: not-kept 2 of 2; 1.2: alias-of (v1.2.3)
    `
  })
  shows('a floating tag can still protect, and latest is a name like any other', {
    policy: `
protect: ['1.2']
rules: [{ name: releases, match: { names: ['*'] }, keep: [{ last: 0 }] }]
min-keep: 0`,
    table: `
      1.2.3, 1.2 | 2d |  | stays: 1.2: protected (1.2); 1.2: alias-of (1.2.3)
      2.0.0, latest | 1d |  | goes: 2.0.0: not-kept 1 of 1; latest: not-kept 1 of 1
    `
  })
  shows('partial-tags: untag takes voted-out tags off a version that another tag keeps', {
    policy: `partial-tags: untag\n${pr}`,
    table: `
      pr-3 | 1d |  | stays: last 1 of 1
      pr-1, v1.0.0 | 3d |  | stays (-pr-1): v1.0.0: no-rule; pr-1: not-kept 2 of 2
    `,
    steps: ['untag pr-1 pr-1']
  })
  shows('untag: only containers, for no other registry can move a tag', {
    type: 'docker',
    policy: `partial-tags: untag\n${pr}`,
    table: `
      pr-3 | 1d |  | stays: last 1 of 1
      pr-1, v1.0.0 | 3d |  | stays: no-rule; not-kept 2 of 2
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
      keep-1, pr-1, sha-1, v1 | 3d |  | stays (-pr-1): keep-1: protected (keep-*); v1: no-rule; keep-1: not-kept; pr-1: not-kept
    `
  })
  shows('untag: what stays by digest keeps all its tags', {
    policy: `
partial-tags: untag
protect: ['${digestOf('pr-1')}']
rules: [{ name: previews, match: { names: ['pr-*'] }, keep: [] }]`,
    table: `
      pr-1, v1 | 3d |  | stays: protected (digest); v1: no-rule; pr-1: not-kept
    `
  })
  shows('untag: what stays by min-keep keeps all its tags, and only as many stay as min-keep says', {
    policy: `
partial-tags: untag
min-keep: 1
rules: [{ name: previews, match: { names: ['*'] }, keep: [] }]`,
    table: `
      c | 1d |  | stays: min-keep; not-kept 1 of 3
      b | 2d |  | goes: not-kept 2 of 3
      a | 3d |  | goes: not-kept 3 of 3
    `
  })
  shows('untag: a version that would lose its last name is no named version, so min-keep leaves it its name', {
    policy: `
partial-tags: untag
grace-period: 30d
rules: [{ name: previews, match: { names: ['*'] }, keep: [] }]`,
    table: `
      (young) | 1d | index of (x) | stays: grace-period; no-rule
      pr-1 | 2d | refers to (young) | stays: min-keep; not-kept 1 of 1
      (x) | 9d |  | stays: part-of (digest)
    `
  })
})

describe('groups', () => {
  shows('group-by counts in each group on its own, and a unit once a group', {
    policy: `
rules:
  - { name: previews, match: { names: ['/^pr-(?<pr>\\d+)(-[0-9a-f]{7,40})?$/'] }, group-by: [pr], keep: [{ last: 1 }] }`,
    table: `
      pr-7, pr-7-abcdef1 | 1d |  | stays: pr-7: last 1 of 1; pr-7-abcdef1: last 1 of 1
      pr-7-abcdef0 | 2d |  | goes: not-kept 2 of 2
      pr-70 | 3d |  | stays: last 1 of 1
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
      2.0.0-alpine | 1d |  | stays: semver 1 (2.0.x patch)
      1.0.0-alpine | 2d |  | goes: not-kept 2 of 2
      1.0.0-slim | 3d |  | stays: semver 1 (1.0.x patch)
      edge-slim | 3d |  | stays: not-a-version
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
      web-1.0.0 | 1d |  | stays: no-rule
      web-1.0.0-rc.1 | 2d |  | goes: superseded 1 of 1 (1.0.0)
      api-1.0.0-rc.1 | 2d |  | stays: no-rule
    `
  })
})

describe('untagged', () => {
  shows('only rules without names reach untagged units; the grace period holds back the young', {
    policy: `
rules:
  - { name: named, match: { names: ['v1'] }, keep: [] }
  - { name: untagged, match: { tagged: false }, keep: [{ last: 1 }] }
min-keep: 0`,
    table: `
      (young) | 23h |  | stays: grace-period; last 1 of 1
      (edge) | 24h |  | goes: untagged 2 of 4
      (old) | 2d |  | goes: untagged 3 of 4
      (signature) | 2d | refers to (nobody) | goes: orphan 4 of 4
      v1 | 1d |  | goes: not-kept 1 of 1
      v2 | 1d |  | stays: no-rule
    `
  })
  shows('a rule on names leaves untagged units alone, but a digest in it reaches them', {
    policy: `
rules: [{ name: listed, match: { names: ['${digestOf('(b)')}'] }, keep: [] }]`,
    table: `
      v1 | 1d |  | stays: no-rule
      (a) | 2d |  | stays: no-rule
      (b) | 3d |  | goes: untagged 1 of 1
    `
  })
  shows('listed versions go with all their names', {
    type: 'npm',
    policy: `rules: [{ name: listed, match: { versions: [1, 99] }, keep: [] }]`,
    notices: ['version 99 is not in this package'],
    table: `
      2.0.0 | 1d |  | stays: no-rule
      1.0.0 | 2d |  | goes: listed 1 of 1
    `
  })
  shows('an unknown time is no reason to delete', {
    policy: `rules: [{ name: all, match: {}, keep: [{ last: 1 }] }]`,
    table: `
      b | 2d |  | stays: last 1 of 1
      a | - |  | stays: no-timestamp
      (x) | - |  | stays: no-timestamp; no-timestamp
    `
  })
})

describe('floor', () => {
  shows('min-keep: the newest named candidates stay', {
    policy: `min-keep: 2\nrules: [{ name: all, match: { names: ['*'] }, keep: [] }]`,
    table: `
      c | 1d |  | stays: min-keep; not-kept 1 of 3
      b | 2d |  | stays: min-keep; not-kept 2 of 3
      a | 3d |  | goes: not-kept 3 of 3
      (x) | 3d |  | stays: no-rule
    `
  })
  shows('ghosts do not count for min-keep, nor stay for it', {
    policy: `rules: [{ name: all, match: { names: ['*'] }, keep: [] }]`,
    table: `
      ghost | 1d | index of (gone) | goes: not-kept 1 of 2
      b | 2d |  | stays: min-keep; not-kept 2 of 2
    `
  })
  shows('GitHub refuses the last tagged version of a container package: the plan foresees it', {
    policy: `min-keep: 0\nrules: [{ name: all, match: { names: ['*'] }, keep: [] }]`,
    table: `
      b | 1d |  | stays: refused-last; not-kept 1 of 2
      a | 2d |  | goes: not-kept 2 of 2
      (x) | 3d |  | stays: no-rule
    `
  })
  shows('a digest-derived tag is a tag to GitHub: with one left, the last named version can go', {
    policy: `min-keep: 0\nrules: [{ name: all, match: { names: ['*'] }, keep: [] }]`,
    table: `
      a | 2d |  | goes: not-kept 1 of 1
      sig of (elsewhere) | 3d |  | stays: no-rule
    `
  })
  shows('GitHub refuses the last version of any package', {
    type: 'npm',
    policy: `min-keep: 0\nrules: [{ name: all, match: { names: ['*'] }, keep: [] }]`,
    table: `
      2.0.0 | 1d |  | stays: refused-last; not-kept 1 of 2
      1.0.0 | 2d |  | goes: not-kept 2 of 2
    `
  })
  shows('on-empty: delete-package makes one deletion of a package of which everything goes', {
    type: 'npm',
    policy: `min-keep: 0\non-empty: delete-package\nrules: [{ name: all, match: { names: ['*'] }, keep: [] }]`,
    steps: ['delete the package'],
    table: `
      2.0.0 | 1d |  | goes: not-kept 1 of 2
      1.0.0 | 2d |  | goes: not-kept 2 of 2
    `
  })
})

describe('fuse and budget', () => {
  const keep1 = `rules: [{ name: all, match: { names: ['*'] }, keep: [{ last: 1 }] }]`
  const table = `
      c | 1d |  | stays: last 1 of 1
      b | 2d |  | goes: not-kept 2 of 3
      a | 3d |  | goes: not-kept 3 of 3
    `
  shows('max-delete: 2 lets two units go', {
    policy: `max-delete: 2\n${keep1}`,
    table,
    steps: ['delete a', 'delete b']
  })
  shows('max-delete: 1 deletes nothing when two would go, and shows the plan', {
    policy: `max-delete: 1\n${keep1}`,
    table,
    steps: [],
    violation: '2 units would be deleted; max-delete allows 1 unit. Nothing is deleted in this package.'
  })
  shows('max-delete: 60% of three units is one', {
    policy: `max-delete: 60%\n${keep1}`,
    table,
    steps: [],
    violation: '2 units would be deleted; max-delete allows 60% of 3 units. Nothing is deleted in this package.'
  })
  shows('delete-limit: oldest units first, whole units only', {
    policy: `delete-limit: 2\n${keep1}`,
    steps: ['delete a', `delete ${digestOf('(a1)')}`],
    table: `
      d | 1d |  | stays: last 1 of 1
      c | 2d |  | stays: deferred; not-kept 2 of 4
      b | 3d |  | stays: deferred; not-kept 3 of 4
      a | 4d | index of (a1) | goes: not-kept 4 of 4
      (a1) | 4d |  | goes: not-kept (a)
    `
  })
  shows('delete-limit: a unit larger than the limit goes alone', {
    policy: `delete-limit: 1\n${keep1}`,
    table: `
      d | 1d |  | stays: last 1 of 1
      c | 2d |  | stays: deferred; not-kept 2 of 3
      a | 4d | index of (a1) (a2) | goes: not-kept 3 of 3
      (a1) | 4d |  | goes: not-kept (a)
      (a2) | 4d |  | goes: not-kept (a)
    `
  })
})

describe('what cannot be read', () => {
  shows('an unreadable manifest holds every untagged unit, every member, and itself', {
    policy: `rules: [{ name: named, match: {}, keep: [{ last: 1 }] }]`,
    gaps: [manifestGap('b')],
    table: `
      d | 1d |  | stays: last 1 of 1
      b | 9d |  | stays: unreadable (HTTP 429); not-kept 3 of 4
      (x) | 8d |  | stays: unreadable (something that may refer to it could not be read); untagged 2 of 4
      c | 10d |  | stays: unreadable (an index that was not read may list it); not-kept 4 of 4
    `
  })
})
