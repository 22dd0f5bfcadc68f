import { describe, expect, it } from '@jest/globals'
import { repositoryPath } from '../../src/registry/client.js'

describe('repositoryPath', () => {
  it.each([
    ['Octo-Org', 'App', 'octo-org/app'],
    ['octo', 'charts/My_App', 'octo/charts/my_app'],
    ['octo-', 'a.b--c', 'octo-/a.b--c']
  ])('%s and %s make %s', (owner, name, expected) => {
    expect(repositoryPath({ owner, type: 'container', name })).toBe(expected)
  })

  it.each([
    '..',
    '../other',
    'a/../../b',
    'a//b',
    '/a',
    'a/',
    '',
    'a b',
    'a%2fb',
    'a?b',
    'a#b',
    './a',
    'x'.repeat(300)
  ])('refuses %p', (name) => {
    expect(repositoryPath({ owner: 'octo', type: 'container', name })).toEqual({ why: expect.any(String) })
  })
})
