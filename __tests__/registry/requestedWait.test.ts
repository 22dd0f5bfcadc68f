import { describe, expect, it } from '@jest/globals'
import { allowedPerMinute, parseGoDuration, requestedWait } from '../../src/registry/requestedWait.js'

const now = Date.parse('2026-11-22T12:00:00Z')

function answer(message: string, retryAfter?: string) {
  const body = Buffer.from(JSON.stringify({ errors: [{ code: 'TOOMANYREQUESTS', message }] }))
  return { status: 429, url: '', headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter }, body }
}

describe('requestedWait', () => {
  it.each([
    ['the message of ghcr.io', 'retry-after: 1.16676ms, allowed: 44000/minute', undefined, 2],
    ['microseconds', 'retry-after: 305.5µs, allowed: 2000/minute', undefined, 1],
    ['seconds', 'toomanyrequests: retry-after: 10.305s', undefined, 10_305],
    ['minutes and seconds', 'retry-after: 1m10.5s', undefined, 70_500],
    ['the end of a sentence', 'Retry-After: 2s.', undefined, 2000],
    ['a number of seconds in the header', 'slow down', '60', 60_000],
    ['a date in the header', 'slow down', 'Sun, 22 Nov 2026 12:01:30 GMT', 90_000],
    ['a duration in the header', 'slow down', '1.5s', 1500],
    ['the longer of both', 'retry-after: 5s', '2', 5000],
    ['zero', 'slow down', '0', 1]
  ])('reads %s', (_, message, header, expected) => {
    expect(requestedWait(answer(message, header), now)).toBe(expected)
  })

  it.each([
    ['says nothing', 'slow down', undefined],
    ['names a date that is over', 'slow down', 'Sun, 22 Nov 2026 11:00:00 GMT'],
    ['names less than no time', 'slow down', '-5'],
    ['says what is no duration', 'retry-after: later', 'soon']
  ])('knows no wait where the registry %s', (_, message, header) => {
    expect(requestedWait(answer(message, header), now)).toBeUndefined()
  })
})

describe('allowedPerMinute', () => {
  it.each([
    ['retry-after: 1.16676ms, allowed: 44000/minute', 44_000],
    ['retry-after: 1.16676ms', undefined],
    ['allowed: 0/minute', undefined]
  ])('%p: %p', (message, expected) => {
    expect(allowedPerMinute(answer(message))).toBe(expected)
  })
})

describe('parseGoDuration', () => {
  it.each([
    ['1h2m3.5s', 3_723_500],
    ['1.5ms', 1.5],
    ['250us', 0.25],
    ['250μs', 0.25],
    ['100ns', 1e-4],
    ['7', 7000]
  ])('%s is %d ms', (text, expected) => {
    expect(parseGoDuration(text)).toBeCloseTo(expected, 9)
  })

  it.each(['', 'ms', '1x', '1s2', '-1s', '1..2s'])('%p is not a duration of Go', (text) => {
    expect(parseGoDuration(text)).toBeUndefined()
  })
})
