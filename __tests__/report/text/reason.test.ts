import { describe, expect, it } from '@jest/globals'
import type { Reason } from '../../../src/domain/plan.js'
import { REASON_CODES } from '../../../src/formats/planShape.js'
import { nameOfIn } from '../../../src/report/text/naming.js'
import { ageText, keeperText, reasonsText, reasonText } from '../../../src/report/text/reason.js'
import { digest, unit } from '../fixture.js'

const DAY = 86_400_000

const SENTENCES: readonly (readonly [Reason, string])[] = [
  [{ code: 'protected', by: 'names', what: 'v*' }, 'protected by v*'],
  [{ code: 'protected', by: 'names-from', what: 'prod', note: 'runs in Berlin' }, 'protected by prod: runs in Berlin'],
  [{ code: 'protected', by: 'branch', what: 'main' }, 'protected by branch main'],
  [{ code: 'protected', by: 'pull-request', what: '7' }, 'protected by open pull request 7'],
  [{ code: 'protected', by: 'hold', what: '2026-12-24' }, 'restored, and held until 2026-12-24'],
  [
    { code: 'protected', by: 'references', what: 'ghcr.io/o/app:1', file: 'deploy/app.yaml', line: 12 },
    'protected by ghcr.io/o/app:1 in deploy/app.yaml line 12'
  ],
  [{ code: 'no-rule', name: 'v1.0.0' }, 'no rule owns v1.0.0'],
  [{ code: 'no-rule' }, 'no rule owns it'],
  [{ code: 'last', rule: 'releases', rank: 3, of: 10 }, 'last 3 of 10 (rule releases)'],
  [{ code: 'last', anchor: true }, 'the newest of its group, from which within counts back'],
  [{ code: 'within', limit: '30d', rule: 'r' }, 'younger than 30d (rule r)'],
  [{ code: 'within', limit: '7d', since: 'superseded' }, 'younger than 7d since superseded'],
  [{ code: 'hourly', rank: 1, period: '2026-11-22T10' }, 'hourly 1: newest of 2026-11-22T10'],
  [{ code: 'daily', rank: 1, period: '2026-11-22' }, 'daily 1: newest of 2026-11-22'],
  [{ code: 'weekly', rank: 2, of: 8, period: '2026-W47' }, 'weekly 2 of 8: newest of 2026-W47'],
  [{ code: 'monthly', rank: 2, of: 8, period: '2026-11' }, 'monthly 2 of 8: newest of 2026-11'],
  [{ code: 'quarterly', rank: 2, of: 8, period: '2026-Q4' }, 'quarterly 2 of 8: newest of 2026-Q4'],
  [{ code: 'yearly', rank: 2, of: 8, period: '2026' }, 'yearly 2 of 8: newest of 2026'],
  [{ code: 'semver', line: '1.2.x', rank: 1, of: 3 }, 'semver 1.2.x patch 1 of 3'],
  [{ code: 'semver', prereleaseOf: '1.2.0', rank: 1 }, 'semver prerelease of 1.2.0 1'],
  [{ code: 'filter', rule: 'r' }, 'kept by a filter, without a count (rule r)'],
  [{ code: 'not-a-version', name: 'main' }, 'main is not a version that can be ordered'],
  [{ code: 'no-timestamp' }, 'its time is unknown'],
  [{ code: 'grace-period', age: 3 * 3_600_000 }, 'within the grace period, 3 hours old'],
  [{ code: 'part-of', unit: 7, unitName: '1.2.3' }, 'part of 1.2.3'],
  [{ code: 'refers-to', unit: 7, unitName: '1.2.3' }, 'refers to 1.2.3'],
  [{ code: 'min-keep' }, 'kept by min-keep: too few named units would be left'],
  [{ code: 'refused-last' }, 'GitHub does not delete the last one'],
  [
    { code: 'unreadable', what: 'manifest', why: 'status 500' },
    'kept because a manifest of the package could not be read: status 500'
  ],
  [{ code: 'unreadable', what: 'list' }, 'kept because the whole list of versions could not be read'],
  [{ code: 'signature-store' }, "the package holds signatures of other packages' images"],
  [{ code: 'alias-of', name: '1.2', target: '1.2.3' }, '1.2 follows 1.2.3'],
  [{ code: 'deferred', by: 'delete-limit' }, 'left for the next run by delete-limit'],
  [{ code: 'not-kept', rank: 12, of: 40, age: 45 * DAY, rule: 'r' }, 'not kept: rank 12 of 40, 45 days old (rule r)'],
  [{ code: 'not-kept', leftover: true, age: 45 * DAY }, 'left by an interrupted untag: 45 days old'],
  [{ code: 'not-kept', unit: 7, unitName: 'pr-1', age: 45 * DAY }, 'deleted with pr-1, 45 days old'],
  [{ code: 'superseded', age: 9 * DAY }, 'superseded by its release, 9 days old'],
  [{ code: 'superseded', release: '1.0.0', age: 9 * DAY }, 'superseded by 1.0.0, 9 days old'],
  [{ code: 'untagged', age: 2 * DAY }, 'untagged: 2 days old'],
  [{ code: 'orphan' }, 'orphan: what it refers to is gone'],
  [{ code: 'listed' }, 'listed by id or digest']
]

describe('reasonText', () => {
  it.each(SENTENCES.map(([reason, text]) => ({ reason, text })))('says "$text"', ({ reason, text }) => {
    expect(reasonText(reason)).toBe(text)
  })

  it('has a sentence above for every code that a plan file may carry', () => {
    expect([...new Set(SENTENCES.map(([{ code }]) => code))].sort()).toEqual([...REASON_CODES].sort())
  })

  it('leaves out a rule that was said before', () => {
    expect(reasonText({ code: 'last', rule: 'r', rank: 1, of: 2 }, undefined, 'r')).toBe('last 1 of 2')
  })
})

describe('reasonsText', () => {
  it('says which name each reason is about where there are several', () => {
    const [decision] = unit(1, ['pr-5', 'v1.0.0'], 1, 'keep', [
      { code: 'no-rule', name: 'v1.0.0' },
      { code: 'not-kept', name: 'pr-5', rank: 2, of: 2 }
    ])
    expect(decision && reasonsText(decision, nameOfIn([decision]))).toBe(
      'no rule owns v1.0.0; pr-5: not kept: rank 2 of 2'
    )
  })

  it('calls an owner by the name that it is listed by, whatever name the engine sorts first', () => {
    const decisions = unit(1, ['v2.1.1', 'latest'], 1, 'keep', [{ code: 'protected', by: 'names', what: 'v*' }]).map(
      (decision) => ({
        ...decision,
        reasons: decision.reasons.map((reason) => ('unit' in reason ? { ...reason, unitName: 'latest' } : reason))
      })
    )
    const texts = decisions.slice(1).map((decision) => reasonsText(decision, nameOfIn(decisions)))
    expect(new Set(texts)).toEqual(new Set(['part of v2.1.1', 'refers to v2.1.1']))
  })

  it('is bounded, however many tags a version has', () => {
    const tags = Array.from({ length: 500 }, (_, i) => `tag-${i}-${digest(i)}`)
    const reasons = tags.map((name) => ({ code: 'no-rule' as const, name }))
    const [decision] = unit(1, tags, 1, 'keep', reasons)
    const text = decision && reasonsText(decision, nameOfIn([decision]))
    expect(text).toMatch(/and 494 more$/)
    expect(text?.length).toBeLessThan(2000)
  })
})

describe('keeperText', () => {
  it.each([
    [{ code: 'min-keep' }, 'min keep'],
    [{ code: 'last', rule: 'r', rank: 1 }, 'last (rule r)'],
    [{ code: 'not-a-version', rule: 'rule 1' }, 'not a version by version-scheme and version-pattern (rule 1)']
  ] as const)('of %j is what several versions share: %s', (reason, text) => expect(keeperText(reason)).toBe(text))
})

describe('ageText', () => {
  it.each([
    [-5, '0 minutes old'],
    [60_000, '1 minute old'],
    [119 * 60_000, '119 minutes old'],
    [2 * 3_600_000, '2 hours old'],
    [47 * 3_600_000, '47 hours old'],
    [2 * DAY, '2 days old']
  ])('shows %d ms as %s', (ms, text) => expect(ageText(ms)).toBe(text))
})
