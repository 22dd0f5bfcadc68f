import { describe } from '@jest/globals'
import { digestOf, shows } from './scenario.js'

const manifestGap = (label: string, why = 'HTTP 429') => ({ kind: 'manifest', digest: digestOf(label), why }) as const
const ALL_GO = `min-keep: 0\nrules: [{ name: all, match: {}, keep: [{ names: [main] }] }]`
const HELD = 'something that may refer to it could not be read'
const LISTED = 'an index that was not read may list it'

describe('a list that stays incomplete', () => {
  shows('holds everything untagged and every part of an image; named indexes can go, and the notice says so', {
    policy: ALL_GO,
    gaps: [{ kind: 'list', why: 'it is short' }],
    warnings: [
      'GitHub listed 90 of 100 versions, twice: nothing untagged is deleted, nor an image that a missing index may list'
    ],
    table: `
      main | 1d |  | stays: unreadable (${LISTED}); filter
      v1 | 9d | index of (a) | goes: not-kept 2 of 3
      (a) | 9d |  | stays: unreadable (something that may own it could not be read)
      (x) | 9d |  | stays: unreadable (${HELD}); untagged 3 of 3
    `
  })
  shows('keeps an image whose platform image has a name, for the next run would take that for a unit of its own', {
    policy: ALL_GO,
    gaps: [{ kind: 'list', why: 'it is short' }],
    table: `
      main | 1d |  | stays: unreadable (${LISTED}); filter
      v1 | 9d | index of amd64 | stays: unreadable (something that may own it could not be read); not-kept 2 of 3
      amd64 | 9d |  | stays: unreadable (${LISTED}); not-kept 3 of 3
    `
  })
  shows('keeps every image that has a name, for the missing version may be the index that lists it', {
    policy: ALL_GO,
    gaps: [{ kind: 'list', why: 'it is short' }],
    table: `
      main | 1d |  | stays: unreadable (${LISTED}); filter
      amd64 | 9d |  | stays: unreadable (${LISTED}); not-kept 2 of 2
    `
  })
  shows('lets versions of packages go that are not images', {
    type: 'npm',
    policy: 'rules: [{ name: all, match: {}, keep: [{ last: 1 }] }]',
    gaps: [{ kind: 'list', why: 'it is short' }],
    table: `
      2.0.0 | 1d |  | stays: last 1 of 1
      1.0.0 | 9d |  | goes: not-kept 2 of 2
    `
  })
  shows('keeps a signature by name that hangs on what goes', {
    policy: ALL_GO,
    gaps: [{ kind: 'list', why: 'it is short' }],
    table: `
      main | 1d |  | stays: unreadable (${LISTED}); filter
      signature | 3d | refers to main | stays: unreadable (${LISTED}); not-kept 2 of 3
      v1 | 9d | index of (a) | goes: not-kept 3 of 3
      (a) | 9d |  | stays: unreadable (something that may own it could not be read)
    `
  })
})

describe('a manifest that cannot be read', () => {
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
  shows('holds tagged images that are no younger, for it may be the index that lists them, but no indexes', {
    policy: ALL_GO,
    gaps: [manifestGap('(broken)')],
    warnings: [
      `a manifest could not be read: ${digestOf('(broken)').slice(0, 19)} (HTTP 429). ` +
        'Everything untagged and every part of an image is kept, 3 units held back'
    ],
    table: `
      main | 1d |  | stays: filter
      younger | 4d |  | goes: not-kept 2 of 6
      (broken) | 5d |  | stays: unreadable (HTTP 429); untagged 3 of 6
      as-old | 5d |  | stays: unreadable (${LISTED}); not-kept 4 of 6
      older | 6d |  | stays: unreadable (${LISTED}); not-kept 5 of 6
      index | 6d | index of (away) | goes: not-kept 6 of 6
    `
  })
  shows('holds tagged images that were pushed within the hour after it, for times of one push need not be in order', {
    policy: ALL_GO,
    gaps: [manifestGap('(broken)')],
    table: `
      main | 1h |  | stays: filter
      later | 2h |  | goes: not-kept 2 of 4
      together | 4h |  | stays: unreadable (${LISTED}); not-kept 3 of 4
      (broken) | 4h |  | stays: unreadable (HTTP 429); untagged 4 of 4
    `
  })
  shows('holds tagged indexes too where some index is seen to list another', {
    policy: ALL_GO,
    gaps: [manifestGap('(broken)')],
    table: `
      main | 1d | index of inner | stays: filter
      (broken) | 5d |  | stays: unreadable (HTTP 429); untagged 2 of 4
      inner | 6d | index of (away) | stays: unreadable (${LISTED}); not-kept 3 of 4
      other | 7d | index of (far) | stays: unreadable (${LISTED}); not-kept 4 of 4
    `
  })
  shows('holds every tagged image where GitHub does not say when it was pushed', {
    policy: ALL_GO,
    gaps: [manifestGap('(broken)')],
    table: `
      main | 1d |  | stays: unreadable (${LISTED}); filter
      v1 | 2d |  | stays: unreadable (${LISTED}); not-kept 2 of 2
      (broken) | - |  | stays: unreadable (HTTP 429); no-timestamp
    `
  })
  shows('holds no names where it is not among the versions', {
    policy: ALL_GO,
    gaps: [manifestGap('(deleted meanwhile)')],
    table: `
      main | 1d |  | stays: filter
      v1 | 9d |  | goes: not-kept 2 of 3
      (x) | 9d |  | stays: unreadable (${HELD}); untagged 3 of 3
    `
  })
  shows('the notice names three in an order of its own, counts the others, and not what stays anyway', {
    policy: `protect: [main]\n${ALL_GO}`,
    gaps: ['(d)', '(a)', '(c)', '(b)'].map((label) => manifestGap(label, `HTTP 40${label.charCodeAt(1) - 97}`)),
    warnings: [
      `manifests could not be read: ${['(a)', '(b)', '(c)', '(d)']
        .map((label, i) => `${digestOf(label).slice(0, 19)} (HTTP 40${i})`)
        .sort()
        .slice(0, 3)
        .join(', ')} and 1 more. Everything untagged and every part of an image is kept, 4 units held back`
    ],
    table: `
      main | 9d |  | stays: protected (main); unreadable (${LISTED}); protected
      (a) | 3d |  | stays: unreadable (HTTP 400); untagged 1 of 4
      (b) | 3d |  | stays: unreadable (HTTP 401); untagged 2 of 4
      (c) | 3d |  | stays: unreadable (HTTP 402); untagged 3 of 4
      (d) | 3d |  | stays: unreadable (HTTP 403); untagged 4 of 4
    `
  })
  shows('what it holds back is counted whatever floating tags it has, and without what a rule keeps', {
    policy: `rules: [{ name: all, match: {}, keep: [{ names: [main] }] }]`,
    gaps: [manifestGap('(broken)')],
    warnings: [
      `a manifest could not be read: ${digestOf('(broken)').slice(0, 19)} (HTTP 429). ` +
        'Everything untagged and every part of an image is kept, 2 units held back'
    ],
    table: `
      (broken) | 1d |  | stays: unreadable (HTTP 429); untagged 1 of 3
      main | 2d |  | stays: unreadable (${LISTED}); filter
      1.2.3, 1.2 | 9d |  | stays: unreadable (${LISTED}); 1.2.3: not-kept 3 of 3; 1.2: alias-of (1.2.3)
    `
  })
  shows('untag: what it holds keeps all its tags', {
    policy: `partial-tags: untag\nrules: [{ name: pulls, match: { names: ['pr-*'] }, keep: [] }]`,
    gaps: [manifestGap('(broken)')],
    table: `
      v2, pr-2 | 1d |  | stays (-pr-2): v2: no-rule; pr-2: not-kept 1 of 2
      (broken) | 5d |  | stays: unreadable (HTTP 429); no-rule
      v1, pr-1 | 9d |  | stays: unreadable (${LISTED}); v1: no-rule; pr-1: not-kept 2 of 2
    `
  })
})

describe('branches that cannot be read', () => {
  shows('hold names, and nothing that is untagged or part of what goes', {
    policy: `protect: { branches: true }\n${ALL_GO}`,
    gaps: [{ kind: 'branches', why: 'HTTP 500' }],
    table: `
      main | 1d |  | stays: unreadable (branches could not be read); filter
      (x) | 9d | index of (a) | goes: untagged 1 of 1
      (a) | 9d |  | goes: untagged (digest)
    `
  })
})

describe('a store of signatures', () => {
  const policy = `min-keep: 0\nrules: [{ name: untagged, match: { tagged: false }, keep: [] }]`
  const notice =
    'every version refers to an image that is not in this package: it looks like a store of signatures for another ' +
    'package. All of it stays unless a rule says `state: [orphan]`'
  shows('is a package of nothing but untagged orphans, and stays', {
    policy,
    warnings: [notice],
    table: `
      (s) | 9d | refers to (away) | stays: signature-store; orphan 1 of 2
      sig of (away) | 9d |  | stays: signature-store; orphan 2 of 2
    `
  })
  shows('stays too where no rule speaks of what is untagged', {
    policy: `min-keep: 0\nrules: [{ name: named, match: { tagged: true }, keep: [] }]`,
    warnings: [notice],
    table: `
      (s) | 9d | refers to (away) | stays: signature-store; no-rule
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
      (image) | 8d |  | stays: refused-last; untagged 1 of 2
      (s) | 9d | refers to (away) | goes: orphan 2 of 2
    `
  })
  shows('is not one with a name in it', {
    policy,
    notices: [],
    table: `
      bundle | 8d | refers to (away) | stays: no-rule
      (s) | 9d | refers to (away) | goes: orphan 1 of 1
    `
  })
  shows('goes where a rule asks for orphans', {
    policy: `
min-keep: 0
rules:
  - { name: mine, match: { tagged: false, state: [orphan] }, keep: [{ last: 1 }] }
  - { name: untagged, match: { tagged: false }, keep: [] }`,
    warnings: [notice],
    table: `
      (s) | 8d | refers to (away) | stays: last 1 of 1
      (t) | 9d | refers to (away) | goes: orphan 2 of 2
    `
  })
})
