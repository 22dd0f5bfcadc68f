import { describe, expect, it } from '@jest/globals'
import { PrimaryBudget } from '../../src/github/primaryBudget.js'

const now = Date.UTC(2026, 10, 22)
const reset = now / 1000 + 600
const headers = (remaining: number, at = reset) => ({
  'x-ratelimit-remaining': String(remaining),
  'x-ratelimit-reset': String(at)
})

function budgetAfter(...answers: Readonly<Record<string, string>>[]) {
  const budget = new PrimaryBudget()
  for (const answer of answers) budget.learn(answer, now)
  return budget
}

describe('PrimaryBudget', () => {
  it.each([
    ['answers in order', [headers(9), headers(8)], 8],
    ['answers that overtook each other', [headers(8), headers(9)], 8],
    ['the next hour, which has more', [headers(8), headers(100, reset + 3600)], 100],
    ['an answer of the hour before, late', [headers(100, reset + 3600), headers(8)], 100],
    ['an answer without headers', [headers(8), {}], 8],
    ['nonsense', [headers(8), { 'x-ratelimit-remaining': 'many', 'x-ratelimit-reset': String(reset) }], 8]
  ])('knows what is left after %s', (_, answers, requests) => {
    expect(budgetAfter(...answers).left(now)?.remaining).toBe(requests)
  })

  it('knows nothing before the first answer, and nothing after the reset', () => {
    expect(budgetAfter().left(now)).toBeUndefined()
    expect(budgetAfter(headers(8)).left(now + 602_000)).toBeUndefined()
  })
})
