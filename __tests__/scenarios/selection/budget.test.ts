import { describe } from '@jest/globals'
import { shows } from './scenario.js'

const NONE_KEPT = `min-keep: 0\nrules: [{ name: all, match: { names: ['*', '!main'] }, keep: [] }]`

describe('delete-limit', () => {
  shows('as many versions as the limit are deleted, oldest first whatever their ids; the rest is deferred', {
    policy: `delete-limit: 2\n${NONE_KEPT}`,
    deferred: 1,
    table: `
      a | 9d |  | deleted: not-kept 3 of 3
      b | 8d |  | deleted: not-kept 2 of 3
      c | 7d |  | kept: deferred; not-kept 1 of 3
      main | 1d |  | kept: no-rule
    `
  })
  shows('of two equally old units the one with the lower id is deleted first', {
    policy: `delete-limit: 1\n${NONE_KEPT}`,
    table: `
      main | 1d |  | kept: no-rule
      b | 9d |  | kept: deferred; not-kept 1 of 2
      a | 9d |  | deleted: not-kept 2 of 2
    `
  })
  shows('a unit that does not fit is not overtaken by a younger and smaller one', {
    policy: `delete-limit: 2\n${NONE_KEPT}`,
    deferred: 2,
    table: `
      main | 1d |  | kept: no-rule
      c | 7d |  | kept: deferred; not-kept 1 of 3
      b | 8d | index of (b1) | kept: deferred; not-kept 2 of 3
      (b1) | 8d |  | kept: part-of (b)
      a | 9d |  | deleted: not-kept 3 of 3
    `
  })
  const shared = (b: string) => `
      main | 1d |  | kept: no-rule
      b | 8d | index of (both) | ${b}
      (both) | 9d |  | ${b.startsWith('deleted') ? 'deleted: not-kept (b)' : 'kept: part-of (b)'}
      a | 9d | index of (both) | deleted: not-kept 2 of 2
    `
  shows('a version that two units share counts once, with the later of them', {
    policy: `delete-limit: 3\n${NONE_KEPT}`,
    table: shared('deleted: not-kept 1 of 2')
  })
  shows('the later of two units that share a version is deferred if only one more may be deleted', {
    policy: `delete-limit: 2\n${NONE_KEPT}`,
    table: shared('kept: deferred; not-kept 1 of 2')
  })
  shows('a part that something else keeps does not count', {
    policy: `delete-limit: 3\n${NONE_KEPT}`,
    deferred: 0,
    table: `
      main | 1d | index of (both) | kept: no-rule
      b | 8d |  | deleted: not-kept 1 of 2
      a | 9d | index of (both) (own) | deleted: not-kept 2 of 2
      (both) | 9d |  | kept: part-of (main)
      (own) | 9d |  | deleted: not-kept (a)
    `
  })
  shows('a tagged part of a deferred unit is deferred with it, although it would cost nothing on its own', {
    policy: `delete-limit: 1\n${NONE_KEPT}`,
    deferred: 2,
    table: `
      main | 1d |  | kept: no-rule
      whole | 7d | index of part | kept: deferred; not-kept 1 of 3
      part | 8d |  | kept: deferred; not-kept 2 of 3
      a | 9d |  | deleted: not-kept 3 of 3
    `
  })
  const replaced = (limit: number, b: string) => ({
    policy: `delete-limit: ${limit}\n${NONE_KEPT}`,
    table: `
      main | 1d |  | kept: no-rule
      b | 2d |  | ${b}
      (list) | 7d | index of (bundle) | deleted: not-kept (v1)
      (bundle) | 8d | refers to v1 | deleted: not-kept (digest)
      v1 | 9d |  | deleted: not-kept 2 of 2
    `
  })
  shows('a replaced fallback index counts with what it follows', replaced(3, 'kept: deferred; not-kept 1 of 2'))
  shows('it counts once', replaced(4, 'deleted: not-kept 1 of 2'))
  shows('what it lists counts with its image, although the index is deleted first', {
    policy: `delete-limit: 2\n${NONE_KEPT}`,
    table: `
      main | 1d |  | kept: no-rule
      v1 | 7d |  | kept: deferred; not-kept 1 of 1
      (bundle) | 8d | refers to v1 | kept: part-of (v1); part-of (digest)
      (list) | 9d | index of (bundle) | kept: no-rule
    `
  })
  shows('it counts where it is deleted alone', {
    policy: `delete-limit: 1\nprotect: [main, v1]\nrules: [{ name: all, match: {}, keep: [] }]`,
    table: `
      main | 1d |  | kept: protected (main); not-kept
      b | 2d |  | kept: deferred; not-kept 1 of 1
      (list) | 7d | index of (bundle) | deleted: untagged 2 of 2
      (bundle) | 8d | refers to v1 | kept: refers-to (v1)
      v1 | 9d |  | kept: protected (v1); not-kept
    `
  })
  shows('is one limit for all packages, and packages that max-delete stops do not count', {
    policy: `delete-limit: 1\nmax-delete: 1\n${NONE_KEPT}`,
    deferred: 1,
    steps: ['delete a'],
    violation: '2 units would be deleted; max-delete allows 1 unit. Nothing is deleted in this package.',
    table: `
      package web
      main | 1d |  | kept: no-rule
      z | 90d |  | deleted: not-kept 1 of 2
      y | 91d |  | deleted: not-kept 2 of 2
      package api
      main | 1d |  | kept: no-rule
      a | 9d |  | deleted: not-kept 1 of 1
      package cli
      main | 1d |  | kept: no-rule
      b | 8d |  | kept: deferred; not-kept 1 of 1
    `
  })
})

describe('max-delete', () => {
  shows('50% of four units are two', {
    policy: `max-delete: 50%\n${NONE_KEPT}`,
    steps: ['delete a', 'delete b'],
    table: `
      main | 1d |  | kept: no-rule
      b | 8d |  | deleted: not-kept 1 of 2
      a | 9d |  | deleted: not-kept 2 of 2
      (x) | 9d |  | kept: no-rule
    `
  })
  shows('members are not counted, neither among the deleted units nor among all', {
    policy: `max-delete: 50%\n${NONE_KEPT}`,
    steps: [],
    violation: '2 units would be deleted; max-delete allows 50% of 3 units. Nothing is deleted in this package.',
    table: `
      main | 1d | index of (m1) (m2) (m3) | kept: no-rule
      (m1) | 1d |  | kept: part-of (main)
      (m2) | 1d |  | kept: part-of (main)
      (m3) | 1d |  | kept: part-of (main)
      b | 8d |  | deleted: not-kept 1 of 2
      a | 9d |  | deleted: not-kept 2 of 2
    `
  })
  shows('a replaced fallback index is not counted where it is deleted with what it follows', {
    policy: `max-delete: 50%\n${NONE_KEPT}`,
    table: `
      main | 1d |  | kept: no-rule
      (list) | 7d | index of (bundle) | deleted: not-kept (v1)
      (bundle) | 8d | refers to v1 | deleted: not-kept (digest)
      v1 | 9d |  | deleted: not-kept 1 of 1
    `
  })
  shows('it is not counted among all units where it is kept', {
    policy: `max-delete: 25%\nprotect: [v1]\n${NONE_KEPT}`,
    violation: '1 unit would be deleted; max-delete allows 25% of 3 units. Nothing is deleted in this package.',
    table: `
      main | 1d |  | kept: no-rule
      b | 2d |  | deleted: not-kept 1 of 1
      (list) | 7d | index of (bundle) | kept: no-rule
      (bundle) | 8d | refers to v1 | kept: part-of (digest); part-of (v1)
      v1 | 9d |  | kept: protected (v1); not-kept
    `
  })
  shows('it is counted where it is deleted alone', {
    policy: `max-delete: 1\nprotect: [main, v1]\nrules: [{ name: all, match: {}, keep: [] }]`,
    violation: '2 units would be deleted; max-delete allows 1 unit. Nothing is deleted in this package.',
    table: `
      main | 1d |  | kept: protected (main); not-kept
      b | 2d |  | deleted: not-kept 1 of 1
      (list) | 7d | index of (bundle) | deleted: untagged 2 of 2
      (bundle) | 8d | refers to v1 | kept: refers-to (v1)
      v1 | 9d |  | kept: protected (v1); not-kept
    `
  })
})
