import { describe, expect, it } from '@jest/globals'
import {
  type Attempt,
  decideRetry,
  MAX_ATTEMPTS,
  type RetryDecision,
  untilReset
} from '../../src/github/retryDecision.js'

const now = Date.UTC(2026, 10, 22, 12)
const seconds = (ms: number) => String(Math.floor(ms / 1000))
const soon = seconds(now + 30_000)
const secondary = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.'
const primary = 'API rate limit exceeded for installation ID 20433984.'

function decided(attempt: Partial<Attempt>): RetryDecision {
  return decideRetry({
    headers: {},
    message: '',
    attempt: 1,
    refusals: 1,
    now,
    random: 0,
    minute: 60_000,
    tokenWorked: false,
    ...attempt
  })
}

describe('an answer that repeating does not change', () => {
  it.each<[string, Partial<Attempt>]>([
    ['success', { status: 200 }],
    ['no content', { status: 204 }],
    ['not modified', { status: 304 }],
    ['a redirect', { status: 301 }],
    ['a refused deletion', { status: 400, message: 'You cannot delete the last version of a package.' }],
    ['not found', { status: 404 }],
    ['unprocessable', { status: 422 }],
    ['an operation that an old server does not have', { status: 501 }],
    ['a missing permission', { status: 403, message: 'Resource not accessible by integration' }],
    [
      'a missing permission, told with the last request of the hour',
      { status: 403, message: 'Resource not accessible by integration', headers: { 'x-ratelimit-remaining': '0' } }
    ],
    [
      'missing single sign-on, told with the last request of the hour',
      { status: 403, headers: { 'x-github-sso': 'required; url=u', 'x-ratelimit-remaining': '0' } }
    ]
  ])('%s is settled', (_, attempt) => {
    expect(decided(attempt)).toEqual({ kind: 'settled' })
  })
})

describe('bad credentials', () => {
  it('halt everything, whatever else the answer says', () => {
    expect(decided({ status: 401, headers: { 'retry-after': '1' } })).toEqual({ kind: 'halt' })
  })

  it('after the token has worked are doubted: everything waits ten seconds, then one request asks', () => {
    const decision = decided({ status: 401, tokenWorked: true })
    expect(decision).toMatchObject({ kind: 'pause', ms: 10_000, afterwards: 'alone' })
  })
})

describe('a rate limit', () => {
  it.each<[string, Partial<Attempt>, Partial<Extract<RetryDecision, { kind: 'pause' }>>]>([
    ['403 with retry-after', { status: 403, headers: { 'retry-after': '60' } }, { ms: 60_000, afterwards: 'slower' }],
    ['429 with retry-after', { status: 429, headers: { 'retry-after': '7' } }, { ms: 7000, afterwards: 'slower' }],
    [
      'retry-after as a date, by the clock of a server that runs ahead',
      {
        status: 429,
        headers: { 'retry-after': new Date(now + 70_000).toUTCString(), date: new Date(now + 60_000).toUTCString() }
      },
      { ms: 10_000 }
    ],
    [
      'retry-after before the reset of the hour',
      { status: 403, headers: { 'retry-after': '5', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': soon } },
      { ms: 5000 }
    ],
    [
      'a used-up hour: until its reset, no slower',
      { status: 403, message: primary, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': soon } },
      { ms: 31_000, afterwards: 'as-before' }
    ],
    [
      'a used-up hour with 429',
      { status: 429, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': soon } },
      { ms: 31_000 }
    ],
    [
      'a used-up hour, by the clock of a server that runs behind',
      {
        status: 403,
        headers: {
          'x-ratelimit-remaining': '0',
          'x-ratelimit-reset': seconds(now - 30_000),
          date: new Date(now - 60_000).toUTCString()
        }
      },
      { ms: 31_000 }
    ],
    [
      'secondary by its text alone: a minute',
      { status: 403, message: secondary },
      { ms: 60_000, afterwards: 'slower' }
    ],
    [
      'secondary while the hour has requests left',
      { status: 403, message: secondary, headers: { 'x-ratelimit-remaining': '4000', 'x-ratelimit-reset': soon } },
      { ms: 60_000, afterwards: 'slower' }
    ],
    ['abuse detection', { status: 403, message: 'You have triggered an abuse detection mechanism.' }, { ms: 60_000 }],
    ['primary without headers', { status: 403, message: primary }, { ms: 60_000 }],
    ['429 with nothing', { status: 429 }, { ms: 60_000 }],
    ['429 with a negative retry-after', { status: 429, headers: { 'retry-after': '-5' } }, { ms: 60_000 }],
    [
      '429 with a retry-after beyond all dates: a year',
      { status: 429, headers: { 'retry-after': '99999999999999' } },
      { ms: 31_536_000_000 }
    ],
    [
      '429 with a reset beyond all dates: a year',
      { status: 429, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '99999999999999' } },
      { ms: 31_536_000_000 }
    ],
    ['429 with a retry-after beyond all numbers', { status: 429, headers: { 'retry-after': '9e307' } }, { ms: 60_000 }],
    [
      '429 with a retry-after that is over',
      { status: 429, headers: { 'retry-after': new Date(now - 5000).toUTCString() } },
      { ms: 60_000 }
    ],
    ['the second in a row: two minutes', { status: 403, message: secondary, refusals: 2 }, { ms: 120_000 }],
    [
      'a retry-after that proved too short',
      { status: 429, headers: { 'retry-after': '1' }, refusals: 5 },
      { ms: 120_000 }
    ],
    ['with shorter minutes', { status: 429, minute: 600 }, { ms: 600 }]
  ])('pauses for as long as it has to: %s', (_, attempt, expected) => {
    expect(decided(attempt)).toMatchObject({ kind: 'pause', ...expected })
  })
})

describe('no usable answer', () => {
  it.each<[string, Partial<Attempt>]>([
    ['a reset', { message: 'ECONNRESET' }],
    ['500', { status: 500 }],
    ['502', { status: 502 }],
    ['a request time-out', { status: 408 }]
  ])('%s is asked again, later each time, with jitter, and not for ever', (_, attempt) => {
    const waits = (random: number) =>
      Array.from({ length: MAX_ATTEMPTS }, (_, index) => decided({ ...attempt, attempt: index + 1, random }))
    expect(waits(0).map((one) => ('ms' in one ? one.ms : one.kind))).toEqual([250, 500, 1000, 2000, 'give-up'])
    expect(waits(0.5).map((one) => ('ms' in one ? one.ms : one.kind))).toEqual([375, 750, 1500, 3000, 'give-up'])
  })

  it('503 with retry-after pauses everything, and does not slow down', () => {
    const decision = decided({ status: 503, headers: { 'retry-after': '3' } })
    expect(decision).toMatchObject({ kind: 'pause', ms: 3000, afterwards: 'as-before' })
  })

  it('says what happened when it gives up', () => {
    const decision = decided({ status: 502, message: 'Server Error', attempt: MAX_ATTEMPTS })
    expect(decision).toEqual({ kind: 'give-up', reason: 'GitHub answered 502 (Server Error), 5 times' })
  })

  it('takes what happened to a connection into its sentence without the full stop of its own', () => {
    const decision = decided({ message: 'GET http://site/: no answer within 20 s.', attempt: MAX_ATTEMPTS })
    expect(decision).toEqual({ kind: 'give-up', reason: 'GET http://site/: no answer within 20 s, 5 times' })
  })
})

describe('untilReset', () => {
  it.each([
    ['missing', {}],
    ['no number', { 'x-ratelimit-reset': 'soon' }],
    ['zero', { 'x-ratelimit-reset': '0' }]
  ])('is unknown where the header is %s', (_, headers) => {
    expect(untilReset(headers, now)).toBeUndefined()
  })
})
