import { describe } from '@jest/globals'
import { digestOf, shows } from './scenario.js'

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

describe('min-keep', () => {
  const all = `rules: [{ name: all, match: {}, keep: [] }]`
  shows('keeps the newest by the later of push and change', {
    policy: all,
    table: `
      c | 7d |  | goes: not-kept 2 of 3
      b | 8d |  | goes: not-kept 3 of 3
      a | 9d, changed 3d |  | stays: min-keep; not-kept 1 of 3
    `
  })
  const staged = (min: number, v0: string) => ({
    policy: `min-keep: ${min}\n${all}`,
    table: `
      v1 | 1d | index of amd64 | stays: min-keep; not-kept 1 of 3
      amd64 | 2d |  | stays: part-of (v1); not-kept 2 of 3
      v0 | 3d |  | ${v0}
    `
  })
  shows('counts what an index brings along by name', staged(2, 'goes: not-kept 3 of 3'))
  shows('and no more than that', staged(3, 'stays: min-keep; not-kept 3 of 3'))
  shows('counts what stays anyway, and no ghost among it', {
    policy: `min-keep: 2\nrules: [{ name: all, match: { names: ['v*'] }, keep: [] }]`,
    table: `
      main | 1d |  | stays: no-rule
      empty | 1d | index of (gone) | stays: no-rule
      v2 | 2d |  | stays: min-keep; not-kept 1 of 2
      v1 | 3d |  | goes: not-kept 2 of 2
    `
  })
})

describe('the last tagged version, which GitHub refuses to delete', () => {
  const all = `min-keep: 0\nrules: [{ name: all, match: {}, keep: [] }]`
  shows('is the newest with a name by the later of push and change, not something newer without one', {
    policy: all,
    table: `
      (x) | 1d |  | goes: untagged 1 of 3
      b | 8d |  | goes: not-kept 3 of 3
      a | 9d, changed 2d |  | stays: refused-last; not-kept 2 of 3
    `
  })
  shows('where nothing has a name, is the newest that owns a signature by tag, for that is a tag to GitHub', {
    policy: all,
    table: `
      (newest) | 2d |  | goes: untagged 1 of 3
      (signed) | 3d |  | stays: refused-last; untagged 2 of 3
      sig of (signed) | 3d |  | stays: refers-to (digest)
      (oldest) | 4d |  | goes: untagged 3 of 3
    `
  })
  shows('stays in a docker package too', {
    type: 'docker',
    policy: `min-keep: 0\nrules: [{ name: all, match: { names: [a, b] }, keep: [] }]`,
    table: `
      b | 8d |  | stays: refused-last; not-kept 1 of 2
      a | 9d |  | goes: not-kept 2 of 2
      (x) | 9d |  | stays: no-rule
    `
  })
  shows('stays though on-empty: delete-package is asked for, where something untagged stays', {
    policy: `min-keep: 0\non-empty: delete-package\nrules: [{ name: all, match: { names: ['*'] }, keep: [] }]`,
    table: `
      b | 8d |  | stays: refused-last; not-kept 1 of 2
      a | 9d |  | goes: not-kept 2 of 2
      (x) | 9d |  | stays: no-rule
    `
  })
  const untag = `min-keep: 0\npartial-tags: untag\nrules: [{ name: pulls, match: { names: ['pr-*'] }, keep: [] }]`
  shows('keeps its tag under untag, where it is the last one', {
    policy: untag,
    steps: [],
    table: `
      (x) | 1d | index of pr-1 | stays: no-rule
      pr-1 | 2d |  | stays: refused-last; not-kept 1 of 1
    `
  })
  shows('may lose its name under untag where another tag is left on it or elsewhere', {
    policy: untag,
    steps: ['untag pr-1 pr-1'],
    table: `
      (x) | 1d | index of pr-1 | stays: no-rule
      pr-1, sig of (away) | 2d |  | stays (-pr-1): part-of (digest); pr-1: not-kept 1 of 1
    `
  })
})

describe('on-empty: delete-package', () => {
  const all = `on-empty: delete-package\nrules: [{ name: all, match: {}, keep: [{ names: [main] }] }]`
  shows('deletes versions while something stays', {
    policy: `min-keep: 0\n${all}`,
    steps: ['delete a'],
    notices: [],
    table: `
      main | 1d |  | stays: filter
      a | 9d |  | goes: not-kept 2 of 2
    `
  })
  shows('deletes no package without versions', { policy: `min-keep: 0\n${all}`, steps: [], table: 'package empty' })
  shows('needs no other setting: min-keep counts only where something is kept', {
    policy: all,
    steps: ['delete the package'],
    notices: ['pattern main fits no name'],
    table: `
      v1 | 8d |  | goes: not-kept 1 of 2
      (y) | 9d |  | goes: untagged 2 of 2
    `
  })
  shows('leaves min-keep alone while an untagged image is kept', {
    policy: `on-empty: delete-package\nrules: [{ name: all, match: { names: ['*'] }, keep: [] }]`,
    steps: ['delete v1'],
    table: `
      v2 | 8d |  | stays: min-keep; not-kept 1 of 2
      v1 | 9d |  | goes: not-kept 2 of 2
      (x) | 9d |  | stays: no-rule
    `
  })
  shows('waits with the package where the budget is smaller', {
    policy: `min-keep: 0\ndelete-limit: 1\n${all}`,
    steps: ['delete a'],
    table: `
      b | 8d |  | stays: deferred; not-kept 1 of 2
      a | 9d |  | goes: not-kept 2 of 2
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
