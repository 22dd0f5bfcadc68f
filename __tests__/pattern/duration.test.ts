import { describe, expect, it } from '@jest/globals'
import { parseDuration } from '../../src/pattern/duration.js'

const DAY = 86_400_000

describe('parseDuration', () => {
  it.each([
    ['45s', 0, 45_000],
    ['30min', 0, 1_800_000],
    ['12h', 0, 43_200_000],
    ['7d', 0, 7 * DAY],
    ['2w', 0, 14 * DAY],
    ['6mo', 6, 0],
    ['1y', 12, 0],
    ['1y6mo', 18, 0],
    ['1y 6mo 3d', 18, 3 * DAY],
    ['0d', 0, 0],
    ['30 days', 0, 30 * DAY],
    ['1 day', 0, DAY],
    ['1 Year 6 Months', 18, 0],
    ['90 seconds', 0, 90_000],
    ['5 minutes', 0, 300_000],
    ['2 hours', 0, 7_200_000],
    ['3 weeks', 0, 21 * DAY],
    ['1d12h', 0, 1.5 * DAY],
    ['  7d ', 0, 7 * DAY],
    ['1000y', 12_000, 0]
  ])('reads “%s”', (text, months, ms) => {
    expect(parseDuration(text)).toEqual({ text: text.trim(), months, ms })
  })

  it.each([
    ['5m', /minutes to some tools and months to others: write 5min or 5mo/],
    ['1y6M', /write 6min or 6mo/],
    ['7', /is not a duration: write/],
    ['', /is not a duration/],
    ['d', /is not a duration/],
    ['1.5d', /is not a duration/],
    ['-1d', /is not a duration/],
    ['P30D', /is not a duration/],
    ['7d,', /is not a duration/],
    ['7 fortnights', /fortnights is not a unit/],
    ['7dd', /dd is not a unit/],
    ['1d 2 days', /one unit twice/],
    ['1001y', /longer than 1000 years/],
    ['999999999999999d', /longer than 1000 years/],
    [`${'9'.repeat(400)}d`, /is not a duration/]
  ])('%.20s is refused', (text, reason) => {
    const parsed = parseDuration(text)
    expect('problem' in parsed ? parsed.problem : parsed).toMatch(reason)
  })

  it('reads long texts in linear time', () => {
    expect(parseDuration(`${'1 '.repeat(50_000)}!`)).toHaveProperty('problem')
    expect(parseDuration(`${'1d'.repeat(50_000)}!`)).toHaveProperty('problem')
  })
})
