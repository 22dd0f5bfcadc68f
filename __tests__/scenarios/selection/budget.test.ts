import { describe } from '@jest/globals'
import { shows } from './scenario.js'

const NONE_KEPT = `min-keep: 0\nrules: [{ name: all, match: { names: ['*', '!main'] }, keep: [] }]`

describe('delete-limit', () => {
  shows('as many versions as the limit go, oldest first whatever the ids are; the rest waits', {
    policy: `delete-limit: 2\n${NONE_KEPT}`,
    deferred: 1,
    table: `
      a | 9d |  | goes: not-kept 3 of 3
      b | 8d |  | goes: not-kept 2 of 3
      c | 7d |  | stays: deferred; not-kept 1 of 3
      main | 1d |  | stays: no-rule
    `
  })
  shows('of two as old as each other the lower id goes first', {
    policy: `delete-limit: 1\n${NONE_KEPT}`,
    table: `
      main | 1d |  | stays: no-rule
      b | 9d |  | stays: deferred; not-kept 1 of 2
      a | 9d |  | goes: not-kept 2 of 2
    `
  })
  shows('what does not fit is not overtaken by something younger and smaller', {
    policy: `delete-limit: 2\n${NONE_KEPT}`,
    deferred: 2,
    table: `
      main | 1d |  | stays: no-rule
      c | 7d |  | stays: deferred; not-kept 1 of 3
      b | 8d | index of (b1) | stays: deferred; not-kept 2 of 3
      (b1) | 8d |  | stays: part-of (b)
      a | 9d |  | goes: not-kept 3 of 3
    `
  })
  const shared = (b: string) => `
      main | 1d |  | stays: no-rule
      b | 8d | index of (both) | ${b}
      (both) | 9d |  | ${b.startsWith('goes') ? 'goes: not-kept (b)' : 'stays: part-of (b)'}
      a | 9d | index of (both) | goes: not-kept 2 of 2
    `
  shows('a version that two units share counts once, with the later of them', {
    policy: `delete-limit: 3\n${NONE_KEPT}`,
    table: shared('goes: not-kept 1 of 2')
  })
  shows('and so the later one waits where only one more may go', {
    policy: `delete-limit: 2\n${NONE_KEPT}`,
    table: shared('stays: deferred; not-kept 1 of 2')
  })
  shows('a part that something else keeps takes nothing of it', {
    policy: `delete-limit: 3\n${NONE_KEPT}`,
    deferred: 0,
    table: `
      main | 1d | index of (both) | stays: no-rule
      b | 8d |  | goes: not-kept 1 of 2
      a | 9d | index of (both) (own) | goes: not-kept 2 of 2
      (both) | 9d |  | stays: part-of (main)
      (own) | 9d |  | goes: not-kept (a)
    `
  })
  shows('a tagged part of what waits waits with it, though on its own it would cost nothing', {
    policy: `delete-limit: 1\n${NONE_KEPT}`,
    deferred: 2,
    table: `
      main | 1d |  | stays: no-rule
      whole | 7d | index of part | stays: deferred; not-kept 1 of 3
      part | 8d |  | stays: deferred; not-kept 2 of 3
      a | 9d |  | goes: not-kept 3 of 3
    `
  })
  shows('is one budget for all packages, and what max-delete stops takes nothing of it', {
    policy: `delete-limit: 1\nmax-delete: 1\n${NONE_KEPT}`,
    deferred: 1,
    steps: ['delete a'],
    violation: '2 units would be deleted; max-delete allows 1 unit. Nothing is deleted in this package.',
    table: `
      package web
      main | 1d |  | stays: no-rule
      z | 90d |  | goes: not-kept 1 of 2
      y | 91d |  | goes: not-kept 2 of 2
      package api
      main | 1d |  | stays: no-rule
      a | 9d |  | goes: not-kept 1 of 1
      package cli
      main | 1d |  | stays: no-rule
      b | 8d |  | stays: deferred; not-kept 1 of 1
    `
  })
})

describe('max-delete', () => {
  shows('50% of four units are two', {
    policy: `max-delete: 50%\n${NONE_KEPT}`,
    steps: ['delete a', 'delete b'],
    table: `
      main | 1d |  | stays: no-rule
      b | 8d |  | goes: not-kept 1 of 2
      a | 9d |  | goes: not-kept 2 of 2
      (x) | 9d |  | stays: no-rule
    `
  })
  shows('members are not counted, neither among what goes nor among all', {
    policy: `max-delete: 50%\n${NONE_KEPT}`,
    steps: [],
    violation: '2 units would be deleted; max-delete allows 50% of 3 units. Nothing is deleted in this package.',
    table: `
      main | 1d | index of (m1) (m2) (m3) | stays: no-rule
      (m1) | 1d |  | stays: part-of (main)
      (m2) | 1d |  | stays: part-of (main)
      (m3) | 1d |  | stays: part-of (main)
      b | 8d |  | goes: not-kept 1 of 2
      a | 9d |  | goes: not-kept 2 of 2
    `
  })
})
