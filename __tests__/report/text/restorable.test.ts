import { expect, it } from '@jest/globals'
import type { Report } from '../../../src/domain/outcome.js'
import { renderSummary } from '../../../src/report/summary/summary.js'
import { inOrder, type Restorable, restorableLines } from '../../../src/report/text/restorable.js'
import * as fixture from '../fixture.js'

const HOUR = 3_600_000
const app = fixture.container('app')

/** Deleted this many hours ago. */
const deleted = (id: number, tags: readonly string[], hours: number, ref = app): Restorable => ({
  package: ref,
  version: { ...fixture.version(id, tags, 40), deletedAt: fixture.NOW - hours * HOUR }
})

const all = inOrder([
  deleted(1, [], 1),
  deleted(2, ['v1'], 60),
  deleted(3, [fixture.digest(2).replace(':', '-').concat('.sig')], 1),
  deleted(4, ['v2'], 2),
  deleted(5, ['v1'], 1, fixture.container('other'))
])

it('what can be restored stands package by package, what has a name first, the newest deletion first', () => {
  expect(all.map(({ version }) => version.id)).toEqual([4, 2, 1, 3, 5])
})

it('the log names each version with the time of its deletion and the days that are left', () => {
  const lines = restorableLines(all, fixture.NOW)
  expect(lines[0]).toBe(
    '5 deleted versions can be restored, newest deletion first, 2 of them without a name: each image is restored with its members:'
  )
  expect(lines[2]).toBe(
    '  2026-11-20 00:00 UTC  app  v1 000000015a00  (version 2, 27 days left)'.replace(
      '000000015a00',
      fixture.digest(2).slice(7, 19)
    )
  )
  expect(restorableLines([], fixture.NOW)).toEqual(['0 deleted versions can be restored.'])
})

it('the job summary has the same as a table', () => {
  const report: Report = { ...fixture.report(fixture.plan()), operation: 'restore', restorable: all }
  const lines = renderSummary(report).split('\n')
  const at = lines.indexOf('### What can be restored')
  expect(lines[at + 2]).toBe('| Package | Name | Digest | Version | Deleted | Time left |')
  expect(lines[at + 4]).toBe(
    `| \`app\` | \`v2\` | \`${fixture.digest(4).slice(7, 19)}\` | 4 | 2026-11-22 10:00 UTC | 29 days |`
  )
  expect(lines.slice(at + 4, at + 9)).toHaveLength(5)
})
