import { describe, expect, it } from '@jest/globals'
import type { Reason } from '../../../src/domain/plan.js'
import { heldText } from '../../../src/report/text/held.js'
import { container, held as heldFor, packagePlan, unit } from '../fixture.js'

function held(tags: readonly string[]) {
  const decisions = tags.flatMap((tag, i) => {
    const reasons: Reason[] = [
      { code: 'no-rule', name: tag },
      { code: 'not-kept', name: `pr-${i}`, rule: 'r' }
    ]
    return heldFor(unit(10 + i * 10, [tag, `pr-${i}`], i, 'keep', reasons), 'unowned-tags', [tag])
  })
  const gone = unit(1, ['pr-x'], 9, 'delete', [{ code: 'not-kept', name: 'pr-x', rule: 'r' }], [])
  return heldText(packagePlan(container('app'), [...decisions, ...gone]))
}

describe('heldText', () => {
  it('counts the versions that only tags without a rule keep', () => {
    expect(held(Array.from({ length: 118 }, (_, i) => `sha-${(i + 1000).toString(16)}`))).toEqual([
      '118 of 119 matched versions are held by tags that no rule owns: sha-* (118).'
    ])
  })

  it.each([
    [['sha-1', 'sha-2', 'main'], 'sha-* (2), main (1)'],
    [['v1.2.3', 'v1.2.4'], 'v1.* (2)'],
    [['v12', 'v13'], 'v* (2)'],
    [['nightly_1', 'nightly_2', 'nightly'], 'nightly_* (2), nightly (1)'],
    [['sha-1'], 'sha-1 (1)'],
    [['a-1', 'b-1', 'c-1', 'd-1', 'e-1', 'f-1', 'g-1'], 'a-1 (1), b-1 (1), c-1 (1), d-1 (1), e-1 (1), and 2 others']
  ])('groups %j as %s', (tags, text) => {
    expect(held(tags)).toEqual([expect.stringContaining(`owns: ${text}.`)])
  })

  it('is silent where protection holds, or where nothing was voted out', () => {
    const kept = unit(1, ['main'], 1, 'keep', [{ code: 'no-rule', name: 'main' }])
    const shielded = unit(20, ['v1'], 1, 'keep', [
      { code: 'protected', by: 'names', what: 'v*' },
      { code: 'no-rule', name: 'main' },
      { code: 'not-kept', name: 'v1', rule: 'r' }
    ])
    expect(heldText(packagePlan(container('app'), [...kept, ...shielded]))).toEqual([])
  })
})
