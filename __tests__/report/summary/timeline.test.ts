import { describe, expect, it } from '@jest/globals'
import { timeline } from '../../../src/report/summary/timeline.js'
import { unit } from '../fixture.js'

const at = (ages: readonly number[], verdict: 'keep' | 'delete' = 'keep') =>
  ages.flatMap((age, i) => unit(i + 1, ['x'], age, verdict, [{ code: 'last', rank: 1 }], []))

describe('timeline', () => {
  it.each([
    [[0, 5], 'day', ['2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20', '2026-11-21', '2026-11-22']],
    [[0, 30], 'week', ['2026-10-19', '2026-10-26', '2026-11-02', '2026-11-09', '2026-11-16']],
    [[0, 150], 'month', ['2026-06', '2026-07', '2026-08', '2026-09', '2026-10', '2026-11']],
    [[0, 400], 'quarter', ['2025 Q4', '2026 Q1', '2026 Q2', '2026 Q3', '2026 Q4']],
    [[0, 900], 'year', ['2024', '2025', '2026']]
  ])('covers ages %j by %s, without gaps', (ages, unitName, labels) => {
    const line = timeline(at(ages), 6)
    expect([line?.unit, line?.labels]).toEqual([unitName, labels])
  })

  it('counts what is kept and what is deleted', () => {
    const line = timeline([...at([0, 1, 1]), ...at([1, 2], 'delete')], 10)
    expect([line?.kept, line?.deleted]).toEqual([
      [0, 2, 1],
      [1, 1, 0]
    ])
  })

  it('counts what is older than it reaches in its first place', () => {
    const line = timeline(at([0, 20_000]), 3)
    expect([line?.labels, line?.kept]).toEqual([
      ['2024', '2025', '2026'],
      [1, 0, 1]
    ])
  })

  it('is absent where no time is known', () => {
    const [decision] = at([0])
    if (decision === undefined) throw new Error('no decision')
    const { createdAt: _c, updatedAt: _u, ...version } = decision.version
    expect(timeline([{ ...decision, version }], 6)).toBeUndefined()
    expect(timeline([], 6)).toBeUndefined()
  })
})
