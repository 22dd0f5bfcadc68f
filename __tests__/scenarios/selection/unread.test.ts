import { describe } from '@jest/globals'
import { digestOf, shows } from './scenario.js'

const manifestGap = (label: string, why = 'HTTP 429') => ({ kind: 'manifest', digest: digestOf(label), why }) as const
const ALL_GO = `min-keep: 0\nrules: [{ name: all, match: {}, keep: [{ names: [main] }] }]`
const HELD = 'unreadable (digest could not be read)'

describe('a list that was proved to be short', () => {
  shows('keeps everything that would be deleted, and the package fails', {
    policy: ALL_GO,
    gaps: [{ kind: 'list', why: 'it is short' }],
    warnings: [],
    held: ['v1: unreadable', '(a): unreadable', '(x): unreadable'],
    violation:
      "GitHub's list of versions is not complete: it is short. What it lacks may need any other version, so nothing is deleted in " +
      'this package and 3 versions are held back. Run again.',
    table: `
      main | 1d |  | kept: filter
      v1 | 9d | index of (a) | kept: unreadable (the list of versions is not complete); not-kept 2 of 3
      (a) | 9d |  | kept: unreadable (the list of versions is not complete); not-kept (v1)
      (x) | 9d |  | kept: unreadable (the list of versions is not complete); untagged 3 of 3
    `
  })
  shows('has to be whole before a manifest that cannot be read matters', {
    policy: ALL_GO,
    gaps: [{ kind: 'list', why: 'it is short' }, manifestGap('(x)')],
    violation:
      "GitHub's list of versions is not complete: it is short. What it lacks may need any other version, so nothing is deleted in " +
      'this package and 1 version is held back. Run again.',
    table: `
      main | 1d |  | kept: filter
      (x) | 9d | unread | kept: unreadable (the list of versions is not complete); untagged 2 of 2
    `
  })
  shows('keeps versions of every type', {
    type: 'npm',
    policy: 'rules: [{ name: all, match: {}, keep: [{ last: 1 }] }]',
    gaps: [{ kind: 'list', why: 'it is short' }],
    violation:
      "GitHub's list of versions is not complete: it is short. What it lacks may need any other version, so nothing is deleted in " +
      'this package and 1 version is held back. Run again.',
    table: `
      2.0.0 | 1d |  | kept: last 1 of 1
      1.0.0 | 9d |  | kept: unreadable (the list of versions is not complete); not-kept 2 of 2
    `
  })
})

describe('a manifest that cannot be read', () => {
  const fails = (label: string, back: string) =>
    `a manifest could not be read: ${digestOf(label)} (HTTP 429). It may need any other version, so nothing is deleted in this ` +
    `package and ${back} held back. Once you know that it lists and signs nothing that is still needed, add: ` +
    `unreadable-is-empty: ${digestOf(label)}`

  shows('keeps everything that would be deleted, whatever its age, tag or kind', {
    policy: ALL_GO,
    gaps: [manifestGap('(broken)')],
    violation: fails('(broken)', '5 versions are'),
    table: `
      main | 1d |  | kept: filter
      younger | 4d |  | kept: ${HELD}; not-kept 2 of 5
      (broken) | 5d | unread | kept: ${HELD}; untagged 3 of 5
      older | 6d |  | kept: ${HELD}; not-kept 4 of 5
      index | 6d | index of (a) | kept: ${HELD}; not-kept 5 of 5
      (a) | 6d |  | kept: ${HELD}; not-kept (index)
    `
  })
  shows('is named with its tag, by which people know it', {
    policy: ALL_GO,
    gaps: [manifestGap('v1')],
    violation: fails('v1', '2 versions are').replace(' (HTTP', ' tagged v1 (HTTP'),
    table: `
      main | 1d |  | kept: filter
      v1 | 5d | unread | kept: ${HELD}; not-kept 2 of 3
      older | 6d |  | kept: ${HELD}; not-kept 3 of 3
    `
  })
  shows('is a notice where nothing would be deleted in any case', {
    policy: 'rules: [{ name: all, match: { names: [none] }, keep: [] }]',
    gaps: [manifestGap('(broken)')],
    notices: [
      `a manifest could not be read: ${digestOf('(broken)')} (HTTP 429). Nothing would be deleted in any case`,
      'pattern none fits no name'
    ],
    table: `
      main | 1d |  | kept: no-rule
      (broken) | 5d | unread | kept: no-rule
    `
  })
  shows('puts the package off, and fails nothing, where it was pushed within the last hour', {
    policy: ALL_GO,
    gaps: [manifestGap('(broken)')],
    warnings: [
      `a manifest could not be read: ${digestOf('(broken)')} (HTTP 429). It was pushed within the last hour, so 1 version is put ` +
        'off to the next run'
    ],
    table: `
      (broken) | 59min | unread | kept: grace-period; untagged 1 of 3
      main | 8d |  | kept: filter
      v1 | 9d |  | kept: deferred (pushed within the last hour); ${HELD}; not-kept 3 of 3
    `
  })
  shows('puts off the deletion of the whole package, too', {
    policy: `grace-period: 0s\non-empty: delete-package\nrules: [{ name: all, match: {}, keep: [] }]`,
    gaps: [manifestGap('(broken)')],
    steps: [],
    table: `
      v1 | 9d |  | kept: deferred (pushed within the last hour); ${HELD}; not-kept 2 of 2
      (broken) | 59min | unread | kept: deferred (pushed within the last hour); ${HELD}; untagged 1 of 2
    `
  })
  const two = ['(broken)', '(new)'].map(digestOf).sort()
  shows('fails the package where one of several was pushed earlier', {
    policy: `partial-tags: untag\nrules: [{ name: pulls, match: { names: ['pr-*'] }, keep: [] }]`,
    gaps: [manifestGap('(broken)'), manifestGap('(new)')],
    violation:
      `2 manifests could not be read, the first is ${two[0]?.slice(0, 19)} (HTTP 429). They may need any other version, ` +
      'so nothing is deleted in this package and 3 versions and 1 tag are held back. Once you know that they list and sign ' +
      `nothing that is still needed, add: unreadable-is-empty: [${two.join(', ')}]`,
    table: `
      (new) | 59min | unread | kept: grace-period; no-rule
      (broken) | 60min | unread | kept: grace-period; no-rule
      v1, pr-1 | 9d |  | kept: v1: no-rule; pr-1: not-kept 1 of 4
      pr-2 | 9d |  | kept: unreadable (2 manifests could not be read); not-kept 2 of 4
      pr-3 | 9d |  | kept: unreadable (2 manifests could not be read); not-kept 3 of 4
      pr-4 | 9d |  | kept: unreadable (2 manifests could not be read); not-kept 4 of 4
    `
  })
  shows('puts several versions off where it was pushed within the last hour', {
    policy: `rules: [{ name: all, match: { names: ['v*'] }, keep: [] }]\nmin-keep: 0`,
    gaps: [manifestGap('(broken)')],
    warnings: [
      `a manifest could not be read: ${digestOf('(broken)')} (HTTP 429). It was pushed within the last hour, so 2 versions are ` +
        'put off to the next run'
    ],
    table: `
      (broken) | 59min | unread | kept: grace-period; no-rule
      main | 8d |  | kept: no-rule
      v2 | 8d |  | kept: deferred (pushed within the last hour); ${HELD}; not-kept 1 of 2
      v1 | 9d |  | kept: deferred (pushed within the last hour); ${HELD}; not-kept 2 of 2
    `
  })
  shows('names the registry where not one manifest could be read', {
    policy: ALL_GO,
    gaps: [manifestGap('(broken)'), manifestGap('(new)')],
    violation:
      `2 manifests could not be read, the first is ${two[0]?.slice(0, 19)} (HTTP 429). They may need any other version, ` +
      'so nothing is deleted in this package and 1 version is held back. Not one manifest of the package could be read. Check ' +
      'that the registry can be reached and that the token may read packages, and run again.',
    table: `
      (new) | 2d | unread | kept: refused-last; untagged 1 of 2
      (broken) | 3d | unread | kept: unreadable (2 manifests could not be read); untagged 2 of 2
    `
  })
  shows('is one manifest in trouble, even if no other was read', {
    policy: ALL_GO,
    gaps: [manifestGap('(broken)')],
    violation: fails('(broken)', '1 version is'),
    warnings: [],
    table: `
      main | 1d | unread | kept: filter
      (broken) | 5d | unread | kept: ${HELD}; untagged 2 of 2
    `
  })
  shows('fails the package that would lose as many versions as tags', {
    policy: `partial-tags: untag\nrules: [{ name: pulls, match: { names: ['pr-*'] }, keep: [] }]`,
    gaps: [manifestGap('(broken)')],
    violation: fails('(broken)', '1 version and 1 tag are'),
    table: `
      (broken) | 5d | unread | kept: no-rule
      v1, pr-1 | 8d |  | kept: v1: no-rule; pr-1: not-kept 1 of 2
      pr-2 | 9d |  | kept: ${HELD}; not-kept 2 of 2
    `
  })
  shows('keeps nothing if the policy says that it owns nothing', {
    policy: `unreadable-is-empty: ['${digestOf('(broken)')}']\n${ALL_GO}`,
    gaps: [manifestGap('(broken)')],
    table: `
      main | 1d |  | kept: filter
      v1 | 4d |  | deleted: not-kept 2 of 3
      (broken) | 5d | unread | deleted: untagged 3 of 3
    `
  })
  const four = ['(a)', '(b)', '(c)', '(d)'].map(digestOf).sort()
  shows('one is named in an order of their own, the others are counted, and each is in the line to add', {
    policy: ALL_GO,
    gaps: ['(d)', '(a)', '(c)', '(b)'].map((label) => manifestGap(label)),
    violation:
      `4 manifests could not be read, the first is ${four[0]?.slice(0, 19)} (HTTP 429). They may need any other version, ` +
      'so nothing is deleted in this package and 4 versions are held back. Once you know that they list and sign nothing ' +
      `that is still needed, add: unreadable-is-empty: [${four.join(', ')}]`,
    table: `
      main | 9d |  | kept: filter
      (a) | 2d | unread | kept: unreadable (4 manifests could not be read); untagged 1 of 5
      (b) | 3d | unread | kept: unreadable (4 manifests could not be read); untagged 2 of 5
      (c) | 4d | unread | kept: unreadable (4 manifests could not be read); untagged 3 of 5
      (d) | 5d | unread | kept: unreadable (4 manifests could not be read); untagged 4 of 5
    `
  })
  shows('untag: no tag is removed', {
    policy: `partial-tags: untag\nrules: [{ name: pulls, match: { names: ['pr-*'] }, keep: [] }]`,
    gaps: [manifestGap('(broken)')],
    notices: [],
    violation: fails('(broken)', '1 tag is'),
    table: `
      (broken) | 5d | unread | kept: no-rule
      v1, pr-1 | 9d |  | kept: v1: no-rule; pr-1: not-kept 1 of 1
    `
  })
})

describe('a manifest that was pushed within the last hour', () => {
  shows('puts off the removal of tags, and says so', {
    policy: `partial-tags: untag\nrules: [{ name: pulls, match: { names: ['pr-*'] }, keep: [] }]`,
    gaps: [manifestGap('(broken)')],
    warnings: [
      `a manifest could not be read: ${digestOf('(broken)')} (HTTP 429). It was pushed within the last hour, so 1 tag is ` +
        'put off to the next run'
    ],
    table: `
      (broken) | 59min | unread | kept: grace-period; no-rule
      v1, pr-1 | 9d |  | kept: v1: no-rule; pr-1: not-kept 1 of 1
    `
  })
})

describe('branches that cannot be read', () => {
  shows('keep names, and no untagged unit or part of a deleted one', {
    policy: `protect: { branches: true }\n${ALL_GO}`,
    gaps: [{ kind: 'branches', why: 'HTTP 500' }],
    table: `
      main | 1d |  | kept: unreadable (branches could not be read); filter
      (x) | 9d | index of (a) | deleted: untagged 1 of 1
      (a) | 9d |  | deleted: untagged (digest)
    `
  })
})

describe('a store of signatures', () => {
  const policy = `min-keep: 0\nrules: [{ name: untagged, match: { tagged: false }, keep: [] }]`
  const notice =
    'every version refers to an image that is not in this package: it looks like a store of signatures for another ' +
    'package. All of it is kept unless a rule says `state: [orphan]`'
  shows('is a package of nothing but untagged orphans, and is kept', {
    policy,
    warnings: [notice],
    table: `
      (s) | 9d | refers to (away) | kept: signature-store; orphan 1 of 2
      sig of (away) | 9d |  | kept: signature-store; orphan 2 of 2
    `
  })
  shows('is kept too if no rule owns untagged units', {
    policy: `min-keep: 0\nrules: [{ name: named, match: { tagged: true }, keep: [] }]`,
    warnings: [notice],
    table: `
      (s) | 9d | refers to (away) | kept: signature-store; no-rule
    `
  })
  shows('is not a package without versions', {
    policy,
    notices: [],
    table: 'package empty'
  })
  shows('is not one with an image in it', {
    policy,
    notices: [],
    table: `
      (image) | 8d |  | kept: refused-last; untagged 1 of 2
      (s) | 9d | refers to (away) | deleted: orphan 2 of 2
    `
  })
  shows('is not one with a name in it', {
    policy,
    notices: [],
    table: `
      bundle | 8d | refers to (away) | kept: no-rule
      (s) | 9d | refers to (away) | deleted: orphan 1 of 1
    `
  })
  shows('is deleted if a rule asks for orphans', {
    policy: `
min-keep: 0
rules:
  - { name: mine, match: { tagged: false, state: [orphan] }, keep: [{ last: 1 }] }
  - { name: untagged, match: { tagged: false }, keep: [] }`,
    warnings: [notice],
    table: `
      (s) | 8d | refers to (away) | kept: last 1 of 1
      (t) | 9d | refers to (away) | deleted: orphan 2 of 2
    `
  })
})
