import { describe } from '@jest/globals'
import { shows } from './scenario.js'

const PREVIEWS = `rules: [{ name: previews, match: { names: ['pr-*'] }, keep: [] }]`

describe('what alone keeps a version that the rules would delete', () => {
  shows('is a tag that no rule owns', {
    policy: `protect: [pr-3, latest]\n${PREVIEWS}`,
    held: ['pr-5: unowned-tags (nightly v5)'],
    matched: ['pr-5', 'pr-4', 'pr-3'],
    table: `
      pr-5, v5, nightly | 1d |  | kept: nightly: no-rule; v5: no-rule; pr-5: not-kept 1 of 1
      pr-4, latest | 2d |  | kept: latest: protected (latest); latest: no-rule; pr-4: not-kept
      pr-3 | 3d |  | kept: protected (pr-3); not-kept
      (x) | 4d |  | kept: no-rule
    `
  })
  shows('is nothing where a rule keeps it', {
    policy: `rules: [{ name: previews, match: { names: ['pr-*'] }, keep: [{ last: 1 }] }]`,
    held: [],
    matched: ['pr-1'],
    table: `
      pr-1, v1 | 1d |  | kept: pr-1: last 1 of 1; v1: no-rule
    `
  })
  shows('is what could not be read', {
    policy: `min-keep: 0\n${PREVIEWS}`,
    gaps: [{ kind: 'releases', why: 'a 500' }],
    held: ['pr-2: unreadable'],
    table: `
      pr-2 | 1d |  | kept: unreadable (releases could not be read); not-kept
      pr-1, v1 | 2d |  | kept: pr-1: unreadable (releases could not be read); v1: no-rule; pr-1: not-kept
      v0 | 2d |  | kept: unreadable (releases could not be read); no-rule
    `
  })
  shows('is the unit that it belongs to, or what keeps all units of a part', {
    policy: `min-keep: 1\ndelete-limit: 1\n${PREVIEWS}`,
    held: [
      'pr-9: unit',
      'pr-8: delete-limit',
      '(p1): delete-limit',
      'pr-7: unowned-tags (v7)',
      '(p3): unowned-tags ()'
    ],
    table: `
      main | 1d | index of pr-9 (m1) | kept: no-rule
      pr-9 | 1d |  | kept: part-of (main); not-kept 1 of 4
      (m1) | 1d |  | kept: part-of (main)
      pr-8 | 2d | index of (p1) (p2) | kept: deferred; not-kept 2 of 4
      (p1) | 2d |  | kept: part-of (pr-8)
      (p2) | 2d |  | kept: part-of (pr-8); part-of (pr-7)
      pr-7, v7 | 2d | index of (p2) (p3) | kept: v7: no-rule; pr-7: not-kept 3 of 4
      (p3) | 2d |  | kept: part-of (pr-7)
      pr-6 | 2d |  | deleted: not-kept 4 of 4
    `
  })
  shows('is min-keep', {
    policy: `min-keep: 1\n${PREVIEWS}`,
    held: ['pr-2: min-keep', '(a): min-keep'],
    table: `
      pr-2 | 1d | index of (a) | kept: min-keep; not-kept 1 of 2
      (a) | 1d |  | kept: part-of (pr-2)
      pr-1 | 2d |  | deleted: not-kept 2 of 2
    `
  })
  shows('is the refusal of the last tagged version', {
    policy: `min-keep: 0\n${PREVIEWS}`,
    held: ['pr-2: refused-last'],
    table: `
      pr-2 | 1d |  | kept: refused-last; not-kept 1 of 1
    `
  })
  shows('is max-delete', {
    policy: `min-keep: 0\nmax-delete: 0\n${PREVIEWS}`,
    violation: '1 unit would be deleted; max-delete allows 0 units. Nothing is deleted in this package.',
    held: ['pr-2: max-delete', '(a): max-delete'],
    table: `
      main | 1d |  | kept: no-rule
      pr-2 | 1d | index of (a) | deleted: not-kept 1 of 1
      (a) | 1d |  | deleted: not-kept (pr-2)
    `
  })
})
