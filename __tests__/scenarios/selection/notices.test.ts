import { describe } from '@jest/globals'
import { digestOf, shows } from './scenario.js'

const numbered = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `none-${i + 1}`)
const unmatched = (names: readonly string[]) => names.map((name) => `pattern ${name} fits no name`)
const useless = (names: readonly string[]) => unmatched(names).map((text) => `${text}, so it protects nothing`)
const protect = (names: readonly string[]) =>
  `protect: [${names.join(', ')}]\nrules: [{ name: v, match: { names: ['v*'] }, keep: [{ last: 1 }] }]`
const v1 = `
      v1 | 9d |  | kept: last 1 of 1`

describe('patterns that fit nothing', () => {
  shows('are named once wherever they stand; exclusions by what they exclude, latest never', {
    policy: `
protect: [latest, gone, '!never', main]
rules:
  - { name: a, match: { names: ['v*', 'w*', gone] }, keep: [{ names: ['v1', 'x*'] }, { last: 1 }] }
  - { name: b, packages: [other], match: { names: [elsewhere] }, keep: [{ names: [nowhere] }] }
  - { name: c, match: { names: [main] }, keep: [{ names: ['y*'] }] }`,
    notices: unmatched(['w*', 'gone', 'x*', 'y*']),
    warnings: useless(['gone', '!never']),
    table: `
      main | 1d |  | kept: protected (main); not-kept
      v1 | 9d |  | kept: filter; last 1 of 1
    `
  })
  shows('are named for a branch that is selected, too', {
    policy: `rules: [{ name: gone, match: { branch: 'pr-*' }, keep: [] }]`,
    notices: unmatched(['pr-*']),
    table: `
      pr-1 | 1d |  | kept: no-rule
    `
  })
  shows('are not ranges that fit in the order that the rule names', {
    policy: `
rules:
  - { name: dates, match: { names: ['*'] }, version-scheme: calver, keep: [{ names: ['semver:>=2026.1'] }] }`,
    notices: [],
    table: `
      2026.01.05 | 9d |  | kept: filter
    `
  })
  shows('are not those of a branch or a digest that is there', {
    policy: `
rules:
  - { name: branch, match: { branch: pr-1 }, keep: [{ last: 1 }] }
  - { name: listed, match: { names: ['${digestOf('(x)')}'] }, keep: [{ last: 1 }] }`,
    notices: [],
    table: `
      pr-1 | 1d |  | kept: last 1 of 1
      (x) | 2d |  | kept: last 1 of 1
    `
  })
  shows('are counted from the twenty-first on', {
    policy: `rules: [{ name: all, match: { names: [v1, ${numbered(22).join()}] }, keep: [{ last: 1 }] }]`,
    notices: [...unmatched(numbered(20)), '2 more patterns fit no name'],
    table: v1
  })
  shows('a single one beyond twenty is counted as one', {
    policy: `protect: [${numbered(21).join()}]\nrules: [{ name: all, match: { names: [v1, ${numbered(21).join()}] }, keep: [{ last: 1 }] }]`,
    notices: [...unmatched(numbered(20)), '1 more pattern fits no name'],
    warnings: [...useless(numbered(20)), '1 more pattern fits no name, so it protects nothing'],
    table: v1
  })
  shows('are shown with the first package that they are about, if they fit in none', {
    policy: `rules: [{ name: all, match: { names: ['v*', 'w*', 'x*'] }, keep: [{ last: 1 }] }]`,
    notices: unmatched(['x*']),
    table: `
      package one
      v1 | 9d |  | kept: last 1 of 1
      package two
      w1 | 9d |  | kept: last 1 of 1
    `
  })
  shows('a list of names in use is one for all packages, so it is told of with the first', {
    policy: `
protect: { names-from: in-use.txt }
rules: [{ name: all, match: { names: ['v*', 'x*'] }, keep: [{ last: 1 }] }]`,
    namesFrom: 'v1\nv2\ngone',
    notices: unmatched(['x*']),
    warnings: ['pattern gone fits no name in 2 packages, so it protects nothing'],
    table: `
      package one
      v1 | 9d |  | kept: protected (v1)
      package two
      v2 | 9d |  | kept: protected (v2)
    `
  })
  shows('one of several names is enough', {
    policy: protect(['a']),
    notices: [],
    table: `
      a, v1 | 9d |  | kept: a: protected (a); a: no-rule
    `
  })
  shows('nothing is said without a package', { policy: protect(['a']), notices: [], table: '' })
  shows('a digest fits an untagged version by its digest, a glob never', {
    policy: `protect: ['${digestOf('(x)')}', 'sha256*']\nrules: [{ name: v, match: { names: ['v*'] }, keep: [{ last: 1 }] }]`,
    warnings: useless(['sha256*']),
    table: `${v1}
      (x) | 9d |  | kept: protected (digest); no-rule`
  })
  shows('a glob in a file fits no digest either', {
    policy: `protect: { names-from: in-use.txt }\nrules: [{ name: v, match: { names: ['v*'] }, keep: [{ last: 1 }] }]`,
    namesFrom: `${digestOf('(x)')}\nsha256*`,
    warnings: useless(['sha256*']),
    table: `${v1}
      (x) | 9d |  | kept: protected (digest); no-rule`
  })
  shows('twenty are named one by one', { policy: protect(numbered(20)), warnings: useless(numbered(20)), table: v1 })
  shows('of more than twenty the rest is counted', {
    policy: protect(numbered(23)),
    warnings: [...useless(numbered(20)), '3 more patterns fit no name, so they protect nothing'],
    table: v1
  })
})

describe('protections that fit nothing', () => {
  const app = 'ghcr.io/octo-org/app'
  const rules = `rules: [{ name: all, match: { names: ['v*'] }, keep: [{ last: 1 }] }]`
  const nothing = (what: string) => `${what} fits no name, so it protects nothing`
  shows('are told of each image reference and each line, as it is written', {
    policy: `
protect:
  names: ['${app}:v1', '${app}:gone', '${app}@${digestOf('v1')}', '${app}@${digestOf('gone')}']
  names-from: in-use.txt
  references: 'deploy/**'
${rules}`,
    namesFrom: `${app}:v1\n${app}:old\n${app}@${digestOf('old')}`,
    files: [{ name: 'deploy/app.yaml', text: `image: ${app}:v1\n---\nimage: ${app}:new` }],
    warnings: [
      nothing(`pattern ${app}:gone`),
      nothing(`pattern ${app}@${digestOf('gone')}`),
      nothing(`pattern ${app}:old`),
      nothing(`pattern ${app}@${digestOf('old')}`),
      nothing(`${app}:new in deploy/app.yaml line 3`)
    ],
    table: `
      v1 | 9d |  | kept: protected (ghcr.io/octo-org/app@digest)
    `
  })
  shows('are not what fits in one package of several, unless a line is about another', {
    policy: `
protect: { names: [v1], names-from: in-use.txt, releases: true }
rules: [{ name: all, match: { names: ['v*'] }, keep: [{ last: 1 }] }]`,
    namesFrom: `ghcr.io/octo-org/one:v1\nghcr.io/octo-org/two:v1`,
    inUse: { releases: ['v1'] },
    warnings: ['pattern ghcr.io/octo-org/two:v1 fits no name in 2 packages, so it protects nothing'],
    table: `
      package one
      v1 | 9d |  | kept: protected (v1)
      package two
      v2 | 9d |  | kept: last 1 of 1
    `
  })
  shows('are not what no protection asks for, nor references to other packages', {
    policy: `protect: { references: 'deploy/**' }\n${rules}`,
    files: [{ name: 'deploy/app.yaml', text: 'image: ghcr.io/octo-org/other:v1' }],
    inUse: {
      releases: ['x'],
      gitTags: ['x'],
      branches: ['x'],
      deployments: [{ environment: 'production', ref: 'x', sha: 'a'.repeat(40) }]
    },
    warnings: [],
    table: v1
  })
  shows('are told of a list that names only other packages', {
    policy: `protect: { names-from: in-use.txt }\n${rules}`,
    namesFrom: 'ghcr.io/octo-org/other:v1',
    warnings: ['in-use.txt (names-from) names only other packages of octo-org: it protects nothing here'],
    table: v1
  })
  shows('are told of references whose tags are variables, the first by its line', {
    policy: `protect: { references: 'deploy/**' }\n${rules}`,
    files: [{ name: 'deploy/app.yaml', text: `image: ${app}:$TAG\n---\nimage: example.com/octo-org/app:$OTHER` }],
    warnings: [
      'protect.references: 2 references have a variable or a template for a tag, so nobody can tell what is meant: ' +
        'deploy/app.yaml line 1 (ghcr.io/octo-org/app) and 1 more'
    ],
    table: `
      package app
      v1 | 9d |  | kept: last 1 of 1
      package other
      v1 | 9d |  | kept: last 1 of 1
    `
  })
})

describe('images of a deleted tag that untagged indexes list, too', () => {
  const OTHERS = 'the others, too. Add delete-untagged: true, or a rule with tagged: false, to delete all of them'
  const rule = (match: string, more = '') => `min-keep: 0\nrules: [{ name: old, match: { ${match} }, keep: [] }${more}]`
  shows('get a notice with the tag', {
    policy: rule(`names: ['v*']`),
    notices: [`v1: 2 of 3 versions are deleted, since an untagged index lists ${OTHERS}`],
    table: `
      other | 8d |  | kept: no-rule
      (single) | 8d | index of (a) | kept: no-rule
      v1 | 9d | index of (a) (b) | deleted: not-kept 1 of 1
      (a) | 9d |  | kept: part-of (digest)
      (b) | 9d |  | deleted: not-kept (v1)
    `
  })
  shows('get one notice for several tags', {
    policy: rule(`names: ['v*']`),
    notices: [`v2 and 1 more: 3 of 5 versions are deleted, since 2 untagged indexes list ${OTHERS}`],
    table: `
      other | 7d |  | kept: no-rule
      (one) | 7d | index of (a) | kept: no-rule
      (two) | 7d | index of (c) | kept: no-rule
      v3 | 7d |  | deleted: not-kept 1 of 3
      v2 | 8d | index of (a) (b) | deleted: not-kept 2 of 3
      (a) | 8d |  | kept: part-of (digest)
      (b) | 8d |  | deleted: not-kept (v2)
      v1 | 9d | index of (c) | deleted: not-kept 3 of 3
      (c) | 9d |  | kept: part-of (digest)
    `
  })
  shows('get one with the digest of an untagged index that is deleted', {
    policy: rule(`names: ['${digestOf('(x)')}']`),
    notices: [`${digestOf('(x)').slice(0, 19)}: 1 of 2 versions are deleted, since an untagged index lists ${OTHERS}`],
    table: `
      (single) | 8d | index of (a) | kept: no-rule
      (x) | 9d | index of (a) | deleted: untagged 1 of 1
      (a) | 9d |  | kept: part-of (digest)
    `
  })
  shows('get none where a tagged version keeps them', {
    policy: rule(`names: ['v*']`),
    notices: [],
    table: `
      main | 8d | index of (a) | kept: no-rule
      v1 | 9d | index of (a) | deleted: not-kept 1 of 1
      (a) | 9d |  | kept: part-of (main)
    `
  })
  shows('get none where a rule speaks of untagged versions, too', {
    policy: rule(`names: ['v*']`, ', { name: untagged, match: { tagged: false }, keep: [{ last: 1 }] }'),
    notices: [],
    table: `
      other | 8d |  | kept: no-rule
      (single) | 8d | index of (a) | kept: last 1 of 1
      v1 | 9d | index of (a) | deleted: not-kept 1 of 1
      (a) | 9d |  | kept: part-of (digest)
    `
  })
})

describe('versions that a rule lists', () => {
  shows('get a notice if they are not there or are only part of another', {
    policy: `rules: [{ name: listed, match: { versions: [99, '${digestOf('(part)')}', '${digestOf('v1')}', 1] }, keep: [{ last: 9 }] }]`,
    notices: [
      'version 99 is not in this package',
      `version ${digestOf('(part)')} is part of another and is deleted only with it`
    ],
    table: `
      v1 | 9d | index of (part) | kept: last 1 of 9
      (part) | 9d |  | kept: part-of (v1)
      v0 | 9d |  | kept: last 2 of 9
    `
  })
})

describe('a rule that lists versions of one package', () => {
  shows('has no notice with another package', {
    policy: `rules: [{ name: listed, packages: [app], match: { versions: [3] }, keep: [{ last: 9 }] }]`,
    notices: [],
    table: `
      package app
      v1 | 9d |  | kept: last 1 of 9
      package other
      v1 | 9d |  | kept: no-rule
    `
  })
})

describe('indexes that lack images', () => {
  const missing = (what: string) => `images of the index are missing (${what}), and were before this run`
  shows('get a warning if they are kept under a name, the first by name and the others by number', {
    policy: `rules: [{ name: v, match: { names: ['v*', '!v1'] }, keep: [] }]`,
    warnings: [`half and 1 more: some ${missing('partial')}`],
    table: `
      half | 1d | index of (here) (away) | kept: no-rule
      v1 | 2d | index of (away) | kept: no-rule
      v2 | 3d | index of (away) | deleted: not-kept 1 of 1
      (untagged) | 3d | index of (away) | kept: no-rule
      (here) | 9d |  | kept: part-of (half)
    `
  })
  shows('get a warning that is true of each of them', {
    policy: `rules: [{ name: all, match: { names: ['*'] }, keep: [{ last: 2 }] }]`,
    warnings: [`lost and 1 more: some ${missing('partial')}`],
    table: `
      lost | 1d | index of (away) | kept: last 1 of 2
      half | 2d | index of (here) (away) | kept: last 2 of 2
      (here) | 9d |  | kept: part-of (half)
    `
  })
  shows('a single one gets a warning of its own', {
    policy: `rules: [{ name: v, match: { names: ['*'] }, keep: [{ last: 1 }] }]`,
    warnings: [`half: all ${missing('ghost')}`],
    table: `
      half | 1d | index of (away) | kept: last 1 of 1
    `
  })
})

describe('names that look like variants of releases', () => {
  const said = (suffixes: string) =>
    `names ending in ${suffixes} are kept by rules about prereleases and SemVer: the suffix looks like a variant of a ` +
    'release. Set version-pattern to say which part is the version'
  const table = (candidate: string, lone: string) => `
      1.1.0-slim | 1d |  | kept: no-rule
      1.0.0-slim | 2d |  | kept: no-rule
      1.1.0-alpine3.20 | 3d |  | kept: no-rule
      v1.0.0-alpine | 4d |  | kept: no-rule
      1.0.0-rc.1 | 5d |  | ${candidate}
      1.0.0-lone | 6d |  | ${lone}
    `
  shows('get a warning in alphabetical order once two releases have them', {
    policy: `rules: [{ name: pre, match: { names: ['*'], prerelease: true }, keep: [{ last: 9 }] }]`,
    warnings: [said('-alpine, -slim')],
    table: table('kept: last 1 of 9', 'kept: last 2 of 9')
  })
  shows('do not count if no rule asks for prereleases or SemVer', {
    policy: `rules: [{ name: rc, match: { names: ['*-rc.*'] }, keep: [{ last: 9 }] }]`,
    notices: [],
    table: table('kept: last 1 of 9', 'kept: no-rule')
  })
})

describe('what is in use but could not be read', () => {
  shows('gets a warning for each kind, with the reason', {
    type: 'npm',
    policy: `rules: [{ name: all, match: { tagged: true }, keep: [] }]`,
    gaps: [
      { kind: 'open-pull-requests', why: 'HTTP 403' },
      { kind: 'dist-tags', why: 'HTTP 500' }
    ],
    warnings: [
      'open-pull-requests could not be read (HTTP 403): every name that they might protect is kept',
      'dist-tags could not be read (HTTP 500): the highest release and the newest version are kept'
    ],
    table: `
      1.0.0 | 9d |  | kept: unreadable (dist-tags could not be read); not-kept
    `
  })
})
