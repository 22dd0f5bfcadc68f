import { describe } from '@jest/globals'
import { digestOf, shows } from './scenario.js'

describe('a rule speaks only of what its match fits', () => {
  shows('packages: names or globs, where * stays within a segment and ! excludes', {
    policy: `
min-keep: 0
rules: [{ name: apps, packages: ['app-*', '!app-old'], match: { names: ['*', '!main'] }, keep: [] }]`,
    table: `
      package app-web
      main | 1d |  | kept: no-rule
      a | 9d |  | deleted: not-kept 1 of 1
      package app-old
      b | 9d |  | kept: no-rule
      package app-web/cache
      c | 9d |  | kept: no-rule
    `
  })
  shows('branch: the name itself as tags write it, with or without a commit, and no pattern', {
    policy: `
min-keep: 0
rules: [{ name: closed, match: { branch: 'Fix/x,*' }, keep: [] }]`,
    inUse: { branches: ['main'] },
    table: `
      Fix-x- | 9d |  | deleted: not-kept 1 of 3
      fix-x-_0a1b2c3 | 9d |  | deleted: not-kept 2 of 3
      Fix_x_-0a1b2c3 | 9d |  | deleted: not-kept 3 of 3
      Fix-x | 9d |  | kept: no-rule
      Fix-x--1.2 | 9d |  | kept: no-rule
      Fix-x-y | 9d |  | kept: no-rule
    `
  })
  shows('types: other types of the same name are kept', {
    policy: `
min-keep: 0
rules: [{ name: images, types: [container], match: { names: ['*', '!main', '!1.0.0'] }, keep: [] }]`,
    table: `
      package app
      main | 1d |  | kept: no-rule
      a | 9d |  | deleted: not-kept 1 of 1
      package app (npm)
      1.0.0 | 1d |  | kept: no-rule
      0.9.0 | 9d |  | kept: no-rule
    `
  })
  shows('state: one of those that the rule lists', {
    policy: `
min-keep: 0
rules: [{ name: broken, match: { names: ['*'], state: [partial, ghost] }, keep: [] }]`,
    table: `
      whole | 9d |  | kept: no-rule
      half | 9d | index of (here) (away) | deleted: not-kept 1 of 2
      (here) | 9d |  | deleted: not-kept (half)
      empty | 9d | index of (away) | deleted: not-kept 2 of 2
    `
  })
  shows('artifact-type: what the manifest says it is', {
    policy: `
min-keep: 0
rules: [{ name: charts, match: { artifact-type: ['application/vnd.cncf.helm.*'] }, keep: [] }]`,
    table: `
      image | 9d |  | kept: no-rule
      chart | 9d | artifact application/vnd.cncf.helm.config.v1+json | deleted: not-kept 1 of 1
      sbom | 9d | artifact application/spdx+json | kept: no-rule
      unknown | 9d | unread | kept: no-rule
    `
  })
  shows('artifact-type: an exclusion wins, whichever of the types of a manifest it fits', {
    policy: `
min-keep: 0
rules: [{ name: others, match: { artifact-type: ['!application/vnd.acme.*'] }, keep: [] }]`,
    table: `
      image | 9d |  | deleted: not-kept 1 of 1
      held | 9d | artifact application/vnd.acme.hold | kept: no-rule
    `
  })
  shows('annotations: the value by pattern, and only one that the manifest itself has', {
    policy: `
min-keep: 0
rules: [{ name: previews, match: { annotations: { stage: 'preview-*' } }, keep: [] }]`,
    table: `
      a | 9d | annotated stage=preview-7 | deleted: not-kept 1 of 1
      b | 9d | annotated stage=release | kept: no-rule
      c | 9d | annotated constructor=preview-7 | kept: no-rule
      d | 9d |  | kept: no-rule
      e | 9d | unread | kept: no-rule
    `
  })
  shows('annotations and types that are not there fit nothing, whatever the pattern', {
    policy: `
min-keep: 0
rules:
  - { name: a, match: { annotations: { toString: '**' } }, keep: [] }
  - { name: b, match: { artifact-type: ['!application/vnd.cncf.*'] }, keep: [] }`,
    table: `
      bare | 9d |  | deleted: not-kept 1 of 1
      unread | 9d | unread | kept: no-rule
    `
  })
  shows('all keys of one match at once; what the first rule leaves the next one may own', {
    policy: `
min-keep: 0
rules:
  - { name: old charts, match: { names: ['v1'], artifact-type: [chart] }, keep: [] }
  - { name: rest, match: { names: ['v*'] }, keep: [{ last: 1 }] }`,
    table: `
      v3 | 1d |  | kept: last 1 of 1
      v2 | 2d | artifact chart | deleted: not-kept 2 of 2
      v1 | 9d | artifact chart | deleted: not-kept 1 of 1
    `
  })
  shows('versions: by digest with all its names, tagged or not, and nothing that only contains the id', {
    policy: `
min-keep: 0
rules: [{ name: listed, match: { versions: [3, '${digestOf('(x)')}'] }, keep: [] }]`,
    table: `
      main | 1d |  | kept: no-rule
      b, c | 9d |  | deleted: b: listed 1 of 2; c: listed 1 of 2
      (x) | 9d |  | deleted: listed 2 of 2
      (y) | 9d |  | kept: no-rule
    `
  })
})

describe('ranges and prereleases', () => {
  const range = (match: string) => `min-keep: 0\nrules: [{ name: old, match: { ${match} }, keep: [] }]`
  shows('a range selects no prerelease that it does not name', {
    type: 'npm',
    policy: range(`names: ['semver:<2']`),
    table: `
      2.0.0 | 1d |  | kept: no-rule
      2.0.0-rc.1 | 2d |  | kept: no-rule
      1.0.0 | 3d |  | deleted: not-kept 1 of 1
      1.0.0-rc.1 | 4d |  | kept: no-rule
    `
  })
  shows('a range selects the prereleases in it if the rule asks for prereleases', {
    type: 'npm',
    policy: range(`names: ['semver:<2'], prerelease: true`),
    table: `
      2.1.0-rc.1 | 1d |  | kept: no-rule
      1.0.0 | 3d |  | kept: no-rule
      1.0.0-rc.1 | 4d |  | deleted: not-kept 1 of 1
    `
  })
  shows('prerelease: false selects only releases, and no name that is not a version', {
    type: 'npm',
    policy: `min-keep: 0\nrules: [{ name: old, match: { prerelease: false }, keep: [{ names: ['2.*'] }] }]`,
    table: `
      2.0.0 | 1d |  | kept: filter
      1.0.0 | 3d |  | deleted: not-kept 2 of 2
      1.0.0-rc.1 | 4d |  | kept: no-rule
      nightly | 5d |  | kept: no-rule
    `
  })
})

describe('an exclusion that a package type cannot read', () => {
  const list = (match: string) => `min-keep: 0\nrules: [{ name: old, match: { ${match} }, keep: [] }]`
  shows('selects nothing in packages of that type', {
    policy: list(`names: ['*', '!${digestOf('b')}']`),
    table: `
      package app
      b | 1d |  | kept: no-rule
      a | 9d |  | deleted: not-kept 1 of 1
      package app (npm)
      1.0.0 | 9d |  | kept: no-rule
    `
  })
  shows('selects nothing there in a rule about prereleases, too', {
    type: 'nuget',
    policy: list(`names: ['*', '!semver:>=1.0.0.1'], prerelease: true`),
    table: `
      package app
      1.0.0.2-rc1 | 1d |  | kept: no-rule
      1.0.0-rc1 | 9d |  | deleted: not-kept 1 of 1
      package app (npm)
      1.0.0-rc.1 | 8d |  | kept: no-rule
      1.0.0-rc.0 | 9d |  | kept: no-rule
    `
  })
})

describe('version-pattern', () => {
  shows('reads nothing in what is untagged', {
    policy: `rules: [{ name: all, match: {}, version-pattern: '(?<version>.+)', sort: version, keep: [{ last: 1 }] }]`,
    table: `
      2.0.0 | 1d |  | kept: last 1 of 1
      1.0.0 | 2d |  | deleted: not-kept 2 of 2
      (x) | 3d |  | kept: not-a-version
    `
  })
})

describe('groups', () => {
  shows('two captures are one group only where both are alike, and an absent one is empty', {
    policy: `
rules:
  - name: builds
    match: { names: ['/^(?<app>[a-z]+)-(?<os>[a-z]*)-?\\d+$/', '/^(?<app>[a-z]+)$/'] }
    group-by: [app, os]
    keep: [{ last: 1 }]`,
    table: `
      web-linux-2 | 1d |  | kept: last 1 of 1
      web-linux-1 | 2d |  | deleted: not-kept 2 of 2
      web-2 | 3d |  | kept: last 1 of 1
      web-1 | 4d |  | deleted: not-kept 2 of 3
      api-linux-1 | 5d |  | kept: last 1 of 1
      weblinux-1 | 6d |  | kept: last 1 of 1
      web | 7d |  | deleted: not-kept 3 of 3
    `
  })
})
