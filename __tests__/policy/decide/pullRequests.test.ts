import { describe, expect, it } from '@jest/globals'
import { pullRequestNumbers } from '../../../src/policy/decide/pullRequests.js'

describe('pullRequestNumbers', () => {
  it.each([
    ['pr-{number}*', 'pr-7', [7]],
    ['pr-{number}*', 'pr-7-abc123', [7]],
    ['pr-{number}*', 'pr-70', [70]],
    ['pr-{number}*', 'pr-x', []],
    ['pr-{number}', 'pr-7-abc', []],
    ['{number}-merge', '12-merge', [12]],
    ['{pr,pull}-{number}', 'pull-7', [7]],
    ['[pP]r-{number}', 'Pr-7', [7]],
    ['/^pr-{number}(-.+)?$/', 'pr-7', [7]],
    ['/^pr-{number}(-.+)?$/', 'pr-7-abc', [7]],
    ['/^pr-{number}(-.+)?$/', 'pr-70', [70]],
    ['/^pr-{number}(-.+)?$/', 'pr-7x', []],
    ['/pr-{number}/i', 'build-3-PR-7', [7]],
    ['v1{number}', 'v17', [7]],
    ['pr-{number}-of-{number}', 'pr-7-of-7', [7]],
    ['pr-{number}-of-{number}', 'pr-7-of-8', []],
    ['pr-{number}-v7', 'pr-7-v7', [7]],
    ['pr-{number}', 'pr-007', [7]],
    ['pr-{number}5', 'pr-75', [7]],
    ['pr-{number}5', 'pr-76', []],
    ['v12{number}', 'v127', [7]],
    ['v1{number}', 'v1', []],
    ['v1{number}', 'v27', []],
    ['pr-{number}-of-{number}', 'pr-17-of-17', [17]]
  ])('%s finds in %s the numbers %j', (template, name, numbers) => {
    expect(pullRequestNumbers(template, 'container')(name)).toEqual(numbers)
  })
})
