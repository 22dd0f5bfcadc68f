import { describe } from '@jest/globals'
import { digestOf, shows } from './scenario.js'

const LEFTOVER = 'artifact application/vnd.package-retention.detached.v1+json'
const pulls = (untag: 'keep' | 'untag') =>
  `partial-tags: ${untag}\nrules: [{ name: pulls, match: { names: ['pr-*'] }, keep: [{ last: 1 }] }]`
const short = (label: string): string => digestOf(label).slice(0, 19)

describe('what an interrupted untag left', () => {
  shows('is deleted by the next run with untag, at the age of the grace period, whatever its tag', {
    policy: pulls('untag'),
    notices: [
      'pr-9 was left by an interrupted untag, which is finished now',
      'old, older was left by an interrupted untag, which is finished now'
    ],
    steps: ['delete old', 'delete pr-1', 'delete pr-9'],
    table: `
      pr-9 | 24h | ${LEFTOVER} | deleted: not-kept (left by an interrupted untag)
      old, older | 90d | ${LEFTOVER} | deleted: old: not-kept (left by an interrupted untag)
      pr-2 | 2d |  | kept: last 1 of 1
      pr-1 | 3d |  | deleted: not-kept 2 of 2
    `
  })
  shows('is left alone while it is younger: another run may be at it', {
    policy: pulls('untag'),
    notices: [
      'pr-9 was left by an interrupted untag and is not an image: a run after the grace period of 1d finishes the untag',
      'pr-8 was left by an interrupted untag and is not an image: a run after the grace period of 1d finishes the untag'
    ],
    table: `
      pr-9 | 23h | ${LEFTOVER} | kept: grace-period
      pr-8 | - | ${LEFTOVER} | kept: no-timestamp
      pr-2 | 2d |  | kept: last 1 of 1
    `
  })
  shows('is kept without untag, and the notice says what removes it', {
    policy: pulls('keep'),
    notices: [
      'pr-9 was left by an interrupted untag and is not an image: partial-tags: untag or version-ids: 2 removes it'
    ],
    table: `
      pr-9 | 9d | ${LEFTOVER} | kept: no-rule
      pr-2 | 2d |  | kept: last 1 of 1
    `
  })
  shows('without its tag is finished with untag, although no rule owns untagged units', {
    policy: pulls('untag'),
    notices: [`${short('(left)')} was left by an interrupted untag, which is finished now`],
    table: `
      pr-2 | 2d |  | kept: last 1 of 1
      (left) | 9d | ${LEFTOVER} | deleted: not-kept (left by an interrupted untag)
    `
  })
  shows('without its tag is untagged like anything else without untag', {
    policy: 'rules: [{ name: untagged, match: { tagged: false }, keep: [] }]',
    table: `
      v1 | 2d |  | kept: no-rule
      (left) | 9d | ${LEFTOVER} | deleted: untagged 1 of 1
    `
  })
  shows('is deleted at any age if a rule lists it', {
    policy: `rules: [{ name: listed, match: { versions: ['${digestOf('pr-9')}'] }, keep: [] }]`,
    table: `
      pr-9 | 1h | ${LEFTOVER} | deleted: listed 1 of 1
      v1 | 2d |  | kept: no-rule
    `
  })
  shows('takes no place in a rule that owns its tag, nor in one for everything', {
    policy: `
rules:
  - { name: named, match: { names: ['pr-*'] }, keep: [{ last: 1 }] }
  - { name: rest, match: {}, keep: [] }`,
    table: `
      pr-9 | 1h | ${LEFTOVER} | kept: no-rule
      pr-1 | 2d |  | kept: last 1 of 1
    `
  })
  shows('supersedes no prerelease', {
    policy: `
min-keep: 0
partial-tags: keep
rules: [{ name: candidates, match: { prerelease: superseded }, keep: [] }]`,
    table: `
      1.0.0 | 9d | ${LEFTOVER} | kept: no-rule
      1.0.0-rc.1 | 9d |  | kept: no-rule
    `
  })
  shows('does not count for min-keep and is not kept for it', {
    policy: `partial-tags: untag\nrules: [{ name: all, match: { names: ['*'] }, keep: [] }]`,
    table: `
      pr-9 | 9d | ${LEFTOVER} | deleted: not-kept (left by an interrupted untag)
      pr-1 | 10d |  | kept: min-keep; not-kept 1 of 1
    `
  })
})

describe('untag takes off no more than was voted out', () => {
  shows('an untagged unit has no tag to remove, although a rule votes against it', {
    policy: `partial-tags: untag\nrules: [{ name: all, match: {}, keep: [{ names: ['v*'] }] }]`,
    steps: [],
    table: `
      v1 | 2h |  | kept: filter
      (x) | 3h |  | kept: grace-period; untagged 2 of 2
    `
  })
  shows('a version without a time keeps all its tags', {
    policy: `partial-tags: untag\nrules: [{ name: pulls, match: { names: ['pr-*'] }, keep: [] }]`,
    steps: [],
    table: `
      v1, pr-1 | - |  | kept: pr-1: no-timestamp; v1: no-rule
    `
  })
  shows('a restored version keeps all its tags', {
    policy: `partial-tags: untag\nrules: [{ name: pulls, match: { names: ['pr-*'] }, keep: [] }]`,
    holds: ['v1'],
    steps: [],
    table: `
      v1, pr-1 | 9d |  | kept: protected (restored, held until 2026-12-01); v1: no-rule; pr-1: not-kept
    `
  })
  shows('a version of a pull request that may be open keeps all its tags while pull requests cannot be read', {
    policy: `
partial-tags: untag
protect: { open-pull-requests: 'pr-{number}' }
rules: [{ name: builds, match: { names: ['x-*'] }, keep: [] }]`,
    gaps: [{ kind: 'open-pull-requests', why: 'HTTP 403' }],
    steps: [],
    table: `
      pr-1, x-1 | 9d |  | kept: pr-1: unreadable (open pull requests could not be read); pr-1: no-rule; x-1: not-kept
    `
  })
  shows('deleted and deferred versions keep their tags; untags come after the deletions', {
    policy: `
partial-tags: untag
delete-limit: 1
rules: [{ name: pulls, match: { names: ['pr-*'] }, keep: [] }]`,
    steps: ['delete pr-1', 'untag v2 pr-4', 'untag v1 pr-2'],
    deferred: 1,
    table: `
      v2, pr-4 | 4d |  | kept (-pr-4): v2: no-rule; pr-4: not-kept 1 of 4
      pr-3 | 5d |  | kept: deferred; not-kept 2 of 4
      v1, pr-2 | 8d |  | kept (-pr-2): v1: no-rule; pr-2: not-kept 3 of 4
      pr-1 | 9d |  | deleted: not-kept 4 of 4
    `
  })
})
