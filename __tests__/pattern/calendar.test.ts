import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Bucket, Duration } from '../../src/domain/policy.js'
import { bucketKey, isTimezone, subtractDuration } from '../../src/pattern/calendar.js'
import { parseDuration } from '../../src/pattern/duration.js'

function duration(text: string): Duration {
  const parsed = parseDuration(text)
  if ('problem' in parsed) throw new Error(parsed.problem)
  return parsed
}

describe('subtractDuration', () => {
  it.each([
    ['2026-11-22T12:00:00Z', '14d', 'UTC', '2026-11-08T12:00:00.000Z'],
    ['2026-03-31T12:00:00Z', '1mo', 'UTC', '2026-02-28T12:00:00.000Z'],
    ['2024-03-31T12:00:00Z', '1mo', 'UTC', '2024-02-29T12:00:00.000Z'],
    ['2024-02-29T12:00:00Z', '1y', 'UTC', '2023-02-28T12:00:00.000Z'],
    ['2026-01-31T12:00:00Z', '2mo', 'UTC', '2025-11-30T12:00:00.000Z'],
    ['2026-11-22T12:00:00Z', '1y6mo', 'UTC', '2025-05-22T12:00:00.000Z'],
    ['2026-03-31T12:00:00Z', '1mo1d', 'UTC', '2026-02-27T12:00:00.000Z'],
    // Days are 24 hours, months are days of the calendar: 12:00 in Berlin is 11:00 or 10:00 UTC.
    ['2026-04-22T10:00:00Z', '30d', 'Europe/Berlin', '2026-03-23T10:00:00.000Z'],
    ['2026-04-22T10:00:00Z', '1mo', 'Europe/Berlin', '2026-03-22T11:00:00.000Z'],
    ['2026-11-22T11:00:00Z', '1mo', 'Europe/Berlin', '2026-10-22T10:00:00.000Z'],
    // 1 April in Auckland is still March in UTC, and is not clamped.
    ['2026-03-31T12:00:00Z', '1mo', 'Pacific/Auckland', '2026-02-28T12:00:00.000Z'],
    // Clocks go from 02:00 to 03:00 on 29 March: 02:30 is skipped, and taken as 00:30 UTC.
    ['2026-04-29T00:30:00Z', '1mo', 'Europe/Berlin', '2026-03-29T00:30:00.000Z'],
    // Clocks go back from 03:00 to 02:00 on 25 October: the first 02:30 is the earlier.
    ['2026-11-25T01:30:00Z', '1mo', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
    // Later on that day there is no doubt.
    ['2026-11-25T11:00:00Z', '1mo', 'Europe/Berlin', '2026-10-25T11:00:00.000Z'],
    ['2026-11-22T12:00:00Z', '1000y', 'UTC', '1026-11-22T12:00:00.000Z']
  ])('%s less %s in %s', (base, length, timezone, expected) => {
    expect(new Date(subtractDuration(Date.parse(base), duration(length), timezone)).toISOString()).toBe(expected)
  })

  it('goes further back the longer the duration', () => {
    const time = fc.date({ min: new Date('2019-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
    const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Pacific/Apia')
    fc.assert(
      fc.property(time, fc.nat(30), fc.nat(30), zone, (base, months, more, timezone) => {
        const back = (count: number): number =>
          subtractDuration(base.getTime(), { text: '', months: count, ms: 0 }, timezone)
        expect(back(months + more)).toBeLessThanOrEqual(back(months))
        expect(back(months)).toBeLessThanOrEqual(base.getTime())
      }),
      { numRuns: 500 }
    )
  })
})

describe('bucketKey', () => {
  it.each<[string, Bucket, string, string]>([
    ['2026-11-22T12:34:56Z', 'hourly', 'UTC', '2026-11-22T12Z'],
    ['2026-11-22T12:34:56Z', 'daily', 'UTC', '2026-11-22'],
    ['2026-11-22T12:34:56Z', 'weekly', 'UTC', '2026-W47'],
    ['2026-11-22T12:34:56Z', 'monthly', 'UTC', '2026-11'],
    ['2026-11-22T12:34:56Z', 'quarterly', 'UTC', '2026-Q4'],
    ['2026-11-22T12:34:56Z', 'yearly', 'UTC', '2026'],
    ['2026-03-31T23:59:59.999Z', 'quarterly', 'UTC', '2026-Q1'],
    ['2026-04-01T00:00:00Z', 'quarterly', 'UTC', '2026-Q2'],
    // ISO 8601 weeks: they belong to the year of their Thursday.
    ['2021-01-03T12:00:00Z', 'weekly', 'UTC', '2020-W53'],
    ['2021-01-04T00:00:00Z', 'weekly', 'UTC', '2021-W01'],
    ['2019-12-30T00:00:00Z', 'weekly', 'UTC', '2020-W01'],
    ['2022-01-01T00:00:00Z', 'weekly', 'UTC', '2021-W52'],
    ['2026-12-31T00:00:00Z', 'weekly', 'UTC', '2026-W53'],
    ['2027-01-03T23:59:59Z', 'weekly', 'UTC', '2026-W53'],
    // In a time zone.
    ['2026-11-22T23:30:00Z', 'daily', 'Europe/Berlin', '2026-11-23'],
    ['2026-12-31T23:30:00Z', 'yearly', 'Europe/Berlin', '2027'],
    ['2026-11-22T03:00:00Z', 'daily', 'America/New_York', '2026-11-21'],
    ['2026-11-22T18:20:00Z', 'hourly', 'Asia/Kathmandu', '2026-11-23T00+05:45'],
    ['2026-11-22T18:20:00Z', 'hourly', 'America/St_Johns', '2026-11-22T14-03:30'],
    ['2011-12-29T20:00:00Z', 'daily', 'Pacific/Apia', '2011-12-29'],
    ['2011-12-30T20:00:00Z', 'daily', 'Pacific/Apia', '2011-12-31']
  ])('%s %s in %s', (time, bucket, timezone, key) => {
    expect(bucketKey(Date.parse(time), bucket, timezone)).toBe(key)
  })

  it('takes the hour that clocks repeat in autumn for two, and misses none in spring', () => {
    const hours = (from: string, count: number): Set<string> =>
      new Set(
        Array.from({ length: count * 4 }, (_, quarter) =>
          bucketKey(Date.parse(from) + quarter * 900_000, 'hourly', 'Europe/Berlin')
        )
      )
    expect([...hours('2026-10-24T23:00:00Z', 4)]).toEqual([
      '2026-10-25T01+02:00',
      '2026-10-25T02+02:00',
      '2026-10-25T02+01:00',
      '2026-10-25T03+01:00'
    ])
    expect([...hours('2026-03-29T00:00:00Z', 3)]).toEqual([
      '2026-03-29T01+01:00',
      '2026-03-29T03+02:00',
      '2026-03-29T04+02:00'
    ])
  })

  it('follows clocks that change by half an hour', () => {
    const at = (time: string): string => bucketKey(Date.parse(time), 'hourly', 'Australia/Lord_Howe')
    expect(at('2026-04-04T14:45:00Z')).toBe('2026-04-05T01+11:00')
    expect(at('2026-04-04T15:15:00Z')).toBe('2026-04-05T01+10:30')
  })

  it('names the day that the calendar of the zone shows', () => {
    const zone = fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/St_Johns',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'Africa/Casablanca',
      'Pacific/Apia'
    )
    const time = fc.date({ min: new Date('2000-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
    fc.assert(
      fc.property(time, zone, (date, timeZone) => {
        const shown = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(date)
        expect(bucketKey(date.getTime(), 'daily', timeZone)).toBe(shown)
      }),
      { numRuns: 500 }
    )
  })
})

describe('isTimezone', () => {
  it.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])('takes %s', (name) => {
    expect(isTimezone(name)).toBe(true)
  })

  it.each(['', 'Europe/Atlantis', '+02:00', '02:00', 'local', 'Berlin'])('refuses “%s”', (name) => {
    expect(isTimezone(name)).toBe(false)
  })
})
