import { describe } from '@jest/globals'
import { digestOf, shows } from './scenario.js'

describe('min-keep and the last version', () => {
  shows('min-keep: the newest named candidates are kept', {
    policy: `min-keep: 2\nrules: [{ name: all, match: { names: ['*'] }, keep: [] }]`,
    table: `
      c | 1d |  | kept: min-keep; not-kept 1 of 3
      b | 2d |  | kept: min-keep; not-kept 2 of 3
      a | 3d |  | deleted: not-kept 3 of 3
      (x) | 3d |  | kept: no-rule
    `
  })
  shows('ghosts do not count for min-keep and are not kept for it', {
    policy: `rules: [{ name: all, match: { names: ['*'] }, keep: [] }]`,
    table: `
      ghost | 1d | index of (gone) | deleted: not-kept 1 of 2
      b | 2d |  | kept: min-keep; not-kept 2 of 2
    `
  })
  shows('GitHub refuses the last tagged version of a container package: the plan foresees it', {
    policy: `min-keep: 0\nrules: [{ name: all, match: { names: ['*'] }, keep: [] }]`,
    table: `
      b | 1d |  | kept: refused-last; not-kept 1 of 2
      a | 2d |  | deleted: not-kept 2 of 2
      (x) | 3d |  | kept: no-rule
    `
  })
  shows('a digest-derived tag is a tag to GitHub: while one is left, the last named version can be deleted', {
    policy: `min-keep: 0\nrules: [{ name: all, match: { names: ['*'] }, keep: [] }]`,
    table: `
      a | 2d |  | deleted: not-kept 1 of 1
      sig of (elsewhere) | 3d |  | kept: no-rule
    `
  })
  shows('the last tag is kept on a version that would be deleted, not on one that is kept anyway', {
    type: 'docker',
    policy: `min-keep: 0\nrules: [{ name: all, match: { names: ['v*'] }, keep: [] }]`,
    table: `
      (no tag) | 1d |  | kept: no-rule
      v2 | 2d |  | kept: refused-last; not-kept 1 of 2
      v1 | 3d |  | deleted: not-kept 2 of 2
    `
  })
  shows('a replaced fallback index is not the last version, as it is deleted with what it follows', {
    policy: `min-keep: 0\nrules: [{ name: all, match: {}, keep: [] }]`,
    table: `
      (replaced) | 7d | index of (bundle) | deleted: untagged 1 of 2
      (image) | 9d |  | kept: refused-last; untagged 1 of 1
      (bundle) | 9d | refers to (image) | kept: refers-to (digest)
    `
  })
  shows('GitHub refuses the last version of any package', {
    type: 'npm',
    policy: `min-keep: 0\nrules: [{ name: all, match: { names: ['*'] }, keep: [] }]`,
    table: `
      2.0.0 | 1d |  | kept: refused-last; not-kept 1 of 2
      1.0.0 | 2d |  | deleted: not-kept 2 of 2
    `
  })
  shows('on-empty: delete-package deletes a package in one step if every version would be deleted', {
    type: 'npm',
    policy: `min-keep: 0\non-empty: delete-package\nrules: [{ name: all, match: { names: ['*'] }, keep: [] }]`,
    steps: ['delete the package'],
    table: `
      2.0.0 | 1d |  | deleted: not-kept 1 of 2
      1.0.0 | 2d |  | deleted: not-kept 2 of 2
    `
  })
})

describe('min-keep', () => {
  const all = `rules: [{ name: all, match: {}, keep: [] }]`
  shows('keeps the newest by the later of push and change', {
    policy: all,
    table: `
      c | 7d |  | deleted: not-kept 2 of 3
      b | 8d |  | deleted: not-kept 3 of 3
      a | 9d, changed 3d |  | kept: min-keep; not-kept 1 of 3
    `
  })
  const staged = (min: number, v0: string) => ({
    policy: `min-keep: ${min}\n${all}`,
    table: `
      v1 | 1d | index of amd64 | kept: min-keep; not-kept 1 of 3
      amd64 | 2d |  | kept: part-of (v1); not-kept 2 of 3
      v0 | 3d |  | ${v0}
    `
  })
  shows('counts named members of a kept index', staged(2, 'deleted: not-kept 3 of 3'))
  shows('keeps no more than that', staged(3, 'kept: min-keep; not-kept 3 of 3'))
  shows('counts versions that are kept anyway, without ghosts', {
    policy: `min-keep: 2\nrules: [{ name: all, match: { names: ['v*'] }, keep: [] }]`,
    table: `
      main | 1d |  | kept: no-rule
      empty | 1d | index of (gone) | kept: no-rule
      v2 | 2d |  | kept: min-keep; not-kept 1 of 2
      v1 | 3d |  | deleted: not-kept 2 of 2
    `
  })
})

describe('the last tagged version, which GitHub refuses to delete', () => {
  const all = `min-keep: 0\nrules: [{ name: all, match: {}, keep: [] }]`
  shows('is the newest with a name by the later of push and change, not something newer without one', {
    policy: all,
    table: `
      (x) | 1d |  | deleted: untagged 1 of 3
      b | 8d |  | deleted: not-kept 3 of 3
      a | 9d, changed 2d |  | kept: refused-last; not-kept 2 of 3
    `
  })
  shows('where nothing has a name, is the newest that owns a signature by tag, for that is a tag to GitHub', {
    policy: all,
    table: `
      (newest) | 2d |  | deleted: untagged 1 of 3
      (signed) | 3d |  | kept: refused-last; untagged 2 of 3
      sig of (signed) | 3d |  | kept: refers-to (digest)
      (oldest) | 4d |  | deleted: untagged 3 of 3
    `
  })
  shows('is kept in a docker package too', {
    type: 'docker',
    policy: `min-keep: 0\nrules: [{ name: all, match: { names: [a, b] }, keep: [] }]`,
    table: `
      b | 8d |  | kept: refused-last; not-kept 1 of 2
      a | 9d |  | deleted: not-kept 2 of 2
      (x) | 9d |  | kept: no-rule
    `
  })
  shows('is kept although on-empty: delete-package is given, if something untagged is kept', {
    policy: `min-keep: 0\non-empty: delete-package\nrules: [{ name: all, match: { names: ['*'] }, keep: [] }]`,
    table: `
      b | 8d |  | kept: refused-last; not-kept 1 of 2
      a | 9d |  | deleted: not-kept 2 of 2
      (x) | 9d |  | kept: no-rule
    `
  })
  const untag = `min-keep: 0\npartial-tags: untag\nrules: [{ name: pulls, match: { names: ['pr-*'] }, keep: [] }]`
  shows('keeps its tag under untag if it is the last one', {
    policy: untag,
    steps: [],
    table: `
      (x) | 1d | index of pr-1 | kept: no-rule
      pr-1 | 2d |  | kept: refused-last; not-kept 1 of 1
    `
  })
  shows('may lose its name under untag where another tag is left on it or elsewhere', {
    policy: untag,
    steps: ['untag pr-1 pr-1'],
    table: `
      (x) | 1d | index of pr-1 | kept: no-rule
      pr-1, sig of (away) | 2d |  | kept (-pr-1): part-of (digest); pr-1: not-kept 1 of 1
    `
  })
})

describe('on-empty: delete-package', () => {
  const all = `on-empty: delete-package\nrules: [{ name: all, match: {}, keep: [{ names: [main] }] }]`
  shows('deletes versions while something is kept', {
    policy: `min-keep: 0\n${all}`,
    steps: ['delete a'],
    notices: [],
    table: `
      main | 1d |  | kept: filter
      a | 9d |  | deleted: not-kept 2 of 2
    `
  })
  shows('deletes no package without versions', { policy: `min-keep: 0\n${all}`, steps: [], table: 'package empty' })
  shows('needs no other setting: min-keep counts only where something is kept', {
    policy: all,
    steps: ['delete the package'],
    notices: ['pattern main fits no name'],
    table: `
      v1 | 8d |  | deleted: not-kept 1 of 2
      (y) | 9d |  | deleted: untagged 2 of 2
    `
  })
  shows('leaves min-keep alone while an untagged image is kept', {
    policy: `on-empty: delete-package\nrules: [{ name: all, match: { names: ['*'] }, keep: [] }]`,
    steps: ['delete v1'],
    table: `
      v2 | 8d |  | kept: min-keep; not-kept 1 of 2
      v1 | 9d |  | deleted: not-kept 2 of 2
      (x) | 9d |  | kept: no-rule
    `
  })
  shows('defers the package if delete-limit is smaller', {
    policy: `min-keep: 0\ndelete-limit: 1\n${all}`,
    steps: ['delete a'],
    table: `
      b | 8d |  | kept: deferred; not-kept 1 of 2
      a | 9d |  | deleted: not-kept 2 of 2
    `
  })
})

describe('max-delete and delete-limit', () => {
  const keep1 = `rules: [{ name: all, match: { names: ['*'] }, keep: [{ last: 1 }] }]`
  const table = `
      c | 1d |  | kept: last 1 of 1
      b | 2d |  | deleted: not-kept 2 of 3
      a | 3d |  | deleted: not-kept 3 of 3
    `
  shows('max-delete: 2 lets two units be deleted', {
    policy: `max-delete: 2\n${keep1}`,
    table,
    steps: ['delete a', 'delete b']
  })
  shows('max-delete: 1 deletes nothing if two would be deleted, and shows the plan', {
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
      d | 1d |  | kept: last 1 of 1
      c | 2d |  | kept: deferred; not-kept 2 of 4
      b | 3d |  | kept: deferred; not-kept 3 of 4
      a | 4d | index of (a1) | deleted: not-kept 4 of 4
      (a1) | 4d |  | deleted: not-kept (a)
    `
  })
  shows('delete-limit: a unit larger than the limit is deleted alone', {
    policy: `delete-limit: 1\n${keep1}`,
    table: `
      d | 1d |  | kept: last 1 of 1
      c | 2d |  | kept: deferred; not-kept 2 of 3
      a | 4d | index of (a1) (a2) | deleted: not-kept 3 of 3
      (a1) | 4d |  | deleted: not-kept (a)
      (a2) | 4d |  | deleted: not-kept (a)
    `
  })
})
