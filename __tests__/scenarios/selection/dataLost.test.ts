import { describe } from '@jest/globals'
import { digestOf, shows } from './scenario.js'

describe('data that other tools lost is kept', () => {
  shows('releases with a variant, 1.0.0-alpine, under a rule about prereleases that gives no version-pattern', {
    policy: `rules: [{ name: all, match: { names: ['*'], prerelease: true }, keep: [] }]\nmin-keep: 0`,
    table: `
      1.1.0-alpine | 1d |  | kept: no-rule
      1.0.0-alpine | 9d |  | kept: no-rule
      1.1.0-rc.1 | 2d |  | deleted: not-kept 1 of 2
      1.0.0-rc.1 | 9d |  | deleted: not-kept 2 of 2
    `
  })
  shows('releases with a variant under a rule about SemVer lines', {
    policy: `rules: [{ name: all, match: { names: ['*'] }, keep: [{ semver: { minors: 1 } }] }]\nmin-keep: 0`,
    table: `
      1.1.0-slim | 1d |  | kept: not-a-version
      1.0.0-slim | 9d |  | kept: not-a-version
      1.1.0 | 2d |  | kept: semver 1 (1.1.x patch)
      1.0.0 | 9d |  | deleted: not-kept 3 of 4
    `
  })
  shows('names that are no version, under a rule that keeps by whether they are prereleases', {
    policy: `rules: [{ name: all, match: { names: ['*'] }, keep: [{ prerelease: false, last: 1 }] }]\nmin-keep: 0`,
    table: `
      1.1.0-slim | 1d |  | kept: not-a-version
      1.0.0-slim | 9d |  | kept: not-a-version
      main | 9d |  | kept: not-a-version
      1.1.0 | 2d |  | kept: last 1 of 1
      1.1.0-rc.1 | 3d |  | deleted: not-kept 3 of 6
      1.0.0 | 9d |  | deleted: not-kept 4 of 6
    `
  })
  shows('a version of which one tag matches: pr-5 and v1.0.0 on one digest', {
    policy: `rules: [{ name: previews, match: { names: ['pr-*'] }, keep: [] }]\nmin-keep: 0`,
    table: `
      pr-5, v1.0.0 | 9d |  | kept: v1.0.0: no-rule; pr-5: not-kept 1 of 2
      pr-6 | 9d |  | deleted: not-kept 2 of 2
    `
  })
  shows('releases, when the glob is sha* and every version has a digest that begins so', {
    policy: `rules: [{ name: commits, match: { names: ['sha*'] }, keep: [] }]\nmin-keep: 0`,
    table: `
      v1.0.0 | 9d |  | kept: no-rule
      (untagged) | 9d |  | kept: no-rule
      sha-abc | 9d |  | deleted: not-kept 1 of 1
    `
  })
  shows('what an exclusion names with a blank behind the comma, and what a regular expression with a comma names', {
    policy: `
rules: [{ name: all, match: { names: ['*', '!v1', '!/^v2\\.\\d{1,3}$/'] }, keep: [] }]
min-keep: 0`,
    table: `
      v1 | 9d |  | kept: no-rule
      v2.10 | 9d |  | kept: no-rule
      x | 9d |  | deleted: not-kept 1 of 1
    `
  })
  shows('RC-1 under rc-*, and 1x1 and 1.10 under 1.1', {
    policy: `rules: [{ name: all, match: { names: ['rc-*', '1.1'] }, keep: [] }]\nmin-keep: 0`,
    table: `
      RC-1 | 9d |  | kept: no-rule
      1x1 | 9d |  | kept: no-rule
      1.10 | 9d |  | kept: no-rule
      1.1 | 9d |  | deleted: not-kept 1 of 2
      rc-1 | 9d |  | deleted: not-kept 2 of 2
    `
  })
  shows('releases, when platform images and signatures would take their places among the last', {
    policy: `rules: [{ name: all, match: {}, keep: [{ last: 2 }] }]`,
    table: `
      v3 | 3d | index of (a3) (b3) | kept: last 1 of 2
      (a3) | 3d |  | kept: part-of (v3)
      (b3) | 3d |  | kept: part-of (v3)
      sig of v3 | 1d |  | kept: refers-to (v3)
      (attestation) | 1d | refers to v3 | kept: refers-to (v3)
      v2 | 8d |  | kept: last 2 of 2
      v1 | 9d |  | deleted: not-kept 3 of 3
    `
  })
  shows('the whole package, when one tagged and nine untagged versions meet keep 0', {
    policy: `rules: [{ name: all, match: {}, keep: [] }]`,
    table: `
      v1 | 9d |  | kept: min-keep; not-kept 1 of 3
      (a) | 9d |  | deleted: untagged 2 of 3
      (b) | 9d |  | deleted: untagged 3 of 3
    `
  })
  shows('an untagged index that shares a child with one that goes', {
    policy: `rules: [{ name: old, match: { names: ['old'] }, keep: [] }]\nmin-keep: 0`,
    table: `
      v1 | 1d |  | kept: no-rule
      (pinned) | 2d | index of (shared) | kept: no-rule
      old | 9d | index of (shared) (own) | deleted: not-kept 1 of 1
      (shared) | 9d |  | kept: part-of (digest)
      (own) | 9d |  | deleted: not-kept (old)
    `
  })
  shows('signatures of the images of another package', {
    policy: `rules: [{ name: untagged, match: { tagged: false }, keep: [] }]`,
    table: `
      sig of (a) | 9d |  | kept: signature-store; orphan 1 of 2
      sig of (b) | 9d |  | kept: signature-store; orphan 2 of 2
    `
  })
  shows('releases that a regular expression protects by tag, not by digest', {
    policy: `protect: ['/^v\\d/']\nrules: [{ name: all, match: { names: ['*'] }, keep: [] }]\nmin-keep: 0`,
    table: `
      v1 | 9d |  | kept: protected (/^v\\d/); not-kept
      x | 9d |  | deleted: not-kept 1 of 1
    `
  })
  shows('a version tagged twice, when one tag is excluded by a rule', {
    policy: `rules: [{ name: all, match: { names: ['*', '!stable'] }, keep: [] }]\nmin-keep: 0`,
    table: `
      stable, build-9 | 9d |  | kept: stable: no-rule; build-9: not-kept 1 of 2
      build-8 | 9d |  | deleted: not-kept 2 of 2
    `
  })
  shows('a digest that somebody pinned, named by digest', {
    policy: `protect: ['${digestOf('(pinned)')}']\nrules: [{ name: all, match: {}, keep: [] }]`,
    table: `
      (pinned) | 9d |  | kept: protected (digest); untagged
      (other) | 9d |  | deleted: untagged 1 of 1
    `
  })
})
